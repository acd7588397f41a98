"""A solid made of closed parts, each with a material, and the moves that put parts together.

Lengths are free while a model is being built; `Solid.normalised` brings it to the library's frame: z up, front −y,
box diagonal 1, box centred at the origin.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

AXES = {"x": 0, "y": 1, "z": 2}


def cross(u: Points, v: Points) -> Points:
    """Cross products along the last axis; many times faster than NumPy's for the short arrays of a model."""
    ux, uy, uz = u[..., 0], u[..., 1], u[..., 2]
    vx, vy, vz = v[..., 0], v[..., 1], v[..., 2]
    return np.stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], axis=-1)


@dataclass(frozen=True, slots=True)
class Part:
    """One closed surface: vertices (V, 3), triangles (F, 3) counter-clockwise from outside, and what it is made of.

    The material is a plain word ("paint", "glass", "rubber"); meshes do not keep it, demo photos colour by it.
    """

    vertices: Points
    faces: Triangles
    material: str = "paint"

    def signed_volume(self) -> float:
        """Positive where the faces look outwards."""
        a, b, c = (self.vertices[self.faces[:, corner]] for corner in range(3))
        return float(np.einsum("ij,ij->", a, cross(b, c))) / 6

    def flipped(self) -> "Part":
        return replace(self, faces=self.faces[:, ::-1])


@dataclass(frozen=True, slots=True)
class Solid:
    """Parts that belong together. Every method gives a new solid; `a + b` holds the parts of both."""

    parts: tuple[Part, ...] = ()

    def __add__(self, other: "Solid") -> "Solid":
        return Solid(self.parts + other.parts)

    def painted(self, material: str) -> Self:
        return replace(self, parts=tuple(replace(part, material=material) for part in self.parts))

    def mapped(self, function: Callable[[Points], Points]) -> Self:
        """Every vertex through a function of (V, 3) arrays that keeps the orientation: bending, tapering."""
        return replace(self, parts=tuple(replace(part, vertices=function(part.vertices)) for part in self.parts))

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Self:
        offset = np.array([x, y, z], dtype=np.float64)
        return self.mapped(lambda vertices: vertices + offset)

    def turned(self, axis: str, degrees: float) -> Self:
        """Right-handed about an axis through the origin."""
        i, j = ((AXES[axis] + step) % 3 for step in (1, 2))
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        R = np.eye(3)
        R[i, i], R[i, j], R[j, i], R[j, j] = c, -s, s, c
        return self.mapped(lambda vertices: vertices @ R.T)

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> Self:
        """By one factor, or by one an axis; factors are positive (a mirror is `mirrored`)."""
        factors = np.array([x, x if y is None else y, x if z is None else z], dtype=np.float64)
        return self.mapped(lambda vertices: vertices * factors)

    def mirrored(self, axis: str) -> Self:
        """Through the plane across the axis; the faces still look outwards."""
        factors = np.ones(3)
        factors[AXES[axis]] = -1.0
        turned = self.mapped(lambda vertices: vertices * factors)
        return replace(turned, parts=tuple(part.flipped() for part in turned.parts))

    def both_sides(self, axis: str = "x") -> "Solid":
        """Itself and its mirror image."""
        return self + self.mirrored(axis)

    def bounds(self) -> tuple[Points, Points]:
        """Lower and upper corner of the box, each (3,)."""
        corners = np.concatenate([part.vertices for part in self.parts])
        return corners.min(axis=0), corners.max(axis=0)

    def normalised(self) -> Self:
        """Box centred at the origin, box diagonal 1."""
        lower, upper = self.bounds()
        centre, diagonal = (lower + upper) / 2, float(np.linalg.norm(upper - lower))
        return self.mapped(lambda vertices: (vertices - centre) / diagonal)

    def merged(self) -> tuple[Points, Triangles]:
        """One vertex array (V, 3) and one triangle array (F, 3); parts share no vertices."""
        starts = np.cumsum([0, *(len(part.vertices) for part in self.parts)])
        vertices = np.concatenate([part.vertices for part in self.parts])
        faces = np.concatenate([part.faces + start for part, start in zip(self.parts, starts, strict=False)])
        return vertices, faces


def assemble(*solids: Solid) -> Solid:
    """The parts of all the solids."""
    return Solid(tuple(part for solid in solids for part in solid.parts))
