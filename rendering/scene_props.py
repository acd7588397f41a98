"""Things that stand about in demo photos and hide others: boxes, books, bottles, plants, posts, trees. In metres.

Each is a solid that stands on z = 0 about the z axis.
"""

from collections.abc import Callable

import numpy as np

from meshes.builtin.outlines import curve
from meshes.builtin.shapes import bar, box, cylinder, ellipsoid, lathe, torus
from meshes.builtin.solid import Points, Solid, assemble

Prop = Callable[[np.random.Generator], Solid]


def carton(rng: np.random.Generator) -> Solid:
    """A cardboard box with tape over its lid."""
    x, y, z = rng.uniform(0.30, 0.5), rng.uniform(0.28, 0.42), rng.uniform(0.25, 0.55)
    body = box(x, y, z, radius=0.006, steps=1).moved(z=z / 2)
    tape = box(0.06, y + 0.004, z + 0.004, radius=0.003, steps=1).moved(z=z / 2)
    label = box(0.12, 0.004, 0.08).moved(x=-0.2 * x, y=-y / 2, z=0.55 * z)
    return assemble(body.painted("card"), tape.painted("paper"), label.painted("white"))


def books(rng: np.random.Generator) -> Solid:
    """A pile of three to six."""
    pile, z = [], 0.0
    for _ in range(int(rng.integers(3, 7))):
        w, d, h = rng.uniform(0.13, 0.17), rng.uniform(0.19, 0.25), rng.uniform(0.018, 0.045)
        cover = box(w, d, h, radius=0.002, steps=1).painted(
            str(rng.choice(["paint", "accent", "red", "leather", "dark"]))
        )
        pages = box(w, d - 0.012, h - 0.007).moved(x=0.004).painted("paper")
        pile.append((cover + pages).turned("z", rng.uniform(-12, 12)).moved(z=z + h / 2))
        z += h
    return assemble(*pile)


def bottle(rng: np.random.Generator) -> Solid:
    h = rng.uniform(0.24, 0.33)
    side = curve([(0.037, 0.02), (0.038, 0.55 * h), (0.034, 0.64 * h), (0.015, 0.78 * h), (0.0135, 0.93 * h)], 4)
    body = lathe([(0, 0), (0.034, 0.0), *side, (0, 0.93 * h)], segments=28)
    cap = cylinder(0.0155, 0.07 * h, segments=20, bevel=0.002).moved(z=0.95 * h)
    label = lathe(
        [(0.0365, 0.18 * h), (0.0392, 0.18 * h), (0.0392, 0.46 * h), (0.0365, 0.46 * h)], segments=28, closed=True
    )
    return assemble(body.painted("paint"), cap.painted("dark"), label.painted("paper"))


def tin(rng: np.random.Generator) -> Solid:
    r, h = rng.uniform(0.035, 0.05), rng.uniform(0.10, 0.14)
    rims = torus(r, 0.002, segments=32, sides=6).moved(z=0.003) + torus(r, 0.002, segments=32, sides=6).moved(z=h)
    return cylinder(r, h, segments=32, bevel=0.002).moved(z=h / 2) + rims.painted("chrome")


def apple(rng: np.random.Generator) -> Solid:
    side = curve([(0.0, 0.006), (0.022, 0.0), (0.038, 0.028), (0.034, 0.058), (0.012, 0.068), (0.0, 0.060)], 4)
    side[[0, -1], 0] = 0
    body = lathe(side, segments=24).painted(str(rng.choice(["red", "leaf", "amber"])))
    return body + bar((0, 0, 0.060), (0.004, 0.003, 0.082), 0.0018, sides=6).painted("bark")


def plant(rng: np.random.Generator, scale: float = 1.0) -> Solid:
    """A pot with long leaves that hang over."""
    pot = lathe(
        [(0, 0), (0.075, 0), (0.10, 0.15), (0.108, 0.15), (0.108, 0.18), (0.09, 0.18), (0.086, 0.16), (0, 0.16)],
        segments=28,
    )
    leaves = []
    for k in range(22):
        reach, rise = rng.uniform(0.10, 0.22), rng.uniform(0.16, 0.42)
        leaf = ellipsoid(0.5, 0.11, 0.022, segments=10, rings=6).moved(x=0.5)

        def bent(v: Points, reach: float = reach, rise: float = rise) -> Points:
            t = v[:, 0]
            return np.column_stack([reach * t, 0.30 * v[:, 1], rise * (1.7 * t - 0.9 * t**2) + 0.5 * v[:, 2]])

        leaves.append(leaf.mapped(bent).turned("z", 137.5 * k + rng.uniform(-12, 12)).moved(z=0.15))
    soil = cylinder(0.088, 0.01, segments=24).moved(z=0.158)
    return assemble(pot, soil.painted("soil"), assemble(*leaves).painted("leaf")).scaled(scale)


def tall_plant(rng: np.random.Generator) -> Solid:
    return plant(rng, 2.4)


def post(rng: np.random.Generator) -> Solid:
    """A lamp post, of which photos show the foot."""
    h = rng.uniform(4.5, 6.0)
    shaft = lathe(
        [(0, 0), (0.15, 0), (0.15, 0.10), (0.11, 0.14), (0.095, 0.9), (0.075, 0.95), (0.055, h), (0, h)], segments=24
    )
    return shaft.painted("dark")


