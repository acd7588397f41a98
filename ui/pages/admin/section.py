"""Sections of an admin's room: a head with its buttons, and cards of facts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ui.theme.tag import Tag


@contextmanager
def section(title: str, *, note: str = "", level: int = 2, testid: str = "") -> Iterator[Tag]:
    """What is built inside is the section's content; yields the place for buttons at the end of its head.

    `level` 1 is for the room's own title, once a page.
    """
    with Tag("section", classes="pw-part", **({"data_testid": testid} if testid else {})):
        with Tag("div", classes="pw-head"):
            with Tag("div", classes="pw-head-words"):
                Tag(f"h{level}", title, classes=f"pw-h{level}")
                if note:
                    Tag("p", note, classes="pw-muted")
            actions = Tag("div", classes="pw-head-actions")
        yield actions


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    main: bool = False,
    danger: bool = False,
    hint: str = "",
    testid: str = "",
    kind: str = "button",
) -> Tag:
    """A button of the house's look. One `main` a section; `danger` for what takes something away."""
    look = " pw-button-main" if main else " pw-button-danger" if danger else ""
    attributes = {"title": hint} if hint else {}
    if testid:
        attributes["data_testid"] = testid
    made = Tag("button", text, classes=f"pw-button pw-button-small{look}", type=kind, **attributes)
    if on_click is not None:
        made.on("click", on_click, [])
    return made


def facts(pairs: Sequence[tuple[str, str]], *, testid: str = "") -> Tag:
    """Names and values, aligned."""
    with Tag("dl", classes="pw-facts", **({"data_testid": testid} if testid else {})) as made:
        for name, value in pairs:
            Tag("dt", name)
            Tag("dd", value)
    return made
