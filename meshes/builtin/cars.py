"""Cars: sedan, hatchback and van, from one description in metres. Built with the nose towards −y, wheels on z = 0."""

from dataclasses import dataclass

import numpy as np

from meshes.builtin.outlines import arc, inset, rounded, rounded_rectangle
from meshes.builtin.shapes import bar, box, cylinder, ellipsoid, lathe, loft, panel, sweep
from meshes.builtin.solid import Points, Solid, assemble

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class CarShape:
    """What tells one car from another, in metres.

    `lower` is the side view of the body below the windows as (y, z) from the front bumper's foot over the top to
    the rear bumper's foot. `belt` and `roof` are (front y, rear y, z, half width) of the cabin's foot and top.
    `side_windows` are (from, to) fractions of the cabin's length at the belt.
    """

    half_width: float
    axles: tuple[float, float]
    wheel: float
    lower: Outline
    belt: tuple[float, float, float, float]
    roof: tuple[float, float, float, float]
    side_windows: tuple[tuple[float, float], ...]
    doors: tuple[float, ...]
    rear_window: tuple[float, float] = (0.12, 0.86)
    lamp_z: float = 0.66
    tail_z: float = 0.78
    tail_height: float = 0.16


SEDAN = CarShape(
    half_width=0.90,
    axles=(-1.42, 1.36),
    wheel=0.335,
    lower=(
        (-2.26, 0.24),
        (-2.36, 0.50),
        (-2.30, 0.70),
        (-2.12, 0.79),
        (-0.98, 0.97),
        (1.44, 1.01),
        (2.14, 1.02),
        (2.30, 0.92),
        (2.36, 0.56),
        (2.28, 0.27),
    ),
    belt=(-1.10, 1.62, 0.95, 0.84),
    roof=(-0.22, 0.78, 1.47, 0.62),
    side_windows=((0.155, 0.505), (0.535, 0.835)),
    doors=(-0.88, 0.28, 1.12),
)

HATCHBACK = CarShape(
    half_width=0.88,
    axles=(-1.22, 1.24),
    wheel=0.325,
    lower=(
        (-1.92, 0.24),
        (-2.00, 0.50),
        (-1.95, 0.72),
        (-1.78, 0.82),
        (-0.92, 1.00),
        (1.50, 1.05),
        (1.80, 1.04),
        (1.92, 0.86),
        (1.94, 0.52),
        (1.86, 0.27),
    ),
    belt=(-1.08, 1.80, 0.98, 0.83),
    roof=(-0.24, 1.36, 1.54, 0.64),
    side_windows=((0.150, 0.475), (0.505, 0.765), (0.790, 0.900)),
    doors=(-0.84, 0.24, 1.06),
    rear_window=(0.18, 0.88),
    tail_z=0.98,
    tail_height=0.26,
)

VAN = CarShape(
    half_width=0.96,
    axles=(-1.62, 1.42),
    wheel=0.345,
    lower=(
        (-2.40, 0.26),
        (-2.48, 0.55),
        (-2.44, 0.86),
        (-2.30, 0.98),
        (-1.62, 1.16),
        (2.36, 1.16),
        (2.44, 1.10),
        (2.48, 0.60),
        (2.42, 0.30),
    ),
    belt=(-1.80, 2.36, 1.10, 0.92),
    roof=(-0.86, 2.28, 2.06, 0.80),
    side_windows=((0.115, 0.350), (0.400, 0.660), (0.690, 0.945)),
    doors=(-1.26, -0.16, 1.06),
    rear_window=(0.18, 0.80),
    lamp_z=0.80,
    tail_z=1.10,
    tail_height=0.42,
)


def car(shape: CarShape) -> Solid:
    wheels = assemble(
        *(_wheel(shape.wheel).moved(x=shape.half_width - 0.11, y=y, z=shape.wheel) for y in shape.axles)
    )
    front, rear = shape.axles
    floor = box(2 * shape.half_width - 0.50, rear - front + 0.86, 0.52).moved(y=(front + rear) / 2, z=0.48)
    return assemble(
        _body(shape),
        floor.painted("dark"),
        _cabin(shape),
        _windows(shape),
        wheels.both_sides(),
        _doors(shape).both_sides(),
        _front(shape),
        _rear(shape),
    )


