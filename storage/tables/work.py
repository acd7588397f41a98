"""Tasks and assignments."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.natural_order import LONGEST_KEY
from domain.task_state import AssignmentState, TaskKind
from storage.tables import naming as naming
from storage.types import UtcDateTime, now, words


class FlagKind(StrEnum):
    """What the annotator tells the supervisor of an item that stays open."""

    SKIP = "skip"
    HELP = "help"


class Task(SQLModel, table=True):
    __tablename__ = "task"
    __table_args__ = (CheckConstraint("overlap >= 1", name="overlap_from_1"),)

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    name: str = Field(max_length=256)
    sort_key: str = Field(default="", max_length=LONGEST_KEY, sa_column_kwargs={"server_default": ""})
    """Of the name, see `storage.tables.naming.keep_sort_key`."""
    kind: TaskKind = Field(sa_type=words(TaskKind, "kind"))
    priority: int = 0
    """Higher comes first."""
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    overlap: int = 1
    """How many people each item is for: as many assignments has it, withdrawn ones not counted."""
    is_pool: bool = False
    """Whether annotators draw for themselves what nobody has."""


naming.keep_sort_key(Task)


class Assignment(SQLModel, table=True):
    """One item in one task for its person. `version` counts what happened to its answer: ops, saves, clearings."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        UniqueConstraint("task_id", "item_id", "user_id"),
        Index(None, "user_id", "task_id", "position"),
        Index(None, "user_id", "state"),
        CheckConstraint("version >= 0", name="version_from_0"),
        CheckConstraint("(flag_kind IS NULL) = (flagged_at IS NULL)", name="flag_whole"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_from IS NOT NULL)", name="withdrawn_whole"),
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    item_id: int = Field(foreign_key="item.id", index=True)
    position: int
    """Its place in the task, from 1."""
    user_id: int | None = Field(default=None, foreign_key="user.id")
    """None: nobody has it yet. One that was withdrawn keeps its person."""
    state: AssignmentState = Field(default=AssignmentState.NEW, sa_type=words(AssignmentState, "state"))
    version: int = 0
    flag_kind: FlagKind | None = Field(default=None, sa_type=words(FlagKind, "flag_kind"))
    flag_reason: str = ""
    flagged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its person drew it from the pool; None where somebody gave it to them. Of one that is withdrawn: the
    reservation lapsed, and its person may draw it again."""
    withdrawn_from: AssignmentState | None = Field(default=None, sa_type=words(AssignmentState, "withdrawn_from"))
    """The state that it had before it was withdrawn."""


class FormerHolder(SQLModel, table=True):
    """Whose an assignment was before it was moved to somebody else with what was done on it. They know an answer to
    its item, so they never get the item to answer blind."""

    __tablename__ = "former_holder"
    __table_args__ = (UniqueConstraint("user_id", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    user_id: int = Field(foreign_key="user.id")
    until: datetime = Field(sa_type=UtcDateTime)
