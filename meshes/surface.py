"""Normals and feature edges of a triangle mesh, all in arrays.

Real CAD models repeat points, repeat and collapse faces and wind them at random. So points are welded by
position to find neighbours, and two faces at an edge are compared as their shared edge says they are
oriented, not as they are wound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CREASE_DEGREES = 38.0
"""Two faces that meet at a larger angle form a crease. A round thing with ten sides or more (36 degrees from
side to side) is shaded round; a 45 degree chamfer is seen as one."""

SLIVER_HEIGHT = 1e-5
"""A triangle lower than this part of the model's diagonal has no normal of its own: the height is rounding
error (most CAD files of the data set have five decimals) and a hundredth of a pixel at most."""

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """The arrays of a `Mesh`."""

    vertices: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]
    faces: npt.NDArray[np.uint32]
    edges: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbours:
    """Pairs of half-edges on the same edge. Half-edge 3 f + i goes from corner i of face f to the next one.

    first, second: (P,) half-edges; sign: (P,) +1 where the two faces are wound alike, else -1.
    order, edge: (3 F,) half-edges sorted by edge, and the number of the edge, in that order.
    """

    first: Int64
    second: Int64
    sign: Float64
    order: Int64
    edge: Int64


def weld(vertices: Float64, faces: Int64) -> tuple[npt.NDArray[np.float32], Int64]:
    """Points as float32, each position once, and the faces among them that have an extent, each once.

    vertices: (V, 3); faces: (F, 3). Points that no remaining face uses are gone. Faces stay in order.
    """
    # Adding zero turns -0.0 into 0.0, which lie in the same place.
    points = vertices.astype(np.float32) + np.float32(0)
    order = np.lexsort((points[:, 0], points[:, 1], points[:, 2]))
    new = np.ones(len(points), dtype=np.bool_)
    new[1:] = (points[order[1:]] != points[order[:-1]]).any(axis=1)
    number = np.empty(len(points), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    welded, points = number[faces], points[order[new]]

    a, b, c = welded.T
    welded = welded[(a != b) & (b != c) & (c != a)]
    low, middle, high = np.sort(welded, axis=1).T
    order = np.lexsort((high, low * max(len(points), 1) + middle))
    key = np.stack([low, middle, high], axis=1)[order]
    new = np.ones(len(welded), dtype=np.bool_)
    new[1:] = (key[1:] != key[:-1]).any(axis=1)
    welded = welded[np.sort(order[new])]

    used = np.zeros(len(points), dtype=np.bool_)
    used[welded] = True
    renumber = np.cumsum(used) - 1
    return points[used], renumber[welded]


def build_surface(points: npt.NDArray[np.float32], faces: Int64) -> Surface:
    """Normals and feature edges of welded points (W, 3) and faces (F, 3), at least one; see `weld`."""
    corners = points[faces].astype(np.float64)
    sides = np.roll(corners, -1, axis=1) - corners
    lengths = np.linalg.norm(sides, axis=2)
    area_vectors = np.cross(sides[:, 0], sides[:, 1])
    double_area = np.linalg.norm(area_vectors, axis=1)
    diagonal = float(np.linalg.norm(points.max(axis=0).astype(np.float64) - points.min(axis=0)))
    longest = lengths.max(axis=1)
    sliver = double_area <= longest * SLIVER_HEIGHT * diagonal

    neighbours = _find_neighbours(faces, len(points))
    normals = np.divide(
        area_vectors, double_area[:, None], out=np.zeros_like(area_vectors), where=double_area[:, None] > 0
    )
    _lend_normals(normals, sliver, lengths.argmax(axis=1), neighbours)

    smooth = _smooth(normals, neighbours)
    vertex_of_corner, flip = _smoothing_groups(len(faces), neighbours, smooth)
    vertex_count = int(vertex_of_corner.max()) + 1
    vertices = np.empty((vertex_count, 3), dtype=np.float32)
    vertices[vertex_of_corner] = points[faces.ravel()]

    weights = (double_area[:, None] * _angles(sides, lengths)).ravel()
    vertex_normals = _average(np.repeat(normals, 3, axis=0) * flip[:, None], weights, vertex_of_corner, vertex_count)
    return Surface(
        vertices=vertices,
        normals=vertex_normals,
        faces=vertex_of_corner.reshape(-1, 3).astype(np.uint32),
        edges=_feature_edges(sliver, vertex_of_corner, neighbours, smooth),
    )


def _next_corner(half_edges: Int64) -> Int64:
    return np.where(half_edges % 3 == 2, half_edges - 2, half_edges + 1)


def _find_neighbours(faces: Int64, point_count: int) -> _Neighbours:
    """Each half-edge with up to three others of its edge, which is all pairs where four faces meet or fewer."""
    tail, head = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    key = np.minimum(tail, head) * point_count + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    key = key[order]
    firsts, seconds = [], []
    for apart in (1, 2, 3):
        at = np.flatnonzero(key[apart:] == key[:-apart])
        firsts.append(order[at])
        seconds.append(order[at + apart])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    sign = np.where(tail[first] == tail[second], -1.0, 1.0)
    edge = np.cumsum(np.concatenate([[0], (key[1:] != key[:-1]).astype(np.int64)]))
    return _Neighbours(first, second, sign, order, edge)


def _lend_normals(normals: Float64, sliver: Flags, longest: Int64, neighbours: _Neighbours) -> None:
    """Give each sliver the normal of its neighbour over its longest side, in place.

    A sliver is a seam between a long side and two short ones. With the normal of the long side the crease,
    if there is one, is found at the short sides, and a flat part cut by slivers stays flat.
    """
    if not sliver.any():
        return
    takers = np.concatenate([neighbours.first, neighbours.second])
    givers = np.concatenate([neighbours.second, neighbours.first]) // 3
    signs = np.concatenate([neighbours.sign, neighbours.sign])
    taker_faces = takers // 3
    asks = sliver[taker_faces] & (longest[taker_faces] == takers % 3)
    takers, givers, signs = taker_faces[asks], givers[asks], signs[asks]
    waiting = sliver.copy()
    for _ in range(4):  # slivers beside slivers; what is further away keeps the normal that it has
        can = waiting[takers] & ~waiting[givers]
        normals[takers[can]] = normals[givers[can]] * signs[can, None]
        waiting[takers[can]] = False


def _smooth(normals: Float64, neighbours: _Neighbours) -> Flags:
    first, second = normals[neighbours.first // 3], normals[neighbours.second // 3]
    cosine = np.einsum("ij,ij->i", first, second) * neighbours.sign
    result: Flags = cosine > np.cos(np.radians(CREASE_DEGREES))
    return result


def _smoothing_groups(face_count: int, neighbours: _Neighbours, smooth: Flags) -> tuple[Int64, Float64]:
    """For each corner (3 F,) the vertex that it becomes, and the sign that makes normals agree within a vertex.

    Corners of one point belong together when a chain of smooth edges joins them. Where faces are wound
    against each other the same search runs over (corner, sign): both copies of a corner in one component
    would mean a one-sided surface, whose signs cannot agree.
    """
    first, second, sign = neighbours.first[smooth], neighbours.second[smooth], neighbours.sign[smooth]
    alike = sign > 0
    after = _next_corner(second)
    # Faces wound alike run along their common edge in opposite directions.
    one = np.concatenate([first, _next_corner(first)])
    other = np.concatenate([np.where(alike, after, second), np.where(alike, second, after)])
    corner_count = 3 * face_count
    if alike.all():
        return _components(corner_count, one, other), np.ones(corner_count)
    turned = np.tile(~alike, 2)
    label = _components(
        2 * corner_count,
        np.concatenate([one, one + corner_count]),
        np.concatenate([other + corner_count * turned, other + corner_count * ~turned]),
    )
    plain, mirrored = label[:corner_count], label[corner_count:]
    _, vertex = np.unique(np.minimum(plain, mirrored), return_inverse=True)
    return vertex.astype(np.int64), np.where(plain <= mirrored, 1.0, -1.0)


def _components(node_count: int, one: Int64, other: Int64) -> Int64:
    """Number the connected components of a graph: for each node (N,) that of its component, from 0.

    Each round hangs the larger root of a link below the smaller and then flattens the trees, so that few
    rounds are needed (hook and shortcut, Shiloach and Vishkin 1982).
    """
    root = np.arange(node_count)
    while True:
        one_root, other_root = root[one], root[other]
        apart = one_root != other_root
        if not apart.any():
            break
        one, other, one_root, other_root = one[apart], other[apart], one_root[apart], other_root[apart]
        np.minimum.at(root, np.maximum(one_root, other_root), np.minimum(one_root, other_root))
        while (root != root[root]).any():
            root = root[root]
    return (np.cumsum(root == np.arange(node_count)) - 1)[root]


def _angles(sides: Float64, lengths: Float64) -> Float64:
    """The angle at each corner, (F, 3) radians."""
    unit = sides / np.maximum(lengths, np.finfo(np.float64).tiny)[:, :, None]
    cosine = -np.einsum("fik,fik->fi", unit, np.roll(unit, 1, axis=1))
    result: Float64 = np.arccos(np.clip(cosine, -1.0, 1.0))
    return result


def _average(
    corner_normals: Float64, weights: Float64, vertex_of_corner: Int64, vertex_count: int
) -> npt.NDArray[np.float32]:
    """Unit normals (V, 3), weighted by area and angle; where they cancel, that of one corner."""
    total = np.stack(
        [np.bincount(vertex_of_corner, weights * axis, vertex_count) for axis in corner_normals.T], axis=1
    )
    length = np.linalg.norm(total, axis=1)
    weight = np.bincount(vertex_of_corner, weights, vertex_count)
    lost = (length <= 1e-6 * weight) | (length < 1e-300)
    if lost.any():
        substitute = np.empty((vertex_count, 3))
        substitute[vertex_of_corner] = corner_normals
        total[lost] = substitute[lost]
        length[lost] = np.linalg.norm(substitute[lost], axis=1)
        nothing = lost & (length < 0.5)
        total[nothing], length[nothing] = (0.0, 0.0, 1.0), 1.0
    unit: npt.NDArray[np.float32] = (total / length[:, None]).astype(np.float32)
    return unit


def _feature_edges(
    sliver: Flags, vertex_of_corner: Int64, neighbours: _Neighbours, smooth: Flags
) -> npt.NDArray[np.uint32]:
    """Edges (E, 2) at which some face goes on into no other: borders, creases, and where a wall stands on a floor.

    Where the two sides of a sheet are modelled apart, four faces meet in each inner edge; each of them has
    its continuation, so no line is drawn.
    """
    goes_on = np.zeros(len(vertex_of_corner), dtype=np.bool_)
    goes_on[neighbours.first[smooth]] = True
    goes_on[neighbours.second[smooth]] = True
    goes_on |= np.repeat(sliver, 3)
    ends = ~goes_on[neighbours.order]
    edge, half_edge = neighbours.edge[ends], neighbours.order[ends]
    once = np.ones(len(edge), dtype=np.bool_)
    once[1:] = edge[1:] != edge[:-1]
    half_edge = half_edge[once]
    return vertex_of_corner[np.stack([half_edge, _next_corner(half_edge)], axis=1)].astype(np.uint32)
