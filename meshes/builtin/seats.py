"""Chairs and sofas, in metres, the sitter looking towards −y, feet on z = 0."""

import numpy as np

from meshes.builtin.outlines import curve, rounded, rounded_rectangle
from meshes.builtin.shapes import bar, box, cylinder, extrude, lathe, loft, sweep, tube
from meshes.builtin.solid import Solid, assemble


def dining_chair() -> Solid:
    """Four legs, the rear ones running up into a back of three slats."""
    seat = extrude(
        rounded([(-0.20, 0.20), (0.20, 0.20), (0.235, -0.22), (-0.235, -0.22)], 0.05, 4), 0.035, bevel=0.012
    )
    cushion = box(0.38, 0.37, 0.05, radius=0.024, steps=3).moved(z=0.475)
    front = bar((0.195, -0.185, 0.44), (0.205, -0.20, 0.0), 0.023, 0.016, sides=12)
    stile = curve(
        [(0.18, 0.235, 0.0), (0.18, 0.185, 0.30), (0.18, 0.185, 0.48), (0.182, 0.215, 0.72), (0.185, 0.275, 0.96)], 5
    )
    rear = sweep(stile, rounded_rectangle(0.034, 0.038, 0.01, 2), up=(0, 1, 0))
    slats = []
    for z, height, y in ((0.90, 0.10, 0.252), (0.75, 0.06, 0.224), (0.62, 0.06, 0.200)):
        path = curve([(-0.18, y, z), (0, y + 0.03, z), (0.18, y, z)], 6)
        slats.append(sweep(path, rounded_rectangle(0.018, height, 0.006, 2), up=(0, 0, 1)))
    rails = [
        bar((0.195, -0.19, 0.22), (0.18, 0.195, 0.22), 0.010, sides=8),
        box(0.018, 0.36, 0.05).moved(x=0.185, z=0.42),
    ]
    cross = [
        bar((-0.19, 0.0, 0.22), (0.19, 0.0, 0.22), 0.010, sides=8),
        box(0.37, 0.018, 0.05).moved(y=-0.19, z=0.42),
    ]
    return assemble(
        assemble(seat.moved(z=0.445), assemble(front, rear, *rails).both_sides(), *slats, *cross).painted("wood"),
        cushion.painted("cloth"),
    )


def office_chair() -> Solid:
    """A swivel chair: star base with five castors, arm rests, a curved back with a lumbar bulge."""
    spokes, castors = [], []
    for k in range(5):
        spokes.append(bar((0, 0, 0.105), (0, -0.30, 0.075), 0.030, 0.018, sides=10).turned("z", 72 * k + 36))
        twin = cylinder(0.030, 0.018, axis="x", segments=18, bevel=0.005).moved(x=0.014).both_sides()
        castors.append(
            (twin + cylinder(0.010, 0.04, segments=10).moved(z=0.03)).moved(y=-0.30, z=0.030).turned("z", 72 * k + 36)
        )
    column = lathe(
        [
            (0, 0.08),
            (0.045, 0.08),
            (0.04, 0.17),
            (0.030, 0.18),
            (0.030, 0.30),
            (0.022, 0.31),
            (0.022, 0.42),
            (0, 0.42),
        ],
        segments=24,
    )
    plate = box(0.24, 0.28, 0.04, radius=0.015).moved(z=0.425)
    seat = extrude(
        rounded([(-0.22, 0.22), (0.22, 0.22), (0.25, -0.24), (-0.25, -0.24)], 0.09, 5), 0.085, bevel=0.035, steps=3
    )
    back = extrude(
        rounded([(-0.18, 0.0), (0.18, 0.0), (0.23, 0.28), (0.20, 0.56), (-0.20, 0.56), (-0.23, 0.28)], 0.10, 5),
        0.07,
        axis="y",
        bevel=0.03,
        steps=3,
    ).moved(z=0.56)
    back = back.mapped(
        lambda v: np.column_stack([v[:, 0], v[:, 1] + 0.23 + 0.15 * (v[:, 2] - 0.6) - 0.7 * v[:, 0] ** 2, v[:, 2]])
    )
    spine = sweep(
        curve([(0, 0.05, 0.42), (0, 0.22, 0.43), (0, 0.31, 0.55), (0, 0.32, 0.80)], 6),
        rounded_rectangle(0.03, 0.075, 0.012, 2),
        up=(1, 0, 0),
    )
    arm = tube(
        curve([(0.20, 0.03, 0.45), (0.29, 0.03, 0.47), (0.30, 0.03, 0.56), (0.30, 0.02, 0.66)], 5), 0.018, sides=10
    )
    rest = box(0.075, 0.27, 0.035, radius=0.016, steps=3).moved(x=0.30, y=-0.01, z=0.675)
    lever = bar((-0.10, -0.02, 0.425), (-0.29, -0.04, 0.425), 0.008, sides=8)
    return assemble(
        assemble(*spokes, column).painted("metal"),
        assemble(*castors, plate, spine, lever).painted("black"),
        (arm + rest).painted("black").both_sides(),
        seat.moved(z=0.48).painted("cloth"),
        back.painted("cloth"),
    )


