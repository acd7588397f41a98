"""Guitars: acoustic and electric, upright, strings towards −y; in metres, the body's widest line near z = 0."""

import numpy as np

from meshes.builtin.outlines import curve, ellipse, inset, rounded, signed_area
from meshes.builtin.shapes import bar, box, cylinder, extrude, lathe, sweep
from meshes.builtin.solid import Points, Solid, assemble

STRINGS = np.linspace(-0.5, 0.5, 6)


def _closed_curve(half: list[tuple[float, float]], steps: int = 6) -> Points:
    """A smooth outline symmetric about x = 0 through points of its right half, from the bottom to the top."""
    smooth = curve(half, steps)
    outline = np.concatenate([smooth, smooth[-2:0:-1] * (-1.0, 1.0)])
    return outline if signed_area(outline) > 0 else outline[::-1]


def _neck(y: float, low: float, nut: float, width: tuple[float, float], frets: int) -> Solid:
    """Neck, fingerboard with frets and dots; `low` is where the board ends over the body, y its playing face."""
    board = extrude(
        [(-width[0] / 2, low), (width[0] / 2, low), (width[1] / 2, nut), (-width[1] / 2, nut)], 0.006, axis="y"
    )
    path = [(0, y + 0.014, low + 0.06), (0, y + 0.014, nut)]
    neck = sweep(path, ellipse(1.0, 0.62, 16), [width[0] / 2 * 0.98, width[1] / 2 * 0.98], up=(0, 1, 0))
    scale = nut - (low - 0.22)
    wires, dots = [], []
    for k in range(1, frets):
        z = nut - scale * (1 - 2 ** (-k / 12))
        if z < low + 0.004:
            break
        w = float(np.interp(z, [low, nut], width))
        wires.append(box(w, 0.003, 0.0022).moved(y=y - 0.001, z=z))
        if k in (3, 5, 7, 9, 12):
            dots.append(cylinder(0.0035, 0.0015, axis="y", segments=10).moved(y=y - 0.0005, z=z + 0.012))
    nut_bar = box(width[1], 0.009, 0.005).moved(y=y - 0.002, z=nut)
    return assemble(
        board.moved(y=y + 0.003).painted("dark"),
        neck.painted("wood"),
        assemble(*wires).painted("metal"),
        assemble(*dots, nut_bar).painted("white"),
    )


def _strings(bridge: float, nut: float, width: tuple[float, float], y: tuple[float, float]) -> Solid:
    return assemble(
        *(bar((s * width[0], y[0], bridge), (s * width[1], y[1], nut + 0.005), 0.0009, sides=4) for s in STRINGS)
    ).painted("chrome")


def _tuner(side: int, *, front: bool) -> Solid:
    """A tuning machine at the origin: post, shaft to the side and its button."""
    post = cylinder(0.0035, 0.022 if front else 0.012, axis="y", segments=10).moved(y=-0.008)
    shaft = bar((0, 0.004, 0), (side * 0.024, 0.004, 0), 0.002, sides=6)
    button = box(0.013, 0.006, 0.012, radius=0.002).moved(x=side * 0.028, y=0.004)
    return assemble(post, shaft, button).painted("chrome")


def acoustic_guitar() -> Solid:
    outline = _closed_curve(
        [
            (0.0, -0.235),
            (0.10, -0.225),
            (0.175, -0.165),
            (0.195, -0.075),
            (0.165, 0.01),
            (0.122, 0.075),
            (0.125, 0.135),
            (0.143, 0.185),
            (0.115, 0.245),
            (0.045, 0.262),
            (0.0, 0.264),
        ]
    )
    sides = extrude(outline, 0.105, axis="y", bevel=0.004, steps=1)
    top = extrude(inset(outline, 0.006), 0.006, axis="y").moved(y=-0.0530)
    hole_z, face = 0.085, -0.0560
    hole = cylinder(0.049, 0.003, axis="y", segments=36).moved(y=face, z=hole_z)
    rosette = lathe([(0.051, -0.002), (0.063, -0.002), (0.063, 0.002), (0.051, 0.002)], segments=40, closed=True)
    guard = extrude(
        rounded([(0.053, 0.11), (0.10, 0.07), (0.115, -0.01), (0.062, -0.025), (0.045, 0.03)], 0.03), 0.003, axis="y"
    )
    bridge = box(0.155, 0.010, 0.028, radius=0.004).moved(y=face - 0.003, z=-0.085)
    saddle = box(0.078, 0.010, 0.003).moved(y=face - 0.007, z=-0.079)
    pins = [
        cylinder(0.003, 0.008, axis="y", segments=8).moved(x=s * 0.062, y=face - 0.009, z=-0.093) for s in STRINGS
    ]
    nut = 0.565
    head = extrude(
        rounded(
            [
                (-0.026, nut),
                (0.026, nut),
                (0.036, nut + 0.055),
                (0.034, nut + 0.175),
                (0, nut + 0.182),
                (-0.034, nut + 0.175),
                (-0.036, nut + 0.055),
            ],
            0.012,
        ),
        0.015,
        axis="y",
        bevel=0.002,
    )
    tuners = [
        _tuner(side, front=True).moved(side * 0.022, -0.006, nut + z)
        for side in (-1, 1)
        for z in (0.07, 0.108, 0.146)
    ]
    # The head leans back, as the strings need.
    headstock = (head.painted("wood") + assemble(*tuners)).moved(z=-nut).turned("x", -12).moved(y=face + 0.007, z=nut)
    return assemble(
        sides.painted("wood"),
        top.painted("paint"),
        hole.painted("black"),
        rosette.turned("x", 90).moved(y=face, z=hole_z).painted("dark"),
        guard.moved(y=face).painted("dark"),
        bridge.painted("dark"),
        assemble(saddle, *pins).painted("white"),
        _neck(face - 0.006, 0.150, nut, (0.056, 0.044), 20),
        headstock,
        _strings(-0.085, nut, (0.062, 0.037), (face - 0.013, face - 0.010)),
    )


