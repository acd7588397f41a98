"""Cells that tables of several rooms share: moments, chips, names that open something, sizes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from ui.theme.tag import Tag
from ui.words import as_date, as_time

THIS_YEAR = timedelta(days=300)


def moment_cell(at: datetime | None, *, never: str = "–") -> None:
    """A moment in UTC, short; its second is in the hover help."""
    if at is None:
        Tag("span", never, classes="pw-muted")
        return
    short = as_time(at) if datetime.now(UTC) - at < THIS_YEAR else as_date(at)
    Tag("time", short, datetime=at.isoformat(), title=f"{at:%Y-%m-%d %H:%M:%S} UTC", classes="is-nowrap")


def link_cell(text: str, work: Callable[[], Awaitable[None]], *, hint: str = "") -> None:
    """A name that opens what it names."""
    attributes = {"title": hint} if hint else {}
    Tag("button", text, type="button", classes="pw-link", **attributes).on("click", work, [])


def as_size(number: float) -> str:
    """Bytes as people read them, such as `3.4 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
