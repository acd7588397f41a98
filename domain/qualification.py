"""Judging an answer by the right one: thresholds for each metric, and in words what was off, to learn from.

What was off is named in the order in which it is to be put right: another object first, then a flip, then angles.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from domain.answer import Answer, ObjectStatus
from domain.box import Box
from domain.errors import InvalidInput
from domain.flips import flip_between
from domain.metrics.scoring import Likeness, errors_of_pair
from domain.pose import ANGLES, Pose

MOST_ITEMS = 200
MOST_ATTEMPTS = 100


class Feedback(StrEnum):
    """When a person learns how an answer was."""

    EACH = "each"
    """As soon as it is saved."""
    END = "end"
    """After the last one; in real work never."""


class Consequence(StrEnum):
    """What follows where too many answers to hidden gold are off."""

    NONE = "none"
    WARN = "warn"
    PAUSE = "pause"


class Part(StrEnum):
    """What of an answer was off."""

    BAD_OBJECT = "bad_object"
    NOT_BAD = "not_bad"
    MODEL = "model"
    FLIP = "flip"
    AZIMUTH = "azimuth"
    ELEVATION = "elevation"
    THETA = "theta"
    ROTATION = "rotation"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    NEAR = "near"
    FAR = "far"
    QUALITY = "quality"
    DENSITY = "density"


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """`amount`: degrees too much (signed) for an angle, degrees for a rotation, image pixels for a place, a share
    for a distance; 0 where there is nothing to measure. `kind`: the flip's."""

    part: Part
    amount: float = 0.0
    kind: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"part": self.part.value, "amount": self.amount, "kind": self.kind}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(part=Part(values["part"]), amount=float(values["amount"]), kind=str(values["kind"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What counts as right. `rotation`: radians, by the object's symmetry; `centre`: part of the box's diagonal;
    `distance`: |Δ log|. `model`, `answers`: whether CAD model, and quality and density, must be the same.

    Raises InvalidInput for limits that nothing or everything would pass.
    """

    rotation: float = math.radians(15)
    centre: float = 0.10
    distance: float = math.log(1.15)
    model: bool = True
    answers: bool = False

    def __post_init__(self) -> None:
        limits = (self.rotation, math.pi), (self.centre, 10.0), (self.distance, 10.0)
        if any(not 0 < value <= most for value, most in limits):
            raise InvalidInput("a limit is above 0, at most 180° for a rotation and 10 for the others", rule="limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Errors as in `domain.metrics.scoring.Errors`, 0 where one of the two says that there is no object."""

    right: bool
    rotation: float
    centre: float
    distance: float
    off: tuple[Off, ...]


def judge_answer(answer: Answer, truth: Answer, box: Box, likeness: Likeness, limits: Thresholds) -> Judged:
    """An answer to an item whose right answer is known; a question that the truth leaves open is not asked."""
    is_bad, was_bad = (each.object_status is ObjectStatus.BAD for each in (answer, truth))
    if is_bad or was_bad:
        off = () if is_bad and was_bad else (Off(part=Part.BAD_OBJECT if is_bad else Part.NOT_BAD),)
        return Judged(right=not off, rotation=0.0, centre=0.0, distance=0.0, off=off)
    errors = errors_of_pair(answer.pose, truth.pose, box, likeness)
    rotation, centre, distance = (float(each[0]) for each in (errors.rotation, errors.centre, errors.distance))
    found: list[Off] = []
    if limits.model and answer.cad_index != truth.cad_index:
        found.append(Off(part=Part.MODEL))
    if rotation > limits.rotation:
        found.append(_turned(answer.pose, truth.pose, rotation, likeness))
    if centre > limits.centre:
        found.append(_moved(answer.pose, truth.pose))
    if distance > limits.distance:
        share = math.expm1(distance)
        nearer = answer.pose.distance / answer.pose.viewport < truth.pose.distance / truth.pose.viewport
        found.append(Off(part=Part.NEAR if nearer else Part.FAR, amount=share))
    if limits.answers:
        if truth.object_status is not None and answer.object_status is not truth.object_status:
            found.append(Off(part=Part.QUALITY))
        if truth.dense is not None and answer.dense is not truth.dense:
            found.append(Off(part=Part.DENSITY))
    return Judged(right=not found, rotation=rotation, centre=centre, distance=distance, off=tuple(found))


def too_many_wrong(right: int, of: int, *, last: int, share: float) -> bool:
    """Whether of the last answers to gold, once there are as many as are looked at, too few were right."""
    return of >= last and right < share * of


def _turned(pose: Pose, truth: Pose, rotation: float, likeness: Likeness) -> Off:
    """A flip by its name, else the angle that is off where one explains it, else the whole turn."""
    kind = flip_between(pose.rotation(), truth.rotation(), likeness.symmetry)
    if kind is not None:
        return Off(part=Part.FLIP, kind=kind.value)
    nearest = likeness.symmetry.nearest(pose.rotation(), truth.rotation())
    given = Pose.from_matrix(nearest, distance=pose.distance, px=pose.px, py=pose.py, viewport=pose.viewport)
    right = Pose.from_matrix(truth.rotation(), distance=pose.distance, px=pose.px, py=pose.py, viewport=pose.viewport)
    gaps = {
        name: math.degrees(math.remainder(getattr(given, name) - getattr(right, name), math.tau))
        for name in ANGLES
        if name not in likeness.ignored
    }
    degrees = math.degrees(rotation)
    worst = max(gaps, key=lambda name: abs(gaps[name]), default=None)
    others = max((abs(gap) for name, gap in gaps.items() if name != worst), default=0.0)
    if worst is not None and others < 0.4 * abs(gaps[worst]) and abs(gaps[worst]) < 2 * degrees:
        return Off(part=Part(worst), amount=gaps[worst])
    return Off(part=Part.ROTATION, amount=degrees)


def _moved(pose: Pose, truth: Pose) -> Off:
    """The way in which the centre is off most."""
    right, down = pose.px - truth.px, pose.py - truth.py
    if abs(right) >= abs(down):
        return Off(part=Part.RIGHT if right > 0 else Part.LEFT, amount=abs(right))
    return Off(part=Part.DOWN if down > 0 else Part.UP, amount=abs(down))
