"""Puts things into a scene: the object of the photo in its stance, its like beside it, clutter, what hides it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from meshes.builtin import catalogue
from meshes.builtin.shapes import bar, box
from rendering.scene import Array, SceneCamera, SceneObject, Shape
from rendering.scene_paint import library_shape, painted, prop_shape
from rendering.scene_rooms import Clutter, Room
from rendering.scene_shots import SIZES, Shot, Stance

LEAN = math.radians(17)


def turn(axis: str, angle: float) -> Array:
    """Rotation (3, 3) about an axis of the world, radians, right-handed."""
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    R = np.eye(3)
    R[i, i] = R[j, j] = math.cos(angle)
    R[j, i] = math.sin(angle)
    R[i, j] = -R[j, i]
    return R


def rotation_in(stance: Stance, category: str, rng: np.random.Generator) -> Array:
    """R_world_object of an object that is placed so, turned about the vertical by lot."""
    flat = category == "crutch"
    if stance is Stance.LIE:
        # A crutch is flat in its y–z plane and lies on that side.
        return turn("z", rng.uniform(0, 2 * np.pi)) @ turn("x", -np.pi / 2) @ turn("z", np.pi / 2 if flat else 0.0)
    if stance is Stance.LEAN:
        return turn("x", -LEAN) @ turn("z", rng.uniform(-0.6, 0.6) + (np.pi / 2 if flat else 0.0))
    if stance is Stance.FLY:
        bank = turn("y", rng.uniform(-0.35, 0.35)) @ turn("x", rng.uniform(-0.2, 0.2))
        return turn("z", rng.uniform(0, 2 * np.pi)) @ bank
    return turn("z", rng.uniform(0, 2 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class Like:
    """An object of the photo's category: which model it is, and where it stands."""

    cad_index: int
    thing: SceneObject


def subject(shot: Shot, room: Room, rng: np.random.Generator) -> Like:
    """The object that the photo is of, at the origin's x, where its stance wants it."""
    thing = _library_object(shot, shot.cad_index, rng)
    if shot.stance is Stance.LEAN and room.back < 5 and shot.room != "table":
        return Like(shot.cad_index, thing.moved(y=room.back + 0.08 - float(thing.world_vertices()[:, 1].max())))
    return Like(shot.cad_index, thing)


def _library_object(shot: Shot, cad_index: int, rng: np.random.Generator) -> SceneObject:
    shape = library_shape(shot.category, cad_index, rng)
    thing = SceneObject(
        shape=shape,
        R_world_object=rotation_in(shot.stance, shot.category, rng),
        position=np.zeros(3),
        size=SIZES[shot.category][cad_index - 1],
    )
    if shot.stance is Stance.FLY:
        return thing
    return grounded(thing).moved(z=0.45 if shot.stance is Stance.HANG else 0.0)


def grounded(thing: SceneObject) -> SceneObject:
    """Lifted or lowered to stand on z = 0."""
    return thing.moved(z=-float(thing.world_vertices()[:, 2].min()))


def companion(shot: Shot, main: SceneObject, room: Room, rng: np.random.Generator) -> Like:
    """Another of the category: close by for a dense photo, else well away; never inside the first."""
    (models,) = (entry.models for entry in catalogue() if entry.name == shot.category)
    cad_index = int(rng.integers(len(models))) + 1
    other = _library_object(shot, cad_index, rng)
    side = float(rng.choice([-1.0, 1.0]))
    half = (extent(main, 0) + extent(other, 0)) / 2
    if shot.dense:
        x = half + main.size * rng.uniform(0.02, 0.10)
        y = main.position[1] + main.size * rng.uniform(0.0, 0.25)
    else:
        x = half + main.size * rng.uniform(0.75, 1.1)
        y = main.position[1] + main.size * rng.uniform(0.1, 0.8)
    placed = other.moved(x=side * x, y=y)
    over = float(placed.world_vertices()[:, 1].max()) - room.back - 0.08
    return Like(cad_index, placed.moved(y=-max(over, 0.0)))


def extent(thing: SceneObject, axis: int) -> float:
    """Metres that it spans along an axis of the world."""
    return float(np.ptp(thing.world_vertices()[:, axis]))