def shell_chair() -> Solid:
    """A shell chair: one moulded seat and back on four splayed legs with a cross of wire."""
    spine = curve(
        [(0, -0.25, 0.43), (0, -0.17, 0.445), (0, 0.06, 0.43), (0, 0.18, 0.49), (0, 0.235, 0.64), (0, 0.285, 0.82)], 6
    )
    half = np.interp(
        np.linspace(0, 1, len(spine)), [0, 0.1, 0.45, 0.75, 0.93, 1], [0.19, 0.225, 0.235, 0.215, 0.17, 0.12]
    )
    shell_rings = []
    across = np.linspace(-1, 1, 17)
    tangents = np.gradient(spine, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    for point, width, tangent in zip(spine, half, tangents, strict=True):
        normal = np.array([0.0, -tangent[2], tangent[1]])
        lift = 0.055 * np.abs(across) ** 3
        upper = point + np.outer(across * width, (1, 0, 0)) + np.outer(lift + 0.007, normal)
        lower = point + np.outer(across * width, (1, 0, 0)) + np.outer(lift - 0.007, normal)
        shell_rings.append(np.concatenate([upper, lower[::-1]]))
    shell = loft(np.array(shell_rings))
    leg = bar((0.12, -0.11, 0.42), (0.215, -0.215, 0.0), 0.017, 0.011, sides=12)
    legs = (leg + leg.mirrored("y").moved(y=0.02)).both_sides().painted("wood")
    wires = [
        bar((-0.165, -0.165, 0.20), (0.165, 0.185, 0.20), 0.006, sides=8),
        bar((0.165, -0.165, 0.20), (-0.165, 0.185, 0.20), 0.006, sides=8),
    ]
    mounts = box(0.26, 0.26, 0.02, radius=0.008).moved(z=0.425)
    return assemble(shell, legs, assemble(*wires, mounts).painted("black"))


def sofa() -> Solid:
    """Two seats: round arms, seat and back cushions, short wooden feet."""
    base = box(1.56, 0.80, 0.20, radius=0.03).moved(z=0.23)
    back = extrude(
        rounded([(0.20, 0.14), (0.42, 0.14), (0.46, 0.80), (0.30, 0.82)], 0.09, 4), 1.56, axis="x", bevel=0.03
    )
    arm_side = rounded([(-0.42, 0.12), (0.42, 0.12), (0.42, 0.60), (-0.42, 0.60)], [0.02, 0.02, 0.10, 0.10], 4)
    arm = extrude(arm_side, 0.20, axis="x", bevel=0.07, steps=4).moved(x=0.86)
    seat = box(0.755, 0.66, 0.17, radius=0.055, steps=3).moved(x=0.385, y=-0.09, z=0.405)
    rest = box(0.745, 0.19, 0.44, radius=0.08, steps=4).turned("x", -12).moved(x=0.385, y=0.24, z=0.66)
    feet = bar((0.85, 0.34, 0.14), (0.87, 0.36, 0.0), 0.030, 0.020, sides=12)
    feet = feet + feet.mirrored("y")
    pillow = (
        box(0.38, 0.13, 0.38, radius=0.062, steps=4).turned("y", 18).turned("x", -22).moved(x=-0.50, y=0.02, z=0.66)
    )
    return assemble(
        assemble(base, back, arm.both_sides(), (seat + rest).both_sides()).painted("cloth"),
        feet.both_sides().painted("wood"),
        pillow.painted("accent"),
    )


def corner_sofa() -> Solid:
    """An L: two seats and, at the sitter's left (+x), a long seat for the legs."""
    base = box(1.50, 0.82, 0.20, radius=0.03).moved(x=-0.36, z=0.22)
    chaise = box(0.80, 1.50, 0.20, radius=0.03).moved(x=0.76, y=-0.34, z=0.22)
    back = box(2.26, 0.20, 0.66, radius=0.07, steps=3).moved(x=0.03, y=0.36, z=0.46)
    arm = box(0.20, 0.90, 0.50, radius=0.07, steps=3).moved(x=-1.15, z=0.35)
    side = box(0.18, 0.95, 0.56, radius=0.07, steps=3).moved(x=1.15, y=-0.02, z=0.40)
    seats = [box(0.70, 0.66, 0.16, radius=0.05, steps=3).moved(x=x, y=-0.09, z=0.39) for x in (-0.69, 0.01)]
    long_seat = box(0.69, 1.34, 0.16, radius=0.05, steps=3).moved(x=0.71, y=-0.42, z=0.39)
    rests = [
        box(w, 0.19, 0.40, radius=0.08, steps=4).turned("x", -12).moved(x=x, y=0.22, z=0.64)
        for x, w in ((-0.69, 0.69), (0.01, 0.69), (0.71, 0.67))
    ]
    feet = [
        cylinder(0.03, 0.14, segments=14).moved(x, y, 0.07)
        for x, y in ((-1.10, -0.34), (-1.10, 0.38), (1.10, 0.38), (0.44, -1.02), (1.08, -1.02))
    ]
    return assemble(
        assemble(base, chaise, back, arm, side, *seats, long_seat, *rests).painted("cloth"),
        assemble(*feet).painted("black"),
    )
