"""The plain pages and the header, filled in: Jinja with escaping, our texts and our assets.

The log-in and the error pages are plain HTML. They need no script and no socket, so a stranger never gets a NiceGUI
client on the server, and they work when something else does not.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.permissions import Actor
from ui import navigation
from ui.i18n import HTML_LANGUAGES, LANGUAGES, current_language, gettext, ngettext
from ui.news_texts import news_texts
from ui.theme import asset_url
from ui.words import ROLE_NAMES

FOLDER = Path(__file__).parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.globals.update(asset_url=asset_url, _=gettext, ngettext=ngettext)

Place = tuple[tuple[str, str | None], ...]
"""Where one is, from the outside in: names with their addresses; the last one has none."""


def render(template: str, **values: Any) -> str:
    """A template with the texts in the current language."""
    language = current_language()
    return _environment.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        html_languages=HTML_LANGUAGES,
        html_language=HTML_LANGUAGES[language],
        **{"back": "", **values},
    )


def header(*, actor: Actor | None, place: Place, back: str = "", tells_news: bool = False) -> str:
    """The slim bar on top of every page; `back` is where a change of language returns to.

    `tells_news`: what others say to the person shows over the page for a while. Needs `news.js`.
    """
    return render("header.html", **header_values(actor=actor, place=place, back=back, tells_news=tells_news))


def header_values(*, actor: Actor | None, place: Place, back: str = "", tells_news: bool = False) -> dict[str, Any]:
    role_name = gettext(ROLE_NAMES[actor.role]) if actor else ""
    ways = navigation.open_to(navigation.MAIN, actor) if actor else []
    return {
        "person": actor,
        "role_name": role_name,
        "place": place,
        "back": back,
        "ways": [(way, navigation.is_within(way, back)) for way in ways] if len(ways) > 1 else [],
        "news": {**news_texts(), "close": gettext("Close")} if tells_news else None,
    }
