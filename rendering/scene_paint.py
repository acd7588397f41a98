"""What things in demo photos are made of: from a solid's materials to colours and gloss."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from meshes.builtin import catalogue
from meshes.builtin.solid import Solid
from meshes.surface import build_surface, weld
from rendering.scene import Array, Colour, Shape
from rendering.scene_props import Prop

VARIANTS = 3
"""How many different trees, cartons … there are: each has to be modelled."""

Finish = tuple[Colour, float]
"""A colour (sRGB) and its gloss, 0 … 1."""

FINISHES: Mapping[str, Finish] = {
    "glass": ((0.11, 0.14, 0.17), 0.95),
    "clear": ((0.80, 0.88, 0.92), 0.75),
    "rubber": ((0.12, 0.12, 0.125), 0.12),
    "metal": ((0.62, 0.63, 0.65), 0.55),
    "chrome": ((0.78, 0.79, 0.81), 0.85),
    "silver": ((0.74, 0.75, 0.77), 0.60),
    "dark": ((0.13, 0.13, 0.14), 0.25),
    "black": ((0.085, 0.085, 0.09), 0.45),
    "white": ((0.90, 0.90, 0.88), 0.45),
    "light": ((0.97, 0.95, 0.86), 0.80),
    "red": ((0.72, 0.08, 0.07), 0.60),
    "amber": ((0.93, 0.55, 0.10), 0.60),
    "accent": ((0.20, 0.42, 0.62), 0.35),
    "screen": ((0.16, 0.33, 0.52), 0.85),
    "brass": ((0.76, 0.60, 0.28), 0.70),
    "leaf": ((0.20, 0.38, 0.14), 0.20),
    "soil": ((0.22, 0.16, 0.11), 0.0),
    "paper": ((0.93, 0.91, 0.85), 0.05),
    "card": ((0.64, 0.49, 0.33), 0.05),
    "bark": ((0.33, 0.26, 0.20), 0.0),
    "stone": ((0.60, 0.59, 0.56), 0.05),
}
"""Materials that are the same on everything; `paint`, `wood`, `leather` and `cloth` differ from thing to thing."""

PAINTS: tuple[Colour, ...] = (
    (0.66, 0.12, 0.11),
    (0.13, 0.30, 0.55),
    (0.86, 0.86, 0.84),
    (0.16, 0.17, 0.19),
    (0.55, 0.57, 0.60),
    (0.16, 0.40, 0.28),
    (0.90, 0.66, 0.16),
    (0.84, 0.42, 0.16),
    (0.30, 0.53, 0.66),
    (0.45, 0.13, 0.24),
    (0.72, 0.68, 0.58),
    (0.20, 0.48, 0.50),
)
WOODS: tuple[Colour, ...] = ((0.62, 0.42, 0.23), (0.45, 0.27, 0.14), (0.76, 0.58, 0.37), (0.36, 0.20, 0.11))
CLOTHS: tuple[Colour, ...] = (
    (0.36, 0.44, 0.52),
    (0.56, 0.50, 0.42),
    (0.28, 0.40, 0.34),
    (0.62, 0.34, 0.27),
    (0.32, 0.30, 0.36),
    (0.70, 0.64, 0.52),
)
LEATHERS: tuple[Colour, ...] = ((0.30, 0.17, 0.10), (0.46, 0.28, 0.15), (0.14, 0.12, 0.11))


@dataclass(frozen=True, slots=True, eq=False)
class _Surfaces:
    """A solid's surface with a material for each vertex: `material` (V,) indexes `names`."""

    vertices: Array
    normals: Array
    faces: NDArray[np.int64]
    material: NDArray[np.int64]
    names: tuple[str, ...]


def _surfaces(solid: Solid) -> _Surfaces:
    names = tuple(sorted({part.material for part in solid.parts}))
    vertices, normals, faces, material, start = [], [], [], [], 0
    for k, name in enumerate(names):
        points, triangles = Solid(tuple(part for part in solid.parts if part.material == name)).merged()
        surface = build_surface(*weld(points, triangles))
        vertices.append(surface.vertices.astype(np.float64))
        normals.append(surface.normals.astype(np.float64))
        faces.append(surface.faces.astype(np.int64) + start)
        material.append(np.full(len(surface.vertices), k))
        start += len(surface.vertices)
    return _Surfaces(
        np.concatenate(vertices), np.concatenate(normals), np.concatenate(faces), np.concatenate(material), names
    )


@cache
def _library_surfaces(category: str, cad_index: int) -> _Surfaces:
    (models,) = (entry.models for entry in catalogue() if entry.name == category)
    return _surfaces(models[cad_index - 1].solid())


def library_shape(category: str, cad_index: int, rng: np.random.Generator) -> Shape:
    """A model of the built-in library in colours of its own."""
    return _painted(_library_surfaces(category, cad_index), rng)


def painted(solid: Solid, rng: np.random.Generator) -> Shape:
    """Any solid in colours of its own."""
    return _painted(_surfaces(solid), rng)


@cache
def _prop_surfaces(prop: Prop, variant: int) -> _Surfaces:
    return _surfaces(prop(np.random.default_rng(variant)))


def prop_shape(prop: Prop, rng: np.random.Generator) -> Shape:
    """One of a prop's few variants, in colours of its own."""
    return _painted(_prop_surfaces(prop, int(rng.integers(VARIANTS))), rng)


def _painted(surfaces: _Surfaces, rng: np.random.Generator) -> Shape:
    chosen: dict[str, Finish] = {
        "paint": (_varied(PAINTS, rng), 0.55),
        "wood": (_varied(WOODS, rng), 0.25),
        "cloth": (_varied(CLOTHS, rng), 0.0),
        "leather": (_varied(LEATHERS, rng), 0.35),
    }
    finishes = [chosen.get(name) or FINISHES[name] for name in surfaces.names]
    return Shape(
        surfaces.vertices,
        surfaces.normals,
        np.array([colour for colour, _ in finishes])[surfaces.material],
        np.array([gloss for _, gloss in finishes])[surfaces.material],
        surfaces.faces,
    )


def _varied(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    chosen = np.array(colours[int(rng.integers(len(colours)))])
    red, green, blue = np.clip(chosen * rng.uniform(0.88, 1.12) + rng.uniform(-0.02, 0.02, 3), 0.02, 0.95)
    return float(red), float(green), float(blue)
