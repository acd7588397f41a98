"""Where demo photos are taken: the surfaces, light and sky of a place, and what stands about there. In metres.

The object of the photo stands at the origin on z = 0; the camera looks along +y.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rendering import scene_props as props
from rendering.scene import Array, Colour, Light, TexturedQuad

Clutter = props.Prop | tuple[str, int, float]
"""A prop, or (category, cad_index, size) of the built-in library."""

OVERCAST = Light(
    towards=(-0.3, -0.4, 1.0), colour=(0.75, 0.75, 0.76), above=(0.80, 0.83, 0.88), below=(0.34, 0.33, 0.31)
)
BLUE: tuple[Colour, Colour] = ((0.80, 0.87, 0.93), (0.38, 0.58, 0.86))
GREY: tuple[Colour, Colour] = ((0.82, 0.84, 0.86), (0.66, 0.70, 0.75))
DUSK: tuple[Colour, Colour] = ((0.95, 0.78, 0.60), (0.45, 0.52, 0.72))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`behind` is what stands behind and beside the object, `before` what may stand in front and hide it; `back` is
    the y of the wall behind. `scale` is how large clutter's distances are, in metres."""

    surfaces: tuple[TexturedQuad, ...]
    light: Light
    behind: tuple[Clutter, ...]
    before: tuple[Clutter, ...]
    back: float
    scale: float
    on_wall: tuple[Clutter, ...] = ()
    sky: tuple[Colour, Colour] = BLUE
    clouds: float = 0.0


def _ground(texture: str, tile: float, half: float = 70.0, gloss: float = 0.05, z: float = 0.0) -> TexturedQuad:
    corners = np.array([(-half, half, z), (half, half, z), (half, -half, z), (-half, -half, z)])
    return TexturedQuad(corners=corners, texture=texture, tile=(tile, tile), gloss=gloss)


def _strip(y0: float, y1: float, z: float, texture: str, tile: float, tint: Colour = (1, 1, 1)) -> TexturedQuad:
    """A level band across the picture."""
    corners = np.array([(-70, y1, z), (70, y1, z), (70, y0, z), (-70, y0, z)])
    return TexturedQuad(corners=corners, texture=texture, tile=(tile, tile), tint=tint)


def _wall(
    y: float,
    top: float,
    texture: str,
    tile: tuple[float, float],
    tint: Colour = (1, 1, 1),
    foot: float = 0.0,
    half: float = 40.0,
    turn: float = 0.0,
) -> TexturedQuad:
    """An upright surface behind, turned a little about its middle."""
    c, s = np.cos(turn), np.sin(turn)
    left, right = (-half * c, y - half * s), (half * c, y + half * s)
    corners: Array = np.array([(*left, top), (*right, top), (*right, foot), (*left, foot)])
    return TexturedQuad(corners=corners, texture=texture, tile=tile, tint=tint)


def _pale(rng: np.random.Generator) -> Colour:
    red, green, blue = rng.choice(
        [(1, 0.97, 0.90), (0.88, 0.94, 1.0), (0.92, 1.0, 0.93), (1, 1, 1), (1.0, 0.90, 0.84)]
    )
    return float(red), float(green), float(blue)


def street(rng: np.random.Generator, size: float) -> Room:
    back = float(rng.uniform(7.0, 10.0)) + max(size - 5, 0)
    kerb = back - 2.6
    front = [_wall(back, 6.4, "facade", (9.6, 6.4), _pale(rng)), _wall(back, 6.4, "brick", (2.4, 1.8), _pale(rng))]
    surfaces = (
        _ground("asphalt", 3.0),
        _strip(kerb, back, 0.14, "concrete", 2.4),
        _wall(kerb, 0.14, "concrete", (2.4, 1.0), (0.86, 0.86, 0.86)),
        _strip(kerb - 0.45, kerb - 0.33, 0.004, "plain", 1.0, (0.80, 0.80, 0.76)),
        front[int(rng.integers(2))],
    )
    sunny = rng.random() < 0.65
    light = Light(towards=(float(rng.uniform(-1, 1)), -0.7, 1.1)) if sunny else OVERCAST
    return Room(
        surfaces=surfaces,
        light=light,
        back=kerb - 0.6,
        scale=3.2,
        sky=BLUE if sunny else GREY,
        clouds=0.8,
        behind=(props.tree, props.post, props.litter_bin, props.bollard, props.cone, ("bicycle", 2, 1.85)),
        before=(props.bush, props.tree, props.litter_bin, props.post),
    )


