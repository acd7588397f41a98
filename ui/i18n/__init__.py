"""Texts in the reader's language: `_` at the place of use, `N_` where a text is only written down.

The language is bound to the current request (a context variable, set by `ui/guard.py`); code that runs later for
an open page (events, timers) asks `language_source`, which the server points at the page's own request.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from domain.wording import N_ as N_

LANGUAGES = {"en": "English", "zh": "中文"}
"""Every language by its code, named in itself."""

DEFAULT_LANGUAGE = "en"
HTML_LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
"""The codes for `<html lang>` and for Quasar; screen readers and font choice depend on them."""

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "posewright"

_bound: ContextVar[str | None] = ContextVar("language", default=None)
_sources: list[Callable[[], str | None]] = []


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue as gettext uses it, read from the `.po` itself, so that there is nothing to compile."""
    from babel.messages.mofile import write_mo  # half a tenth of a second that `--help` need not wait for
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def current_language() -> str:
    """The language bound to this request, else that of the open page whose event is handled, else English."""
    if (bound := _bound.get()) is not None:
        return bound
    for source in _sources:
        if (language := source()) is not None:
            return language
    return DEFAULT_LANGUAGE


def language_source(source: Callable[[], str | None]) -> None:
    """Adds where to ask for the language when no request has bound one."""
    _sources.append(source)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Binds the language for what runs inside."""
    token = _bound.set(language)
    try:
        yield
    finally:
        _bound.reset(token)


def gettext(text: str) -> str:
    """The text in the reader's language; the English original where the catalogue lacks it."""
    return translations(current_language()).gettext(text) if text else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """As `gettext`, in the form for that number."""
    return translations(current_language()).ngettext(singular, plural, number)


_ = gettext


def negotiate(cookie: str | None, accept_language: str) -> str:
    """The person's own choice, else the first language of the browser's list that we speak, else English."""
    if cookie in LANGUAGES:
        return str(cookie)
    weighted: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _semicolon, parameters = part.strip().partition(";")
        try:
            quality = float(parameters.partition("q=")[2] or 1)
        except ValueError:
            continue
        weighted.append((-quality, position, tag.strip().lower().partition("-")[0]))
    return next(
        (tag for quality, _position, tag in sorted(weighted) if quality < 0 and tag in LANGUAGES), DEFAULT_LANGUAGE
    )
