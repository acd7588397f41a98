"""What reviewers say of answers: decisions, remarks with their threads, proposals."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.tables.answer_columns import AnswerColumns
from storage.types import FLOAT64, UtcDateTime, words


class Decision(StrEnum):
    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes_requested"


class Review(SQLModel, table=True):
    """What a reviewer decided of a revision. Never changed, but for the moment when its person has read it."""

    __tablename__ = "review"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    revision_id: int = Field(foreign_key="revision.id")
    decision: Decision = Field(sa_type=words(Decision, "decision"))
    reason: str = ""
    reviewer_id: int | None = Field(default=None, foreign_key="user.id")
    """None: the operator at the console."""
    at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When somebody who works on the assignment has said that they know."""


class Remark(SQLModel, table=True):
    """A thread, pinned to a point of the photo (`u`, `v` in image pixels), to a point of a CAD model (`x`, `y`, `z`
    in object coordinates), or to nothing. Its words are entries."""

    __tablename__ = "remark"
    __table_args__ = (
        CheckConstraint("(u IS NULL) = (v IS NULL)", name="photo_pin_whole"),
        CheckConstraint(
            "(x IS NULL) = (y IS NULL) AND (x IS NULL) = (z IS NULL) AND (x IS NULL) = (cad_index IS NULL)",
            name="mesh_pin_whole",
        ),
        CheckConstraint("u IS NULL OR x IS NULL", name="one_pin"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_whole"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    author_id: int = Field(foreign_key="user.id")
    u: float | None = Field(default=None, sa_type=FLOAT64)
    v: float | None = Field(default=None, sa_type=FLOAT64)
    x: float | None = Field(default=None, sa_type=FLOAT64)
    y: float | None = Field(default=None, sa_type=FLOAT64)
    z: float | None = Field(default=None, sa_type=FLOAT64)
    cad_index: int | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_by: int | None = Field(default=None, foreign_key="user.id")


class RemarkEntry(SQLModel, table=True):
    """What somebody said in a thread. Never changed or deleted."""

    __tablename__ = "remark_entry"

    id: int | None = Field(default=None, primary_key=True)
    remark_id: int = Field(foreign_key="remark.id", index=True)
    entry_id: str = Field(max_length=36, unique=True)
    """From the client, so that a repetition is known as such."""
    author_id: int = Field(foreign_key="user.id")
    text: str
    at: datetime = Field(sa_type=UtcDateTime)


class RemarkRead(SQLModel, table=True):
    """How far a person has read a thread."""

    __tablename__ = "remark_read"
    __table_args__ = (UniqueConstraint("remark_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    remark_id: int = Field(foreign_key="remark.id")
    user_id: int = Field(foreign_key="user.id")
    entry_id: int = Field(foreign_key="remark_entry.id")


class ReadyRemark(SQLModel, table=True):
    """A remark that is one key away for items of a category."""

    __tablename__ = "ready_remark"
    __table_args__ = (
        UniqueConstraint("category_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 9", name="a_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    category_id: int = Field(foreign_key="category.id")
    position: int
    text: str


class ProposalState(StrEnum):
    """TAKEN: whole or in part. WITHDRAWN: by its author, by a newer one, or because the answer was accepted."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Proposal(AnswerColumns, table=True):
    """An answer that a reviewer offers. The answer is never changed."""

    __tablename__ = "proposal"
    __table_args__ = (CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_unless_open"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    proposal_id: str = Field(max_length=36, unique=True)
    """From the client, so that a repetition is known as such."""
    author_id: int = Field(foreign_key="user.id")
    version: int
    """The assignment's version that the author saw."""
    comment: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=words(ProposalState, "state"))
    parts: list[Any] = Field(default_factory=list, sa_type=JSON)
    """`domain.proposal.Part` values that were taken, in their order."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: int | None = Field(default=None, foreign_key="user.id")
