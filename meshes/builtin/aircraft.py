"""Aeroplanes: airliner and light aircraft; in metres, nose towards −y, the fuselage's axis on z = 0."""

from collections.abc import Sequence

import numpy as np

from meshes.builtin.outlines import ellipse, rounded
from meshes.builtin.shapes import along, bar, box, cylinder, ellipsoid, lathe, loft, panel, torus
from meshes.builtin.solid import Points, Solid, assemble

Station = tuple[float, float, float, float, float]


def _fuselage(stations: Sequence[tuple[float, float, float, float]], sides: int = 28) -> Solid:
    """A skin over ellipses; a station is (y, centre z, half width, half height)."""
    return loft(np.array([_ring(*station, sides) for station in stations]))


def _ring(y: float, z: float, width: float, height: float, sides: int) -> Points:
    oval = ellipse(width, height, sides)
    return np.column_stack([oval[:, 0], np.full(sides, y), oval[:, 1] + z])


def _wing(stations: Sequence[Station]) -> Solid:
    """A flat wing from root to tip; a station is (x, leading edge y, z, chord, thickness)."""
    turns = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    # A symmetric profile: thick a quarter behind the leading edge, thin at the trailing one.
    chordwise = (1 - np.cos(turns)) / 2
    thick = np.sin(turns) * np.sqrt(np.clip(1 - 0.85 * chordwise, 0, 1))
    return loft(
        np.array(
            [
                np.column_stack([np.full(20, x), y + chord * chordwise, z + depth / 2 * thick])
                for x, y, z, chord, depth in stations
            ]
        )
    )


def _fin(stations: Sequence[Station]) -> Solid:
    """A wing that stands upright: its span runs along z instead of x."""
    return _wing(stations).turned("y", -90)


def airliner() -> Solid:
    body = _fuselage(
        [
            (-19.0, -0.45, 0.02, 0.02),
            (-18.7, -0.42, 0.45, 0.42),
            (-18.0, -0.34, 0.95, 0.88),
            (-16.8, -0.18, 1.45, 1.42),
            (-15.2, -0.04, 1.85, 1.86),
            (-13.5, 0, 1.98, 2.0),
            (8.5, 0, 1.98, 2.0),
            (11.5, 0.22, 1.75, 1.75),
            (14.5, 0.60, 1.22, 1.20),
            (17.0, 0.92, 0.70, 0.70),
            (18.6, 1.10, 0.30, 0.32),
            (18.8, 1.12, 0.02, 0.02),
        ]
    )
    wing = _wing([(0.0, -4.8, -0.9, 7.6, 0.95), (6.0, -1.2, -0.55, 4.4, 0.55), (16.6, 4.6, 0.35, 1.6, 0.18)])
    winglet = _fin([(0.30, 4.75, 0, 1.5, 0.14), (2.1, 5.9, 0, 0.7, 0.06)]).moved(x=16.55)
    stabiliser = _wing([(0.0, 13.4, 1.1, 3.6, 0.36), (6.2, 17.2, 1.6, 1.4, 0.14)])
    fin = _fin([(0.9, 11.6, 0, 5.6, 0.5), (2.4, 13.4, 0, 4.4, 0.4), (7.2, 17.0, 0, 2.0, 0.2)])
    engine = _nacelle().moved(x=5.6, y=-3.6, z=-2.0)
    pylon = box(0.24, 2.8, 1.0, radius=0.1).moved(x=5.6, y=-1.2, z=-1.1)
    return assemble(
        body.painted("white"),
        (wing + winglet + stabiliser).both_sides().painted("silver"),
        fin,
        engine.both_sides(),
        pylon.painted("silver").both_sides(),
        _cabin_windows().both_sides(),
        _cockpit(),
        _cheat_line().both_sides(),
    )


def _nacelle() -> Solid:
    shell = lathe(
        [
            (0.85, 1.9),
            (1.12, 1.2),
            (1.22, 0.0),
            (1.18, -1.2),
            (1.05, -1.75),
            (0.94, -1.72),
            (0.9, -1.2),
            (0.9, 1.2),
            (0.72, 1.88),
        ],
        segments=28,
        closed=True,
    )
    core = lathe([(0.0, -1.25), (0.9, -1.15), (0.9, -1.0), (0.7, 0.8), (0.6, 1.6), (0.1, 2.7), (0, 2.7)], segments=24)
    lip = torus(0.99, 0.09, segments=28, sides=8).moved(z=-1.72)
    return assemble(*(along(s, "y") for s in (shell, core.painted("dark"), lip.painted("chrome"))))


def _cabin_windows() -> Solid:
    panes = [box(0.07, 0.30, 0.42, radius=0.03).moved(x=1.955, y=y, z=0.42) for y in np.arange(-12.4, 9.0, 1.05)]
    doors = [box(0.05, 0.9, 1.75, radius=0.02).moved(x=1.955, y=y, z=0.15) for y in (-14.0, 9.9)]
    front, rear = doors
    return assemble(*panes, front.moved(x=-0.06), rear.moved(x=-0.10, z=0.05)).painted("glass")


