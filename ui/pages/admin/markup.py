"""Rows of a table as markup, one element a row.

Each element costs the server a fifth of a millisecond, and the browser more: fifty rows with one for every cell, chip
and button took five times as long.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text with a hover help. `chip`: the look of the pill around it, empty for a plain one. `href` makes it a link
    to another page, `opens` one that does something on this. `inside`: markup of ours in the text's place."""

    text: str = ""
    hint: str = ""
    look: str = ""
    chip: str | None = None
    href: str = ""
    opens: Callable[[], Awaitable[None]] | None = None
    inside: str = ""


ACT = "data-act"
"""Marks what can be clicked: the number of its cell, or `menu`."""
# One listener a table instead of one a button: says which row and what of it was clicked.
SEND_ACT = """event => {
  const clicked = event.target.closest("[data-act]");
  if (clicked) emit([Number(clicked.closest("tr").dataset.row), clicked.dataset.act]);
}"""


def row_markup(cells: Sequence[tuple[str | Cell, str]], menu: str = "") -> str:
    """The inside of a `tr`: cells with the looks of their columns; `menu`: what the button at the end is called.

    Texts are escaped: what people typed never becomes markup.
    """
    parts = [_cell(number, cell, look) for number, (cell, look) in enumerate(cells)]
    if menu:
        parts.append(
            f'<td class="is-menu"><button type="button" class="pw-more" {ACT}="menu" aria-haspopup="menu" '
            f'aria-label="{escape(menu)}">⋯</button></td>'
        )
    return "".join(parts)


def _cell(number: int, cell: str | Cell, column_look: str) -> str:
    if isinstance(cell, str):
        cell = Cell(text=cell)
    looks = " ".join(filter(None, (column_look, cell.look)))
    hint = f' title="{escape(cell.hint)}"' if cell.hint else ""
    inside = cell.inside or escape(cell.text)
    if cell.chip is not None:
        inside = f'<span class="{escape(f"pw-chip {cell.chip}".strip())}">{inside}</span>'
    if cell.href:
        inside = f'<a href="{escape(cell.href)}">{inside}</a>'
    if cell.opens is not None:
        inside = f'<button type="button" class="pw-link" {ACT}="{number}">{inside}</button>'
    return f'<td class="{escape(looks)}"{hint}>{inside}</td>'
