"""CSV that spreadsheets show as it is: a cell that would be a formula to them becomes text.

(OWASP, "CSV Injection": a cell that begins with =, +, -, @, a tab or a line break may be run when it is opened.)
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(cell: object) -> str:
    """The cell as text; with an apostrophe before it where a spreadsheet would take it for a formula."""
    text = str(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return text if is_number or not text.lstrip(" ").startswith(FORMULA_STARTS) else f"'{text}"


def csv_line(cells: Sequence[object]) -> str:
    """One line, with the line break that RFC 4180 asks for."""
    line = io.StringIO()
    csv.writer(line).writerow([defused(cell) for cell in cells])
    return line.getvalue()


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole file; the mark at its beginning tells spreadsheets that it is UTF-8."""
    return "\ufeff" + csv_line(head) + "".join(csv_line(row) for row in rows)
