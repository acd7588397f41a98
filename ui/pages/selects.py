"""Choices in a form that sends itself at each of them: what a page shows is in its address."""

from collections.abc import Sequence
from html import escape

from ui.pages.numbers import fill
from ui.theme.tag import Tag


def select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> None:
    """`options`: (value, text) of each."""
    with Tag("label", classes="rv-select"):
        Tag("span", label)
        field = Tag("select", name_=name, onchange="this.form.requestSubmit()", data_testid=f"filter-{name}")
        fill(field, (_option(value, text, value == chosen) for value, text in options))


def _option(value: str, text: str, is_chosen: bool) -> str:
    selected = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(text)}</option>'
