"""Fields of forms, of one look: label above, hint below, dense."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

LOOK = "outlined dense stack-label hide-bottom-space"


def text_field(
    label: str,
    value: str = "",
    *,
    hint: str = "",
    placeholder: str = "",
    password: bool = False,
    lines: int = 1,
    longest: int | None = None,
    testid: str = "",
    on_change: Callable[..., Any] | None = None,
) -> ui.input | ui.textarea:
    """`lines` above 1 makes a box for longer text."""
    field: ui.input | ui.textarea
    if lines > 1:
        field = ui.textarea(label, value=value, placeholder=placeholder, on_change=on_change)
        field.props(f"rows={lines} input-style=resize:vertical")
    else:
        field = ui.input(label, value=value, placeholder=placeholder, password=password, on_change=on_change)
        field.props("autocomplete=off spellcheck=false")
    _finish(field, hint, testid)
    if longest is not None:
        field.props["maxlength"] = longest
    return field


def number_field(
    label: str,
    value: float | None = None,
    *,
    least: float | None = None,
    most: float | None = None,
    fractions: bool = False,
    hint: str = "",
    testid: str = "",
    on_change: Callable[..., Any] | None = None,
) -> ui.number:
    """Whole numbers, unless `fractions`: a browser sends no form with a number that is not so many steps from the
    least."""
    field = ui.number(label, value=value, min=least, max=most, step=1, on_change=on_change)
    if fractions:
        field.props["step"] = "any"
    _finish(field, hint, testid)
    return field


def choice_field(
    label: str,
    options: Mapping[Any, str] | list[Any],
    value: Any = None,
    *,
    hint: str = "",
    searchable: bool = False,
    several: bool = False,
    clearable: bool = False,
    testid: str = "",
    on_change: Callable[..., Any] | None = None,
) -> ui.select:
    """`options`: value → what is shown. `searchable` where there are many."""
    field = ui.select(
        dict(options) if isinstance(options, Mapping) else options,
        label=label,
        value=value,
        with_input=searchable,
        multiple=several,
        clearable=clearable,
        on_change=on_change,
    )
    field.props("options-dense popup-content-class=pw-choices")
    if several:
        _choose_at_once(field)
    _finish(field, hint, testid)
    return field


def _choose_at_once(field: ui.select) -> None:
    """What is chosen stands in the browser. NiceGUI lets the server answer with it first: each choice made before
    that answer is added to the ones before the last, and the last one is lost."""
    field.LOOPBACK = False
    field.on("update:model-value", js_handler="value => { element.props['model-value'] = value }")


def date_field(
    label: str,
    value: str = "",
    *,
    hint: str = "",
    testid: str = "",
    on_change: Callable[..., Any] | None = None,
) -> ui.input:
    """A day as `2026-01-31`, chosen in the browser's own calendar; empty for none."""
    field = ui.input(label, value=value, on_change=on_change).props("type=date")
    _finish(field, hint, testid)
    return field


def _finish(field: ui.element, hint: str, testid: str) -> None:
    field.props(LOOK).classes("pw-field")
    if hint:
        field.props["hint"] = hint
    if testid:
        field.props["data-testid"] = testid
