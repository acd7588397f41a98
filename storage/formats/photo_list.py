"""The list that comes with a person's own photos: a CSV with `image, category, x1, y1, x2, y2[, viewport]`.

One line an object; the corners of its box in pixels of the photo. A line with a photo and nothing else names a photo
whose boxes are drawn later. A line that cannot be used is told with its number, and the others stand.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from domain.box import Box
from domain.errors import InvalidInput, PosewrightError
from storage.formats.imagenet3d.layout import unusable_category, unusable_name

LARGEST_LIST: Final = 64 * 2**20
LONGEST_CELL: Final = 1000
MOST_LINES: Final = 1_000_000
SEPARATORS: Final = ",;\t"
CORNERS: Final = ("x1", "y1", "x2", "y2")
KNOWN: Final = ("image", "category", *CORNERS, "viewport")
_DRIVE: Final = re.compile(r"[A-Za-z]:")


class ListUnreadable(PosewrightError):
    """The list as a whole cannot be used; single lines that cannot are `ListProblem`s."""

    code = "list_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """An object, or with `box` None a photo without any yet. `image` is relative, with `/`; `line` counts from 1."""

    line: int
    image: str
    category: str | None
    box: Box | None
    viewport: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProblem:
    """A line that is left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoList:
    objects: tuple[ListedObject, ...]
    problems: tuple[ListProblem, ...]


def read_photo_list(content: bytes) -> PhotoList:
    """Raises ListUnreadable."""
    text = _text(content)
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    objects: list[ListedObject] = []
    problems: list[ListProblem] = []
    try:
        head = next(lines, [])
        columns = _columns(head)
        for cells in _bounded(lines):
            if any(cell.strip() for cell in cells):
                try:
                    objects.append(_object(lines.line_num, cells, columns))
                except InvalidInput as error:
                    problems.append(ListProblem(line=lines.line_num, reason=str(error)))
    except csv.Error as error:
        raise ListUnreadable(f"the list cannot be read in line {lines.line_num}: {error}") from error
    return PhotoList(objects=tuple(objects), problems=tuple(problems))


def _text(content: bytes) -> str:
    if len(content) > LARGEST_LIST:
        raise ListUnreadable(f"the list has more than {LARGEST_LIST // 2**20} MiB")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ListUnreadable("the list is not in UTF-8: save it as “CSV UTF-8”") from error
    if "\0" in text:
        raise ListUnreadable("this is no CSV file")
    return text


def _columns(head: list[str]) -> dict[str, int]:
    """The place of each known column."""
    columns: dict[str, int] = {}
    for place, name in enumerate(head):
        columns.setdefault(name.strip().lower(), place)
    missing = [name for name in KNOWN[:-1] if name not in columns]
    if "image" in missing or (missing and len(missing) < len(KNOWN) - 2):
        raise ListUnreadable(
            f"the first line must name the columns image, category, x1, y1, x2, y2; {', '.join(missing)} is missing"
        )
    return {name: columns[name] for name in KNOWN if name in columns}


def _bounded(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, cells in enumerate(lines):
        if number >= MOST_LINES:
            raise ListUnreadable(f"the list has more than {MOST_LINES} lines")
        yield cells


def _object(line: int, cells: list[str], columns: dict[str, int]) -> ListedObject:
    """Raises InvalidInput with the reason why the line cannot be used."""
    given = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    if any(len(cell) > LONGEST_CELL for cell in given.values()):
        raise InvalidInput("a cell is too long")
    image = photo_name(given["image"])
    category = unicodedata.normalize("NFC", given.get("category", ""))
    if category and (reason := unusable_category(category)):
        raise InvalidInput(f"category: {reason}")
    corners = [given.get(name, "") for name in CORNERS]
    if not any(corners):
        return ListedObject(line=line, image=image, category=None, box=None, viewport=None)
    if not category:
        raise InvalidInput("there is a box and no category")
    box = Box(*(_number(name, text) for name, text in zip(CORNERS, corners, strict=True)))
    viewport = _number("viewport", given["viewport"]) if given.get("viewport") else None
    if viewport is not None and viewport <= 0:
        raise InvalidInput("viewport is the focal length in pixels, above 0")
    return ListedObject(line=line, image=image, category=category, box=box, viewport=viewport)


def photo_name(name: str) -> str:
    """A relative path with `/` that stays below its folder. Raises InvalidInput."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if not name:
        raise InvalidInput("the image is missing")
    if name.startswith("/") or _DRIVE.match(name):
        raise InvalidInput("the image must be named by a path relative to the list")
    parts = [part for part in PurePosixPath(name).parts if part != "."]
    if not parts or ".." in parts:
        raise InvalidInput("the image's path leads out of the folder")
    for part in parts:
        if reason := unusable_name(part):
            raise InvalidInput(f"image: {reason}")
    joined = "/".join(parts)
    if len(joined) > 512:
        raise InvalidInput("the image's path is too long")
    return joined


def _number(name: str, text: str) -> float:
    try:
        number = float(text.replace("_", " "))  # 1_000 is a number to Python, and nowhere else
    except ValueError:
        raise InvalidInput(f"{name} is not a number" if text else f"{name} is missing") from None
    if not math.isfinite(number):
        raise InvalidInput(f"{name} is not a finite number")
    return number
