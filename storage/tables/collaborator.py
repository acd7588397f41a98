"""Who works on an assignment beside its own person."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import UtcDateTime


class Collaborator(SQLModel, table=True):
    """One more owner of one assignment. Taken off by deleting the row; the audit log remembers both."""

    __tablename__ = "collaborator"
    __table_args__ = (UniqueConstraint("user_id", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    user_id: int = Field(foreign_key="user.id")
    added_by: int | None = Field(default=None, foreign_key="user.id")
    """None: the console."""
    added_at: datetime = Field(sa_type=UtcDateTime)