def park(rng: np.random.Generator, size: float) -> Room:
    back = float(rng.uniform(6.0, 9.0))
    surfaces = (
        _ground("grass", 2.5),
        _strip(-1.1 - 0.3 * size, 1.1 + 0.3 * size, 0.003, "concrete", 2.0, (1.0, 0.94, 0.84)),
        _wall(back + 16, 5.0, "grass", (6.0, 5.0), (0.62, 0.70, 0.60)),
    )
    light = Light(towards=(float(rng.uniform(-1, 1)), -0.5, 1.0))
    return Room(
        surfaces=surfaces,
        light=light,
        back=back,
        scale=2.4,
        clouds=0.9,
        behind=(props.tree, props.bush, props.bush, props.tree, props.bollard),
        before=(props.bush, props.bollard, props.tree),
    )


def apron(rng: np.random.Generator, size: float) -> Room:
    del rng
    surfaces = (
        _ground("concrete", 9.0, half=180.0),
        _strip(0.9 * size, 1.0 * size, 0.01, "plain", 1.0, (0.86, 0.72, 0.20)),
        _strip(2.2 * size, 180.0, 0.02, "grass", 6.0),
        _wall(4.6 * size, 9.0, "plaster", (6.0, 9.0), (0.80, 0.86, 0.92), half=30.0),
    )
    return Room(
        surfaces=surfaces,
        light=Light(towards=(0.7, -0.5, 0.9)),
        back=2.0 * size,
        scale=0.8 * size,
        clouds=1.0,
        behind=(props.cone, props.carton),
        before=(props.litter_bin, props.bush),
    )


def sky(rng: np.random.Generator, size: float) -> Room:
    del size
    dusk = rng.random() < 0.3
    return Room(
        surfaces=(),
        light=Light(towards=(float(rng.uniform(-1, 1)), -0.6, 0.9), below=(0.34, 0.38, 0.44)),
        behind=(),
        before=(),
        back=1e3,
        scale=1.0,
        sky=DUSK if dusk else BLUE,
        clouds=1.0,
    )


def _table_top(texture: str, tile: float, depth: float, tint: Colour, gloss: float) -> tuple[TexturedQuad, ...]:
    """A table seen over its front: the top, its far edge, and the floor beyond."""
    top = np.array([(-1.6, depth, 0), (1.6, depth, 0), (1.6, -1.4, 0), (-1.6, -1.4, 0)])
    return (
        TexturedQuad(corners=top, texture=texture, tile=(tile, tile), tint=tint, gloss=gloss),
        _ground("parquet", 1.4, half=12.0, z=-0.75),
    )


def table(rng: np.random.Generator, size: float) -> Room:
    depth = float(rng.uniform(0.45, 0.7)) + 0.4 * size
    wall = str(rng.choice(["plaster", "wallpaper", "brick"]))
    tile = {"plaster": (2.0, 2.0), "wallpaper": (1.2, 1.2), "brick": (1.0, 0.9)}[wall]
    tint = _pale(rng)
    top = ("table_wood", 0.9, tint) if rng.random() < 0.7 else ("plaster", 1.5, tint)
    surfaces = (
        *_table_top(top[0], top[1], depth, top[2], 0.22),
        _wall(depth + 0.8, 2.2, wall, tile, _pale(rng), -0.75, 8.0),
    )
    return Room(
        surfaces=surfaces,
        light=Light(towards=(float(rng.uniform(-1.1, 1.1)), -0.55, 1.0), colour=(1.35, 1.25, 1.08)),
        back=depth - 0.05,
        scale=0.16,
        on_wall=(props.picture,),
        behind=(
            props.books,
            props.bottle,
            props.plant,
            props.tin,
            props.apple,
            ("cup", 1, 0.15),
            ("kettle", 2, 0.36),
            ("desk_lamp", 2, 0.55),
            ("camera", 2, 0.13),
        ),
        before=(props.books, props.bottle, props.plant, props.tin),
    )


