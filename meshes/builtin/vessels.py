"""Vessels: beakers, buckets, cups, kettles. What pours pours towards −y; handles are at +y or, on cups, +x."""

import numpy as np

from meshes.builtin.outlines import arc, curve, ellipse, rounded, rounded_rectangle
from meshes.builtin.shapes import box, cylinder, ellipsoid, lathe, sweep, torus, tube
from meshes.builtin.solid import Points, Solid, assemble


def _wall(outside: Points, thickness: float, floor: float) -> Points:
    """Profile of an open vessel: up the outside, over a round rim, down the inside to the axis."""
    foot, rim = outside[0], outside[-1]
    inside = outside[1:-1][::-1] - (thickness, 0.0)
    inside = inside[inside[:, 1] > floor + 0.01]
    lip = arc(thickness / 2, 0, 180, 4, (rim[0] - thickness / 2, rim[1]))
    bottom = inside[-1, 0] if len(inside) else rim[0] - thickness
    return np.concatenate(
        [
            [(0.0, foot[1])],
            outside[:-1],
            lip,
            inside,
            [(bottom - 0.02, floor), (0.0, floor)],
        ]
    )


def _spout(vessel: Solid, *, rim: float, depth: float, reach: float, spread: float, dip: float = 0.0) -> Solid:
    """Draws the rim out to a pouring notch at −y: `reach` outwards, `spread` degrees to either side, from `depth`
    below the rim upwards."""

    def drawn(vertices: Points) -> Points:
        x, y, z = vertices.T
        away = np.degrees(np.arctan2(x, -y))
        weight = np.exp(-((away / spread) ** 2)) * np.clip(1 - (rim - z) / depth, 0, None) ** 2
        weight = weight * (np.hypot(x, y) > 0.2 * np.hypot(x, y).max())
        return np.column_stack([x * (1 - 0.25 * weight), y - reach * weight, z - dip * weight])

    return vessel.mapped(drawn)


def _graduations(radii: tuple[float, float], low: float, high: float, marks: int) -> Solid:
    """Printed lines on the side at +x, every other one longer, on a wall that widens from `low` to `high`."""
    lines = []
    for k, (radius, z) in enumerate(zip(np.linspace(*radii, marks), np.linspace(low, high, marks), strict=True)):
        half = 16 if k % 2 else 28
        around = arc(radius + 0.002, -half, half, 8)
        lines.append(
            sweep(np.column_stack([around, np.full(9, z)]), rounded_rectangle(0.006, 0.014, 0.002, 1), up=(0, 0, 1))
        )
    return assemble(*lines).painted("dark")


def beaker(*, radius: float = 0.46, height: float = 1.15, flare: float = 0.0) -> Solid:
    """A laboratory beaker with a rolled rim, its pouring notch at −y and a scale at +x."""
    foot = rounded([(0.3, 0.0), (radius, 0.0), (radius, 0.4)], [0, 0.09, 0], 4)[1:-1]
    rim = radius + 0.045 + flare
    # Rows of vertices below the rim, so that the notch is drawn smoothly.
    straight = [(radius, z) for z in np.linspace(0.3, height - 0.09, 9)]
    outside = np.array(
        [*foot, *straight, (radius + 0.006, height - 0.05), (rim - 0.01, height - 0.012), (rim, height)]
    )
    vessel = lathe(_wall(outside, 0.035, 0.035), segments=72)
    poured = _spout(vessel, rim=height, depth=0.26, reach=0.13, spread=13, dip=0.015)
    return poured.painted("clear") + _graduations((radius, radius), 0.28 * height, 0.74 * height, 7)


def measuring_beaker() -> Solid:
    """A plastic jug beaker: tapered, a wide lip at −y and a handle at +y."""
    outside = np.array(
        [(0.40, 0.0), (0.415, 0.03), *((0.415 + 0.10 * t, 0.03 + 1.12 * t) for t in np.linspace(0.05, 1, 10))]
    )
    vessel = lathe(_wall(outside, 0.03, 0.03), segments=72)
    poured = _spout(vessel, rim=1.15, depth=0.40, reach=0.17, spread=20, dip=-0.02)
    path = curve(
        [(0, 0.47, 0.98), (0, 0.66, 1.00), (0, 0.76, 0.90), (0, 0.74, 0.55), (0, 0.62, 0.32), (0, 0.43, 0.24)], 5
    )
    handle = sweep(path, rounded_rectangle(0.12, 0.05, 0.02, 2), up=(1, 0, 0))
    return (poured + handle).painted("clear") + _graduations((0.439, 0.484), 0.30, 0.80, 7)