def _cockpit() -> Solid:
    def pane(a: float, b: float) -> Solid:
        quad = []
        for angle, y in ((a, -17.62), (b, -17.45), (b, -16.55), (a, -16.85)):
            height = 1.12 if y < -17 else 1.5
            width = 1.12 if y < -17 else 1.5
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            quad.append((width * c, y, -0.22 + height * s))
        return panel(quad, ((0.06, 0.05), (0.94, 0.05), (0.94, 0.95), (0.06, 0.95)), 0.14)

    return assemble(pane(88, 58), pane(56, 28)).both_sides().painted("glass")


def _cheat_line() -> Solid:
    """The coloured stripe below the windows."""
    return box(0.06, 22.0, 0.34, radius=0.02).moved(x=1.95, y=-2.5, z=-0.28)


def light_aircraft() -> Solid:
    body = _fuselage(
        [
            (-3.05, 0, 0.12, 0.12),
            (-3.0, 0, 0.36, 0.33),
            (-2.6, 0, 0.46, 0.42),
            (-1.7, 0.04, 0.54, 0.50),
            (-1.5, 0.05, 0.55, 0.52),
            (-0.9, 0.22, 0.56, 0.70),
            (-0.6, 0.27, 0.56, 0.76),
            (0.9, 0.27, 0.55, 0.74),
            (1.7, 0.20, 0.44, 0.54),
            (3.2, 0.14, 0.26, 0.32),
            (4.7, 0.16, 0.10, 0.18),
            (4.8, 0.16, 0.02, 0.05),
        ],
        sides=24,
    )
    wing = _wing([(0.0, -0.75, 1.02, 1.65, 0.22), (2.6, -0.75, 1.07, 1.65, 0.21), (5.4, -0.55, 1.15, 1.15, 0.12)])
    strut = bar((0.50, -0.15, -0.12), (2.7, -0.05, 1.02), 0.045, sides=8)
    stabiliser = _wing([(0.0, 3.75, 0.28, 1.05, 0.12), (1.75, 3.95, 0.28, 0.75, 0.07)])
    fin = _fin([(0.2, 3.05, 0, 1.85, 0.14), (0.55, 3.65, 0, 1.25, 0.13), (1.6, 4.2, 0, 0.75, 0.08)])
    stripe = box(0.05, 3.0, 0.16, radius=0.02).moved(x=0.53, y=-0.2, z=-0.10)
    return assemble(
        body.painted("white"),
        wing.both_sides().painted("white"),
        strut.both_sides(),
        stabiliser.both_sides(),
        fin,
        stripe.both_sides(),
        _light_windows(),
        _propeller(),
        _gear(),
    )


def _light_windows() -> Solid:
    screen = panel(
        [(-0.50, -1.50, 0.48), (0.50, -1.50, 0.48), (0.44, -0.78, 0.96), (-0.44, -0.78, 0.96)],
        rounded(((0.0, 0.05), (1.0, 0.05), (0.95, 1.0), (0.05, 1.0)), 0.05),
        0.10,
    )
    side = [(0.545, -1.2, 0.40), (0.545, 1.3, 0.38), (0.43, 1.05, 0.82), (0.48, -0.75, 0.86)]
    front = panel(side, rounded(((0.05, 0.05), (0.46, 0.05), (0.46, 0.95), (0.09, 0.95)), 0.04), 0.12)
    back = panel(side, rounded(((0.52, 0.05), (0.90, 0.05), (0.82, 0.95), (0.52, 0.95)), 0.04), 0.12)
    return assemble(screen, front.both_sides(), back.both_sides()).painted("glass")


def _propeller() -> Solid:
    spinner = along(lathe([(0, -0.42), (0.10, -0.30), (0.17, -0.08), (0.18, 0.0), (0, 0.0)], segments=20), "y")
    blade = ellipsoid(0.095, 0.025, 0.48, segments=14, rings=12).turned("z", 25).moved(z=0.50)
    blades = (blade + blade.turned("y", 180)).turned("y", 25).moved(y=-0.12)
    return assemble(spinner.painted("metal"), blades.painted("dark")).moved(y=-3.02)


def _gear() -> Solid:
    tyre = torus(0.15, 0.075, axis="x", segments=24, sides=10).painted("rubber")
    hub = cylinder(0.10, 0.10, axis="x", segments=18).painted("metal")
    main = (tyre + hub).moved(x=1.1, y=0.35, z=-1.05)
    leg = bar((0.35, 0.25, -0.40), (1.04, 0.35, -1.03), 0.05, 0.035, sides=8)
    nose = (tyre + hub).scaled(0.85).moved(y=-2.35, z=-1.07)
    fork = bar((0, -2.30, -0.30), (0, -2.35, -0.86), 0.05, sides=8).painted("metal")
    spat = ellipsoid(0.13, 0.36, 0.16, segments=18, rings=10).moved(x=1.1, y=0.38, z=-0.98)
    axle = bar((-0.09, -2.35, -0.95), (0.09, -2.35, -0.95), 0.03, sides=8).painted("metal")
    return assemble((main + leg + spat).both_sides(), nose, fork, axle)
