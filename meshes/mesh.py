"""A mesh as the renderer draws it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """Triangles in the object frame (z up, front faces -y, CAD units); the arrays are read-only.

    vertices: (V, 3) float32. A point appears once for each smooth surface that meets in it, so that flat
        parts are shaded flat and round parts round.
    normals: (V, 3) float32, unit length. Real CAD models are wound at random: the sign carries no meaning,
        and shading must treat both sides alike.
    faces: (F, 3) uint32, rows of `vertices`. Faces without extent and repeated faces are gone.
    edges: (E, 2) uint32, rows of `vertices`: creases and borders, what a readable wireframe shows.
    source_faces: how many polygons the file holds.
    digest: sha256 of the file's bytes, hexadecimal; of a lighter mesh made from it, with `-light` behind.
    backs: None where faces are wound at random. Else each shows its front (corners anticlockwise) to whoever is
        outside, and the last `backs` faces are the other sides of faces before them.
    shaded_edges: how many of the first edges are drawn into the shading too; None where that is left to the renderer.
    lower, upper: (3,) float64, the box around what is drawn; diagonal: of that box.
    radius: distance of the farthest vertex from the object's origin.
    """

    vertices: FloatArray
    normals: FloatArray
    faces: IndexArray
    edges: IndexArray
    source_faces: int
    digest: str
    backs: int | None = None
    shaded_edges: int | None = None
    lower: npt.NDArray[np.float64] = field(init=False)
    upper: npt.NDArray[np.float64] = field(init=False)
    diagonal: float = field(init=False)
    radius: float = field(init=False)

    def __post_init__(self) -> None:
        for name, columns, kind in (
            ("vertices", 3, np.float32),
            ("normals", 3, np.float32),
            ("faces", 3, np.uint32),
            ("edges", 2, np.uint32),
        ):
            array = getattr(self, name)
            if array.ndim != 2 or array.shape[1] != columns or array.dtype != kind:
                raise ValueError(f"{name} must be (n, {columns}) {np.dtype(kind)}")
            array.flags.writeable = False
        if len(self.vertices) == 0 or len(self.faces) == 0:
            raise ValueError("a mesh has at least one face")
        if len(self.normals) != len(self.vertices):
            raise ValueError("each vertex needs its normal")
        if max(self.faces.max(), self.edges.max(initial=0)) >= len(self.vertices):
            raise ValueError("faces and edges must index the vertices")

        lower, upper = self.vertices.min(axis=0), self.vertices.max(axis=0)
        squared = np.einsum("ij,ij->i", self.vertices, self.vertices, dtype=np.float64)
        for name, value in (
            ("lower", lower.astype(np.float64)),
            ("upper", upper.astype(np.float64)),
            ("diagonal", float(np.linalg.norm(upper.astype(np.float64) - lower))),
            ("radius", float(np.sqrt(squared.max()))),
        ):
            object.__setattr__(self, name, value)
        self.lower.flags.writeable = self.upper.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self.vertices.nbytes + self.normals.nbytes + self.faces.nbytes + self.edges.nbytes
