"""The OBJ format (Wavefront): points and polygons; materials and everything else are passed over.

Our own reader, because trimesh 5.2 counts negative indexes from the end of the file instead of from the face,
and cannot say in which line an error is.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import MeshLimits
from meshes.polygons import BadCornerError, Triangles, cut_faces
from meshes.text import plain_text, read_numbers

_CONTINUATION = re.compile(rb"\\[ \t]*\n")
_TEXTURE_AND_NORMAL = re.compile(rb"/\S*")


def parse_obj(file: Path, content: bytes, limits: MeshLimits) -> Triangles:
    """Read an OBJ file's bytes, all its objects and groups, and turn y up to z up; see `meshes.read.read_mesh`.

    Raises MeshUnreadable, with the line unless lines are continued by backslashes.
    """
    if b"\0" in content:
        raise MeshUnreadable(file, "this is not an OBJ file: it is not text")
    text = plain_text(content, comment=b"#")
    continued = _CONTINUATION.search(text) is not None
    if continued:
        text = _CONTINUATION.sub(b" ", text)

    points: list[bytes] = []
    point_lines: list[int] = []
    faces: list[bytes] = []
    face_lines: list[int] = []
    points_before: list[int] = []
    for number, line in enumerate(text.split(b"\n"), 1):
        word, _, rest = line.lstrip().replace(b"\t", b" ").partition(b" ")
        if word == b"v":
            points.append(rest)
            point_lines.append(number)
        elif word in (b"f", b"fo"):
            faces.append(rest)
            face_lines.append(number)
            points_before.append(len(points))
    if not faces:
        raise MeshUnreadable(file, "there are no faces in this OBJ file")
    if len(faces) > limits.max_faces:
        raise MeshUnreadable(file, f"{len(faces)} faces are more than the {limits.max_faces} allowed")
    try:
        return _assemble(file, (points, point_lines), (faces, face_lines, points_before), limits)
    except MeshUnreadable as unreadable:
        if continued:
            raise MeshUnreadable(file, unreadable.reason) from unreadable
        raise


def _assemble(
    file: Path,
    points: tuple[list[bytes], list[int]],
    faces: tuple[list[bytes], list[int], list[int]],
    limits: MeshLimits,
) -> Triangles:
    vertex_lines = read_numbers(file, b"\n".join(points[0]), lines=np.array(points[1], dtype=np.int64))
    if len(vertex_lines.lines) != len(points[0]):
        missing = min(set(points[1]) - set(vertex_lines.lines.tolist()))
        raise MeshUnreadable(file, "a vertex needs three coordinates", missing)
    vertices = vertex_lines.points()

    corner_text = _TEXTURE_AND_NORMAL.sub(b"", b"\n".join(faces[0]))
    lines = read_numbers(file, corner_text, lines=np.array(faces[1], dtype=np.int64))
    if len(lines.lines) != len(faces[0]):
        missing = min(set(faces[1]) - set(lines.lines.tolist()))
        raise MeshUnreadable(file, "a face needs three corners", missing)
    lines.refuse(lines.lengths < 3, "a face needs three corners")
    triangle_count = int((lines.lengths - 2).sum())
    if triangle_count > limits.max_faces:
        raise MeshUnreadable(file, f"{triangle_count} triangles are more than the {limits.max_faces} allowed")
    try:
        triangles = cut_faces(
            vertices, _from_zero(lines.numbers, np.repeat(faces[2], lines.lengths)), lines.starts, lines.lengths
        )
    except BadCornerError as bad:
        reason = f"a face names a vertex that is not among the {len(vertices)} (1 is the first, -1 the last so far)"
        raise MeshUnreadable(file, reason, int(lines.lines[bad.row])) from bad
    # The order of the columns: x, -z, y.
    turned = vertices[:, [0, 2, 1]] * (1.0, -1.0, 1.0)
    return Triangles(vertices=turned, faces=triangles, source_faces=len(faces[0]))


def _from_zero(indexes: npt.NDArray[np.float64], points_before: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Indexes from 0 of indexes from 1, or from -1 backwards from the face; 0 becomes one that is out of range."""
    backwards = np.where(indexes < 0, points_before + indexes, -1)
    return np.where(indexes > 0, indexes - 1, backwards)
