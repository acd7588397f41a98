"""Axillary crutches, in metres; the two uprights lie in the y–z plane, as the hand grip does."""

import numpy as np

from meshes.builtin.outlines import curve, ellipse, rounded_rectangle
from meshes.builtin.shapes import bar, box, cylinder, lathe, loft, sweep
from meshes.builtin.solid import Solid, assemble

FRONT = [(0.0, -0.075, 1.24), (0.0, -0.105, 1.10), (0.0, -0.100, 0.75), (0.0, -0.055, 0.45), (0.0, -0.022, 0.34)]
"""The front upright from the arm pad down to where the two meet; the rear one mirrors it, a little steeper."""


def _tip(radius: float) -> Solid:
    foot = lathe(
        [(0, 0), (radius + 0.014, 0), (radius + 0.016, 0.015), (radius + 0.006, 0.055), (0, 0.055)], segments=20
    )
    return foot.painted("rubber")


def _pad(z: float) -> Solid:
    """The arm pad: a saddle that is higher at its ends."""
    stations = np.linspace(-0.125, 0.125, 13)
    rings = []
    for y in stations:
        rise = 0.9 * y**2
        round_off = float(np.sqrt(max(1 - (abs(y) / 0.127) ** 4, 0.02)))
        oval = ellipse(0.027 * round_off, 0.024 * round_off, 14)
        rings.append(np.column_stack([oval[:, 0], np.full(14, y), oval[:, 1] + z + rise]))
    return loft(np.array(rings)).painted("rubber")


def _grip(z: float, half: float) -> Solid:
    stations = np.linspace(-half, half, 9)
    swell = 0.017 + 0.004 * np.cos(stations / half * np.pi * 1.5) ** 2
    profile = [(0.0, -half), *zip(swell, stations, strict=True), (0.0, half)]
    return lathe(profile, segments=16).turned("x", 90).moved(z=z)


def wooden_crutch() -> Solid:
    """Two bent wooden staves, a turned grip and a leg between them held by wing nuts."""
    stave = rounded_rectangle(0.026, 0.020, 0.005, 2)
    front = sweep(curve(FRONT, 6), stave, up=(1, 0, 0))
    rear = front.mirrored("y").scaled(1, 0.92, 1)
    leg = bar((0, 0, 0.04), (0, 0, 0.62), 0.0165, 0.018, sides=14)
    bolts = [cylinder(0.005, 0.075, axis="x", segments=10).moved(y=0, z=z) for z in (0.36, 0.42)]
    nuts = [box(0.012, 0.04, 0.016, radius=0.005).moved(x=0.038, y=0, z=z) for z in (0.36, 0.42)]
    cross = cylinder(0.005, 0.23, axis="y", segments=10)
    holes = [
        cylinder(0.004, 0.0215, axis="x", segments=8).moved(y=s * 0.1, z=z)
        for s in (-1, 0.92)
        for z in np.linspace(0.62, 0.98, 7)
    ]
    return assemble(
        assemble(front, rear, leg).painted("wood"),
        _pad(1.255),
        _grip(0.80, 0.088).painted("leather"),
        assemble(cross.moved(z=0.80), cross.scaled(1, 0.4, 1).moved(z=0.42), *bolts, *nuts).painted("metal"),
        assemble(*holes).painted("dark"),
        _tip(0.0165),
    )


def aluminium_crutch() -> Solid:
    """Two bent tubes, a telescopic leg with push buttons, padded arm rest and grip."""
    front = sweep(curve(FRONT, 6), ellipse(0.0125, 0.0125, 12), up=(1, 0, 0))
    rear = front.mirrored("y")
    sleeve = bar((0, 0, 0.28), (0, 0, 0.50), 0.0185, sides=16)
    collar = cylinder(0.023, 0.03, segments=18, bevel=0.004).moved(z=0.275)
    leg = bar((0, 0, 0.04), (0, 0, 0.30), 0.014, sides=16)
    buttons = [cylinder(0.0045, 0.035, axis="x", segments=10).moved(z=z) for z in np.linspace(0.08, 0.24, 7)]
    bridges = [
        box(0.020, 0.10, 0.045, radius=0.008).moved(z=0.36),
        box(0.018, 0.17, 0.022, radius=0.006).moved(z=0.56),
    ]
    grip = _grip(0.80, 0.088)
    return assemble(
        assemble(front, rear, leg).painted("silver"),
        sleeve.painted("metal"),
        assemble(*bridges, collar).painted("black"),
        assemble(*buttons).painted("dark"),
        _pad(1.255),
        _pad(1.275).scaled(0.9, 0.97, 1),
        grip.painted("black"),
        cylinder(0.0055, 0.225, axis="y", segments=10).moved(z=0.80).painted("metal"),
        _tip(0.014),
    )
