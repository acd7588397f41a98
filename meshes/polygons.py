"""What a file reader hands over, before normals and edges are made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_EAR_CLIPPING_CORNERS = 512
"""A concave polygon with more corners is cut as a fan: clipping takes quadratic time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Triangles:
    """vertices: (V, 3) float64, object frame; faces: (F, 3) int64, checked; source_faces: polygons in the file."""

    vertices: npt.NDArray[np.float64]
    faces: npt.NDArray[np.int64]
    source_faces: int


class BadCornerError(Exception):
    """Face `row` names a vertex that does not exist."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def cut_faces(
    vertices: npt.NDArray[np.float64],
    indexes: npt.NDArray[np.float64] | npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    corners: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Triangles (F, 3) of faces whose corners stand one after the other in a list, in the order of the faces.

    vertices: (V, 3); indexes: the list, 0 is the first vertex; starts, corners: (P,) where each face begins
    in it and how many corners it has. Faces of fewer than three corners show nothing and give nothing.

    Raises BadCornerError.
    """
    pieces, owners = [np.empty((0, 3), dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for count in np.unique(corners[corners >= 3]):
        rows = np.flatnonzero(corners == count)
        chosen = indexes[starts[rows, None] + np.arange(count)]
        good = ((chosen >= 0) & (chosen < len(vertices)) & (chosen == np.floor(chosen))).all(axis=1)
        if not good.all():
            raise BadCornerError(int(rows[np.argmin(good)]))
        pieces.append(triangulate(vertices, chosen.astype(np.int64)).reshape(-1, 3))
        owners.append(np.repeat(rows, count - 2))
    faces = np.concatenate(pieces)
    if len(pieces) > 2:
        faces = faces[np.argsort(np.concatenate(owners), kind="stable")]
    return faces


def triangulate(vertices: npt.NDArray[np.float64], polygons: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Cut polygons of n corners each, (P, n) with n >= 3, into (P, n - 2, 3) triangles.

    Convex polygons become fans. In a concave one a fan would cover what lies outside, so ears are clipped.
    """
    count, corners = polygons.shape
    step = np.arange(1, corners - 1)
    fan = np.stack([np.zeros_like(step), step, step + 1], axis=1)
    triangles: npt.NDArray[np.int64] = polygons[:, fan]
    if corners == 3 or count == 0:
        return triangles
    points = vertices[polygons]
    for row in np.flatnonzero(~_convex(points)):
        if corners <= _EAR_CLIPPING_CORNERS:
            triangles[row] = polygons[row][_clip_ears(points[row])]
    return triangles


def _convex(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which of the polygons (P, n, 3) turn the same way at each corner, seen along their mean normal.

    A star that turns twice around counts as convex; no CAD model has been seen with one.
    """
    incoming = points - np.roll(points, 1, axis=1)
    turn = np.cross(incoming, np.roll(incoming, -1, axis=1))
    normal = _newell_normal(points)
    along = np.einsum("pnk,pk->pn", turn, normal)
    size = np.abs(along).max(axis=1, keepdims=True)
    result: npt.NDArray[np.bool_] = (along >= -1e-9 * size).all(axis=1)
    return result


def _newell_normal(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Area vectors of polygons (..., n, 3), right for concave and slightly bent ones too (Newell's method)."""
    centred = points - points.mean(axis=-2, keepdims=True)
    result: npt.NDArray[np.float64] = np.cross(centred, np.roll(centred, -1, axis=-2)).sum(axis=-2)
    return result


def _clip_ears(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Triangles (n - 2, 3) of one simple polygon (n, 3), as corner numbers (ear clipping, Meisters 1975)."""
    normal = _newell_normal(points)
    drop = int(np.argmax(np.abs(normal)))
    flat = np.delete(points, drop, axis=1)
    # Dropping y reverses the sense of the remaining pair (x, z).
    sense = np.sign(normal[drop]) * (-1.0 if drop == 1 else 1.0) or 1.0
    left = list(range(len(points)))
    triangles = []
    while len(left) > 3:
        ear = next((at for at in range(len(left)) if _is_ear(flat, left, at, sense)), 0)
        before, after = left[ear - 1], left[(ear + 1) % len(left)]
        triangles.append((before, left[ear], after))
        del left[ear]
    triangles.append((left[0], left[1], left[2]))
    return np.array(triangles, dtype=np.int64)


def _is_ear(flat: npt.NDArray[np.float64], left: list[int], at: int, sense: float) -> bool:
    corner = (left[at - 1], left[at], left[(at + 1) % len(left)])
    a, b, c = flat[list(corner)]
    if sense * _cross(b - a, c - b) <= 0:
        return False
    others = flat[[index for index in left if index not in corner]]
    inside = (
        (sense * _cross(b - a, others - a) >= 0)
        & (sense * _cross(c - b, others - b) >= 0)
        & (sense * _cross(a - c, others - c) >= 0)
    )
    return not bool(inside.any())


def _cross(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return result
