"""Bicycles: road, city, tandem; in metres, nose towards −y, tyres on z = 0. The chain is on the rider's right, −x."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from meshes.builtin.outlines import arc, curve, ellipse
from meshes.builtin.shapes import bar, box, cylinder, ellipsoid, lathe, sweep, torus, tube
from meshes.builtin.solid import Points, Solid, assemble

TYRE = 0.34
"""Radius of a wheel with its tyre."""

Point = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class BicycleShape:
    """What tells one bicycle from another, in metres; `cranks` are the y of the bottom brackets, front to rear."""

    front_axle: float
    rear_axle: float
    cranks: tuple[float, ...]
    drop_bars: bool = True
    step_through: bool = False
    mudguards: bool = False
    basket: bool = False


ROAD = BicycleShape(front_axle=-0.58, rear_axle=0.43, cranks=(0.02,))
CITY = BicycleShape(
    front_axle=-0.62, rear_axle=0.46, cranks=(0.0,), drop_bars=False, step_through=True, mudguards=True, basket=True
)
TANDEM = BicycleShape(front_axle=-0.98, rear_axle=0.78, cranks=(-0.36, 0.36), drop_bars=False)


def bicycle(shape: BicycleShape) -> Solid:
    return assemble(
        _wheel().moved(y=shape.front_axle, z=TYRE),
        _wheel().moved(y=shape.rear_axle, z=TYRE),
        _frame(shape),
        _steering(shape),
        *(_saddle(_seat(y), shape) for y in shape.cranks),
        _drive(shape),
        *((_mudguards(shape),) if shape.mudguards else ()),
        *((_basket(shape),) if shape.basket else ()),
        *(_stoker_bars(front, rear) for front, rear in pairwise(shape.cranks)),
    )


def _wheel() -> Solid:
    tyre = torus(TYRE - 0.018, 0.018, axis="x", segments=48, sides=8)
    rim = torus(TYRE - 0.044, 0.012, axis="x", segments=48, sides=6)
    spokes = [
        bar((0.022 * (-1) ** k, 0, 0.02), (0, 0, TYRE - 0.05), 0.0022, sides=4).turned("x", 360 / 20 * k)
        for k in range(20)
    ]
    hub = cylinder(0.02, 0.09, axis="x", segments=14) + cylinder(0.007, 0.14, axis="x", segments=10)
    return assemble(tyre.painted("rubber"), (rim + hub).painted("metal"), assemble(*spokes).painted("chrome"))


def _bracket(y: float) -> Point:
    return (0.0, y, 0.285)


def _seat(y: float) -> Point:
    """Top of the seat tube over a bottom bracket."""
    return (0.0, y + 0.17, 0.80)


def _head(shape: BicycleShape) -> tuple[Point, Point]:
    """Lower and upper end of the head tube."""
    return (0.0, shape.front_axle + 0.14, 0.68), (0.0, shape.front_axle + 0.19, 0.86)


def _frame(shape: BicycleShape) -> Solid:
    low, high = _head(shape)
    first, last = shape.cranks[0], shape.cranks[-1]
    axle_sides = [(x, shape.rear_axle, TYRE) for x in (-0.062, 0.062)]
    seats = [_seat(y) for y in shape.cranks]
    tubes = [bar(low, high, 0.021), bar((0, low[1] + 0.01, low[2] + 0.03), _bracket(first), 0.019)]
    if shape.step_through:
        path = curve([(0, high[1] - 0.01, high[2] - 0.06), (0, -0.18, 0.56), (0, seats[0][1] - 0.09, 0.50)], 6)
        tubes.append(tube(path, 0.016))
    else:
        tubes.append(bar((0, high[1] - 0.015, high[2] - 0.04), (0, seats[0][1] - 0.01, seats[0][2] - 0.05), 0.016))
    tubes += [bar(_bracket(y), seat, 0.017) for y, seat in zip(shape.cranks, seats, strict=True)]
    for (front, rear), (seat, next_seat) in zip(pairwise(shape.cranks), pairwise(seats), strict=True):
        tubes += [
            bar(_bracket(front), _bracket(rear), 0.02),
            bar((0, seat[1], seat[2] - 0.05), (0, next_seat[1], next_seat[2] - 0.05), 0.016),
            bar((0, seat[1] - 0.01, seat[2] - 0.08), _bracket(rear), 0.015),
        ]
    for side in axle_sides:
        tubes += [
            bar((np.sign(side[0]) * 0.025, last + 0.02, 0.285), side, 0.011, 0.008),
            bar((np.sign(side[0]) * 0.016, seats[-1][1], seats[-1][2] - 0.08), side, 0.010, 0.007),
        ]
    return assemble(
        *tubes, *(cylinder(0.024, 0.075, axis="x", segments=16).moved(*_bracket(y)) for y in shape.cranks)
    )


def _steering(shape: BicycleShape) -> Solid:
    low, high = _head(shape)
    crown = (0.0, low[1] - 0.01, low[2] - 0.02)
    blades = assemble(
        *(
            tube(
                curve([(x * 0.7, crown[1], crown[2]), (x, crown[1] - 0.05, 0.50), (x, shape.front_axle, TYRE)], 5),
                np.linspace(0.014, 0.009, 11).tolist(),
                sides=8,
            )
            for x in (-0.055, 0.055)
        )
    )
    fork = blades + box(0.11, 0.035, 0.035, radius=0.012).moved(*crown)
    top = (0.0, high[1] + 0.02, high[2] + (0.07 if shape.drop_bars else 0.14))
    stem = bar(high, top, 0.013)
    if shape.drop_bars:
        ahead = top[1] - 0.09
        half: Points = curve(
            [
                (0, ahead, top[2]),
                (0.16, ahead, top[2]),
                (0.21, ahead - 0.03, top[2]),
                (0.215, ahead - 0.12, top[2] - 0.02),
                (0.215, ahead - 0.11, top[2] - 0.11),
                (0.215, ahead - 0.01, top[2] - 0.14),
                (0.215, ahead + 0.05, top[2] - 0.14),
            ],
            5,
        )
        hoods = ellipsoid(0.018, 0.03, 0.04, segments=12, rings=8).moved(0.215, ahead - 0.125, top[2] + 0.015)
        bars = tube(_both(half), 0.0125, sides=8).painted("black") + hoods.painted("black").both_sides()
        bars = bars + bar(top, (0, ahead, top[2]), 0.014).painted("metal")
    else:
        bars = _swept_bars(top)
    lamp = cylinder(0.035, 0.05, axis="y", segments=16).moved(y=low[1] - 0.07, z=0.80)
    lamps = lamp.painted("light") if shape.mudguards else Solid()
    return assemble(fork, stem.painted("metal"), bars, lamps)


def _both(half: Points) -> Points:
    """A path that begins on x = 0, continued to the other side."""
    return np.concatenate([half[:0:-1] * (-1.0, 1.0, 1.0), half])


def _swept_bars(top: Point) -> Solid:
    """Handlebars swept back towards the rider, with grips."""
    _, y, z = top
    half = curve([(0, y, z), (0.12, y - 0.03, z + 0.03), (0.24, y + 0.02, z + 0.04), (0.28, y + 0.17, z + 0.03)], 6)
    grips = tube(half[-6:], 0.018, sides=10).painted("black")
    return tube(_both(half), 0.011, sides=8).painted("metal") + grips.both_sides()


def _stoker_bars(front: float, rear: float) -> Solid:
    """The second rider's handlebars, fixed to the first rider's seat post."""
    _, y, z = _seat(front)
    top = (0.0, y + 0.12, z + 0.14)
    return bar((0, y + 0.03, z + 0.08), top, 0.013).painted("metal") + _swept_bars(top).scaled(0.9, 1, 1)


def _saddle(seat: Point, shape: BicycleShape) -> Solid:
    _, y, z = seat
    rise = 0.12
    post = bar(seat, (0, y + 0.04, z + rise), 0.013).painted("metal")
    stations = [(-0.14, 0.018), (-0.10, 0.026), (-0.02, 0.036), (0.06, 0.070), (0.11, 0.080), (0.135, 0.060)]
    path = [(0, y + 0.04 + along, z + rise + 0.035) for along, _ in stations]
    oval = ellipse(1.0, 0.35, 16)
    wide = 1.25 if not shape.drop_bars else 1.0
    saddle = sweep(path, oval, [wide * width for _, width in stations], up=(0, 0, 1))
    return post + saddle.painted("leather" if shape.mudguards else "black")


def _drive(shape: BicycleShape) -> Solid:
    x, parts = -0.055, []
    for k, y in enumerate(shape.cranks):
        _, by, bz = _bracket(y)
        ring = lathe([(0.078, -0.003), (0.092, -0.003), (0.092, 0.003), (0.078, 0.003)], segments=32, closed=True)
        arms = assemble(*(box(0.006, 0.014, 0.08).moved(z=0.04).turned("x", 72 * i) for i in range(5)))
        parts.append((ring.turned("y", 90) + arms).moved(x, by, bz).painted("metal"))
        angle = np.radians(35)
        for side in (-1, 1):
            end = (side * 0.085, by + side * 0.17 * np.cos(angle), bz + side * 0.17 * np.sin(angle))
            parts.append(bar((side * 0.075, by, bz), end, 0.010, sides=8).painted("metal"))
            pedal = box(0.09, 0.075, 0.022, radius=0.006).moved(end[0] + side * 0.055, end[1], end[2])
            parts.append(pedal.painted("black"))
        if k:
            parts.append(_chain(shape.cranks[k - 1], 0.285, 0.085, y, 0.285, 0.085).moved(x=-x))
    parts.append(_chain(shape.cranks[-1], 0.285, 0.085, shape.rear_axle, TYRE, 0.034).moved(x=x))
    sprocket = cylinder(0.036, 0.02, axis="x", segments=20).moved(x, shape.rear_axle, TYRE)
    return assemble(*parts, sprocket.painted("metal"))


def _chain(y0: float, z0: float, radius0: float, y1: float, z1: float, radius1: float) -> Solid:
    """The upper and the lower run of a chain between two sprockets."""
    runs = [bar((0, y0, z0 + s * radius0), (0, y1, z1 + s * radius1), 0.006, sides=4) for s in (-1, 1)]
    return assemble(*runs).painted("dark")


def _mudguards(shape: BicycleShape) -> Solid:
    parts = []
    for axle, start, end in ((shape.front_axle, 20, 115), (shape.rear_axle, -5, 150)):
        flat = arc(TYRE + 0.018, start, end, 16)
        path = np.column_stack([np.zeros(len(flat)), axle + flat[:, 0], TYRE + flat[:, 1]])
        parts.append(sweep(path, ellipse(0.028, 0.004, 10)))
    y, z = shape.rear_axle, 2 * TYRE + 0.05
    rack = box(0.12, 0.34, 0.015).moved(y=y + 0.02, z=z)
    legs = assemble(*(bar((x, y, TYRE), (x * 0.8, y + 0.08, z), 0.005, sides=6) for x in (-0.062, 0.062)))
    lamp = box(0.06, 0.03, 0.04, radius=0.01).moved(y=y + 0.19, z=z - 0.02).painted("red")
    return assemble(*parts, (rack + legs).painted("metal"), lamp)


def _basket(shape: BicycleShape) -> Solid:
    """A wire basket before the handlebars: rims, uprights and a floor."""
    low, _ = _head(shape)
    y, z = low[1] - 0.15, 0.86
    parts = [box(0.26, 0.18, 0.012).moved(y=y, z=z)]
    for height, grow in ((0.07, 1.05), (0.14, 1.12), (0.20, 1.18)):
        corners = np.array([(-0.13, -0.09), (0.13, -0.09), (0.13, 0.09), (-0.13, 0.09)]) * grow
        ring = np.column_stack([corners[:, 0], corners[:, 1] + y, np.full(4, z + height)])
        parts.append(assemble(*(bar(ring[k - 1], ring[k], 0.005, sides=6) for k in range(4))))
    for x in np.linspace(-0.13, 0.13, 6):
        parts += [bar((x, y + s * 0.09, z), (x * 1.18, y + s * 0.107, z + 0.2), 0.003, sides=4) for s in (-1, 1)]
    for along in np.linspace(-0.09, 0.09, 4):
        parts += [
            bar((s * 0.13, y + along, z), (s * 0.153, y + along * 1.18, z + 0.2), 0.003, sides=4) for s in (-1, 1)
        ]
    return assemble(*parts).painted("wood")
