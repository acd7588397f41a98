"""Desk lamps, in metres, lighting towards −y: a jointed arm with springs, a gooseneck, a banker's lamp."""

import numpy as np

from meshes.builtin.outlines import arc, curve
from meshes.builtin.shapes import bar, box, cylinder, ellipsoid, lathe, loft, torus, tube
from meshes.builtin.solid import Points, Solid, assemble


def _shade(narrow: float, wide: float, length: float) -> Solid:
    """A conical shade that opens downwards, its neck at the origin, with a bulb inside."""
    side = curve([(narrow, 0.0), (narrow * 1.25, -0.02), (0.72 * wide, -0.55 * length), (wide, -length)], 5)
    inside = side[::-1] - (0.004, 0.0)
    shell = lathe(
        np.concatenate([[(0.0, 0.0)], side, inside[:-1], [(narrow - 0.004, -0.006), (0.0, -0.006)]]), segments=36
    )
    cap = cylinder(narrow * 0.8, 0.05, segments=20, bevel=0.008).moved(z=0.02)
    bulb = ellipsoid(0.032, 0.032, 0.042, segments=18, rings=10).moved(z=-0.55 * length)
    socket = cylinder(0.017, 0.5 * length, segments=14).moved(z=-0.25 * length)
    return assemble(shell, cap, bulb.painted("light"), socket.painted("white"))


def jointed_lamp() -> Solid:
    base = lathe([(0, 0), (0.105, 0), (0.11, 0.012), (0.10, 0.024), (0.03, 0.032), (0, 0.032)], segments=40)
    stem = cylinder(0.014, 0.05, segments=16).moved(z=0.05)
    shoulder, elbow, wrist = (0.0, 0.0, 0.08), (0.0, 0.16, 0.34), (0.0, -0.15, 0.50)
    arms, springs = [], []
    for start, end in ((shoulder, elbow), (elbow, wrist)):
        for x in (-0.016, 0.016):
            arms.append(bar((x, *start[1:]), (x, *end[1:]), 0.006, sides=8))
        a, b = np.array(start), np.array(end)
        springs.append(_spring(a + 0.12 * (b - a) + (0, 0.012, 0.012), a + 0.5 * (b - a) + (0, 0.012, 0.012)))
    joints = [
        cylinder(r, 0.052, axis="x", segments=20, bevel=0.004).moved(*p)
        for p, r in ((shoulder, 0.02), (elbow, 0.02), (wrist, 0.018))
    ]
    knob = cylinder(0.013, 0.02, axis="x", segments=16, bevel=0.003).moved(0.036, *elbow[1:])
    head = _shade(0.034, 0.095, 0.15).turned("x", 32).moved(y=wrist[1] - 0.035, z=wrist[2] - 0.035)
    switch = cylinder(0.010, 0.012, segments=14).moved(0.05, -0.05, 0.03)
    return assemble(
        base,
        head,
        assemble(stem, *arms).painted("metal"),
        assemble(*springs).painted("chrome"),
        assemble(*joints, knob, switch).painted("black"),
    )


def _spring(start: Points, end: Points, coils: int = 9) -> Solid:
    t = np.linspace(0, 1, coils * 8 + 1)
    along = end - start
    length = float(np.linalg.norm(along))
    side = np.cross(along / length, (1.0, 0.0, 0.0))
    turn = 2 * np.pi * coils * t
    path = (
        start + np.outer(t, along) + 0.007 * (np.outer(np.cos(turn), (1.0, 0.0, 0.0)) + np.outer(np.sin(turn), side))
    )
    return tube(path, 0.0016, sides=5)


def gooseneck_lamp() -> Solid:
    base = box(0.17, 0.20, 0.03, radius=0.013, steps=3).moved(y=0.03, z=0.015)
    path = curve([(0, 0.08, 0.02), (0, 0.10, 0.20), (0, 0.08, 0.38), (0, -0.02, 0.47), (0, -0.11, 0.41)], 14)
    rings = 0.010 + 0.0016 * (np.arange(len(path)) % 2)
    neck = tube(path, rings.tolist(), sides=12)
    collar = cylinder(0.02, 0.03, segments=18, bevel=0.004).moved(y=0.08, z=0.04)
    # A bell-shaped head that hangs from the neck's end and looks down and forwards.
    head = _shade(0.028, 0.075, 0.12).turned("x", 20).moved(y=-0.115, z=0.395)
    button = cylinder(0.014, 0.01, segments=18).moved(y=-0.04, z=0.032)
    dial = torus(0.018, 0.003, segments=20, sides=6).moved(y=-0.04, z=0.031)
    return assemble(
        base.painted("black"), head, (neck + collar).painted("chrome"), button.painted("red"), dial.painted("metal")
    )


def bankers_lamp() -> Solid:
    """A brass foot and column under a glass shade that lies across, open below, tipped to the front."""
    foot = lathe(
        [(0, 0), (0.105, 0), (0.108, 0.010), (0.095, 0.022), (0.04, 0.034), (0.022, 0.05), (0, 0.05)], segments=40
    )
    column = lathe(
        [
            (0, 0.04),
            (0.016, 0.05),
            (0.011, 0.07),
            (0.010, 0.14),
            (0.018, 0.155),
            (0.010, 0.17),
            (0.010, 0.30),
            (0.016, 0.31),
            (0, 0.315),
        ],
        segments=24,
    )
    outer, inner = arc(0.075, -8, 188, 18), arc(0.070, 188, -8, 18)
    section = np.concatenate([outer, inner])
    rings = []
    for x in np.linspace(-0.15, 0.15, 15):
        narrow = float(np.sqrt(max(1 - (abs(x) / 0.168) ** 6, 0.1)))
        rings.append(np.column_stack([np.full(len(section), x), section[:, 0] * narrow, section[:, 1] * narrow]))
    shade = loft(np.array(rings))
    ends = [cylinder(0.010, 0.03, axis="x", segments=14).moved(x=s * 0.155, z=0.02) for s in (-1, 1)]
    tube_light = cylinder(0.014, 0.22, axis="x", segments=16, bevel=0.004).moved(z=0.018)
    yoke = tube(
        curve(
            [
                (-0.155, 0, 0.02),
                (-0.16, 0, -0.03),
                (-0.09, 0, -0.07),
                (0, 0, -0.075),
                (0.09, 0, -0.07),
                (0.16, 0, -0.03),
                (0.155, 0, 0.02),
            ],
            5,
        ),
        0.0055,
        sides=8,
    )
    head = assemble(shade.painted("paint"), tube_light.painted("light"), assemble(*ends, yoke).painted("brass"))
    chain = bar((0.05, -0.03, 0.345), (0.05, -0.03, 0.25), 0.0018, sides=5) + ellipsoid(
        0.006, 0.006, 0.008, segments=10, rings=6
    ).moved(0.05, -0.03, 0.246)
    cap = ellipsoid(0.016, 0.016, 0.008, segments=16, rings=8).moved(z=0.0)
    return assemble(
        assemble(foot, column, chain).painted("brass"),
        (head + cap.painted("brass")).turned("x", 20).moved(y=-0.015, z=0.385),
    )
