"""Judgements on items rather than on one person's answer: adjudications, blind comparisons, quality verdicts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.evaluation import Choice
from domain.verdict import Verdict
from storage.tables import naming as naming
from storage.tables.answer_columns import OptionalAnswerColumns
from storage.types import UtcDateTime, words


class AdjudicationWay(StrEnum):
    """TAKEN: an answer as it is. MEAN: of several. OWN: the adjudicator's. WITHDRAWN: none stands any more."""

    TAKEN = "taken"
    MEAN = "mean"
    OWN = "own"
    WITHDRAWN = "withdrawn"


class Adjudication(OptionalAnswerColumns, table=True):
    """A revision of an item's adjudicated answer: the last one stands, before all that people answered. Never changed
    or deleted. One that was withdrawn has no answer."""

    __tablename__ = "adjudication"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("(way = 'withdrawn') = (azimuth IS NULL)", name="answer_unless_withdrawn"),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    number: int
    """From 1, per item."""
    way: AdjudicationWay = Field(sa_type=words(AdjudicationWay, "way"))
    revision_id: int | None = Field(default=None, foreign_key="revision.id")
    """The one that was taken, or that an own answer began with."""
    author_id: int = Field(foreign_key="user.id")
    seen: list[int] = Field(default_factory=list, sa_type=JSON)
    """The revisions that were the item's answers then."""
    save_id: str | None = Field(default=None, max_length=36, unique=True)
    """From the client, so that an own answer sent twice is one."""
    at: datetime = Field(sa_type=UtcDateTime)


class Evaluation(SQLModel, table=True):
    """What a task of blind comparison compares; sources as `storage.use_cases.compared_sources` writes them."""

    __tablename__ = "evaluation"

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", unique=True)
    first: str = Field(max_length=160)
    second: str = Field(max_length=160)
    seed: int = Field(sa_type=BigInteger)
    """Decides for each assignment which of the two is on the left; told to nobody."""


class EvaluationPair(SQLModel, table=True):
    """The two answers of an item as they were when the task was made: what is shown never changes."""

    __tablename__ = "evaluation_pair"
    __table_args__ = (UniqueConstraint("task_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    item_id: int = Field(foreign_key="item.id")
    first: dict[str, Any] = Field(sa_type=JSON)
    second: dict[str, Any] = Field(sa_type=JSON)
    """Both `Answer.to_json()`."""


class EvaluationAnswer(SQLModel, table=True):
    """What somebody chose, with the order in which they saw the two. Never changed; the last one stands."""

    __tablename__ = "evaluation_answer"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    number: int
    choice: Choice = Field(sa_type=words(Choice, "choice"))
    first_left: bool
    author_id: int = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=UtcDateTime)


class QualityVerdict(SQLModel, table=True):
    """What was said of the annotation that an item had. Never changed; the last one stands."""

    __tablename__ = "quality_verdict"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    number: int
    verdict: Verdict = Field(sa_type=words(Verdict, "verdict"))
    revision_id: int | None = Field(default=None, foreign_key="revision.id")
    adjudication_id: int | None = Field(default=None, foreign_key="adjudication.id")
    """Which annotation it was; with neither, the imported one."""
    author_id: int = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=UtcDateTime)
