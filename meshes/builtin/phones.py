"""Cellphones, upright with the screen towards −y: smartphone, candybar and flip; in centimetres."""

import numpy as np

from meshes.builtin.outlines import rounded_rectangle
from meshes.builtin.shapes import box, cylinder, extrude, lathe
from meshes.builtin.solid import Solid, assemble


def _slab(width: float, height: float, depth: float, radius: float, bevel: float) -> Solid:
    return extrude(rounded_rectangle(width, height, radius, 6), depth, axis="y", bevel=bevel, steps=3)


def _sheet(width: float, height: float, radius: float, depth: float = 0.06) -> Solid:
    return extrude(rounded_rectangle(width, height, radius, 5), depth, axis="y")


def smartphone() -> Solid:
    """A glass front with a thin frame; camera island behind at the upper +x, side keys, a slot below."""
    glass = _sheet(7.0, 14.7, 0.85).moved(y=-0.40)
    screen = _sheet(6.7, 14.4, 0.7).moved(y=-0.42)
    earpiece = _sheet(1.2, 0.14, 0.07).moved(y=-0.44, z=6.95)
    selfie = cylinder(0.16, 0.06, axis="y", segments=16).moved(y=-0.44, x=0.0, z=6.55)
    home = _sheet(2.2, 0.12, 0.06).moved(y=-0.44, z=-6.85)
    icons = [
        _sheet(0.95, 0.95, 0.25).moved(x=x, y=-0.43, z=z)
        for z in (-5.6, 4.6, 3.1, 1.6)
        for x in (-2.4, -0.8, 0.8, 2.4)
    ]
    island = _slab(3.0, 3.2, 0.22, 0.7, 0.08).moved(x=1.75, y=0.46, z=5.35)
    lenses = [
        lathe([(0, 0), (0.62, 0), (0.62, 0.2), (0.52, 0.24), (0.45, 0.12), (0, 0.12)], segments=24)
        .turned("x", -90)
        .moved(1.75 + x, 0.52, 5.35 + z)
        for x, z in ((-0.65, 0.72), (-0.65, -0.72), (0.68, 0.0))
    ]
    flash = cylinder(0.22, 0.1, axis="y", segments=16).moved(x=2.45, y=0.56, z=6.35)
    keys = [
        box(0.12, 0.28, h, radius=0.04).moved(x=x, z=z)
        for x, z, h in ((-3.64, 2.6, 1.0), (3.64, 3.0, 1.5), (3.64, 1.2, 0.9))
    ]
    port = box(0.9, 0.28, 0.1, radius=0.04).moved(z=-7.50)
    return assemble(
        _slab(7.2, 15.0, 0.80, 1.0, 0.16),
        glass.painted("black"),
        screen.painted("screen"),
        assemble(earpiece, selfie).painted("dark"),
        assemble(home, *icons).painted("white"),
        island,
        assemble(*lenses, port).painted("black"),
        flash.painted("light"),
        assemble(*keys).painted("metal"),
    )


def _keypad(width: float, top: float, step: tuple[float, float], size: tuple[float, float], y: float) -> Solid:
    """Twelve keys in four rows of three from `top` downwards."""
    key = _slab(*size, 0.22, 0.18, 0.06)
    spread = np.linspace(-width / 2, width / 2, 3)
    return assemble(*(key.moved(x, y, top - row * step[1]) for row in range(4) for x in spread))


