"""Oboes: the modern one with its silver keys, and a baroque one of boxwood. Along z, bell below, keys at −y."""

import numpy as np

from meshes.builtin.outlines import curve, ellipse
from meshes.builtin.shapes import bar, box, cylinder, ellipsoid, lathe, loft, torus, tube
from meshes.builtin.solid import Solid, assemble

LENGTH = 0.60
"""Without the reed, in metres."""


def _reed(z: float) -> Solid:
    """A thread-bound tube that flattens to the two blades; the flat side faces −y."""
    stations = [
        (0.0, 0.0042, 0.0042),
        (0.022, 0.0040, 0.0040),
        (0.03, 0.0036, 0.0034),
        (0.045, 0.0050, 0.0026),
        (0.062, 0.0062, 0.0012),
    ]
    rings = [np.column_stack([ellipse(x, y, 16), np.full(16, z + up)]) for up, x, y in stations]
    thread = lathe([(0.0, z), (0.0048, z), (0.0048, z + 0.024), (0.0, z + 0.026)], segments=16)
    return loft(np.array(rings)).painted("wood") + thread.painted("red")


def _bore(z: float) -> float:
    """Outer radius of the conical body at a height above the bell."""
    return float(np.interp(z, [0.0, 0.12, LENGTH - 0.03], [0.0165, 0.0155, 0.0105]))


def _key(z: float, radius: float, *, turn: float = 0.0) -> Solid:
    """A pad cup on a short arm that stands on the body; `turn` degrees round from the front."""
    body = _bore(z)
    cup = lathe([(0, 0), (radius, 0), (radius, 0.0022), (0.4 * radius, 0.0038), (0, 0.0038)], segments=16)
    ring = cylinder(radius * 0.82, 0.006, segments=14).moved(z=-0.002)
    arm = box(0.004, 0.016, 0.003).moved(y=0.006, z=0.001)
    return (cup + ring + arm).turned("x", 90).moved(y=-body - 0.003, z=z).turned("z", turn)


def modern_oboe() -> Solid:
    bell = [
        (0.0, 0.0),
        (0.0235, 0.0),
        (0.0245, 0.004),
        (0.0230, 0.012),
        (0.0185, 0.045),
        (0.0165, 0.09),
        (0.0160, 0.12),
    ]
    body = lathe(
        [
            *bell,
            (0.0155, 0.125),
            (0.0118, LENGTH - 0.05),
            (0.0118, LENGTH - 0.035),
            (0.0140, LENGTH - 0.012),
            (0.0120, LENGTH),
            (0.0, LENGTH),
        ],
        segments=28,
    )
    joints = [
        lathe([(0.0, z - 0.007), (r, z - 0.007), (r, z + 0.007), (0.0, z + 0.007)], segments=28)
        for z, r in ((0.128, 0.0178), (0.355, 0.0158), (LENGTH - 0.002, 0.0098))
    ]
    ring = torus(0.0240, 0.0016, segments=28, sides=6).moved(z=0.004)
    keys = [_key(z, 0.0078) for z in (0.175, 0.207, 0.238, 0.375, 0.405, 0.435, 0.462)]
    keys += [_key(0.070, 0.0105, turn=25), _key(0.145, 0.0095, turn=-35), _key(0.108, 0.0095, turn=-20)]
    keys += [_key(0.49, 0.0055, turn=-25), _key(0.52, 0.0050, turn=30), _key(0.42, 0.0055, turn=75)]
    return assemble(
        body.painted("black"),
        assemble(*joints, ring, *keys, *_rods()).painted("chrome"),
        _levers(),
        _thumb_rest(),
        _reed(LENGTH),
    )


def _rods() -> list[Solid]:
    """Hinge rods along the body with the posts that carry them: two on the right hand's side, one on the left's."""
    parts = []
    for turn, low, high in (
        (48, 0.06, 0.33),
        (62, 0.14, 0.34),
        (-48, 0.09, 0.30),
        (46, 0.37, 0.53),
        (-50, 0.37, 0.50),
    ):
        reach_low, reach_high = _bore(low) + 0.0055, _bore(high) + 0.0055
        rod = bar((0, -reach_low, low), (0, -reach_high, high), 0.0019, sides=8)
        posts = [
            bar((0, -_bore(z) + 0.003, z), (0, -_bore(z) - 0.0065, z), 0.0016, sides=6)
            for z in np.linspace(low, high, 4)
        ]
        parts.append(assemble(rod, *posts).turned("z", turn))
    return parts


def _levers() -> Solid:
    """The little fingers' levers: a pair for the right hand at −x, a long pair for the left hand at +x."""
    spoon = ellipsoid(0.0065, 0.0028, 0.013, segments=14, rings=8)
    right = [spoon.turned("y", 20).moved(-0.016, -0.016, z) for z in (0.158, 0.180)]
    left = [spoon.scaled(0.8, 1, 1.4).turned("y", -14).moved(0.017, -0.013, z) for z in (0.300, 0.327)]
    return assemble(*right, *left).painted("chrome")


def _thumb_rest() -> Solid:
    """The hook for the right thumb, behind, at +y."""
    hook = tube(curve([(0, 0.012, 0.235), (0, 0.024, 0.232), (0, 0.030, 0.222)], 4), 0.0042, sides=8)
    octave = ellipsoid(0.005, 0.003, 0.012, segments=12, rings=8).moved(y=0.0155, z=0.44)
    return (hook + octave).painted("chrome")


def baroque_oboe() -> Solid:
    """Turned boxwood with beads, an onion below the reed, open finger holes and two brass keys."""
    z = LENGTH
    body = lathe(
        [
            (0, 0),
            (0.030, 0.0),
            (0.031, 0.005),
            (0.026, 0.018),
            (0.020, 0.05),
            (0.0175, 0.10),
            (0.021, 0.112),
            (0.024, 0.120),
            (0.021, 0.128),
            (0.0175, 0.136),
            (0.0160, 0.20),
            (0.0150, 0.33),
            (0.019, 0.342),
            (0.0215, 0.350),
            (0.019, 0.358),
            (0.0145, 0.366),
            (0.0120, 0.50),
            (0.0125, 0.525),
            (0.0175, 0.548),
            (0.0190, 0.560),
            (0.0160, 0.575),
            (0.0125, 0.582),
            (0.0150, 0.592),
            (0.0130, z),
            (0, z),
        ],
        segments=36,
    )
    holes = [
        cylinder(0.0034, 0.004, axis="y", segments=14).moved(
            y=-float(np.interp(h, [0.15, 0.53], [0.0168, 0.0121])), z=h
        )
        for h in (0.215, 0.250, 0.285, 0.395, 0.430, 0.465)
    ]
    flap = box(0.013, 0.003, 0.016, radius=0.0012).moved(y=-0.0195, z=0.078)
    shank = bar((0, -0.0195, 0.085), (0, -0.0205, 0.150), 0.0022, sides=8)
    tails = [
        box(0.010, 0.003, 0.012, radius=0.001).turned("y", s * 35).moved(s * 0.006, -0.0205, 0.156) for s in (-1, 1)
    ]
    side = box(0.010, 0.003, 0.013, radius=0.001).moved(y=-0.0190, z=0.176).turned("z", -48)
    arm = bar((0, -0.0192, 0.176), (0, -0.0205, 0.145), 0.0020, sides=8).turned("z", -40)
    return assemble(
        body.painted("wood"),
        assemble(*holes).painted("dark"),
        assemble(flap, shank, *tails, side, arm).painted("brass"),
        _reed(z),
    )
