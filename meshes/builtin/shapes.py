"""Closed solids from outlines: loft, lathe, tube, extrusion, and the simple bodies made with them.

Every shape is one closed part whose faces look outwards. A "ring" is an outline placed in space, (N, 3).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.builtin.outlines import ellipse, inset, rounded_rectangle, signed_area, triangulated
from meshes.builtin.solid import AXES, Part, Points, Solid, Triangles, cross


def loft(rings: ArrayLike, *, closed: bool = False) -> Solid:
    """A skin over rings (K, N, 3); the ends get flat caps, or with `closed` the last ring joins the first.

    Rings may shrink to a point (a pole). Caps may be concave but must be flat.
    """
    R = np.asarray(rings, dtype=np.float64)
    K, N = R.shape[:2]
    grid = np.arange(K * N).reshape(K, N)
    upper = np.roll(grid, -1, axis=0) if closed else grid[1:]
    lower = grid if closed else grid[:-1]
    a, b, c, d = lower, np.roll(lower, -1, axis=1), np.roll(upper, -1, axis=1), upper
    faces = [np.stack([a, b, c], axis=-1).reshape(-1, 3), np.stack([a, c, d], axis=-1).reshape(-1, 3)]
    if not closed:
        faces += [_cap(R[0], grid[0])[:, ::-1], _cap(R[-1], grid[-1])]
    return _closed_part(R.reshape(-1, 3), np.concatenate(faces))


def _cap(ring: Points, indexes: NDArray[np.int64]) -> Triangles:
    """Triangles over a flat ring, running as the ring runs."""
    if np.ptp(ring, axis=0).max() < 1e-9:
        return np.empty((0, 3), dtype=np.int64)
    following = np.roll(ring, -1, axis=0)
    normal = cross(ring - ring[0], following - ring[0]).sum(axis=0)
    u = ring[int(np.argmax(np.linalg.norm(ring - ring[0], axis=1)))] - ring[0]
    v = cross(normal, u)
    flat = np.stack([ring @ u / np.linalg.norm(u), ring @ v / np.linalg.norm(v)], axis=1)
    return indexes[triangulated(flat - flat[0])]


def _closed_part(vertices: Points, faces: Triangles) -> Solid:
    """Welds vertices that coincide, drops triangles that lost a corner so, turns the faces outwards."""
    keys = np.round(vertices, 9) + 0.0
    order = np.lexsort((keys[:, 2], keys[:, 1], keys[:, 0]))
    fresh = np.ones(len(keys), dtype=np.bool_)
    fresh[1:] = (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    first = order[fresh]
    # Numbered by first use, so that the order does not hang on how rounding sorts.
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = rank[np.cumsum(fresh) - 1]
    faces = place[faces]
    whole = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    part = Part(vertices[np.sort(first)], faces[whole])
    return Solid((part if part.signed_volume() > 0 else part.flipped(),))


def lathe(profile: ArrayLike, *, segments: int = 32, closed: bool = False) -> Solid:
    """A profile (K, 2) of (radius, z) turned about z; an end off the axis is closed by a flat disc.

    For a vessel, run up the outside, over the rim and down the inside to the axis. With `closed` the profile's end
    joins its beginning, which makes a ring.
    """
    points = np.asarray(profile, dtype=np.float64)
    circle = ellipse(1.0, 1.0, segments)
    rings = np.concatenate(
        [
            points[:, None, :1] * circle[None],
            np.broadcast_to(points[:, None, 1:], (len(points), segments, 1)),
        ],
        axis=2,
    )
    return loft(rings, closed=closed)


def tube(path: ArrayLike, radius: float | Sequence[float], *, sides: int = 10, closed: bool = False) -> Solid:
    """A round bar along a path (K, 3); one radius, or one for each point. With `closed` the path is a loop."""
    return sweep(path, ellipse(1.0, 1.0, sides), radius, closed=closed)


def sweep(
    path: ArrayLike,
    outline: Points,
    scale: float | Sequence[float] = 1.0,
    *,
    closed: bool = False,
    up: tuple[float, float, float] | None = None,
) -> Solid:
    """An outline (N, 2) carried along a path (K, 3) without twist, scaled by one factor or one for each point.

    With `up` the outline's y follows that direction at every point, and its x lies across the path.
    """
    P = np.asarray(path, dtype=np.float64)
    scales = np.broadcast_to(np.asarray(scale, dtype=np.float64), len(P))
    ahead, behind = np.roll(P, -1, axis=0) - P, P - np.roll(P, 1, axis=0)
    if not closed:
        ahead[-1], behind[0] = behind[-1], ahead[0]
    tangents = _unit(_unit(ahead) + _unit(behind))
    across = _transported(tangents, closed) if up is None else _unit(cross(tangents, np.array(up, dtype=np.float64)))
    upwards = cross(across, tangents)
    rings = P[:, None] + scales[:, None, None] * (
        outline[None, :, :1] * across[:, None] + outline[None, :, 1:] * upwards[:, None]
    )
    return loft(rings, closed=closed)


def _transported(tangents: Points, closed: bool) -> Points:
    """Directions across the path, each the one before carried along; on a loop the mismatch is spread evenly."""
    x = np.empty_like(tangents)
    helper = np.eye(3)[int(np.argmin(np.abs(tangents[0])))]
    x[0] = _unit(helper - tangents[0] * (helper @ tangents[0]))
    for k in range(1, len(tangents)):
        x[k] = _unit(x[k - 1] - tangents[k] * (x[k - 1] @ tangents[k]))
    if closed:
        arrived = _unit(x[-1] - tangents[0] * (x[-1] @ tangents[0]))
        y0 = cross(x[0], tangents[0])
        turn = np.arctan2(arrived @ y0, arrived @ x[0])
        angles = -turn * np.arange(len(tangents)) / len(tangents)
        y = cross(x, tangents)
        x = np.cos(angles)[:, None] * x + np.sin(angles)[:, None] * y
    return x


def _unit(vectors: Points) -> Points:
    result: Points = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return result


def extrude(outline: ArrayLike, depth: float, *, axis: str = "z", bevel: float = 0.0, steps: int = 2) -> Solid:
    """A simple polygon (N, 2) given thickness about the origin, along an axis, with rounded long edges.

    The outline's coordinates are the other two axes in alphabetical order: (y, z) for x, (x, z) for y.
    """
    flat = np.asarray(outline, dtype=np.float64)
    flat = flat if signed_area(flat) > 0 else flat[::-1]
    turns = np.linspace(0, np.pi / 2, steps + 1) if bevel > 0 else np.array([np.pi / 2])
    lower = [(-depth / 2 + bevel * (1 - np.sin(turn)), bevel * (1 - np.cos(turn))) for turn in turns[::-1]]
    layers = [(height, amount) for height, amount in lower] + [(-h, amount) for h, amount in reversed(lower)]
    if bevel <= 0:
        layers = [(-depth / 2, 0.0), (depth / 2, 0.0)]
    across = [index for name, index in AXES.items() if name != axis]
    rings = np.empty((len(layers), len(flat), 3))
    for ring, (height, amount) in zip(rings, layers, strict=True):
        ring[:, across] = inset(flat, amount)
        ring[:, AXES[axis]] = height
    return loft(rings)


def box(x: float, y: float, z: float, *, radius: float = 0.0, steps: int = 2) -> Solid:
    """A box about the origin with all edges and corners rounded by the radius."""
    radius = min(radius, x / 2, y / 2, z / 2)
    if radius <= 0:
        return extrude(np.array([(-x, -y), (x, -y), (x, y), (-x, y)]) / 2, z)
    turns = np.linspace(0, np.pi / 2, steps + 1)
    lower = [(-z / 2 + radius * (1 - np.sin(turn)), radius * np.cos(turn)) for turn in turns[::-1]]
    layers = lower + [(-height, edge) for height, edge in reversed(lower)]
    rings = []
    for height, edge in layers:
        across = rounded_rectangle(x - 2 * radius + 2 * edge, y - 2 * radius + 2 * edge, edge, steps)
        rings.append(np.column_stack([across, np.full(len(across), height)]))
    return loft(np.array(rings))


def cylinder(radius: float, length: float, *, axis: str = "z", segments: int = 32, bevel: float = 0.0) -> Solid:
    """A round bar about the origin, its rims rounded by the bevel."""
    h = length / 2
    profile = [(radius, -h), (radius, h)]
    if bevel > 0:
        profile = [(radius - bevel, -h), (radius, -h + bevel), (radius, h - bevel), (radius - bevel, h)]
    return along(lathe(profile, segments=segments), axis)


def along(solid: Solid, axis: str) -> Solid:
    """A solid built about z, laid along another axis (its top towards that axis's positive end)."""
    if axis == "x":
        return solid.turned("y", 90)
    return solid.turned("x", -90) if axis == "y" else solid


def ellipsoid(x: float, y: float, z: float, *, segments: int = 24, rings: int = 12) -> Solid:
    """Semi-axes along x, y, z, about the origin."""
    turns = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    profile = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    profile[[0, -1], 0] = 0.0
    return lathe(profile, segments=segments).scaled(x, y, z)


def torus(radius: float, thickness: float, *, axis: str = "z", segments: int = 40, sides: int = 10) -> Solid:
    """A ring about the origin in the plane across the axis; `thickness` is the radius of its bar."""
    path = np.column_stack([ellipse(radius, radius, segments), np.zeros(segments)])
    return along(tube(path, thickness, sides=sides, closed=True), axis)


def bar(
    start: ArrayLike, end: ArrayLike, radius: float, end_radius: float | None = None, *, sides: int = 10
) -> Solid:
    """A straight round bar between two points, tapering where the end's radius differs."""
    return tube(np.array([start, end]), [radius, radius if end_radius is None else end_radius], sides=sides)


def panel(quad: ArrayLike, outline: ArrayLike, thickness: float) -> Solid:
    """A thin plate lying on a quadrilateral face (4, 3), its outline given in the face's own (u, v) in [0, 1].

    Corners run (0,0), (1,0), (1,1), (0,1), counter-clockwise from outside; half the plate stands proud.
    """
    p00, p10, p11, p01 = np.asarray(quad, dtype=np.float64)
    normal = _unit(cross(p11 - p00, p01 - p10))
    u, v = (np.asarray(outline, dtype=np.float64)[:, k, None] for k in (0, 1))
    ring = (1 - v) * ((1 - u) * p00 + u * p10) + v * ((1 - u) * p01 + u * p11)
    return loft(np.array([ring - normal * thickness / 2, ring + normal * thickness / 2]))
