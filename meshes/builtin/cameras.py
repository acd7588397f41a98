"""Cameras with the lens towards −y: reflex, compact, instant; in centimetres. The shutter is at −x."""

import numpy as np

from meshes.builtin.outlines import curve, rounded, rounded_rectangle
from meshes.builtin.shapes import box, cylinder, extrude, lathe, loft, tube
from meshes.builtin.solid import Points, Solid, assemble


def _barrel(profile: list[tuple[float, float]], segments: int = 40, *, ring: bool = False) -> Solid:
    """A lens barrel from a profile of (radius, distance before the camera's face), or a ring."""
    return lathe(profile, segments=segments, closed=ring).turned("x", 90)


def _glass(radius: float, reach: float) -> Solid:
    """A front element that bulges a little, its rim `reach` before the face."""
    turns = np.linspace(0, 1, 7)
    dome = [(radius * (1 - t), reach + 0.22 * radius * (1 - (1 - t) ** 2)) for t in turns]
    return _barrel([(0.0, reach - 0.2), (radius, reach - 0.2), *dome], 32).painted("glass")


def _knurled(radius: float, start: float, end: float, ribs: int = 36) -> Solid:
    """A grip ring round a lens barrel."""
    angles = np.linspace(0, 2 * np.pi, 2 * ribs, endpoint=False)
    radii = np.where(np.arange(2 * ribs) % 2, radius, radius - 0.08)
    outline = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    return extrude(outline, end - start, axis="y").moved(y=-(start + end) / 2)


def _ring(outline: Points, z: float, y: float = 0.0) -> Points:
    return np.column_stack([outline[:, 0], outline[:, 1] + y, np.full(len(outline), z)])


def reflex() -> Solid:
    body = extrude(
        rounded([(-6.8, -4.3), (6.6, -4.3), (6.8, 2.6), (4.2, 3.2), (-4.4, 3.2), (-6.8, 2.9)], 0.7, 4),
        3.4,
        axis="y",
        bevel=0.35,
        steps=3,
    )
    grip = extrude(rounded_rectangle(3.0, 7.4, 1.2, 5), 3.0, axis="y", bevel=1.0, steps=4).moved(
        x=-5.4, y=-2.0, z=-0.55
    )
    prism = loft(
        np.array(
            [
                _ring(rounded_rectangle(5.6, 4.2, 0.8), 2.7, -0.5),
                _ring(rounded_rectangle(5.4, 4.4, 0.8), 3.6, -0.6),
                _ring(rounded_rectangle(4.2, 3.8, 0.7), 4.8, -0.6),
                _ring(rounded_rectangle(3.6, 3.2, 0.6), 5.0, -0.6),
            ]
        )
    )
    shoe = box(2.0, 1.8, 0.25).moved(y=0.1, z=5.1)
    eyepiece = box(2.8, 1.2, 1.9, radius=0.4).moved(y=1.75, z=3.7)
    face = 1.7
    lens = assemble(
        _barrel(
            [
                (0, 0),
                (3.3, 0),
                (3.3, 0.7),
                (3.15, 0.75),
                (3.15, 2.0),
                (3.45, 2.1),
                (3.45, 4.6),
                (3.6, 5.0),
                (3.6, 6.2),
                (3.4, 6.2),
                (3.0, 5.3),
                (0, 5.3),
            ]
        ).painted("black"),
        _knurled(3.52, 2.4, 3.4).painted("dark"),
        _knurled(3.52, 3.7, 4.4).painted("dark"),
        _barrel([(3.55, 5.2), (3.65, 5.2), (3.65, 5.35), (3.55, 5.35)], ring=True).painted("red"),
        _glass(2.6, 5.45),
    ).moved(x=0.9, y=-face, z=-0.6)
    dial = lathe([(0, 0), (1.05, 0), (1.05, 0.7), (0.95, 0.8), (0, 0.8)], segments=28).moved(x=4.3, y=0.1, z=3.0)
    shutter = cylinder(0.55, 0.5, segments=20, bevel=0.1).turned("x", 18).moved(x=-5.4, y=-2.3, z=3.2)
    screen = box(7.4, 0.25, 5.0, radius=0.1).moved(x=0.6, y=face + 0.05, z=-0.8)
    display = box(6.6, 0.1, 4.4).moved(x=0.6, y=face + 0.17, z=-0.8)
    wheel = cylinder(1.25, 0.3, axis="y", segments=28, bevel=0.08).moved(x=-5.2, y=face + 0.05, z=-0.8)
    keys = [
        cylinder(0.35, 0.3, axis="y", segments=14).moved(x=x, y=face, z=z)
        for x, z in ((-5.2, 1.6), (-5.2, -3.0), (-4.2, 2.2))
    ]
    strap = [box(0.5, 0.9, 0.7, radius=0.15).moved(x=x, z=2.3) for x in (-7.0, 7.0)]
    return assemble(
        assemble(body, prism, eyepiece).painted("paint"),
        assemble(grip, dial).painted("black"),
        lens,
        assemble(shutter, shoe, *strap, *keys).painted("metal"),
        screen.painted("black"),
        display.painted("screen"),
        wheel.painted("dark"),
    )


