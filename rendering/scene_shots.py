"""The photos of the demo workspace: what is to be seen in each, and how well. Which room, pose and clutter it becomes
is drawn by lot in `rendering.scene_photo`; that the wish came true is measured there."""

from dataclasses import dataclass
from enum import StrEnum

from domain.answer import ObjectStatus

GOOD, PARTIALLY, BARELY, BAD = ObjectStatus.GOOD, ObjectStatus.PARTIALLY, ObjectStatus.BARELY, ObjectStatus.BAD

SIZES: dict[str, tuple[float, ...]] = {
    "aeroplane": (46.0, 13.5),
    "beaker": (0.17, 0.18, 0.20),
    "bicycle": (1.95, 1.95),
    "bicycle_built_for_two": (2.75, 1.95),
    "bucket": (0.52, 0.50, 0.75),
    "camera": (0.19, 0.13, 0.18),
    "car": (5.2, 4.5, 5.9),
    "cellphone": (0.17, 0.14, 0.19),
    "chair": (1.15, 1.25, 1.05),
    "crutch": (1.35, 1.35),
    "cup": (0.15, 0.17),
    "desk_lamp": (0.66, 0.56, 0.50),
    "guitar": (1.12, 1.02),
    "kettle": (0.34, 0.36),
    "oboe": (0.67, 0.64),
    "punching_bag": (1.65, 2.1),
    "sofa": (2.3, 2.9),
}
"""Diagonal in metres of each category's models, in the order of cad_index."""


class Stance(StrEnum):
    """How an object is placed."""

    STAND = "stand"
    LIE = "lie"
    """On its back, the front up."""
    LEAN = "lean"
    """Tilted back against what is behind it."""
    HANG = "hang"
    FLY = "fly"


class Hidden(StrEnum):
    """What keeps an object from being seen well."""

    NOTHING = "nothing"
    THING = "thing"
    """Something stands before it."""
    BORDER = "border"
    """The picture ends."""
    FOG = "fog"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """`elevation` is the range of the camera's height in degrees. `dense` wants another of the category close by;
    `two` makes an item of that one as well; `far` wants one that is not close."""

    category: str
    cad_index: int
    room: str
    stance: Stance
    status: ObjectStatus
    hidden: Hidden
    dense: bool
    two: bool
    far: bool
    elevation: tuple[float, float]


def _shot(
    words: str,
    status: ObjectStatus = GOOD,
    hidden: Hidden = Hidden.NOTHING,
    *,
    dense: bool = False,
    two: bool = False,
    far: bool = False,
    elevation: tuple[float, float] = (8.0, 28.0),
) -> Shot:
    """From "category cad_index room", and the stance where it does not stand."""
    category, cad_index, room, *stance = words.split()
    return Shot(
        category=category,
        cad_index=int(cad_index),
        room=room,
        stance=Stance(stance[0]) if stance else Stance.STAND,
        status=status,
        hidden=hidden,
        dense=dense,
        two=two,
        far=far,
        elevation=elevation,
    )


THING, BORDER, FOG, DARK = Hidden.THING, Hidden.BORDER, Hidden.FOG, Hidden.DARK
LOW, STEEP = (3.0, 14.0), (28.0, 52.0)

SHOTS = (
    _shot("car 1 street", dense=True, two=True),
    _shot("car 2 street", PARTIALLY, THING),
    _shot("car 3 street", far=True),
    _shot("car 1 park", BARELY, FOG),
    _shot("car 2 street", BAD, FOG, elevation=LOW),
    _shot("aeroplane 1 sky fly", elevation=(-25.0, 10.0)),
    _shot("aeroplane 2 apron", elevation=LOW),
    _shot("aeroplane 2 sky fly", PARTIALLY, BORDER, elevation=(-20.0, 20.0)),
    _shot("bicycle 1 street", dense=True, two=True),
    _shot("bicycle 2 park"),
    _shot("bicycle 1 yard", PARTIALLY, THING),
    _shot("bicycle_built_for_two 1 park"),
    _shot("bicycle_built_for_two 1 street", PARTIALLY, BORDER),
    _shot("beaker 1 laboratory", dense=True, two=True, elevation=(15.0, 35.0)),
    _shot("beaker 2 laboratory", far=True, elevation=(12.0, 32.0)),
    _shot("beaker 3 table", PARTIALLY, THING, elevation=(10.0, 26.0)),
    _shot("bucket 1 yard", dense=True, elevation=(15.0, 40.0)),
    _shot("bucket 2 yard", PARTIALLY, BORDER, elevation=(15.0, 40.0)),
    _shot("bucket 3 yard", BARELY, THING, elevation=(12.0, 30.0)),
    _shot("camera 1 table", elevation=(10.0, 35.0)),
    _shot("camera 2 table", dense=True, elevation=(10.0, 35.0)),
    _shot("camera 3 table", BAD, THING, elevation=LOW),
    _shot("cellphone 1 table lie", elevation=STEEP, far=True),
    _shot("cellphone 2 table lean", dense=True, two=True, elevation=(10.0, 30.0)),
    _shot("cellphone 3 table lie", PARTIALLY, THING, elevation=STEEP),
    _shot("cellphone 1 table lean", BARELY, BORDER, elevation=(10.0, 30.0)),
    _shot("chair 1 living_room", dense=True, two=True),
    _shot("chair 2 living_room", BARELY, DARK),
    _shot("chair 3 living_room", far=True),
    _shot("crutch 1 living_room lean"),
    _shot("crutch 2 living_room lie", PARTIALLY, THING, elevation=STEEP),
    _shot("cup 1 table", dense=True, two=True, elevation=(15.0, 40.0)),
    _shot("cup 2 table", elevation=(15.0, 40.0)),
    _shot("cup 1 table", BARELY, THING),
    _shot("desk_lamp 1 table", elevation=(5.0, 25.0)),
    _shot("desk_lamp 3 table", PARTIALLY, THING, elevation=(5.0, 20.0)),
    _shot("guitar 1 living_room lean"),
    _shot("guitar 2 living_room lie", dense=True, elevation=STEEP),
    _shot("kettle 1 table", PARTIALLY, BORDER, elevation=(8.0, 30.0)),
    _shot("kettle 2 table", dense=True, elevation=(8.0, 30.0)),
    _shot("oboe 1 table lie", elevation=STEEP),
    _shot("oboe 2 table lie", PARTIALLY, THING, elevation=STEEP),
    _shot("punching_bag 1 gym hang", far=True, elevation=LOW),
    _shot("punching_bag 2 gym hang", BAD, DARK, elevation=LOW),
    _shot("sofa 1 living_room", elevation=(8.0, 24.0)),
    _shot("sofa 2 living_room", PARTIALLY, BORDER, elevation=(10.0, 28.0)),
)
"""In the order of their photos' numbers."""
