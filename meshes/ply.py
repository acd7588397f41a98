"""The PLY format, text and binary of both byte orders: points and polygons, other elements are passed over.

Our own reader, because trimesh 5.2 refuses binary files whose faces have different numbers of corners, and
believes the counts of a header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import LARGEST_COORDINATE, MeshLimits
from meshes.polygons import BadCornerError, Triangles, cut_faces
from meshes.text import NumberLines, plain_text, read_numbers

_TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4",
    "float": "f4", "double": "f8",
    "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
    "float32": "f4", "float64": "f8", "int64": "i8", "uint64": "u8",
}  # fmt: skip
_FORMATS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_END = re.compile(rb"(?:^|\r)end_header[ \t]*(?:\r\n|\n|\r)", re.MULTILINE)
_CORNERS = ("vertex_indices", "vertex_index")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Property:
    """value: NumPy type of the value, or of each value of a list; length: that of the list's length, if a list."""

    name: str
    value: np.dtype[np.generic]
    length: np.dtype[np.generic] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    name: str
    count: int
    properties: list[_Property]
    line: int

    @property
    def least_bytes(self) -> int:
        """What a binary row takes if its lists are empty."""
        return sum((prop.length or prop.value).itemsize for prop in self.properties)


def parse_ply(file: Path, content: bytes, limits: MeshLimits) -> Triangles:
    """Read a PLY file's bytes, as they are oriented.

    The header's counts are held against the size of the file and the limits before arrays are made.
    Raises MeshUnreadable, for the header and for text files with the line.
    """
    if content[:3] != b"ply":
        raise MeshUnreadable(file, "this is not a PLY file: it does not begin with the word ply", 1)
    end = _END.search(content)
    if end is None:
        raise MeshUnreadable(file, "the header has no end (the line end_header)")
    order, elements = _header(file, content[: end.end()])
    _refuse_counts(file, elements, len(content) - end.end(), order == "", limits)
    if order == "":
        head_lines = plain_text(content[: end.end()]).count(b"\n")
        lines = read_numbers(file, plain_text(content[end.end() :]), head_lines + 1)
        return _from_text(file, elements, lines, limits)
    return _from_binary(file, elements, content, end.end(), limits)


def _header(file: Path, head: bytes) -> tuple[str, list[_Element]]:
    order: str | None = None
    elements: list[_Element] = []
    for number, raw in enumerate(plain_text(head).decode("latin-1").split("\n"), 1):
        words = raw.split()
        keyword = words[0] if words else "comment"
        try:
            if keyword == "format":
                order = _FORMATS[words[1]]
            elif keyword == "element":
                elements.append(_Element(name=words[1], count=_count(words[2]), properties=[], line=number))
            elif keyword == "property":
                elements[-1].properties.append(_property(words, order or ""))
            elif keyword not in ("ply", "comment", "obj_info", "end_header"):
                raise KeyError(keyword)
        except (KeyError, IndexError, ValueError) as error:
            raise MeshUnreadable(file, f"the header's line {raw[:40]!r} is not understood", number) from error
    if order is None:
        raise MeshUnreadable(file, "the header does not say which format the file has")
    return order, elements


def _count(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 18):
        raise ValueError(word)
    return int(word)


def _property(words: list[str], order: str) -> _Property:
    if words[1] != "list":
        return _Property(name=words[2], value=np.dtype(order + _TYPES[words[1]]), length=None)
    length = np.dtype(order + _TYPES[words[2]])
    if length.kind not in "iu":
        raise ValueError(words[2])
    return _Property(name=words[4], value=np.dtype(order + _TYPES[words[3]]), length=length)


def _refuse_counts(file: Path, elements: list[_Element], room: int, is_text: bool, limits: MeshLimits) -> None:
    needed = 0
    for element in elements:
        if element.count and not element.properties:
            raise MeshUnreadable(file, f"{element.name} has no properties", element.line)
        # In text each number takes a digit and a space or line end; only the last needs none.
        needed += element.count * (2 * len(element.properties) if is_text else element.least_bytes)
        if needed - is_text > room:
            reason = f"the header promises {element.count} of {element.name}, more than fit into the file"
            raise MeshUnreadable(file, reason, element.line)
        if element.name == "face" and element.count > limits.max_faces:
            reason = f"{element.count} faces are more than the {limits.max_faces} allowed"
            raise MeshUnreadable(file, reason, element.line)
    counts = {element.name: element.count for element in elements}
    for name in ("vertex", "face"):
        if not counts.get(name):
            raise MeshUnreadable(file, f"there are no {'faces' if name == 'face' else 'vertices'}")


