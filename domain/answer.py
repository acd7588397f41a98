"""What a person says of an item: pose, CAD model, quality and density; and changes to it by field group."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from domain.errors import InvalidAnswer, InvalidInput
from domain.pose import Pose


class ObjectStatus(StrEnum):
    """How well the object is to be seen; the names are the data set's own."""

    GOOD = "status_good"
    PARTIALLY = "status_partially"
    BARELY = "status_barely"
    BAD = "status_bad"


class Density(StrEnum):
    """Whether another object of the category is close in the picture."""

    NO = "dense_no"
    YES = "dense_yes"


class FieldGroup(StrEnum):
    """Fields that change together: a merge takes a group whole or not at all."""

    ROTATION = "rotation"
    CENTRE = "centre"
    DISTANCE = "distance"
    MODEL = "model"
    QUALITY = "quality"
    DENSITY = "density"


FIELDS: Mapping[FieldGroup, tuple[str, ...]] = {
    FieldGroup.ROTATION: ("azimuth", "elevation", "theta"),
    FieldGroup.CENTRE: ("px", "py"),
    FieldGroup.DISTANCE: ("distance",),
    FieldGroup.MODEL: ("cad_index",),
    FieldGroup.QUALITY: ("object_status",),
    FieldGroup.DENSITY: ("dense",),
}
POSE_GROUPS = (FieldGroup.ROTATION, FieldGroup.CENTRE, FieldGroup.DISTANCE)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Raises InvalidInput for a cad_index that is not a whole number from 1, or a status that does not exist."""

    pose: Pose
    cad_index: int
    object_status: ObjectStatus | None = None
    dense: Density | None = None

    def __post_init__(self) -> None:
        if isinstance(self.cad_index, bool) or not isinstance(self.cad_index, int) or not 1 <= self.cad_index < 10**6:
            raise InvalidInput(f"cad_index must be a whole number from 1, not {self.cad_index!r}")
        try:
            if self.object_status is not None:
                object.__setattr__(self, "object_status", ObjectStatus(self.object_status))
            if self.dense is not None:
                object.__setattr__(self, "dense", Density(self.dense))
        except ValueError as error:
            raise InvalidInput(str(error)) from None

    def missing(self) -> tuple[str, ...]:
        """What a save still needs. A bad object needs nothing more: the sample will be ignored."""
        if self.object_status is ObjectStatus.BAD:
            return ()
        return tuple(name for name in ("object_status", "dense") if getattr(self, name) is None)

    def check_complete(self) -> None:
        """Raises InvalidAnswer naming what is missing."""
        if missing := self.missing():
            raise InvalidAnswer(missing)

    def to_json(self) -> dict[str, Any]:
        return {
            "pose": self.pose.to_json(),
            "cad_index": self.cad_index,
            "object_status": self.object_status.value if self.object_status else None,
            "dense": self.dense.value if self.dense else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From `to_json`; raises InvalidInput where it is anything else."""
        if not isinstance(values, Mapping) or set(values) != {"pose", "cad_index", "object_status", "dense"}:
            raise InvalidInput("an answer has the fields pose, cad_index, object_status and dense")
        return cls(
            pose=Pose.from_json(values["pose"]),
            cad_index=values["cad_index"],
            object_status=values["object_status"],
            dense=values["dense"],
        )


def values_of(answer: Answer, group: FieldGroup) -> Values:
    """The fields of one group by name, as plain JSON values."""
    whole = answer.to_json()
    return {name: whole["pose"].get(name, whole.get(name)) for name in FIELDS[group]}


def apply(answer: Answer, groups: Mapping[FieldGroup, Values]) -> Answer:
    """The answer with the given groups replaced; each group must be whole. Raises InvalidInput otherwise."""
    pose_values: Values = {}
    other_values: Values = {}
    for group, values in groups.items():
        if not isinstance(values, Mapping) or set(values) != set(FIELDS[group]):
            raise InvalidInput(f"the group {group.value} has the fields {', '.join(FIELDS[group])}")
        (pose_values if group in POSE_GROUPS else other_values).update(values)
    return replace(answer, pose=answer.pose.replace(**pose_values), **other_values)


def difference(before: Answer, after: Answer) -> dict[FieldGroup, tuple[Values, Values]]:
    """The groups in which two answers differ, with the values before and after; exact, no tolerance."""
    pairs = {group: (values_of(before, group), values_of(after, group)) for group in FieldGroup}
    return {group: pair for group, pair in pairs.items() if pair[0] != pair[1]}
