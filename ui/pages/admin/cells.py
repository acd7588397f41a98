"""Cells that tables of several rooms share: moments and sizes."""

from datetime import UTC, datetime, timedelta

from ui.pages.admin.markup import Cell
from ui.theme.tag import Tag
from ui.words import as_date, as_time

THIS_YEAR = timedelta(days=300)


def moment(at: datetime | None, *, never: str = "–") -> Cell:
    """A moment, short and at the reader's clock; its second, in UTC, is in the hover help."""
    if at is None:
        return Cell(text=never, look="pw-muted")
    short = as_time(at) if datetime.now(UTC) - at < THIS_YEAR else as_date(at)
    return Cell(text=short, hint=f"{at:%Y-%m-%d %H:%M:%S} UTC", look="is-nowrap")


def moment_cell(at: datetime | None, *, never: str = "–") -> None:
    """The same as an element, for other places than the cells of a `DataTable`."""
    cell = moment(at, never=never)
    Tag("span", cell.text, title=cell.hint, classes=cell.look)


def as_size(number: float) -> str:
    """Bytes as people read them, such as `3.4 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