def _body(shape: CarShape) -> Solid:
    """The side view carried across the car; bumpers bow in plan and the flanks lean in towards the windows."""
    over = rounded(shape.lower, 0.22, 4)[::-1]
    under = np.concatenate(_underside(shape))[::-1]
    outline = np.concatenate([over, under])
    softness = np.concatenate([np.full(len(over), 1.0), np.full(len(under), 0.15)])[:, None]
    bevel = 0.09
    turns = np.linspace(0, np.pi / 2, 4)
    edge = [(shape.half_width - bevel * (1 - np.sin(turn)), bevel * (1 - np.cos(turn))) for turn in turns]
    layers = [*edge[::-1], *((x, 0.0) for x in (0.5, 0.25, 0.0, -0.25, -0.5)), *((-x, amount) for x, amount in edge)]
    rings = [np.column_stack([np.full(len(outline), x), inset(outline, a * softness)]) for x, a in layers]

    def bowed(vertices: Points) -> Points:
        x, y, z = vertices.T
        ends = np.clip((np.abs(y) / _length(shape) - 0.72) / 0.28, 0, None)
        return np.column_stack([_flank(shape, z) / shape.half_width * x, y - np.sign(y) * _bow(shape, x) * ends, z])

    return loft(np.array(rings)).mapped(bowed)


def _length(shape: CarShape) -> float:
    """Half the length."""
    return max(abs(y) for y, _ in shape.lower)


def _bow(shape: CarShape, x: Points | float) -> Points:
    """How far the bumpers stand back at x from where they are in the middle."""
    return np.asarray(0.24 * (np.asarray(x) / shape.half_width) ** 2)


def _flank(shape: CarShape, z: Points | float) -> Points:
    """Half the width at a height: the flanks lean in towards the windows."""
    return np.asarray(shape.half_width * (1.02 - 0.05 * np.asarray(z)))


def _underside(shape: CarShape) -> list[Points]:
    """The lower edge from the rear to the front, with the two wheel arches."""
    sill, radius = 0.24, shape.wheel + 0.07
    reach = float(np.degrees(np.arcsin((shape.wheel - sill) / radius)))
    front, rear = shape.axles
    return [
        arc(radius, -reach, 180 + reach, 14, (rear, shape.wheel)),
        np.array([((front + rear) / 2, sill)]),
        arc(radius, -reach, 180 + reach, 14, (front, shape.wheel)),
    ]


def _corners(shape: CarShape) -> tuple[Points, Points]:
    """Corners of the cabin's foot and top, each (4, 3): front −x, front +x, rear +x, rear −x."""
    rings = [
        np.array([(-x, front, z), (x, front, z), (x, rear, z), (-x, rear, z)])
        for front, rear, z, x in (shape.belt, shape.roof)
    ]
    return rings[0], rings[1]


def _cabin(shape: CarShape) -> Solid:
    rings = []
    for (front, rear, z, x), radius in ((shape.belt, 0.10), (shape.roof, 0.10)):
        across = rounded_rectangle(2 * x, rear - front, radius, 3)
        rings.append(np.column_stack([across[:, 0], across[:, 1] + (front + rear) / 2, np.full(len(across), z)]))
    for lift, shrink in ((0.025, 0.03), (0.042, 0.10), (0.05, 0.25)):
        front, rear, z, x = shape.roof
        across = rounded_rectangle(2 * (x - shrink), rear - front - 2 * shrink, 0.10, 3)
        rings.append(
            np.column_stack([across[:, 0], across[:, 1] + (front + rear) / 2, np.full(len(across), z + lift)])
        )
    return loft(np.array(rings))


def _windows(shape: CarShape) -> Solid:
    foot, top = _corners(shape)

    def pane(quad: list[Points], corners: Outline) -> Solid:
        return panel(quad, rounded(corners, 0.045, 2), 0.024).painted("glass")

    front = pane([foot[0], foot[1], top[1], top[0]], ((0.07, 0.08), (0.93, 0.08), (0.91, 0.92), (0.09, 0.92)))
    low, high = shape.rear_window
    back = pane([foot[2], foot[3], top[3], top[2]], ((0.09, low), (0.91, low), (0.89, high), (0.11, high)))
    right = [foot[1], foot[2], top[2], top[1]]
    sides = assemble(*(pane(right, _side_pane(shape, start, end)) for start, end in shape.side_windows))
    return assemble(front, back, sides.both_sides())


def _side_pane(shape: CarShape, start: float, end: float) -> Outline:
    """A side window in the flank's own coordinates: upright pillars inside, slanted ones at the cabin's ends."""
    front, rear = shape.belt[0], shape.belt[1]
    roof_front, roof_rear = shape.roof[0], shape.roof[1]

    def fraction(y: float, v: float) -> float:
        """u of a point of the flank at height v that lies at y."""
        low, high = front + v * (roof_front - front), rear + v * (roof_rear - rear)
        return (y - low) / (high - low)

    def u(position: float, v: float) -> float:
        return min(max(fraction(front + position * (rear - front), v), 0.055), 0.945)

    bottom, above = 0.14, 0.88
    return ((u(start, bottom), bottom), (u(end, bottom), bottom), (u(end, above), above), (u(start, above), above))


