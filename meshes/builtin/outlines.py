"""Flat outlines and curves that solids are made from: arrays (N, 2) or (N, 3), counter-clockwise, not repeated."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]


def arc(radius: float, start: float, end: float, steps: int, centre: tuple[float, float] = (0.0, 0.0)) -> Points:
    """Points (steps + 1, 2) on a circle from one angle to another, in degrees, both ends included."""
    angles = np.radians(np.linspace(start, end, steps + 1))
    return np.stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)], axis=1)


def ellipse(x_radius: float, y_radius: float, sides: int = 32) -> Points:
    """An outline (sides, 2) about the origin."""
    angles = np.arange(sides) * (2 * np.pi / sides)
    return np.stack([x_radius * np.cos(angles), y_radius * np.sin(angles)], axis=1)


def rounded_rectangle(width: float, height: float, radius: float, steps: int = 4) -> Points:
    """An outline (4 · (steps + 1), 2) about the origin; the radius is clipped to what fits."""
    radius = min(radius, width / 2, height / 2)
    x, y = width / 2 - radius, height / 2 - radius
    corners = [(x, y), (-x, y), (-x, -y), (x, -y)]
    return np.concatenate([arc(radius, 90 * k, 90 * k + 90, steps, corner) for k, corner in enumerate(corners)])


def rounded(outline: ArrayLike, radius: float | Sequence[float], steps: int = 3) -> Points:
    """The polygon with every corner rounded by a quadratic curve that begins `radius` before the corner.

    One radius for all corners or one for each; a corner's radius is clipped to 45 % of its shorter side.
    """
    corners = np.asarray(outline, dtype=np.float64)
    radii = np.broadcast_to(np.asarray(radius, dtype=np.float64), len(corners))
    t = np.linspace(0, 1, steps + 1)[:, None]
    pieces = []
    for k, corner in enumerate(corners):
        before, after = corners[k - 1] - corner, corners[(k + 1) % len(corners)] - corner
        lengths = float(np.linalg.norm(before)), float(np.linalg.norm(after))
        reach = min(float(radii[k]), 0.45 * min(lengths))
        if reach <= 0:
            pieces.append(corner[None])
            continue
        start, end = corner + before * (reach / lengths[0]), corner + after * (reach / lengths[1])
        pieces.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    return np.concatenate(pieces)


def curve(points: ArrayLike, steps: int = 8) -> Points:
    """A smooth open curve through all the points (N, D), in (N − 1) · steps + 1 points.

    A uniform Catmull–Rom spline: the tangent in a point is half the way from its one neighbour to the other.
    """
    P = np.asarray(points, dtype=np.float64)
    before = np.concatenate([2 * P[:1] - P[1:2], P[:-1]])
    after = np.concatenate([P[1:], 2 * P[-1:] - P[-2:-1]])
    tangents = (after - before) / 2
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    h00, h10 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    h01, h11 = -2 * t**3 + 3 * t**2, t**3 - t**2
    pieces = [h00 * P[k] + h10 * tangents[k] + h01 * P[k + 1] + h11 * tangents[k + 1] for k in range(len(P) - 1)]
    return np.concatenate([*pieces, P[-1:]])


def signed_area(outline: Points) -> float:
    """Positive where the outline (N, 2) runs counter-clockwise."""
    x, y = outline[:, 0], outline[:, 1]
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2


def inset(outline: Points, amount: float | Points) -> Points:
    """Every corner of a counter-clockwise outline moved inwards, mitred (at most 3 times the amount away).

    One amount for all, or one for each corner (N,).
    """
    edges = np.roll(outline, -1, axis=0) - outline
    lengths = np.linalg.norm(edges, axis=1, keepdims=True)
    normals = np.stack([-edges[:, 1], edges[:, 0]], axis=1) / np.maximum(lengths, 1e-12)
    previous = np.roll(normals, 1, axis=0)
    mitre = normals + previous
    scale = 2 / np.maximum(np.sum(mitre**2, axis=1, keepdims=True), 0.22)
    return np.asarray(outline + np.reshape(amount, (-1, 1)) * mitre * scale)


def triangulated(outline: Points) -> Triangles:
    """Triangles (N - 2, 3) of a simple polygon (N, 2), concave or not, as indexes into the outline.

    They run counter-clockwise where the outline does. Convex outlines are halved again and again; of others the
    best-shaped ear is clipped each time.
    """
    turns = _turns(outline)
    if (turns >= 0).all() or (turns <= 0).all():
        return _convex_triangles(len(outline))
    forward = signed_area(outline) > 0
    order = list(range(len(outline))) if forward else list(range(len(outline)))[::-1]
    qualities = [_ear_quality(outline, order, k) for k in range(len(order))]
    triangles = []
    while len(order) > 3:
        best = int(np.argmax(qualities))
        triangles.append((order[best - 1], order[best], order[(best + 1) % len(order)]))
        del order[best], qualities[best]
        # Clipping an ear changes only the corners beside it.
        for k in (best - 1, best % len(order)):
            qualities[k] = _ear_quality(outline, order, k)
    triangles.append((order[0], order[1], order[2]))
    return np.array(triangles, dtype=np.int64)[:, :: 1 if forward else -1]


def _turns(outline: Points) -> Points:
    """At each corner, positive for a left turn, zero where it is straight to within rounding."""
    ahead = np.roll(outline, -1, axis=0) - outline
    behind = outline - np.roll(outline, 1, axis=0)
    cross = _cross(behind, ahead)
    return np.where(np.abs(cross) > 1e-12 * np.ptp(outline) ** 2, cross, 0.0)


@cache
def _convex_triangles(corners: int) -> Triangles:
    return np.array(_halved(list(range(corners))), dtype=np.int64)


def _halved(corners: list[int]) -> list[tuple[int, int, int]]:
    """Triangles of a convex polygon, cut in halves along its chords."""
    if len(corners) < 3:
        return []
    middle = len(corners) // 2
    triangle = (corners[0], corners[middle], corners[-1])
    return [triangle, *_halved(corners[: middle + 1]), *_halved(corners[middle:])]


def _ear_quality(outline: Points, order: list[int], k: int) -> float:
    """Area over longest side squared, or less than 0 where the corner is no ear."""
    ia, ib, ic = order[k - 1], order[k], order[(k + 1) % len(order)]
    a, b, c = outline[ia], outline[ib], outline[ic]
    area = float(_cross(b - a, c - a))
    longest = max(float(np.sum((b - a) ** 2)), float(np.sum((c - b) ** 2)), float(np.sum((a - c) ** 2)))
    if area <= 1e-12 * longest:
        return -0.5 if area > -1e-12 * longest else -1.0
    others = outline[[i for i in order if i not in (ia, ib, ic)]]
    inside = (
        (_cross(b - a, others - a) > -1e-12)
        & (_cross(c - b, others - b) > -1e-12)
        & (_cross(a - c, others - c) > -1e-12)
    )
    return -1.0 if inside.any() else area / longest


def _cross(u: Points, v: Points) -> Points:
    return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])
