"""Numbers of text formats, all at once, with the line that each stands on."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import LARGEST_COORDINATE

_NOT_A_NUMBER = re.compile(
    rb"(?<!\S)(?![+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\S))(?!(?i:[+-]?(?:nan|inf|infinity))(?!\S))\S+"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberLines:
    """The numbers of a text, and its lines that have any.

    numbers: all of them, in order. For each line that is not blank: starts, the place of its first number in
    `numbers`; lengths, how many it has; lines, its 1-based number in the file.
    """

    file: Path
    numbers: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]

    def part(self, first: int, count: int) -> NumberLines:
        """`count` lines from line `first` of these on."""
        chosen = slice(first, first + count)
        return NumberLines(
            file=self.file,
            numbers=self.numbers,
            starts=self.starts[chosen],
            lengths=self.lengths[chosen],
            lines=self.lines[chosen],
        )

    def refuse(self, bad: npt.NDArray[np.bool_], reason: str) -> None:
        """Raise MeshUnreadable for the first of the lines that is bad, if one is."""
        if bad.any():
            raise MeshUnreadable(self.file, reason, int(self.lines[np.argmax(bad)]))

    def points(self) -> npt.NDArray[np.float64]:
        """(n, 3): the first three numbers of each line, as coordinates. Raises MeshUnreadable."""
        self.refuse(self.lengths < 3, "a vertex needs three coordinates")
        points: npt.NDArray[np.float64] = self.numbers[self.starts[:, None] + np.arange(3)]
        self.refuse_coordinates(points)
        return points

    def refuse_coordinates(self, points: npt.NDArray[np.float64]) -> None:
        """Raise MeshUnreadable if a point (n, 3), one a line, cannot be drawn."""
        self.refuse(np.any(~np.isfinite(points), axis=1), "a coordinate is not a finite number")
        self.refuse(np.any(np.abs(points) > LARGEST_COORDINATE, axis=1), "a coordinate is too large to be drawn")


def plain_text(content: bytes, comment: bytes | None = None) -> bytes:
    """The text with `\\n` line ends, without byte order mark and comments; lines keep their numbers."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if comment is not None and comment in text:
        text = re.sub(re.escape(comment) + rb"[^\n]*", b"", text)
    return text


def read_numbers(
    file: Path, text: bytes, first_line: int = 1, lines: npt.NDArray[np.int64] | None = None
) -> NumberLines:
    """Read a text that consists of numbers only.

    Its first line is line `first_line` of the file; or `lines` says for each line which one it is.
    Raises MeshUnreadable where something is not a number.
    """
    characters = np.frombuffer(text, dtype=np.uint8)
    begins = characters > ord(" ")
    begins[1:] &= characters[:-1] <= ord(" ")
    places = np.flatnonzero(begins)
    line_ends = np.append(np.flatnonzero(characters == ord("\n")), len(characters))
    so_far = np.searchsorted(places, line_ends)
    lengths = np.diff(so_far, prepend=0)
    filled = np.flatnonzero(lengths)
    numbers = np.empty(0)
    if len(places):
        with suppress(ValueError):
            numbers = np.fromstring(text, dtype=np.float64, sep=" ")
    # Nothing after a ValueError; and NumPy reads "1-2" as two numbers, which are more than the tokens.
    if len(numbers) != len(places):
        stranger = _NOT_A_NUMBER.search(text)
        if stranger is None:
            raise MeshUnreadable(file, "something in the file is not a number")
        at = text.count(b"\n", 0, stranger.start())
        shown = stranger[0][:20].decode("ascii", "backslashreplace")
        raise MeshUnreadable(file, f"{shown!r} is not a number", first_line + at if lines is None else int(lines[at]))
    return NumberLines(
        file=file,
        numbers=numbers,
        starts=(so_far - lengths)[filled],
        lengths=lengths[filled],
        lines=filled + first_line if lines is None else lines[filled],
    )
