"""What a demo photo says of itself: its file and the truth about its objects, as JSON. No OpenGL here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from domain.answer import Answer, Density, ObjectStatus
from domain.box import Box
from domain.pose import Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoObject:
    """An object in a photo and the truth about it.

    `box` is that of all of it, clipped to the picture; `visible` the part of its area that is seen; `clarity` the
    part of its contrast that fog or darkness leaves.
    """

    category: str
    cad_index: int
    pose: Pose
    box: Box
    visible: float
    clarity: float
    object_status: ObjectStatus
    dense: Density

    @property
    def answer(self) -> Answer:
        """The right answer."""
        return Answer(pose=self.pose, cad_index=self.cad_index, object_status=self.object_status, dense=self.dense)

    def to_json(self) -> dict[str, Any]:
        box = self.box
        return {
            "category": self.category,
            "answer": self.answer.to_json(),
            "box": [box.x1, box.y1, box.x2, box.y2],
            "visible": self.visible,
            "clarity": self.clarity,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        answer = Answer.from_json(values["answer"])
        if answer.object_status is None or answer.dense is None:
            raise ValueError("the truth about an object names its quality and density")
        return cls(
            category=str(values["category"]),
            cad_index=answer.cad_index,
            pose=answer.pose,
            box=Box(*values["box"]),
            visible=float(values["visible"]),
            clarity=float(values["clarity"]),
            object_status=answer.object_status,
            dense=answer.dense,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecord:
    """A photo in a folder; `number` is its place among the shots."""

    number: int
    file: str
    objects: tuple[PhotoObject, ...]

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "file": self.file, "objects": [thing.to_json() for thing in self.objects]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        objects = tuple(PhotoObject.from_json(thing) for thing in values["objects"])
        return cls(number=int(values["number"]), file=str(values["file"]), objects=objects)
