"""Contours: the edges where a surface turns away from the eye, found anew for each pose."""

import numpy as np
from numpy.typing import NDArray

from meshes.mesh import Mesh


class ContourFinder:
    """Finds the contour edges of one mesh.

    Only edges within a smooth surface are candidates: creases and borders are feature edges anyway. Which side of a
    face is outside does not matter, only that two neighbours agree, and that is read from the direction in which
    each of them runs along their common edge.
    """

    def __init__(self, mesh: Mesh) -> None:
        # The other side of a face is no neighbour of it.
        faces = mesh.faces[: len(mesh.faces) - (mesh.backs or 0)].astype(np.int64)
        corners = mesh.vertices[faces].astype(np.float64)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        lengths = np.linalg.norm(normals, axis=1, keepdims=True)
        normals /= np.where(lengths > 0, lengths, 1)
        offsets = -np.einsum("ij,ij->i", normals, corners[:, 0])
        self._planes = np.column_stack([normals, offsets])

        half_edges = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        owners = np.repeat(np.arange(len(faces)), 3)
        low, high = half_edges.min(axis=1), half_edges.max(axis=1)
        keys = low * len(mesh.vertices) + high
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        uses = np.diff(starts, append=len(order))
        first, second = order[starts[uses == 2]], order[starts[uses == 2] + 1]
        self._edges = half_edges[first]
        self._first, self._second = owners[first], owners[second]
        self._same_direction = half_edges[first, 0] == half_edges[second, 0]

    @property
    def nbytes(self) -> int:
        arrays = (self._planes, self._edges, self._first, self._second, self._same_direction)
        return sum(array.nbytes for array in arrays)

    def find(self, eye: NDArray[np.floating]) -> NDArray[np.int64]:
        """Contour edges (N, 2), rows of the mesh's vertices, as seen from `eye` (3,) in the object frame."""
        in_front = self._planes[:, :3] @ eye + self._planes[:, 3] > 0
        contour = in_front[self._first] ^ in_front[self._second] ^ self._same_direction
        edges: NDArray[np.int64] = self._edges[contour]
        return edges
