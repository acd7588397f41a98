"""Tests before real work, what real work needs, and hidden gold in it: rules, attempts, judged answers, alerts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.flips import FlipKind
from domain.qualification import Consequence, Feedback, Thresholds
from storage.tables import naming as naming
from storage.types import FLOAT64, UtcDateTime, words


def threshold_values(limits: Thresholds) -> dict[str, Any]:
    """As values of `ThresholdColumns`."""
    return {
        "most_rotation": limits.rotation,
        "most_centre": limits.centre,
        "most_distance": limits.distance,
        "same_model": limits.model,
        "same_answers": limits.answers,
    }


class ThresholdColumns(SQLModel):
    """`domain.qualification.Thresholds`."""

    most_rotation: float = Field(sa_type=FLOAT64)
    most_centre: float = Field(sa_type=FLOAT64)
    most_distance: float = Field(sa_type=FLOAT64)
    same_model: bool
    same_answers: bool

    def thresholds(self) -> Thresholds:
        return Thresholds(
            rotation=self.most_rotation,
            centre=self.most_centre,
            distance=self.most_distance,
            model=self.same_model,
            answers=self.same_answers,
        )

    def set_thresholds(self, limits: Thresholds) -> None:
        for name, value in threshold_values(limits).items():
            setattr(self, name, value)


class JudgedColumns(SQLModel):
    """`domain.qualification.Judged`; None where nothing is judged yet."""

    is_right: bool | None = None
    rotation: float | None = Field(default=None, sa_type=FLOAT64)
    centre: float | None = Field(default=None, sa_type=FLOAT64)
    distance: float | None = Field(default=None, sa_type=FLOAT64)
    off: list[Any] = Field(default_factory=list, sa_type=JSON)
    """`Off.to_json()` values."""


class ExamRule(ThresholdColumns, table=True):
    """What a task of kind qualify asks: so many of its items an attempt, of which `needed` must be right."""

    __tablename__ = "exam_rule"
    __table_args__ = (
        CheckConstraint("items >= 1 AND needed >= 1 AND needed <= items", name="needed_of_items"),
        CheckConstraint("attempts >= 1", name="attempts_from_1"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", unique=True)
    items: int
    needed: int
    attempts: int
    feedback: Feedback = Field(sa_type=words(Feedback, "feedback"))


class ExamStanding(SQLModel, table=True):
    """What a person may do by a test: whether they have passed, and how many attempts they were given besides."""

    __tablename__ = "exam_standing"
    __table_args__ = (UniqueConstraint("user_id", "task_id"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    user_id: int = Field(foreign_key="user.id")
    passed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    excused_by: int | None = Field(default=None, foreign_key="user.id")
    """Who let them pass without the test."""
    extra_attempts: int = 0


class ExamAttempt(SQLModel, table=True):
    """One go at a test. `correct`: how many answers were right; None until it has ended."""

    __tablename__ = "exam_attempt"
    __table_args__ = (
        UniqueConstraint("task_id", "user_id", "number"),
        CheckConstraint("(ended_at IS NULL) = (passed IS NULL)", name="ended_whole"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    user_id: int = Field(foreign_key="user.id", index=True)
    number: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    passed: bool | None = None
    correct: int | None = None


class ExamAnswer(JudgedColumns, table=True):
    """One item of an attempt, and how the answer was."""

    __tablename__ = "exam_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(foreign_key="exam_attempt.id")
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    revision_id: int | None = Field(default=None, foreign_key="revision.id")


class Requirement(SQLModel, table=True):
    """That whoever works on a task, or on anything of a data set, has passed a test."""

    __tablename__ = "requirement"
    __table_args__ = (CheckConstraint("(task_id IS NULL) <> (dataset_id IS NULL)", name="of_one_thing"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int | None = Field(default=None, foreign_key="task.id", unique=True)
    dataset_id: int | None = Field(default=None, foreign_key="dataset.id", unique=True)
    test_id: int = Field(foreign_key="task.id")


class GoldRule(ThresholdColumns, table=True):
    """How a task's hidden gold is looked at: the last so many answers, of which a share must be right."""

    __tablename__ = "gold_rule"
    __table_args__ = (
        CheckConstraint("last >= 1", name="last_from_1"),
        CheckConstraint("least_right >= 0 AND least_right <= 1", name="least_right_share"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", unique=True)
    feedback: Feedback = Field(sa_type=words(Feedback, "feedback"))
    last: int
    least_right: float = Field(sa_type=FLOAT64)
    consequence: Consequence = Field(sa_type=words(Consequence, "consequence"))


class GoldCheck(JudgedColumns, table=True):
    """How a person's answer to a hidden gold item was."""

    __tablename__ = "gold_check"
    __table_args__ = (UniqueConstraint("assignment_id", "user_id"), Index(None, "task_id", "user_id", "id"))

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    task_id: int = Field(foreign_key="task.id")
    user_id: int = Field(foreign_key="user.id")
    revision_id: int = Field(foreign_key="revision.id")
    at: datetime = Field(sa_type=UtcDateTime)


class GoldAlert(SQLModel, table=True):
    """That too many of a person's answers to gold were off; while it is open, PAUSE keeps them from the task."""

    __tablename__ = "gold_alert"
    __table_args__ = (
        Index(None, "user_id", "task_id"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_whole"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    user_id: int = Field(foreign_key="user.id")
    consequence: Consequence = Field(sa_type=words(Consequence, "consequence"))
    correct: int
    counted: int
    up_to: int = Field(foreign_key="gold_check.id")
    """The last check that was counted: the next alert counts those after it."""
    at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: int | None = Field(default=None, foreign_key="user.id")


class FlipChoice(StrEnum):
    KEPT = "kept"
    SWAPPED = "swapped"


class FlipQuestion(SQLModel, table=True):
    """That the guard asked about a saved answer whether it is flipped, and what its person said."""

    __tablename__ = "flip_question"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    revision_id: int = Field(foreign_key="revision.id")
    user_id: int = Field(foreign_key="user.id", index=True)
    kind: FlipKind = Field(sa_type=words(FlipKind, "kind"))
    probability: float = Field(sa_type=FLOAT64)
    because: list[Any] = Field(default_factory=list, sa_type=JSON)
    azimuth: float = Field(sa_type=FLOAT64)
    elevation: float = Field(sa_type=FLOAT64)
    theta: float = Field(sa_type=FLOAT64)
    """The flipped pose's; centre and distance stay."""
    at: datetime = Field(sa_type=UtcDateTime)
    choice: FlipChoice | None = Field(default=None, sa_type=words(FlipChoice, "choice"))
