"""Brings the catalogues up to date with the texts in the code: `python -m ui.i18n.extract`.

New texts appear untranslated, texts that nobody uses any more disappear. English is its own translation. Prints
what is left to translate and exits with 1 while there is any.
"""

import sys
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ui.i18n import DEFAULT_LANGUAGE, LANGUAGES, catalogue_path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "meshes", "rendering", "storage", "ui")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
UNCHANGING = datetime(2026, 1, 1, tzinfo=UTC)
"""Instead of the time of the run: a catalogue changes when a text does."""


def extract() -> Catalog:
    """Every text of all packages, with the files that use it."""
    template = Catalog(project="Posewright", fuzzy=False)
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS)
        for file, _line, message, comments, context in found:
            template.add(message, locations=[(f"{package}/{file}", 0)], auto_comments=comments, context=context)
    return template


def read_catalogue(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Posewright", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue with the template's texts, no others, and the translations that it has for them."""
    catalogue = read_catalogue(language)
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)  # it keeps the template's own messages
    catalogue.obsolete.clear()
    if language == DEFAULT_LANGUAGE:
        for message in catalogue:
            if message.id:
                message.string = message.id
    catalogue.creation_date = catalogue.revision_date = UNCHANGING
    catalogue.fuzzy = False
    return catalogue


def untranslated(catalogue: Catalog) -> list[Message]:
    """Texts without a translation, or with one that is only a guess."""
    return [message for message in catalogue if message.id and (message.fuzzy or not _complete(message))]


def _complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and bool(strings)


def main() -> int:
    template = extract()
    left = 0
    for language in LANGUAGES:
        catalogue = updated(language, template)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, include_lineno=False, width=110)
        for message in (missing := untranslated(catalogue)):
            print(f"{language}: {message.id!r}")
        left += len(missing)
    print(f"{len(template)} texts, {left} untranslated")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