def _from_text(file: Path, elements: list[_Element], lines: NumberLines, limits: MeshLimits) -> Triangles:
    rows_needed = sum(element.count for element in elements)
    if len(lines.lines) < rows_needed:
        last = int(lines.lines[-1]) if len(lines.lines) else None
        reason = f"the header promises {rows_needed} lines, but there are only {len(lines.lines)}"
        raise MeshUnreadable(file, reason, last)
    if len(lines.lines) > rows_needed:
        reason = f"the header promises {rows_needed} lines, but there are more"
        raise MeshUnreadable(file, reason, int(lines.lines[rows_needed]))
    vertices = corners = starts = face_rows = None
    row = 0
    for element in elements:
        rows = lines.part(row, element.count)
        row += element.count
        if element.name == "vertex":
            places, _ = _places(element, rows)
            columns = [places.get(axis) for axis in "xyz"]
            vertices = np.stack([lines.numbers[_present(file, column)] for column in columns], axis=1)
            rows.refuse_coordinates(vertices)
        elif element.name == "face":
            face_rows = rows
            places, lengths = _places(element, rows)
            name = _corner_list(file, element)
            starts, corners = places[name], lengths[name]
    assert vertices is not None
    assert starts is not None
    assert corners is not None
    assert face_rows is not None
    try:
        return _cut(file, vertices, lines.numbers, starts, corners, limits)
    except BadCornerError as bad:
        reason = f"a face names a vertex that is not among the {len(vertices)} (0 is the first)"
        raise MeshUnreadable(file, reason, int(face_rows.lines[bad.row])) from bad


def _places(
    element: _Element, rows: NumberLines
) -> tuple[dict[str, npt.NDArray[np.int64]], dict[str, npt.NDArray[np.int64]]]:
    """For each property the place of its (first) value in each row, and for each list its lengths."""
    at = rows.starts.copy()
    end = rows.starts + rows.lengths
    places: dict[str, npt.NDArray[np.int64]] = {}
    lengths: dict[str, npt.NDArray[np.int64]] = {}
    for prop in element.properties:
        rows.refuse(at >= end, f"a {element.name} has fewer numbers than the header promises")
        if prop.length is not None:
            length = rows.numbers[at]
            rows.refuse(~((length >= 0) & (length == np.floor(length))), "a list must begin with its length")
            at = at + 1
            rows.refuse(length > end - at, f"a {element.name} has fewer numbers than it says")
            places[prop.name], lengths[prop.name] = at, length.astype(np.int64)
            at = at + lengths[prop.name]
        else:
            places[prop.name] = at
            at = at + 1
    return places, lengths


def _present(file: Path, column: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64]:
    if column is None:
        raise MeshUnreadable(file, "the vertices have no x, y and z")
    return column


def _corner_list(file: Path, element: _Element) -> str:
    for prop in element.properties:
        if prop.name in _CORNERS and prop.length is not None:
            return prop.name
    raise MeshUnreadable(file, "the faces have no list vertex_indices", element.line)


def _from_binary(file: Path, elements: list[_Element], content: bytes, at: int, limits: MeshLimits) -> Triangles:
    vertices = None
    faces = None
    for element in elements:
        places, at = _scan(file, element, content, at)
        if element.name == "vertex":
            columns = {prop.name: prop for prop in element.properties if prop.length is None}
            if not set("xyz") <= set(columns):
                raise MeshUnreadable(file, "the vertices have no x, y and z", element.line)
            vertices = np.stack(
                [_gather(content, places[axis][0], columns[axis].value) for axis in "xyz"], axis=1
            ).astype(np.float64)
        elif element.name == "face":
            name = _corner_list(file, element)
            prop = next(prop for prop in element.properties if prop.name == name)
            starts, corners = places[name]
            first = np.cumsum(corners) - corners
            within = np.arange(int(corners.sum())) - np.repeat(first, corners)
            indexes = _gather(content, np.repeat(starts, corners) + within * prop.value.itemsize, prop.value)
            faces = indexes.astype(np.float64), first, corners
    if content[at:].strip():
        raise MeshUnreadable(file, f"the header promises {at} bytes in all, but the file has {len(content)}")
    assert vertices is not None
    assert faces is not None
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(vertices) <= LARGEST_COORDINATE).all(axis=1)
    if bad.any():
        raise MeshUnreadable(file, f"vertex {int(np.argmax(bad))} has a coordinate that cannot be drawn")
    try:
        return _cut(file, vertices, *faces, limits)
    except BadCornerError as bad_corner:
        reason = f"face {bad_corner.row} names a vertex that is not among the {len(vertices)} (0 is the first)"
        raise MeshUnreadable(file, reason) from bad_corner