def _wheel(radius: float) -> Solid:
    """A wheel about x with its outer face towards +x."""
    rim, half = 0.68 * radius, 0.105
    tyre = lathe(
        [
            (rim, -half),
            (radius - 0.03, -half),
            (radius, -half + 0.04),
            (radius, half - 0.04),
            (radius - 0.03, half),
            (rim, half),
            (rim, half - 0.05),
            (0, half - 0.05),
        ],
        segments=36,
    )
    spokes = assemble(
        *(box(0.055, rim - 0.03, 0.022).moved(y=rim / 2, z=half - 0.045).turned("z", 72 * k) for k in range(5))
    )
    lip = lathe(
        [
            (rim - 0.022, half - 0.06),
            (rim + 0.002, half - 0.06),
            (rim + 0.002, half + 0.004),
            (rim - 0.022, half + 0.004),
        ],
        segments=36,
        closed=True,
    )
    hub = cylinder(0.06, 0.05, bevel=0.01, segments=20).moved(z=half - 0.035)
    turned = assemble(tyre.painted("rubber"), (spokes + lip + hub).painted("metal"))
    return turned.turned("y", 90)


def _doors(shape: CarShape) -> Solid:
    """Seams, handle and sill of the right flank, and the mirror."""
    z = shape.belt[2] - 0.13

    def x(height: float) -> float:
        return float(_flank(shape, height)) + 0.004

    def seam(y: float) -> Solid:
        low, high = (x(0.36), y, 0.36), (x(shape.belt[2] - 0.08), y, shape.belt[2] - 0.08)
        return bar(low, high, 0.009, sides=4)

    handles = [box(0.035, 0.17, 0.035, radius=0.01).moved(x=x(z), y=y - 0.16, z=z) for y in shape.doors[1:]]
    mirror = ellipsoid(0.09, 0.07, 0.085, segments=16, rings=8).moved(
        x=shape.half_width + 0.07, y=shape.belt[0] + 0.42, z=shape.belt[2] + 0.07
    )
    foot = box(0.2, 0.05, 0.04).moved(x=shape.half_width - 0.06, y=shape.belt[0] + 0.43, z=shape.belt[2] + 0.03)
    return assemble(
        *(seam(y).painted("dark") for y in shape.doors),
        *(handle.painted("chrome") for handle in handles),
        mirror,
        foot,
    )


def _front(shape: CarShape) -> Solid:
    nose = min(y for y, _ in shape.lower)
    x, z = shape.half_width - 0.26, shape.lamp_z
    lamp = ellipsoid(0.20, 0.09, 0.085, segments=20, rings=10).turned("z", 20)
    fog = ellipsoid(0.07, 0.04, 0.05, segments=16, rings=8)
    return assemble(
        _strip(shape, nose + 0.05, 0.46, z - 0.01, 0.13).painted("dark"),
        _strip(shape, nose + 0.035, 0.42, z - 0.01, 0.022).painted("chrome"),
        _strip(shape, nose + 0.03, 0.66, 0.36, 0.11).painted("dark"),
        box(0.46, 0.03, 0.11).moved(y=nose - 0.005, z=0.50).painted("white"),
        lamp.moved(x=x, y=nose + float(_bow(shape, x)) + 0.055, z=z).painted("light").both_sides(),
        fog.moved(x=x + 0.02, y=nose + float(_bow(shape, x)) + 0.04, z=0.40).painted("light").both_sides(),
    )


def _rear(shape: CarShape) -> Solid:
    tail = max(y for y, _ in shape.lower)
    tall = shape.tail_height > 0.2
    x = shape.half_width - (0.15 if tall else 0.25)
    # Tall lamps stand where body and cabin meet, a little forward of the bumper.
    y = tail - float(_bow(shape, x)) - (0.08 if tall else 0.06)
    lamp = box(0.15 if tall else 0.34, 0.14, shape.tail_height, radius=0.04).turned("z", -20)
    return assemble(
        lamp.moved(x=x, y=y, z=shape.tail_z).painted("red").both_sides(),
        box(0.50, 0.05, 0.12).moved(y=tail - 0.02, z=0.68).painted("white"),
        _strip(shape, tail - 0.03, 0.72, 0.42, 0.10).painted("dark"),
        cylinder(0.03, 0.12, axis="y", segments=12).moved(x=0.45, y=tail - 0.10, z=0.27).painted("chrome"),
    )


def _strip(shape: CarShape, y: float, half: float, z: float, height: float) -> Solid:
    """A bar across the nose or the tail that follows its bow."""
    across = np.linspace(-half, half, 9)
    path = np.column_stack([across, y - np.sign(y) * _bow(shape, across), np.full(9, z)])
    return sweep(path, rounded_rectangle(0.12, height, 0.03, 2), up=(0, 0, 1))