def compact() -> Solid:
    body = extrude(rounded_rectangle(9.6, 5.8, 0.9, 5), 2.2, axis="y", bevel=0.3, steps=3)
    face = 1.1
    lens = assemble(
        _barrel(
            [
                (0, 0),
                (2.5, 0),
                (2.5, 0.5),
                (2.3, 0.6),
                (2.3, 0.9),
                (2.05, 0.9),
                (2.05, 2.0),
                (1.8, 2.0),
                (1.8, 3.0),
                (1.6, 3.0),
                (1.3, 2.6),
                (0, 2.6),
            ]
        ).painted("metal"),
        _barrel([(1.6, 2.95), (1.83, 2.95), (1.83, 3.05), (1.6, 3.05)], ring=True).painted("black"),
        _glass(1.15, 2.72),
    ).moved(x=0.7, y=-face, z=-0.3)
    flash = box(1.9, 0.3, 0.9, radius=0.12).moved(x=3.5, y=-face, z=2.05)
    assist = cylinder(0.22, 0.3, axis="y", segments=14).moved(x=-1.9, y=-face, z=2.05)
    grip = box(0.7, 0.6, 4.2, radius=0.25).moved(x=-4.05, y=-face - 0.1, z=-0.3)
    shutter = cylinder(0.75, 0.4, segments=22, bevel=0.1).moved(x=-2.9, z=3.0)
    zoom = lathe([(0.85, 0), (1.05, 0), (1.05, 0.28), (0.85, 0.28)], segments=26, closed=True).moved(x=-2.9, z=2.85)
    power = cylinder(0.4, 0.25, segments=18).moved(x=-0.8, z=2.95)
    screen = box(6.2, 0.2, 4.6, radius=0.08).moved(x=1.3, y=face)
    display = box(5.7, 0.1, 4.1).moved(x=1.3, y=face + 0.10)
    pad = cylinder(0.95, 0.25, axis="y", segments=26, bevel=0.06).moved(x=-3.2, y=face, z=-0.7)
    keys = [
        cylinder(0.3, 0.25, axis="y", segments=12).moved(x=x, y=face, z=z)
        for x, z in ((-3.8, 1.3), (-2.6, 1.3), (-3.8, -2.2), (-2.6, -2.2))
    ]
    loop = tube(curve([(4.6, 0, 1.5), (5.15, 0, 1.3), (5.15, 0, 0.9), (4.6, 0, 0.7)], 4), 0.12, sides=8)
    return assemble(
        body,
        lens,
        flash.painted("light"),
        assist.painted("amber"),
        grip.painted("black"),
        assemble(shutter, zoom, power, loop).painted("chrome"),
        screen.painted("black"),
        display.painted("screen"),
        assemble(pad, *keys).painted("metal"),
    )


def instant() -> Solid:
    """A tall body that slopes back above, a wide slot for the picture in front, flash beside the lens."""
    side = rounded(
        [(-3.4, -4.6), (3.2, -4.6), (3.4, 3.4), (1.8, 5.0), (-1.2, 5.0), (-1.8, 0.0), (-3.6, -1.2)], 0.5, 3
    )
    body = extrude(side, 10.8, axis="x", bevel=0.35, steps=3)
    lens = assemble(
        _barrel([(0, -1.2), (2.3, -1.2), (2.3, 0.6), (2.0, 0.9), (1.7, 0.9), (1.3, 0.4), (0, 0.4)]).painted("black"),
        _glass(1.1, 0.55),
        _barrel([(2.25, 0.2), (2.4, 0.2), (2.4, 0.45), (2.25, 0.45)], ring=True).painted("chrome"),
    ).moved(y=-1.7, z=1.7)
    flash = box(2.2, 0.9, 1.6, radius=0.2).moved(x=3.7, y=-1.3, z=3.6)
    finder = box(1.6, 0.9, 1.3, radius=0.2).moved(x=-3.7, y=-1.3, z=3.7)
    eye = box(1.8, 0.5, 1.5, radius=0.3).moved(x=-3.7, y=3.0, z=3.4)
    slot = box(8.8, 0.5, 0.45, radius=0.1).moved(y=-3.5, z=-2.2)
    trigger = cylinder(0.75, 0.6, axis="y", segments=20, bevel=0.12).moved(x=-3.8, y=-2.1, z=-0.2)
    stripe = [box(0.5, 0.1, 2.2).moved(x=x, y=-3.50, z=-3.3) for x in (-0.9, -0.3, 0.3, 0.9)]
    tints = ("red", "amber", "accent", "screen")
    back = box(8.6, 0.3, 6.4, radius=0.12).moved(y=3.30, z=-1.0)
    return assemble(
        body,
        lens,
        flash.painted("light"),
        assemble(finder, eye).painted("glass"),
        slot.painted("black"),
        trigger.painted("red"),
        *(band.painted(tint) for band, tint in zip(stripe, tints, strict=True)),
        back.painted("dark"),
    )