def fastenings(shot: Shot, main: SceneObject, rng: np.random.Generator) -> list[SceneObject]:
    """What holds an object up: the rope of one that hangs, books behind a phone that leans."""
    if shot.stance is Stance.HANG:
        top = float(main.world_vertices()[:, 2].max())
        rope = bar((0, 0, top - 0.02), (0, 0, top + 3.0), 0.012, sides=8).painted("dark")
        return [_standing(painted(rope, rng), main.position[:2] * 1.0, lift=False)]
    if shot.stance is Stance.LEAN and shot.room == "table":
        back = float(main.world_vertices()[:, 1].max())
        block = box(0.6 * main.size, 0.16, 0.8 * main.size, radius=0.004).painted("leather")
        return [_standing(painted(block, rng), np.array([0.0, back + 0.085 - 0.02 * main.size]))]
    return []


def _standing(shape: Shape, xy: Array, *, lift: bool = True) -> SceneObject:
    thing = SceneObject(shape=shape, R_world_object=np.eye(3), position=np.array([xy[0], xy[1], 0.0]), size=1.0)
    return grounded(thing) if lift else thing


def clutter_object(choice: Clutter, rng: np.random.Generator) -> SceneObject:
    """A prop or a library model, standing at the origin, turned by lot."""
    R = turn("z", rng.uniform(0, 2 * np.pi))
    if isinstance(choice, tuple):
        category, cad_index, size = choice
        shape = library_shape(category, cad_index, rng)
    else:
        shape, size = prop_shape(choice, rng), 1.0
        if choice.__name__ in ("shelf", "picture"):
            R = np.eye(3)
    return grounded(SceneObject(shape=shape, R_world_object=R, position=np.zeros(3), size=size))


def surroundings(
    shot: Shot, room: Room, standing: Sequence[SceneObject], rng: np.random.Generator
) -> list[SceneObject]:
    """Two to four things behind and beside, clear of each other, and a picture on the wall where there is one."""
    choices = [c for c in room.behind if not (isinstance(c, tuple) and c[0] == shot.category)]
    placed: list[SceneObject] = []
    main = standing[0]
    if choices:
        picks = rng.permutation(len(choices))[: int(rng.integers(2, 5))]
        for pick in picks:
            thing = clutter_object(choices[int(pick)], rng)
            for _ in range(10):
                reach = room.scale * rng.uniform(0.5, 2.4) + extent(main, 0) / 2
                x = main.position[0] + float(rng.choice([-1, 1])) * reach
                y = float(rng.uniform(0.1 * room.scale, room.back - extent(thing, 1) / 2))
                if getattr(choices[int(pick)], "__name__", "") == "shelf":
                    y = room.back - 0.08
                there = thing.moved(x=x, y=y)
                if clear(there, [*standing, *placed], 0.04 * room.scale):
                    placed.append(there)
                    break
    for k, choice in enumerate(room.on_wall):
        thing = clutter_object(choice, rng)
        wall = max(
            float(s.corners[:, 1].max()) for s in room.surfaces if abs(s.corners[0, 2] - s.corners[2, 2]) > 1.5
        )
        side = (-1) ** k * rng.uniform(0.3, 1.6)
        placed.append(thing.moved(x=side, y=wall - 0.02, z=rng.uniform(1.3, 1.6) if room.scale > 0.5 else 0.35))
    return placed


def clear(thing: SceneObject, others: Sequence[SceneObject], gap: float) -> bool:
    """Whether its footprint keeps away from all the others'."""
    low, high = _footprint(thing)
    for other in others:
        other_low, other_high = _footprint(other)
        if (low - gap < other_high).all() and (high + gap > other_low).all():
            return False
    return True


def _footprint(thing: SceneObject) -> tuple[Array, Array]:
    ground = thing.world_vertices()[:, :2]
    return ground.min(axis=0), ground.max(axis=0)


def before(thing: SceneObject, main: SceneObject, camera: SceneCamera, rng: np.random.Generator) -> SceneObject:
    """A thing moved to stand between the object and the camera, near enough to hide a part of it."""
    eye = camera.eye()
    sight = eye - main.position
    slope = max(float(sight[2]) / max(float(np.hypot(*sight[:2])), 1e-6), 0.12)
    shadow = extent(thing, 2) / slope
    near = (extent(main, 1) + extent(thing, 1)) / 2 + 0.02 * main.size
    y = -(near + rng.uniform(0.0, 0.7) * max(shadow - 0.4 * near, 0.05 * main.size))
    x = rng.uniform(-0.55, 0.55) * (extent(main, 0) + 0.4 * extent(thing, 0))
    return thing.moved(x=main.position[0] + x, y=main.position[1] + y)