def electric_guitar() -> Solid:
    """A solid body with two horns, the longer one at +x where the upper side hangs from the strap."""
    outline = rounded(
        curve(
            [
                (0.0, -0.200),
                (-0.090, -0.190),
                (-0.150, -0.125),
                (-0.150, -0.045),
                (-0.112, 0.030),
                (-0.118, 0.090),
                (-0.125, 0.145),
                (-0.085, 0.165),
                (-0.050, 0.118),
                (-0.030, 0.098),
                (0.030, 0.098),
                (0.055, 0.130),
                (0.080, 0.205),
                (0.122, 0.215),
                (0.130, 0.150),
                (0.112, 0.080),
                (0.108, 0.030),
                (0.155, -0.050),
                (0.165, -0.125),
                (0.095, -0.190),
                (0.0, -0.200),
            ],
            5,
        )[:-1],
        0.0,
    )
    body = extrude(outline, 0.042, axis="y", bevel=0.007, steps=3)
    face = -0.021
    guard_line = rounded(
        [
            (0.06, 0.12),
            (-0.06, 0.10),
            (-0.09, 0.02),
            (-0.12, -0.10),
            (-0.05, -0.12),
            (-0.02, -0.07),
            (0.06, -0.07),
            (0.08, 0.0),
        ],
        0.03,
    )
    guard = extrude(guard_line, 0.004, axis="y").moved(y=face)
    pickups = [box(0.078, 0.012, 0.018, radius=0.006).moved(y=face - 0.003, z=z) for z in (0.055, -0.055)]
    pickups.insert(1, box(0.078, 0.012, 0.018, radius=0.006).moved(y=face - 0.003, z=0.0))
    knobs = [
        lathe([(0, 0), (0.012, 0), (0.010, 0.012), (0.008, 0.013), (0, 0.013)], segments=18)
        .turned("x", 90)
        .moved(x, face - 0.002, z)
        for x, z in ((-0.075, -0.045), (-0.098, -0.085), (-0.078, -0.118))
    ]
    bridge = box(0.080, 0.012, 0.036, radius=0.004).moved(y=face - 0.005, z=-0.105)
    lever = bar((-0.03, face - 0.012, -0.10), (-0.060, face - 0.028, 0.015), 0.0025, sides=8)
    jack = box(0.03, 0.006, 0.05, radius=0.002).moved(x=-0.115, y=face - 0.001, z=-0.14)
    straps = [cylinder(0.006, 0.02, segments=12).moved(x, 0, z) for x, z in ((0.0, -0.206), (0.108, 0.216))]
    nut, lead = 0.520, face - 0.010
    head = extrude(
        rounded(
            [
                (-0.021, nut),
                (0.021, nut),
                (0.030, nut + 0.03),
                (0.045, nut + 0.15),
                (0.012, nut + 0.185),
                (-0.020, nut + 0.165),
                (-0.026, nut + 0.03),
            ],
            0.012,
        ),
        0.014,
        axis="y",
        bevel=0.002,
    )
    tuners = [_tuner(1, front=True).moved(0.012 + 0.003 * k, -0.006, nut + 0.035 + 0.022 * k) for k in range(6)]
    headstock = (head.painted("wood") + assemble(*tuners)).moved(z=-nut).turned("x", -4).moved(y=lead + 0.010, z=nut)
    return assemble(
        body,
        guard.painted("white"),
        assemble(*pickups, *knobs).painted("black"),
        assemble(bridge, lever, jack, *straps).painted("chrome"),
        _neck(lead, 0.070, nut, (0.056, 0.042), 22),
        headstock,
        _strings(-0.105, nut, (0.054, 0.035), (face - 0.013, lead - 0.004)),
    )