def _scan(
    file: Path, element: _Element, content: bytes, at: int
) -> tuple[dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]], int]:
    """Byte offset and length of each property in each row (1 where it is no list), and where the element ends.

    Rows of one size, the common case, are found at a stroke: the lengths of the first row are tried on all.
    """
    short = MeshUnreadable(file, f"the file ends within the {element.count} of {element.name}")
    shape: list[tuple[int, int]] = []
    size = 0
    for prop in element.properties:
        length = 1
        if prop.length is not None and element.count:
            length, size = _length(content, at + size, prop.length, at, short), size + prop.length.itemsize
        shape.append((size, length))
        size += length * prop.value.itemsize
    rows = at + size * np.arange(element.count, dtype=np.int64)
    places = {}
    if at + size * element.count <= len(content):
        for prop, (offset, length) in zip(element.properties, shape, strict=True):
            if prop.length is not None:
                lengths = _gather(content, rows + offset - prop.length.itemsize, prop.length)
                if (lengths != length).any():
                    break
            places[prop.name] = (rows + offset, np.full(element.count, length, dtype=np.int64))
        else:
            return places, at + size * element.count
    return _scan_row_by_row(element, content, at, short)


def _scan_row_by_row(
    element: _Element, content: bytes, at: int, short: MeshUnreadable
) -> tuple[dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]], int]:
    steps = [
        (
            prop.length.itemsize if prop.length is not None else 0,
            prop.length is not None and prop.length.kind == "i",
            "big" if (prop.length or prop.value).byteorder == ">" else "little",
            prop.value.itemsize,
        )
        for prop in element.properties
    ]
    offsets: list[list[int]] = [[] for _ in steps]
    lengths: list[list[int]] = [[] for _ in steps]
    end = len(content)
    for _ in range(element.count):
        for column, (length_bytes, signed, order, value_bytes) in enumerate(steps):
            length = 1
            if length_bytes:
                length = int.from_bytes(content[at : at + length_bytes], order, signed=signed)  # type: ignore[arg-type]
                at += length_bytes
            offsets[column].append(at)
            lengths[column].append(length)
            at += length * value_bytes
            if length < 0 or at > end:
                raise short
    places = {
        prop.name: (np.array(offsets[column], dtype=np.int64), np.array(lengths[column], dtype=np.int64))
        for column, prop in enumerate(element.properties)
    }
    return places, at


def _length(content: bytes, at: int, kind: np.dtype[np.generic], row: int, short: MeshUnreadable) -> int:
    if at + kind.itemsize > len(content):
        raise short
    length = int(np.frombuffer(content, kind, count=1, offset=at)[0])
    if length < 0 or row + length > len(content):
        raise short
    return length


def _gather(content: bytes, offsets: npt.NDArray[np.int64], kind: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    """The values of one type at byte offsets (n,), which need not be aligned."""
    if len(offsets) == 0:
        return np.empty(0, dtype=kind)
    stored = np.frombuffer(content, dtype=np.uint8)
    values: npt.NDArray[np.generic] = stored[offsets[:, None] + np.arange(kind.itemsize)].view(kind)[:, 0]
    return values


def _cut(
    file: Path,
    vertices: npt.NDArray[np.float64],
    indexes: npt.NDArray[np.float64],
    starts: npt.NDArray[np.int64],
    corners: npt.NDArray[np.int64],
    limits: MeshLimits,
) -> Triangles:
    triangle_count = int(np.maximum(corners - 2, 0).sum())
    if triangle_count > limits.max_faces:
        raise MeshUnreadable(file, f"{triangle_count} triangles are more than the {limits.max_faces} allowed")
    faces = cut_faces(vertices, indexes, starts, corners)
    return Triangles(vertices=vertices, faces=faces, source_faces=len(corners))
