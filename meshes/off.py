"""The OFF format: a strict and fast reader, and a writer whose bytes depend on nothing but the mesh."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import DEFAULT_LIMITS, MeshLimits
from meshes.polygons import BadCornerError, Triangles, cut_faces
from meshes.text import plain_text, read_numbers

_KEYWORD = re.compile(rb"\s*(?P<kind>(?:ST)?C?N?4?n?OFF)(?P<binary>[ \t]+BINARY)?")
_COUNTS = re.compile(rb"\s*(?P<vertices>\d{1,18})[ \t]+(?P<faces>\d{1,18})(?:[ \t]+\d{1,18})?[ \t]*(?=\n|$)")
_SHORTEST_VERTEX = len(b"0 0 0\n")
_SHORTEST_FACE = len(b"0\n")


def parse_off(file: Path, content: bytes, limits: MeshLimits = DEFAULT_LIMITS) -> Triangles:
    """Read an OFF file's bytes, one vertex and one face a line; `file` only names it in errors.

    Counts may stand on the keyword's line, even without a space between (ModelNet has such files). Comments,
    blank lines and any line ending may occur, faces may be polygons, and colours (vertices of COFF, faces of
    any file) and normals are passed over. Faces of fewer than three corners show nothing and are dropped.

    Strict otherwise: the promised number of lines, finite coordinates, indexes in range. What the header
    promises is held against the size of the file before arrays of that size are made.

    Raises MeshUnreadable with the line.
    """
    text = plain_text(content, comment=b"#")
    start, vertex_count, face_count = _header(file, text, limits)
    lines = read_numbers(file, text[start:], text.count(b"\n", 0, start) + 1)
    promised = f"the header promises {vertex_count} vertices and {face_count} faces"
    if len(lines.lines) < vertex_count + face_count:
        reason = f"{promised}, but the file ends after {len(lines.lines)} lines of them"
        raise MeshUnreadable(file, reason, text.count(b"\n", 0, len(text.rstrip())) + 1)
    if len(lines.lines) > vertex_count + face_count:
        extra = int(lines.lines[vertex_count + face_count])
        raise MeshUnreadable(file, f"{promised}, but there are more lines", extra)

    vertices = lines.part(0, vertex_count).points()
    face_lines = lines.part(vertex_count, face_count)
    corners = lines.numbers[face_lines.starts]
    whole = np.isfinite(corners) & (corners == np.floor(corners)) & (corners >= 0)
    face_lines.refuse(~whole, "a face must begin with the number of its corners")
    face_lines.refuse(corners > face_lines.lengths - 1, "a face has fewer corners than it says")
    triangle_count = int(np.maximum(corners - 2, 0).sum())
    if triangle_count > limits.max_faces:
        raise MeshUnreadable(file, f"{triangle_count} triangles are more than the {limits.max_faces} allowed")
    try:
        faces = cut_faces(vertices, lines.numbers, face_lines.starts + 1, corners.astype(np.int64))
    except BadCornerError as bad:
        reason = f"a face names a vertex that is not among the {vertex_count} (0 is the first)"
        raise MeshUnreadable(file, reason, int(face_lines.lines[bad.row])) from bad
    return Triangles(vertices=vertices, faces=faces, source_faces=face_count)


def _header(file: Path, text: bytes, limits: MeshLimits) -> tuple[int, int, int]:
    """Where the body begins, and how many vertices and faces it should hold."""
    keyword = _KEYWORD.match(text)
    if keyword is None:
        raise MeshUnreadable(file, "this is not an OFF file: it does not begin with the word OFF", 1)
    line = text.count(b"\n", 0, keyword.start("kind")) + 1
    kind = keyword["kind"].decode()
    if keyword["binary"] is not None:
        raise MeshUnreadable(file, "binary OFF is not supported; save it as text", line)
    if "4" in kind or "n" in kind:
        raise MeshUnreadable(file, f"{kind} does not hold points of three coordinates; save it as OFF", line)
    counts = _COUNTS.match(text, keyword.end())
    if counts is None:
        rest = text[keyword.end() :].lstrip()
        line = text.count(b"\n", 0, len(text) - len(rest)) + 1
        raise MeshUnreadable(file, "the numbers of vertices and faces should follow the word OFF", line)
    line = text.count(b"\n", 0, counts.start("vertices")) + 1
    vertex_count, face_count = int(counts["vertices"]), int(counts["faces"])
    promised = f"the header promises {vertex_count} vertices and {face_count} faces"
    room = len(text) - counts.end()
    if vertex_count * _SHORTEST_VERTEX + face_count * _SHORTEST_FACE > room:
        raise MeshUnreadable(file, f"{promised}, more than fit into the {room} bytes after it", line)
    if face_count > limits.max_faces:
        raise MeshUnreadable(file, f"{promised}, more than the {limits.max_faces} faces allowed", line)
    if face_count == 0:
        raise MeshUnreadable(file, "there are no faces, only points", line)
    return counts.end(), vertex_count, face_count


def write_off(path: Path, vertices: npt.ArrayLike, faces: npt.NDArray[np.integer] | Iterable[Sequence[int]]) -> None:
    """Write an OFF file whose bytes depend on nothing but the mesh, and which reads back to the same float64s.

    vertices: (V, 3), finite; faces: (F, n) indexes, or one sequence of indexes for each polygon.
    Raises ValueError where `parse_off` would refuse the result.
    """
    points = np.asarray(vertices, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        raise ValueError("vertices must be (n, 3) finite numbers")
    polygons = faces.tolist() if isinstance(faces, np.ndarray) else [[int(index) for index in face] for face in faces]
    if not polygons:
        raise ValueError("a mesh has at least one face")
    for face in polygons:
        if len(face) < 3 or min(face) < 0 or max(face) >= len(points):
            raise ValueError(f"face {face} does not name three or more of the {len(points)} vertices")
    # Adding zero turns -0.0 into 0.0.
    lines = ["OFF", f"{len(points)} {len(polygons)} 0"]
    lines += [f"{x!r} {y!r} {z!r}" for x, y, z in (points + 0.0).tolist()]
    lines += [" ".join(map(str, [len(face), *face])) for face in polygons]
    Path(path).write_bytes("\n".join([*lines, ""]).encode("ascii"))