def laboratory(rng: np.random.Generator, size: float) -> Room:
    depth = 0.55 + 0.4 * size
    surfaces = (
        *_table_top("plain", 1.0, depth, (0.30, 0.33, 0.36), 0.35),
        _wall(depth + 0.05, 1.6, "lab_tiles", (1.2, 1.2), (1, 1, 1), -0.75, 8.0),
    )
    return Room(
        surfaces=surfaces,
        light=Light(towards=(float(rng.uniform(-0.8, 0.8)), -0.5, 1.2), colour=(1.1, 1.15, 1.2)),
        back=depth - 0.05,
        scale=0.16,
        behind=(props.bottle, props.tin, props.books, props.bottle, props.plant),
        before=(props.bottle, props.tin, props.books),
    )


def living_room(rng: np.random.Generator, size: float) -> Room:
    back = float(rng.uniform(1.6, 2.6)) + 0.4 * size
    wall = str(rng.choice(["plaster", "wallpaper"]))
    floor = str(rng.choice(["parquet", "carpet"]))
    surfaces = (
        _ground(floor, 1.6, half=14.0, gloss=0.18 if floor == "parquet" else 0.0),
        _wall(back, 2.7, wall, (1.6, 1.6), _pale(rng), half=12.0),
        _wall(back - 0.015, 0.10, "plain", (1.0, 1.0), (0.88, 0.87, 0.84), half=12.0),
    )
    return Room(
        surfaces=surfaces,
        light=Light(towards=(float(rng.uniform(-1.2, 1.2)), -0.7, 1.1), colour=(1.25, 1.15, 1.0)),
        back=back - 0.1,
        scale=1.0,
        on_wall=(props.picture, props.picture),
        behind=(props.shelf, props.tall_plant, props.carton, props.books, ("chair", 1, 1.1), ("bucket", 3, 0.6)),
        before=(props.carton, props.tall_plant, props.plant),
    )


def yard(rng: np.random.Generator, size: float) -> Room:
    back = float(rng.uniform(1.5, 2.6)) + 0.4 * size
    surfaces = (_ground("concrete", 1.3), _wall(back, 3.4, "brick", (1.1, 0.95), _pale(rng)))
    return Room(
        surfaces=surfaces,
        light=Light(towards=(float(rng.uniform(-1, 1)), -0.75, 1.1)),
        back=back - 0.1,
        scale=0.7,
        behind=(props.carton, props.tall_plant, props.litter_bin, props.bush, props.cone),
        before=(props.carton, props.plant, props.cone, props.bush),
    )


def gym(rng: np.random.Generator, size: float) -> Room:
    back = float(rng.uniform(2.4, 3.4)) + 0.3 * size
    surfaces = (
        _ground("rubber_mat", 2.0, half=14.0),
        _wall(back, 4.0, "brick", (1.4, 1.2), (0.95, 0.97, 1.0), half=14.0),
        _wall(back - 0.01, 1.1, "plain", (1.0, 1.0), (0.20, 0.30, 0.42), half=14.0),
    )
    return Room(
        surfaces=surfaces,
        light=Light(towards=(float(rng.uniform(-0.7, 0.7)), -0.6, 1.3), colour=(1.2, 1.18, 1.1)),
        back=back - 0.2,
        scale=1.2,
        behind=(props.carton, ("chair", 3, 1.0), ("bucket", 2, 0.5)),
        before=(props.carton, props.tall_plant),
    )


ROOMS: dict[str, Callable[[np.random.Generator, float], Room]] = {
    room.__name__: room for room in (street, park, apron, sky, table, laboratory, living_room, yard, gym)
}
