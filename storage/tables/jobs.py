"""Long work beside the server, and what it has made so far."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from domain.jobs import JobState
from storage.tables import naming as naming
from storage.types import UtcDateTime, now, words


class Job(SQLModel, table=True):
    """One piece of work. `worker` names who does it; `heartbeat_at` is the last that was heard of them."""

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "state", "id"),
        CheckConstraint("done >= 0 AND total >= 0 AND bad >= 0", name="counts_from_0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    """None: the operator at the command line, or the installation itself."""
    state: JobState = Field(default=JobState.WAITING, sa_type=words(JobState, "state"))
    phase: str = Field(default="", max_length=32)
    done: int = 0
    total: int = 0
    bad: int = 0
    attempts: int = 0
    worker: str | None = Field(default=None, max_length=128)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error_code: str = Field(default="", max_length=64)
    message: str = ""
    """Why it failed, in English."""
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    report: str | None = Field(default=None, max_length=128)
    """The name of its report in the home's `reports`."""


class JobPart(SQLModel, table=True):
    """Rows that one transaction of unfinished work has made, by table: what a cancellation takes back."""

    __tablename__ = "job_part"

    id: int | None = Field(default=None, primary_key=True)
    job_id: int = Field(foreign_key="job.id", index=True)
    made: dict[str, Any] = Field(sa_type=JSON)
