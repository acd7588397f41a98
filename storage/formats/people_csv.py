"""People from a CSV: columns `name, role[, password]`, in any order, one person a line. Bad lines are named, with
their reason; nothing else is lost."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import InvalidInput
from domain.permissions import Role

MOST_BYTES = 512 * 1024
MOST_PEOPLE = 1000
"""Each password takes 0.15-0.35 s to hash: more would keep the admin waiting for longer than five minutes."""
COLUMNS = ("name", "role", "password")
ENCODINGS = ("utf-8-sig", "gb18030")
"""What spreadsheets write: UTF-8, or, in China, GBK."""


class Fault(StrEnum):
    """Why a file is no list of people at all."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    EMPTY = "empty"
    COLUMNS = "columns"
    NO_TEXT = "no_text"
    NO_CSV = "no_csv"


class PeopleFileRefused(InvalidInput):
    """The file is no list of people; `rule` is a `Fault`, `line` where reading ended, 0 for the file as a whole."""

    code = "people_file_refused"

    def __init__(self, fault: Fault, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.rule = fault.value
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One line of the file, as it was written; `number` counts from 1 as an editor does."""

    number: int
    name: str
    role: str
    password: str | None = field(default=None, repr=False)

    def known_role(self) -> Role | None:
        """None for a word that is no role."""
        try:
            return Role(self.role.casefold())
        except ValueError:
            return None


def read_people(content: bytes) -> list[PersonLine]:
    """Raises PeopleFileRefused for what is no such table at all; the lines themselves may still be wrong."""
    if len(content) > MOST_BYTES:
        raise PeopleFileRefused(Fault.TOO_LARGE, f"a file of people has at most {MOST_BYTES // 1024} KiB")
    rows = _rows(_decoded(content))
    first = next(rows, None)
    if first is None:
        raise PeopleFileRefused(Fault.EMPTY, "the file is empty")
    head = [cell.strip().casefold() for cell in first[1]]
    if "name" not in head or "role" not in head or len(set(head)) != len(head) or not set(head) <= set(COLUMNS):
        names = f"{', '.join(COLUMNS)} (password may be left out)"
        raise PeopleFileRefused(Fault.COLUMNS, f"the first line must name the columns {names}")
    lines: list[PersonLine] = []
    for number, cells in rows:
        if len(lines) == MOST_PEOPLE:
            raise PeopleFileRefused(Fault.TOO_MANY, f"a file has at most {MOST_PEOPLE} people; split it")
        values = dict(zip(head, [*cells, *[""] * len(head)], strict=False))
        # The password keeps its spaces: they may be meant.
        lines.append(
            PersonLine(
                number=number,
                name=values["name"].strip(),
                role=values["role"].strip(),
                password=values.get("password") or None,
            )
        )
    if not lines:
        raise PeopleFileRefused(Fault.EMPTY, "there is nobody below the names of the columns")
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PeopleFileRefused(Fault.NO_TEXT, "the file is no text in UTF-8 or GB 18030")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered lines that hold something; separated by commas, or by what the first line uses instead."""
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        message = f"line {reader.line_num} is no CSV: {error}"
        raise PeopleFileRefused(Fault.NO_CSV, message, reader.line_num) from None
