"""What of a proposed answer can be taken: whole, by group, or a single angle where that means something."""

import math
from collections.abc import Collection
from enum import StrEnum

from domain.answer import Answer, FieldGroup, Values, apply, values_of
from domain.errors import InvalidInput
from domain.pose import ANGLES, Pose, wrap_positive

LARGEST_ELEVATION = math.radians(60)
"""Beyond it azimuth and theta run into one another: at 84°, only the azimuth of a 5° correction turns the model by
56°."""


class Part(StrEnum):
    """What a person takes with one click."""

    ROTATION = "rotation"
    CENTRE = "centre"
    DISTANCE = "distance"
    MODEL = "model"
    ANSWERS = "answers"
    AZIMUTH = "azimuth"
    ELEVATION = "elevation"
    THETA = "theta"


GROUPS: dict[Part, tuple[FieldGroup, ...]] = {
    Part.ROTATION: (FieldGroup.ROTATION,),
    Part.CENTRE: (FieldGroup.CENTRE,),
    Part.DISTANCE: (FieldGroup.DISTANCE,),
    Part.MODEL: (FieldGroup.MODEL,),
    Part.ANSWERS: (FieldGroup.QUALITY, FieldGroup.DENSITY),
}
"""The groups of the parts that are whole groups."""

SINGLE_ANGLES = (Part.AZIMUTH, Part.ELEVATION, Part.THETA)


class AnglesInseparable(InvalidInput):
    """A single angle was to be taken of a rotation that is too near a pole for its angles to mean anything alone."""

    code = "angles_inseparable"


def angles_separable(present: Pose, offered: Pose) -> bool:
    """Whether single angles can be taken: both elevations, in canonical form, are within ±60°."""
    return all(abs(pose.canonical().elevation) <= LARGEST_ELEVATION for pose in (present, offered))


def taken(present: Answer, offered: Answer, parts: Collection[Part]) -> dict[FieldGroup, Values]:
    """The groups that change when these parts of the offered answer are taken, with their new values.

    A question that the offer leaves open is not taken. Raises AnglesInseparable, and InvalidInput where nothing is
    to be taken.
    """
    groups = {group: values_of(offered, group) for part in parts for group in GROUPS.get(part, ())}
    angles = [part for part in parts if part in SINGLE_ANGLES]
    if angles and FieldGroup.ROTATION not in groups:
        groups[FieldGroup.ROTATION] = _with_angles(present.pose, offered.pose, angles)
    groups = {group: values for group, values in groups.items() if None not in values.values()}
    changed = {group: values for group, values in groups.items() if values != values_of(present, group)}
    if not changed:
        raise InvalidInput("nothing in these parts differs from what is there")
    return changed


def left_to_take(present: Answer, offered: Answer) -> tuple[Part, ...]:
    """The whole parts in which the offered answer still differs."""
    return tuple(part for part in GROUPS if _differs(present, offered, part))


def _differs(present: Answer, offered: Answer, part: Part) -> bool:
    try:
        return bool(taken(present, offered, (part,)))
    except InvalidInput:
        return False


def after_taking(present: Answer, offered: Answer, parts: Collection[Part]) -> Answer:
    """The answer that these parts make. Raises like `taken`."""
    return apply(present, taken(present, offered, parts))


def _with_angles(present: Pose, offered: Pose, angles: Collection[Part]) -> Values:
    if not angles_separable(present, offered):
        raise AnglesInseparable("single angles can be taken only while both elevations are within ±60°")
    # Both in canonical form: the same picture can be written with the object tipped over, and its angles mix then.
    mine, theirs = present.canonical(), offered.canonical()
    chosen = {name: getattr(theirs if Part(name) in angles else mine, name) for name in ANGLES}
    return {name: wrap_positive(value) for name, value in chosen.items()}