def _tapered(foot: float, rim: float, height: float, *, thickness: float = 0.02) -> Solid:
    wall = [(foot + (rim - foot) * t, height * t) for t in np.linspace(0.04, 1, 8)]
    outside = np.array([(foot - 0.01, 0.0), *wall])
    return lathe(_wall(outside, thickness, 0.03), segments=56)


def _bail(radius: float, height: float, lean: float, *, grip: bool) -> Solid:
    """A wire handle in the x–z plane, leaning from upright (0°) towards the front (90°), with its two ears."""
    flat = arc(radius + 0.03, 0, 180, 28)
    wire = tube(np.column_stack([flat[:, 0], np.zeros(29), flat[:, 1] * 1.05]), 0.012, sides=8)
    parts = [wire.painted("metal")]
    if grip:
        roll = cylinder(0.032, 0.24, axis="x", bevel=0.01, segments=16).moved(z=1.05 * (radius + 0.03))
        parts.append(roll.painted("wood"))
    ear = cylinder(0.05, 0.05, axis="x", bevel=0.01, segments=16).moved(x=radius + 0.005)
    return assemble(*(part.turned("x", lean) for part in parts), ear.painted("metal").both_sides()).moved(z=height)


def pail() -> Solid:
    """A metal pail, its bail upright; a foot ring, two beads and a rolled rim."""
    body = _tapered(0.34, 0.48, 0.86)
    beads = [torus(0.34 + 0.14 * z / 0.86 + 0.004, 0.014, segments=56, sides=6).moved(z=z) for z in (0.28, 0.62)]
    rim = torus(0.48, 0.02, segments=56, sides=8).moved(z=0.86)
    foot = lathe([(0.33, -0.03), (0.352, -0.03), (0.356, 0.05), (0.33, 0.05)], segments=56, closed=True)
    return assemble(body, *beads, rim, foot).painted("metal") + _bail(0.47, 0.80, 0, grip=True)


def plastic_bucket() -> Solid:
    """A plastic bucket with a pouring lip at −y, its bail fallen to the back."""
    body = _spout(_tapered(0.36, 0.52, 0.90, thickness=0.024), rim=0.9, depth=0.35, reach=0.10, spread=22, dip=-0.01)
    collar = lathe([(0.498, 0.76), (0.54, 0.76), (0.545, 0.79), (0.505, 0.80)], segments=56, closed=True)
    return assemble(body, collar) + _bail(0.52, 0.73, -66, grip=True)


def tub() -> Solid:
    """A low wide tub with two grips at its rim, left and right."""
    body = _tapered(0.50, 0.62, 0.55)
    rim = torus(0.615, 0.026, segments=56, sides=8).moved(z=0.55)
    path = curve(
        [(0.60, -0.17, 0.53), (0.74, -0.15, 0.55), (0.80, 0, 0.56), (0.74, 0.15, 0.55), (0.60, 0.17, 0.53)], 5
    )
    return body + rim + tube(path, 0.028, sides=8).both_sides()


def mug() -> Solid:
    """A straight mug, its handle at +x."""
    outside = np.array(
        [
            *rounded([(0.2, 0.0), (0.40, 0.0), (0.42, 0.3)], [0, 0.06, 0], 3)[1:-1],
            *((0.42, z) for z in np.linspace(0.2, 0.95, 6)),
        ]
    )
    vessel = lathe(_wall(outside, 0.045, 0.06), segments=48)
    path = curve(
        [(0.40, 0, 0.76), (0.56, 0, 0.78), (0.68, 0, 0.66), (0.69, 0, 0.42), (0.58, 0, 0.24), (0.40, 0, 0.20)], 6
    )
    handle = sweep(path, ellipse(0.075, 0.042, 14), up=(0, 1, 0))
    band = lathe([(0.415, 0.60), (0.4235, 0.60), (0.4235, 0.68), (0.415, 0.68)], segments=48, closed=True)
    return vessel + handle + band.painted("white")


