"""How long work took and what was changed, counted as it is done: adding up 100,000 answers anew takes too long."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import FLOAT64, UtcDateTime

CHANGED = ("azimuth", "elevation", "theta", "distance", "px", "py", "cad_index", "object_status", "dense")
"""What a gesture can change, each counted in a column `changed_…`."""


class Effort(SQLModel, table=True):
    """One person's work on one assignment so far (`domain.pace`)."""

    __tablename__ = "effort"
    __table_args__ = (UniqueConstraint("assignment_id", "user_id"), Index(None, "user_id", "last_at"))

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    user_id: int = Field(foreign_key="user.id")
    active_seconds: float = Field(default=0.0, sa_type=FLOAT64)
    gestures: int = 0
    saves: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime)
    """The end of the last gesture or save, by the server's clock."""


class EffortDay(SQLModel, table=True):
    """One person's work of one day (UTC) in one category of one task: what statistics add up."""

    __tablename__ = "effort_day"
    __table_args__ = (UniqueConstraint("user_id", "task_id", "category_id", "day"), Index(None, "day"))

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    task_id: int = Field(foreign_key="task.id", index=True)
    category_id: int = Field(foreign_key="category.id", index=True)
    day: date
    active_seconds: float = Field(default=0.0, sa_type=FLOAT64)
    gestures: int = 0
    items: int = 0
    """Assignments that the person saved for the first time."""
    saves: int = 0
    reviewed: int = 0
    """First reviews of what the person saved; `passed`: those that accepted it."""
    passed: int = 0
    changed_azimuth: int = 0
    changed_elevation: int = 0
    changed_theta: int = 0
    changed_distance: int = 0
    changed_px: int = 0
    changed_py: int = 0
    changed_cad_index: int = 0
    changed_object_status: int = 0
    changed_dense: int = 0
