"""What happened: for other processes (outbox), for people (audit); and facts about the installation itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import UtcDateTime


class Outbox(SQLModel, table=True):
    """A change that others must hear of, written in the transaction that made it. Order by version per object:
    ids follow the order of commits on SQLite only."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "object_type", "object_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(max_length=64)
    object_type: str = Field(max_length=32)
    object_id: int
    version: int
    payload: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class Audit(SQLModel, table=True):
    """Who did what to which object, when, from where. Only ever added to: triggers refuse the rest (migration
    of the append-only log). A migration that rebuilds this table on SQLite must make them anew."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "object_type", "object_id"),
        Index(None, "actor_id", "at"),
        Index(None, "action", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor_id: int | None = Field(default=None, foreign_key="user.id")
    """None: the operator at the command line, or nobody known."""
    actor_name: str = Field(max_length=64)
    """As it was then."""
    action: str = Field(max_length=64)
    object_type: str = Field(max_length=32)
    object_id: int | None = None
    address: str | None = Field(default=None, max_length=64)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Meta(SQLModel, table=True):
    __tablename__ = "meta"

    key: str = Field(primary_key=True, max_length=64)
    value: str
