"""Answers: the current one, its revisions, the gestures that led there, and what is not saved yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.ops import OpKind
from storage.tables import naming as naming
from storage.tables.answer_columns import OptionalAnswerColumns
from storage.types import UtcDateTime, words


class RevisionKind(StrEnum):
    """IMPORTED: read from a file. CLEARED: the answer was withdrawn. RESTORED: an undone clearing brought it back."""

    IMPORTED = "imported"
    SAVED = "saved"
    CLEARED = "cleared"
    RESTORED = "restored"


class Revision(OptionalAnswerColumns, table=True):
    """One state of an answer, by its author. Never changed or deleted. A cleared one has no answer."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint("(kind = 'cleared') = (azimuth IS NULL)", name="answer_unless_cleared"),
        CheckConstraint("(kind = 'imported') = (author_id IS NULL)", name="author_unless_imported"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    number: int
    """From 1, per assignment."""
    kind: RevisionKind = Field(sa_type=words(RevisionKind, "kind"))
    author_id: int | None = Field(default=None, foreign_key="user.id")
    """None: "import"."""
    version: int
    """The assignment's version that this revision made."""
    base_version: int
    """The version that it was based on."""
    save_id: str | None = Field(default=None, max_length=36, unique=True)
    """From the client, so that a repeated save is known as such."""
    at: datetime = Field(sa_type=UtcDateTime)


class Annotation(SQLModel, table=True):
    """Which revision is an assignment's answer now; None where there is none, or it was cleared."""

    __tablename__ = "annotation"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", unique=True)
    revision_id: int | None = Field(default=None, foreign_key="revision.id")


class ClearingEffect(StrEnum):
    """What an op did to the saved answer besides changing values."""

    CLEARED = "cleared"
    RESTORED = "restored"


class OpRow(SQLModel, table=True):
    """One gesture (`domain.ops.Op`), numbered by the version that it made. Never changed or deleted."""

    __tablename__ = "op"
    __table_args__ = (
        UniqueConstraint("assignment_id", "version"),
        Index(None, "assignment_id", "author_id", "version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(max_length=36, unique=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    version: int
    author_id: int = Field(foreign_key="user.id")
    kind: OpKind = Field(sa_type=words(OpKind, "kind"))
    base_version: int
    """The version that the author saw."""
    changes: dict[str, Any] = Field(sa_type=JSON)
    """{group: {"before": {...}, "after": {...}}}, `before` as the server knew it."""
    answer: dict[str, Any] = Field(sa_type=JSON)
    """The working answer after it, `Answer.to_json()`."""
    undoes: str | None = Field(default=None, max_length=36)
    effect: ClearingEffect | None = Field(default=None, sa_type=words(ClearingEffect, "effect"))
    undo_state: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """Of a clearing: {"revision_id", "state", "viewport"} before it."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    """Both by the author's clock."""
    at: datetime = Field(sa_type=UtcDateTime)
    """When it was recorded, by the server's."""


class Draft(SQLModel, table=True):
    """What is not saved yet of an assignment.

    `committed` is the answer after the last op; `answer` is what was last seen, perhaps in the middle of a drag
    whose op has not come. Undo must not stop in the middle of a drag, and a reload must not lose it.
    """

    __tablename__ = "draft"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", unique=True)
    answer: dict[str, Any] = Field(sa_type=JSON)
    committed: dict[str, Any] = Field(sa_type=JSON)
    version: int
    """The assignment's version that it belongs to."""
    author_id: int = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=UtcDateTime)
