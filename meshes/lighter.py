"""Lighter meshes from what is known of a mesh: without faces that nobody sees, and with fewer of the others."""

from __future__ import annotations

import fast_simplification
import numpy as np
import numpy.typing as npt

from meshes.mesh import Mesh
from meshes.surface import build_surface, weld

SQUARED_ERROR = 1e-9
"""The library stops at this sum of squared distances from the planes of the faces when its aggressiveness is 0. Its
own steering, by the number of faces wanted, takes whole parts away where they are small."""

FEWEST = 4

Counts = npt.NDArray[np.int64]


def outward(mesh: Mesh, seen: Counts) -> Mesh | None:
    """The faces that are seen, wound so that their front is the side that is; None where none is.

    seen: (F, 2), how much each face's back and front are seen. A face seen from both sides comes twice, the side that
    is seen less among the last `backs` faces. So what turns its back need not be drawn, which is half of the work.
    """
    shows_back, shows_front = (seen > 0).T
    kept = shows_front | shows_back
    if not kept.any():
        return None
    faces = mesh.faces.astype(np.int64)
    mostly_back = (seen[:, 0] > seen[:, 1])[:, None]
    turned = np.where(mostly_back, faces[:, ::-1], faces)[kept]
    backs = np.where(mostly_back, faces, faces[:, ::-1])[shows_back & shows_front]
    edges = _edges_on(mesh, faces[kept])
    used = np.zeros(len(mesh.vertices), dtype=np.bool_)
    used[turned] = True
    number = np.cumsum(used) - 1
    return Mesh(
        vertices=mesh.vertices[used],
        normals=mesh.normals[used],
        faces=number[np.concatenate([turned, backs])].astype(np.uint32),
        edges=number[edges].astype(np.uint32),
        source_faces=mesh.source_faces,
        digest=mesh.digest,
        backs=len(backs),
    )


def simplified(mesh: Mesh, error: float) -> Mesh | None:
    """Fewer faces, none of them farther from the mesh than `error` (CAD units); None where nothing is left.

    Open borders stay. Normals and edges are made anew, as for a mesh that is read.
    """
    faces = mesh.faces[: len(mesh.faces) - (mesh.backs or 0)].astype(np.int64)
    points, faces = weld(mesh.vertices.astype(np.float64), faces)
    scale = SQUARED_ERROR**0.5 / error
    moved, faces = fast_simplification.simplify(
        points.astype(np.float64) * scale,
        faces.astype(np.int32),
        target_count=FEWEST,
        agg=0,
        preserve_border=True,
    )
    points, faces = weld(np.asarray(moved) / scale, np.asarray(faces, dtype=np.int64))
    if not len(faces):
        return None
    surface = build_surface(points, faces)
    return Mesh(
        vertices=surface.vertices,
        normals=surface.normals,
        faces=surface.faces,
        edges=surface.edges,
        source_faces=mesh.source_faces,
        digest=mesh.digest,
    )


def _edges_on(mesh: Mesh, faces: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The mesh's edges that are sides of these faces, by the vertices of the faces.

    At a crease each side has vertices of its own, and the edge is listed with those of one: perhaps of the face
    that is gone. So edges and sides are compared by position.
    """
    if not len(mesh.edges):
        return np.empty((0, 2), dtype=np.int64)
    _, place = np.unique(mesh.vertices, axis=0, return_inverse=True)
    place = place.reshape(-1).astype(np.int64)
    sides = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
    side_keys, first = np.unique(_undirected(place[sides], len(place)), return_index=True)
    edge_keys = np.unique(_undirected(place[mesh.edges.astype(np.int64)], len(place)))
    _, at, _ = np.intersect1d(side_keys, edge_keys, assume_unique=True, return_indices=True)
    found: npt.NDArray[np.int64] = sides[first[at]]
    return found


def _undirected(ends: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    keys: npt.NDArray[np.int64] = ends.min(axis=1) * count + ends.max(axis=1)
    return keys
