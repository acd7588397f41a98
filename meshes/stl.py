"""The STL format, binary and text.

Our own reader, because trimesh 5.2 takes a binary file of the wrong length for an empty mesh, and the text up
to the last "endsolid" for the whole of a file that was cut.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from meshes.errors import MeshUnreadable
from meshes.limits import LARGEST_COORDINATE, MeshLimits
from meshes.polygons import Triangles
from meshes.text import plain_text, read_numbers

_HEADER_BYTES = 84
_FACET = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_NEXT_WORDS = {
    b"solid": (b"facet", b"endsolid"),
    b"facet": (b"outer",),
    b"outer": (b"vertex",),
    b"vertex": (b"vertex", b"endloop"),
    b"endloop": (b"endfacet",),
    b"endfacet": (b"facet", b"endsolid"),
    b"endsolid": (b"solid",),
}


def parse_stl(file: Path, content: bytes, limits: MeshLimits) -> Triangles:
    """Read an STL file's bytes, as they are oriented. Raises MeshUnreadable, for a text file with the line.

    Binary files may begin with the word "solid" too: the length decides.
    """
    if len(content) >= _HEADER_BYTES:
        count = int.from_bytes(content[80:84], "little")
        if len(content) == _HEADER_BYTES + count * _FACET.itemsize:
            return _binary(file, content, count, limits)
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:5].lower() == b"solid" and b"\0" not in head:
        return _text(file, content, limits)
    if len(content) < _HEADER_BYTES:
        raise MeshUnreadable(file, "this is not an STL file: it is too short")
    raise MeshUnreadable(
        file,
        f"the header promises {count} triangles, {_HEADER_BYTES + count * _FACET.itemsize} bytes in all, "
        f"but the file has {len(content)}",
    )


def _binary(file: Path, content: bytes, count: int, limits: MeshLimits) -> Triangles:
    if count > limits.max_faces:
        raise MeshUnreadable(file, f"{count} triangles are more than the {limits.max_faces} allowed")
    if count == 0:
        raise MeshUnreadable(file, "there are no faces")
    facets = np.frombuffer(content, dtype=_FACET, count=count, offset=_HEADER_BYTES)
    vertices = facets["corners"].reshape(-1, 3).astype(np.float64)
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(vertices) <= LARGEST_COORDINATE).all(axis=1)
    if bad.any():
        raise MeshUnreadable(file, f"triangle {int(np.argmax(bad)) // 3 + 1} has a coordinate that cannot be drawn")
    return Triangles(vertices=vertices, faces=np.arange(3 * count).reshape(-1, 3), source_faces=count)


def _text(file: Path, content: bytes, limits: MeshLimits) -> Triangles:
    corners: list[bytes] = []
    lines: list[int] = []
    in_loop = 0
    before = b"endsolid"
    number = 0
    for number, line in enumerate(plain_text(content).split(b"\n"), 1):
        word, _, rest = line.strip().replace(b"\t", b" ").partition(b" ")
        word = word.lower()
        if not word:
            continue
        if word not in _NEXT_WORDS[before]:
            expected = " or ".join(next_word.decode() for next_word in _NEXT_WORDS[before])
            raise MeshUnreadable(file, f"the line should begin with {expected}", number)
        if word == b"vertex":
            in_loop += 1
            corners.append(rest)
            lines.append(number)
        elif word == b"endloop":
            if in_loop != 3:
                raise MeshUnreadable(file, f"a face of an STL file has 3 corners, not {in_loop}", number)
            in_loop = 0
        before = word
    if before != b"endsolid":
        raise MeshUnreadable(file, "the file ends before its endsolid: it is not whole", number)
    if not corners:
        raise MeshUnreadable(file, "there are no faces")
    if len(corners) // 3 > limits.max_faces:
        raise MeshUnreadable(file, f"{len(corners) // 3} faces are more than the {limits.max_faces} allowed")
    points = read_numbers(file, b"\n".join(corners), lines=np.array(lines, dtype=np.int64))
    if len(points.lines) != len(lines):
        missing = min(set(lines) - set(points.lines.tolist()))
        raise MeshUnreadable(file, "a vertex needs three coordinates", missing)
    points.refuse(points.lengths != 3, "a vertex needs three coordinates")
    vertices = points.points()
    return Triangles(
        vertices=vertices, faces=np.arange(len(vertices)).reshape(-1, 3), source_faces=len(vertices) // 3
    )
