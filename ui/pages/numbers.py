"""What pages of numbers share: choices that are links, figures, charts and tables."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from nicegui import ui

from domain.intervals import Interval
from ui.i18n import current_language
from ui.theme.tag import Tag

QUIET = "#7d8898"
"""Of a chart's lines: seen on light and on dark, since a chart knows no colours of the page."""
BARS, LINES = "#3d74e0", "#2f9e6b"
COLOURS = (
    BARS, LINES, "#d9822b", "#9b59d0", "#c94f6d", "#5b8c9e", "#b8a12f", "#7a6ff0", "#8a8f98",
)  # fmt: skip
"""Readable on light and dark; of more series the colours begin anew."""


def choice(entries: Sequence[tuple[str, str, bool]], *, label: str) -> None:
    """Links (text, address, whether it is the present one) of which one is chosen."""
    with Tag("nav", classes="nm-choice", aria_label=label):
        for text, address, present in entries:
            Tag("a", text, href=address, **({"aria_current": "page"} if present else {}))


def figure(value: str, name: str, *, hint: str = "") -> None:
    with Tag("div", classes="nm-figure", **({"title": hint} if hint else {})):
        Tag("b", value)
        Tag("span", name)


def chart(title: str, options: dict[str, Any]) -> None:
    """An ECharts picture with quiet axes; as SVG, so that its letters have the page's colours (shell.css)."""
    with Tag("section", classes="nm-chart"):
        Tag("h2", title)
        settings = {
            "textStyle": {"color": QUIET},
            "grid": {"left": 8, "right": 12, "top": 18, "bottom": 4, "containLabel": True},
            "tooltip": {"trigger": "axis", "confine": True, "className": "pw-chart-tip"},
            "animation": False,
            **options,
        }
        ui.echart(settings, renderer="svg")


def axis(kind: str, **options: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "axisLabel": {"color": QUIET, "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": QUIET, "opacity": 0.5}},
        "splitLine": {"lineStyle": {"color": QUIET, "opacity": 0.2}},
        **options,
    }


def table(columns: Sequence[tuple[str, str]], *, numbers_from: int = 1) -> Tag:
    """A table with its head (title, hint); what is built inside the returned body becomes its rows."""
    with Tag("div", classes="nm-scroll"), Tag("table", classes="pw-table pw-dense"):
        with Tag("thead"), Tag("tr"):
            for number, (title, hint) in enumerate(columns):
                is_number = {"classes": "is-number"} if number >= numbers_from else {}
                Tag("th", title, scope="col", **is_number, **({"title": hint} if hint else {}))
        return Tag("tbody")


def cell(text: str, *, small: str = "", hint: str = "") -> None:
    """A number, and in small letters what it is between."""
    with Tag("td", text, classes="is-number", **({"title": hint} if hint else {})):
        if small:
            Tag("span", small, classes="nm-small")


def cell_markup(text: str, *, small: str = "", hint: str = "") -> str:
    """What `cell` builds, as HTML."""
    title = f' title="{escape(hint)}"' if hint else ""
    range_ = f'<span class="nm-small">{escape(small)}</span>' if small else ""
    return f'<td class="is-number"{title}>{escape(text)}{range_}</td>'


def fill(place: Tag, parts: Iterable[str]) -> None:
    """A table's rows or a field's options as one piece of HTML: hundreds of them are thousands of elements, which
    take longer than all the rest of a page, and while they are made nobody else's page moves."""
    place.props["innerHTML"] = "".join(parts)


def per_cent(value: float | None, digits: int = 0) -> str:
    return "–" if value is None or value != value else f"{value:.{digits}%}"


def between(interval: Interval, *, share: bool = True) -> str:
    """The ends of an interval; empty where nothing was measured."""
    if interval.value != interval.value:
        return ""
    return f"{interval.low:.0%} – {interval.high:.0%}" if share else f"{interval.low:.1f}° – {interval.high:.1f}°"


def decimal(value: float, digits: int = 0) -> str:
    """As the reader's language writes numbers."""
    from babel.numbers import format_decimal

    return format_decimal(round(value, digits), locale=current_language())


def duration(seconds: float) -> str:
    """Hours and minutes below a hundred hours, seconds below a minute."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f}:{seconds % 60:02.0f} min"
    return f"{seconds // 3600:.0f}:{seconds % 3600 // 60:02.0f} h"
