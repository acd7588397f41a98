"""Punching bags that hang: a leather heavy bag on chains, and a long banded bag on straps. In metres."""

import numpy as np

from meshes.builtin.outlines import ellipse
from meshes.builtin.shapes import bar, cylinder, lathe, sweep, torus
from meshes.builtin.solid import Solid, assemble


def _bag(radius: float, height: float) -> Solid:
    """The stuffed cylinder, standing on z = 0, with rounded ends and two seams."""
    body = lathe(
        [
            (0, 0),
            (0.80 * radius, 0.0),
            (0.95 * radius, 0.02),
            (radius, 0.07),
            (radius, height - 0.07),
            (0.95 * radius, height - 0.02),
            (0.80 * radius, height),
            (0, height),
        ],
        segments=48,
    )
    seams = [torus(radius + 0.001, 0.007, segments=48, sides=6).moved(z=z) for z in (0.075, height - 0.10)]
    return assemble(body, *(seam.painted("black") for seam in seams))


def _hook(z: float) -> Solid:
    """Ring, swivel and the beam's eye, from z upwards."""
    return assemble(
        torus(0.035, 0.009, axis="x", segments=24, sides=8).moved(z=z + 0.02),
        cylinder(0.02, 0.06, segments=16, bevel=0.005).moved(z=z + 0.085),
        torus(0.03, 0.008, axis="y", segments=24, sides=8).moved(z=z + 0.14),
    ).painted("chrome")


def heavy_bag() -> Solid:
    """A leather bag on four chains; the maker's patch is at −y."""
    radius, height, top = 0.18, 0.95, 1.36
    links = []
    for k in range(4):
        angle = np.radians(45 + 90 * k)
        start = np.array([0.85 * radius * np.cos(angle), 0.85 * radius * np.sin(angle), height + 0.01])
        end = np.array([0.02 * np.cos(angle), 0.02 * np.sin(angle), top])
        count = 11
        for i in range(count):
            link = torus(0.015, 0.0045, axis="x", segments=14, sides=5).scaled(1, 1, 1.6)
            lean = np.degrees(np.arctan2(np.hypot(*(start - end)[:2]), top - start[2]))
            placed = link.turned("z", 90 * (i % 2)).turned("y", -lean).turned("z", float(np.degrees(angle)))
            links.append(placed.moved(*(start + (end - start) * (i + 0.5) / count)))
        links.append(cylinder(0.022, 0.03, segments=12).moved(*start))
    patch = lathe(
        [(radius - 0.02, 0.52), (radius + 0.006, 0.52), (radius + 0.006, 0.74), (radius - 0.02, 0.74)],
        segments=48,
        closed=True,
    )
    label = sweep(
        np.column_stack([ellipse(radius + 0.008, radius + 0.008, 48)[30:43], np.full(13, 0.63)]),
        ellipse(0.006, 0.075, 12),
        up=(0, 0, 1),
    )
    return assemble(
        _bag(radius, height),
        patch.painted("black"),
        label.painted("white"),
        assemble(*links).painted("metal"),
        _hook(top),
    )


def banded_bag() -> Solid:
    """A long bag for kicks, bound with bands, on six straps."""
    radius, height, top = 0.17, 1.55, 1.88
    bands = [
        lathe(
            [(radius - 0.01, z), (radius + 0.006, z), (radius + 0.006, z + 0.06), (radius - 0.01, z + 0.06)],
            segments=48,
            closed=True,
        )
        for z in (0.22, 0.62, 1.02, 1.36)
    ]
    straps = []
    for k in range(6):
        c, s = np.cos(np.pi / 3 * k), np.sin(np.pi / 3 * k)
        straps.append(
            bar(
                (radius * 0.98 * c, radius * 0.98 * s, height - 0.12),
                (0.9 * radius * c, 0.9 * radius * s, height + 0.02),
                0.016,
                sides=8,
            )
        )
        straps.append(
            bar(
                (0.9 * radius * c, 0.9 * radius * s, height + 0.01),
                (0.015 * c, 0.015 * s, top),
                0.014,
                0.011,
                sides=8,
            )
        )
    return assemble(_bag(radius, height), assemble(*bands, *straps).painted("black"), _hook(top))