def teacup() -> Solid:
    """A teacup on its saucer, the handle at +x."""
    outside = curve([(0.20, 0.07), (0.24, 0.12), (0.38, 0.26), (0.46, 0.44), (0.50, 0.60)], 4)
    vessel = lathe(_wall(outside, 0.026, 0.11), segments=48)
    foot = lathe([(0.16, 0.03), (0.215, 0.03), (0.20, 0.10), (0.16, 0.10)], segments=40, closed=True)
    path = curve(
        [(0.46, 0, 0.50), (0.60, 0, 0.55), (0.68, 0, 0.46), (0.62, 0, 0.32), (0.46, 0, 0.26), (0.38, 0, 0.27)], 6
    )
    handle = tube(path, 0.026, sides=10)
    plate = curve([(0.0, 0.0), (0.26, 0.0), (0.34, 0.02), (0.60, 0.10), (0.68, 0.15)], 4)
    over = plate[:0:-1] + np.array([-0.008, 0.03])
    saucer = lathe(np.concatenate([plate, over, [(0.0, 0.03)]]), segments=56)
    ring = torus(0.497, 0.009, segments=48, sides=6).moved(z=0.60)
    return (
        assemble(vessel, foot, handle, saucer).painted("white")
        + ring
        + torus(0.675, 0.010, segments=56, sides=6).moved(z=0.165)
    )


def stove_kettle() -> Solid:
    """A kettle for the stove: domed body, spout at −y, an arched handle from front to back."""
    side = curve([(0.46, 0.0), (0.53, 0.08), (0.54, 0.24), (0.46, 0.44), (0.30, 0.58), (0.22, 0.61)], 5)
    body = lathe([(0.0, 0.0), *side, (0.0, 0.62)], segments=48)
    lid = lathe([(0.0, 0.61), (0.23, 0.61), (0.23, 0.63), (0.14, 0.67), (0.0, 0.685)], segments=36)
    knob = ellipsoid(0.055, 0.055, 0.05, segments=18, rings=10).moved(z=0.735) + cylinder(
        0.022, 0.06, segments=12
    ).moved(z=0.69)
    path = curve([(0, -0.38, 0.30), (0, -0.58, 0.42), (0, -0.70, 0.58)], 6)
    spout = tube(path, np.linspace(0.12, 0.062, 13).tolist(), sides=18)
    mouth = cylinder(0.045, 0.02, segments=18).turned("x", 37).moved(y=-0.703, z=0.585)
    arch = curve(
        [(0, -0.33, 0.53), (0, -0.34, 0.80), (0, -0.18, 1.00), (0, 0.18, 1.00), (0, 0.34, 0.80), (0, 0.33, 0.53)], 6
    )
    frame = sweep(arch, rounded_rectangle(0.07, 0.03, 0.012, 2), up=(1, 0, 0))
    grip = tube(arch[10:21], 0.048, sides=14)
    base = torus(0.48, 0.02, segments=48, sides=6).moved(z=0.02)
    return assemble(
        body, lid, spout, base.painted("metal"), frame.painted("metal"), (knob + grip + mouth).painted("black")
    )


def electric_kettle() -> Solid:
    """A jug kettle on its base: beak at −y, a loop handle at +y, water window at the side +x."""
    side = [(0.40 - 0.10 * t**1.4, 0.10 + 0.98 * t) for t in np.linspace(0, 1, 14)]
    body = lathe([(0.0, 0.10), *side, (0.0, 1.085)], segments=56)
    body = _spout(body, rim=1.085, depth=0.36, reach=0.17, spread=24, dip=-0.035)
    lid = lathe([(0.0, 1.07), (0.255, 1.07), (0.24, 1.11), (0.10, 1.135), (0.0, 1.14)], segments=36)
    tab = box(0.12, 0.10, 0.05, radius=0.015).moved(y=0.20, z=1.13)
    path = curve(
        [(0, 0.26, 1.04), (0, 0.46, 1.08), (0, 0.60, 0.98), (0, 0.62, 0.62), (0, 0.54, 0.36), (0, 0.40, 0.28)], 6
    )
    handle = sweep(path, rounded_rectangle(0.14, 0.075, 0.03, 3), up=(1, 0, 0))
    base = lathe([(0.0, 0.0), (0.43, 0.0), (0.44, 0.04), (0.41, 0.09), (0.0, 0.095)], segments=48)
    window = box(0.03, 0.07, 0.52, radius=0.012).turned("y", -5.5).moved(x=0.366, z=0.50)
    switch = box(0.07, 0.05, 0.04, radius=0.01).moved(y=0.53, z=0.33)
    ring = torus(0.40, 0.014, segments=56, sides=6).moved(z=0.11)
    return assemble(
        body.painted("metal"),
        ring.painted("chrome"),
        window.painted("screen"),
        switch.painted("red"),
        assemble(lid, tab, handle, base).painted("black"),
    )
