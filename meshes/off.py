"""The OFF format: a strict and fast reader, and a writer whose bytes depend on nothing but the mesh."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import DEFAULT_LIMITS, LARGEST_COORDINATE, MeshLimits
from meshes.polygons import Triangles, triangulate

_KEYWORD = re.compile(rb"\s*(?P<kind>(?:ST)?C?N?4?n?OFF)(?P<binary>[ \t]+BINARY)?")
_COUNTS = re.compile(rb"\s*(?P<vertices>\d{1,18})[ \t]+(?P<faces>\d{1,18})(?:[ \t]+\d{1,18})?[ \t]*(?=\n|$)")
_COMMENT = re.compile(rb"#[^\n]*")
_NOT_A_NUMBER = re.compile(
    rb"(?<!\S)(?![+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\S))(?!(?i:[+-]?(?:nan|inf|infinity))(?!\S))\S+"
)
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
    text = _clean(file, content)
    start, vertex_count, face_count = _header(file, text, limits)
    body = memoryview(text)[start:]
    first_line = text.count(b"\n", 0, start) + 1
    numbers, line_starts, line_lengths, line_numbers = _tokens(file, bytes(body), first_line)

    if len(line_starts) != vertex_count + face_count:
        promised = f"the header promises {vertex_count} vertices and {face_count} faces"
        if len(line_starts) < vertex_count + face_count:
            last = int(line_numbers[-1]) if len(line_numbers) else first_line
            reason = f"{promised}, but the file ends after {len(line_starts)} lines of them"
            raise MeshUnreadable(file, reason, last)
        extra = int(line_numbers[vertex_count + face_count])
        raise MeshUnreadable(file, f"{promised}, but there are more lines", extra)

    def refuse(rows: npt.NDArray[np.bool_], offset: int, reason: str) -> None:
        if rows.any():
            raise MeshUnreadable(file, reason, int(line_numbers[offset + int(np.argmax(rows))]))

    refuse(line_lengths[:vertex_count] < 3, 0, "a vertex needs three coordinates")
    vertices = numbers[line_starts[:vertex_count, None] + np.arange(3)]
    refuse(~np.isfinite(vertices).all(axis=1), 0, "a coordinate is not a finite number")
    refuse((np.abs(vertices) > LARGEST_COORDINATE).any(axis=1), 0, "a coordinate is too large to be drawn")

    starts, lengths = line_starts[vertex_count:], line_lengths[vertex_count:]
    corners = numbers[starts]
    whole = np.isfinite(corners) & (corners == np.floor(corners)) & (corners >= 0)
    refuse(~whole, vertex_count, "a face must begin with the number of its corners")
    refuse(corners > lengths - 1, vertex_count, "a face has fewer corners than it says")
    triangle_count = int(np.maximum(corners - 2, 0).sum())
    if triangle_count > limits.max_faces:
        raise MeshUnreadable(file, f"{triangle_count} triangles are more than the {limits.max_faces} allowed")
    if triangle_count == 0:
        raise MeshUnreadable(file, "there are no faces, only points")

    pieces, owners = [], []
    for corner_count in np.unique(corners[corners >= 3]).astype(np.int64):
        rows = np.flatnonzero(corners == corner_count)
        indexes = numbers[starts[rows, None] + np.arange(1, corner_count + 1)]
        bad = np.zeros(face_count, dtype=np.bool_)
        bad[rows] = ~((indexes >= 0) & (indexes < vertex_count) & (indexes == np.floor(indexes))).all(axis=1)
        refuse(bad, vertex_count, f"a face names a vertex that is not among the {vertex_count} (0 is the first)")
        cut = triangulate(vertices, indexes.astype(np.int64))
        pieces.append(cut.reshape(-1, 3))
        owners.append(np.repeat(rows, corner_count - 2))
    faces = np.concatenate(pieces)
    if len(pieces) > 1:
        faces = faces[np.argsort(np.concatenate(owners), kind="stable")]
    return Triangles(vertices=vertices, faces=faces, source_faces=face_count)


def _clean(file: Path, content: bytes) -> bytes:
    """The text with `\\n` line ends and without comments; line numbers stay as they were."""
    if not content.strip():
        raise MeshUnreadable(file, "the file is empty")
    text = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    return text


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


def _tokens(
    file: Path, body: bytes, first_line: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All numbers, and for each line that is not blank its first number, how many it has, and its line number."""
    characters = np.frombuffer(body, dtype=np.uint8)
    begins = characters > ord(" ")
    begins[1:] &= characters[:-1] <= ord(" ")
    token_places = np.flatnonzero(begins)
    del begins
    line_ends = np.append(np.flatnonzero(characters == ord("\n")), len(characters))
    tokens_so_far = np.searchsorted(token_places, line_ends)
    lengths = np.diff(tokens_so_far, prepend=0)
    filled = np.flatnonzero(lengths)
    with warnings.catch_warnings():
        # NumPy warns where it meets something that is no number, and stops; the count below finds that out.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            numbers = np.fromstring(body, dtype=np.float64, sep=" ")
        except ValueError:
            numbers = np.empty(0)
    # NumPy also reads "1-2" as two numbers: hence more numbers than tokens.
    if len(numbers) != len(token_places):
        stranger = _NOT_A_NUMBER.search(body)
        if stranger is None:
            raise MeshUnreadable(file, "something in the file is not a number")
        shown = stranger[0][:20].decode("ascii", "backslashreplace")
        line = first_line + body.count(b"\n", 0, stranger.start())
        raise MeshUnreadable(file, f"{shown!r} is not a number", line)
    return numbers, (tokens_so_far - lengths)[filled], lengths[filled], filled + first_line


def write_off(path: Path, vertices: npt.ArrayLike, faces: npt.NDArray[np.integer] | Iterable[Sequence[int]]) -> None:
    """Write an OFF file whose bytes depend on nothing but the mesh, and which reads back to the same float64s.

    vertices: (V, 3), finite; faces: (F, n) indexes, or one sequence of indexes for each polygon.
    Raises ValueError where `parse_off` would refuse the result.
    """
    points = np.asarray(vertices, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        raise ValueError("vertices must be (n, 3) finite numbers")
    polygons = [[int(index) for index in face] for face in faces]
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
