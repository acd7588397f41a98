"""Meshes on the graphics card, the least recently drawn leaving first."""

from collections import OrderedDict
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from meshes.mesh import Mesh
from rendering.contours import ContourFinder
from rendering.creases import edge_lengths, shading_edges
from rendering.passes import FLOAT_BYTES, Attribute
from rendering.projection import bounding_points

Array = NDArray[np.floating]

CORNERS = np.array([[0, -1], [0, 1], [1, -1], [1, 1]], dtype=np.float32)
"""A segment's four corners: which end, and which side."""
CORNER_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)


class Segments:
    """Line segments as quads whose width the vertex shader gives, so that it is in pixels at any distance."""

    def __init__(self, starts: Array, ends: Array) -> None:
        count = len(starts)
        corners = np.zeros((count, 4), dtype=[("a_start", "f4", 3), ("a_end", "f4", 3), ("a_corner", "f4", 2)])
        corners["a_start"], corners["a_end"] = starts[:, None], ends[:, None]
        corners["a_corner"] = CORNERS
        triangles = np.arange(count, dtype=np.uint32)[:, None] * 4 + CORNER_TRIANGLES
        self._corners = gloo.VertexBuffer(corners.ravel())
        stride = corners.itemsize
        self.attributes = {
            "a_start": Attribute(buffer=self._corners, stride=stride),
            "a_end": Attribute(buffer=self._corners, stride=stride, offset=3 * FLOAT_BYTES),
            "a_corner": Attribute(buffer=self._corners, size=2, stride=stride, offset=6 * FLOAT_BYTES),
        }
        self.triangles = gloo.IndexBuffer(triangles.ravel())
        self.nbytes = corners.nbytes + triangles.nbytes

    def delete(self) -> None:
        self._corners.delete()
        self.triangles.delete()


class GpuMesh:
    """One mesh's buffers. What only some modes need is made when it is first asked for."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self.outward = mesh.backs is not None
        """Whether what turns its back need not be drawn."""
        self.points = bounding_points(mesh.vertices)
        self._positions = gloo.VertexBuffer(mesh.vertices)
        self.shape = {"a_position": Attribute(buffer=self._positions)}
        """What a program that knows no light wants of it."""
        self.triangles = gloo.IndexBuffer(mesh.faces.ravel())
        self.nbytes = mesh.vertices.nbytes + mesh.faces.nbytes + self.points.nbytes

    @cached_property
    def surface(self) -> dict[str, Attribute]:
        """What a program that shades it wants."""
        return self.shape | {"a_normal": Attribute(buffer=self._normals)}

    @cached_property
    def _normals(self) -> Any:
        self.nbytes += self._mesh.normals.nbytes
        return gloo.VertexBuffer(self._mesh.normals)

    @cached_property
    def creases(self) -> Segments | None:
        """Creases and borders, or None where the mesh has none."""
        return self._kept(self._segments(self._mesh.edges))

    @cached_property
    def shading_creases(self) -> Segments | None:
        """Those that are drawn into the shading, or None where there are none."""
        return self._kept(self._segments(shading_edges(self._mesh)))

    @cached_property
    def shading_length(self) -> float:
        """Of all of them, in diagonals."""
        return float(edge_lengths(replace(self._mesh, edges=shading_edges(self._mesh))).sum())

    def contours(self, eye: Array) -> Segments | None:
        """Contour edges seen from `eye` (3,), object frame; for the caller to delete. None where there are none."""
        return self._segments(self._contour_finder.find(eye))

    def delete(self) -> None:
        for name in ("_positions", "triangles", "_normals", "creases", "shading_creases"):
            if (buffer := self.__dict__.get(name)) is not None:
                buffer.delete()

    @cached_property
    def _contour_finder(self) -> ContourFinder:
        finder = ContourFinder(self._mesh)
        self.nbytes += finder.nbytes
        return finder

    def _segments(self, edges: NDArray[np.integer]) -> Segments | None:
        if not len(edges):
            return None
        ends = self._mesh.vertices[edges]
        return Segments(ends[:, 0], ends[:, 1])

    def _kept(self, segments: Segments | None) -> Segments | None:
        if segments is not None:
            self.nbytes += segments.nbytes
        return segments


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
        return known

    def trim(self) -> None:
        """After drawing, which may have made buffers: back within the bound."""
        while len(self._meshes) > 1 and self.nbytes > self._max_bytes:
            self._meshes.popitem(last=False)[1].delete()
