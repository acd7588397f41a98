"""Meshes on the graphics card, the least recently drawn leaving first."""

from collections import OrderedDict
from typing import Any

import numpy as np
from vispy import gloo

from meshes.mesh import Mesh
from rendering.contours import ContourFinder
from rendering.projection import bounding_points

CORNERS = np.array([[0, -1], [0, 1], [1, -1], [1, 1]], dtype=np.float32)
"""A segment's four corners: which end, and which side."""
CORNER_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)


class Segments:
    """Line segments as quads whose width the vertex shader gives, so that it is in pixels at any distance."""

    def __init__(self, starts: np.ndarray, ends: np.ndarray) -> None:
        count = len(starts)
        corners = np.zeros((count, 4), dtype=[("a_start", "f4", 3), ("a_end", "f4", 3), ("a_corner", "f4", 2)])
        corners["a_start"], corners["a_end"] = starts[:, None], ends[:, None]
        corners["a_corner"] = CORNERS
        triangles = np.arange(count, dtype=np.uint32)[:, None] * 4 + CORNER_TRIANGLES
        self.corners = gloo.VertexBuffer(corners.ravel())
        self.triangles = gloo.IndexBuffer(triangles.ravel())
        self.nbytes = corners.nbytes + triangles.nbytes

    def delete(self) -> None:
        self.corners.delete()
        self.triangles.delete()


class GpuMesh:
    """One mesh's buffers. What only some modes need is made when it is first asked for."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self.points = bounding_points(mesh.vertices)
        self.positions = gloo.VertexBuffer(mesh.vertices)
        self.triangles = gloo.IndexBuffer(mesh.faces.ravel())
        self.nbytes = mesh.vertices.nbytes + mesh.faces.nbytes + self.points.nbytes
        self._normals: Any = None
        self._creases: Segments | None = None
        self._contours: ContourFinder | None = None

    @property
    def normals(self) -> Any:
        if self._normals is None:
            self._normals = gloo.VertexBuffer(self._mesh.normals)
            self.nbytes += self._mesh.normals.nbytes
        return self._normals

    @property
    def creases(self) -> Segments | None:
        """Creases and borders, or None where the mesh has none."""
        if self._creases is None and len(self._mesh.edges):
            ends = self._mesh.vertices[self._mesh.edges]
            self._creases = Segments(ends[:, 0], ends[:, 1])
            self.nbytes += self._creases.nbytes
        return self._creases

    def contours(self, eye: np.ndarray) -> Segments | None:
        """Contour edges seen from `eye` (3,), object frame; for the caller to delete. None where there are none."""
        if self._contours is None:
            self._contours = ContourFinder(self._mesh)
            self.nbytes += self._contours.nbytes
        edges = self._contours.find(eye)
        if not len(edges):
            return None
        ends = self._mesh.vertices[edges]
        return Segments(ends[:, 0], ends[:, 1])

    def delete(self) -> None:
        for buffer in (self.positions, self.triangles, self._normals, self._creases):
            if buffer is not None:
                buffer.delete()


class GpuMeshes:
    """At most `max_bytes` of them, but always the one that is being drawn."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._meshes: OrderedDict[str, GpuMesh] = OrderedDict()

    @property
    def nbytes(self) -> int:
        return sum(mesh.nbytes for mesh in self._meshes.values())

    def get(self, mesh: Mesh) -> GpuMesh:
        known = self._meshes.get(mesh.digest)
        if known is None:
            known = self._meshes[mesh.digest] = GpuMesh(mesh)
        self._meshes.move_to_end(mesh.digest)
        while len(self._meshes) > 1 and self.nbytes > self._max_bytes:
            self._meshes.popitem(last=False)[1].delete()
        return known