def tree(rng: np.random.Generator) -> Solid:
    """A street tree: trunk, boughs and clumps of leaves."""
    r, h = rng.uniform(0.11, 0.17), rng.uniform(2.2, 2.8)
    trunk = bar((0, 0, 0), (rng.uniform(-0.1, 0.1), 0, h), r, 0.7 * r, sides=12)
    crown = _foliage(rng, 380, (1.25, 1.25, 0.95), 0.19).moved(z=h + 1.0)
    boughs = [
        bar((0, 0, 0.8 * h), rng.normal(0, 0.5, 3) + np.array([0, 0, h + 0.9]), 0.5 * r, 0.2 * r, sides=8)
        for _ in range(4)
    ]
    return assemble(assemble(trunk, *boughs).painted("bark"), crown.painted("leaf"))


def bush(rng: np.random.Generator) -> Solid:
    return _foliage(rng, 260, (0.62, 0.50, 0.42), 0.10).moved(z=0.43).painted("leaf")


def _foliage(rng: np.random.Generator, count: int, reach: tuple[float, float, float], leaf: float) -> Solid:
    """Leaves at all angles round a core; `reach` is the half extent along x, y, z, `leaf` half a leaf's length."""
    single = ellipsoid(1.0, 0.55, 0.12, segments=8, rings=4)
    leaves = []
    for _ in range(count):
        direction = rng.standard_normal(3)
        at = direction / np.linalg.norm(direction) * rng.uniform(0.62, 1.0) * (np.array(reach) - 0.6 * leaf)
        tilted = single.scaled(leaf * rng.uniform(0.7, 1.2)).turned("y", rng.uniform(-70, 70))
        leaves.append(tilted.turned("z", rng.uniform(0, 360)).moved(*at))
    x, y, z = reach
    return assemble(ellipsoid(0.72 * x, 0.72 * y, 0.72 * z, segments=20, rings=10), *leaves)


def cone(rng: np.random.Generator) -> Solid:
    """A traffic cone."""
    del rng
    body = lathe([(0, 0.03), (0.15, 0.03), (0.15, 0.05), (0.035, 0.70), (0.0, 0.71)], segments=28).painted("amber")
    bands = [
        lathe([(r0 - 0.03, a), (r0, a), (r1, b), (r1 - 0.03, b)], segments=28, closed=True).painted("white")
        for a, b, r0, r1 in ((0.28, 0.40, 0.113, 0.092), (0.50, 0.58, 0.075, 0.061))
    ]
    return assemble(body, *bands, box(0.38, 0.38, 0.035, radius=0.01).moved(z=0.018).painted("dark"))


def litter_bin(rng: np.random.Generator) -> Solid:
    """A wheeled bin."""
    del rng
    body = (
        box(0.56, 0.62, 0.92, radius=0.05)
        .moved(z=0.55)
        .mapped(
            lambda v: np.column_stack([v[:, 0] * (0.82 + 0.18 * v[:, 2]), v[:, 1] * (0.82 + 0.18 * v[:, 2]), v[:, 2]])
        )
    )
    lid = box(0.62, 0.70, 0.08, radius=0.03).turned("x", 4).moved(z=1.04)
    wheel = cylinder(0.11, 0.06, axis="x", segments=20).moved(x=0.26, y=0.28, z=0.11).both_sides()
    return assemble(body.painted("dark"), lid.painted("paint"), wheel.painted("rubber"))


def bollard(rng: np.random.Generator) -> Solid:
    del rng
    return lathe(
        [(0, 0), (0.09, 0), (0.085, 0.75), (0.10, 0.77), (0.10, 0.83), (0.07, 0.92), (0, 0.95)], segments=24
    ).painted("stone")


def shelf(rng: np.random.Generator) -> Solid:
    """A bookcase to stand at a wall."""
    frame = [box(0.03, 0.28, 1.7).moved(x=x, z=0.85) for x in (-0.45, 0.45)]
    boards = [box(0.90, 0.28, 0.03).moved(z=z) for z in (0.05, 0.46, 0.88, 1.29, 1.69)]
    rows = []
    for z in (0.065, 0.475, 0.895, 1.305):
        x = -0.42
        while x < 0.36:
            w, h = rng.uniform(0.02, 0.05), rng.uniform(0.20, 0.31)
            tint = str(rng.choice(["paint", "accent", "red", "leather", "paper", "dark", "amber"]))
            rows.append(box(w, 0.19, h).moved(x=x + w / 2, y=-0.02, z=z + h / 2).painted(tint))
            x += w + (0.0 if rng.random() < 0.85 else 0.08)
    return assemble(assemble(*frame, *boards).painted("wood"), *rows)


def picture(rng: np.random.Generator) -> Solid:
    """A framed picture that hangs on a wall, its foot on z = 0."""
    w, h = rng.uniform(0.5, 0.9), rng.uniform(0.4, 0.7)
    inner = [box(w * 0.86, 0.012, h * 0.84).moved(z=h / 2).painted("paper")]
    for _ in range(5):
        a, b = rng.uniform(0.1, 0.4) * w, rng.uniform(0.1, 0.3) * h
        tint = str(rng.choice(["paint", "accent", "amber", "leaf", "red"]))
        at = (rng.uniform(-0.2, 0.2) * w, -0.008, h / 2 + rng.uniform(-0.2, 0.2) * h)
        inner.append(box(a, 0.006, b).moved(*at).painted(tint))
    return assemble(box(w, 0.02, h, radius=0.006).moved(z=h / 2, y=0.006).painted("wood"), *inner)
