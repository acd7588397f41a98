"""The columns of an answer, shared by all tables that hold some."""

from typing import Any, Self

from sqlmodel import Field, SQLModel

from domain.answer import Answer, Density, ObjectStatus
from domain.pose import PARAMETERS, Pose
from storage.types import FLOAT64, words

POSE_COLUMNS = (*PARAMETERS, "viewport")


def answer_values(answer: Answer) -> dict[str, Any]:
    """The answer as values of columns."""
    return {
        **answer.pose.to_json(),
        "cad_index": answer.cad_index,
        "object_status": answer.object_status,
        "dense": answer.dense,
    }


class AnswerColumns(SQLModel):
    """Angles in radians, distance in CAD units, px, py and viewport in image pixels; kept to the last bit."""

    azimuth: float = Field(sa_type=FLOAT64)
    elevation: float = Field(sa_type=FLOAT64)
    theta: float = Field(sa_type=FLOAT64)
    distance: float = Field(sa_type=FLOAT64)
    px: float = Field(sa_type=FLOAT64)
    py: float = Field(sa_type=FLOAT64)
    viewport: float = Field(sa_type=FLOAT64)
    cad_index: int
    object_status: ObjectStatus | None = Field(default=None, sa_type=words(ObjectStatus, "object_status"))
    dense: Density | None = Field(default=None, sa_type=words(Density, "dense"))

    def answer(self) -> Answer:
        return Answer(
            pose=Pose(**{name: getattr(self, name) for name in POSE_COLUMNS}),
            cad_index=self.cad_index,
            object_status=self.object_status,
            dense=self.dense,
        )

    def set_answer(self, answer: Answer) -> Self:
        for name, value in answer_values(answer).items():
            setattr(self, name, value)
        return self


class OptionalAnswerColumns(SQLModel):
    """As `AnswerColumns`, all None where there is no answer."""

    azimuth: float | None = Field(default=None, sa_type=FLOAT64)
    elevation: float | None = Field(default=None, sa_type=FLOAT64)
    theta: float | None = Field(default=None, sa_type=FLOAT64)
    distance: float | None = Field(default=None, sa_type=FLOAT64)
    px: float | None = Field(default=None, sa_type=FLOAT64)
    py: float | None = Field(default=None, sa_type=FLOAT64)
    viewport: float | None = Field(default=None, sa_type=FLOAT64)
    cad_index: int | None = None
    object_status: ObjectStatus | None = Field(default=None, sa_type=words(ObjectStatus, "object_status"))
    dense: Density | None = Field(default=None, sa_type=words(Density, "dense"))

    def answer(self) -> Answer | None:
        values = {name: getattr(self, name) for name in POSE_COLUMNS}
        if self.cad_index is None or any(value is None for value in values.values()):
            return None
        return Answer(
            pose=Pose(**values), cad_index=self.cad_index, object_status=self.object_status, dense=self.dense
        )