def candybar() -> Solid:
    """A small screen above a keypad, a stub aerial at the upper −x, a round lens behind."""
    body = _slab(4.7, 11.2, 1.7, 1.1, 0.45).mapped(
        lambda v: np.column_stack([v[:, 0] * (1 - 0.05 * np.cos(v[:, 2] / 5.6 * np.pi)), v[:, 1], v[:, 2]])
    )
    bezel = _slab(3.9, 4.2, 0.2, 0.5, 0.08).moved(y=-0.84, z=2.75)
    screen = _sheet(3.2, 3.0, 0.15).moved(y=-0.94, z=2.85)
    earpiece = [_sheet(0.5, 0.1, 0.05).moved(x=x, y=-0.86, z=5.02) for x in (-0.6, 0.0, 0.6)]
    pad = lathe([(0, 0), (0.72, 0), (0.72, 0.16), (0.5, 0.24), (0.4, 0.14), (0, 0.14)], segments=24).turned("x", 90)
    soft = _slab(0.95, 0.5, 0.22, 0.2, 0.06)
    answer, hang = soft.moved(-1.4, -0.86, -0.02), soft.moved(1.4, -0.86, -0.02)
    keys = _keypad(2.8, -1.25, (1.4, 1.02), (1.15, 0.72), -0.86)
    aerial = cylinder(0.38, 1.1, segments=16, bevel=0.12).moved(x=-1.5, y=0.2, z=5.9)
    lens = lathe([(0, 0), (0.6, 0), (0.6, 0.1), (0.42, 0.14), (0.36, 0.06), (0, 0.06)], segments=24).turned("x", -90)
    cover = _sheet(3.6, 6.0, 0.6, 0.08).moved(y=0.85, z=-1.4)
    return assemble(
        body,
        bezel.painted("black"),
        screen.painted("screen"),
        assemble(*earpiece).painted("dark"),
        pad.moved(y=-0.82, z=-0.02).painted("metal"),
        answer.painted("accent"),
        hang.painted("red"),
        keys.painted("white"),
        aerial.painted("black"),
        lens.moved(y=0.84, z=3.4).painted("black"),
        cover.painted("dark"),
    )


def flip_phone() -> Solid:
    """Opened, the lid tilted forward over the keypad; a hinge between, an outer display behind the lid."""
    lower = _slab(4.9, 8.6, 1.1, 0.9, 0.28).moved(z=-4.55)
    keys = _keypad(3.0, -4.55, (1.5, 1.0), (1.25, 0.70), -0.56)
    ring = lathe([(0.45, 0), (1.0, 0), (1.0, 0.14), (0.45, 0.14)], segments=24, closed=True).turned("x", 90)
    centre = cylinder(0.36, 0.24, axis="y", segments=18).moved(y=-0.56, z=-2.35)
    soft = [_slab(0.9, 0.5, 0.22, 0.2, 0.06).moved(x=x, y=-0.56, z=-3.55) for x in (-1.55, 1.55)]
    lid = (
        assemble(
            _slab(4.9, 8.4, 0.85, 0.9, 0.22),
            _slab(4.3, 6.2, 0.2, 0.4, 0.06).moved(y=-0.40, z=0.2).painted("black"),
            _sheet(3.7, 5.2, 0.15).moved(y=-0.50, z=0.3).painted("screen"),
            _sheet(1.2, 0.14, 0.07).moved(y=-0.43, z=3.72).painted("dark"),
            _slab(2.5, 1.9, 0.16, 0.3, 0.05).moved(y=0.43, z=0.9).painted("black"),
            _sheet(2.1, 1.4, 0.1).moved(y=0.51, z=0.9).painted("screen"),
            cylinder(0.5, 0.2, axis="y", segments=24).moved(y=0.45, z=2.85).painted("black"),
        )
        .moved(y=0.1, z=4.5)
        .turned("x", 22)
    )
    barrel = cylinder(0.58, 2.9, axis="x", segments=22, bevel=0.06)
    knuckles = cylinder(0.55, 0.9, axis="x", segments=22, bevel=0.06).moved(x=1.98).both_sides()
    return assemble(
        lower,
        keys.painted("white"),
        ring.moved(y=-0.50, z=-2.35).painted("metal"),
        centre.painted("metal"),
        soft[0].painted("accent"),
        soft[1].painted("red"),
        lid,
        barrel.painted("dark"),
        knuckles,
    )
