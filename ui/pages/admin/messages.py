"""What a page says after the fact: toasts, lines of text with a meaning, and errors in the person's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from nicegui import ui

from ui.errors import explain
from ui.theme.tag import Tag


class Tone(StrEnum):
    """How a message line looks; the words must be enough without it."""

    NOTE = "is-note"
    GOOD = "is-good"
    WARNING = "is-warning"
    BAD = "is-bad"


def toast(text: str) -> None:
    """Says shortly that something is done."""
    ui.notify(text, position="bottom", classes="pw-toast", timeout=4000)


def toast_error(text: str) -> None:
    """Says what did not work; stays until it is read."""
    ui.notify(text, position="bottom", classes="pw-toast is-bad", timeout=10_000, close_button="×", multi_line=True)


@contextmanager
def errors_told(what: str) -> Iterator[None]:
    """An error inside becomes a toast in the person's words; `what` is for the log, where nobody foresaw it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the page stays usable whatever happened; `explain` logs it
        toast_error(explain(error, what=what).message)


def message_line(text: str, tone: Tone = Tone.NOTE) -> Tag:
    """A line that stays on the page; read out at once where it is bad."""
    role = "alert" if tone is Tone.BAD else "status"
    return Tag("p", text, classes=f"pw-line {tone.value}", role=role, data_testid="message")
