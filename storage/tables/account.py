"""People, their sessions, and the attempts to log in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from domain.natural_order import LONGEST_KEY
from domain.permissions import Role
from storage.tables import naming as naming
from storage.types import UtcDateTime, now, words


class User(SQLModel, table=True):
    """A person. Never deleted: revisions and the audit log name them for good."""

    __tablename__ = "user"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64)
    name_key: str = Field(max_length=128, unique=True)
    """The name case-folded: `Ann` and `ann` are one person."""
    sort_key: str = Field(default="", max_length=LONGEST_KEY, sa_column_kwargs={"server_default": ""})
    """Of the name, see `storage.tables.naming.keep_sort_key`."""
    role: Role = Field(sa_type=words(Role, "role"))
    password_hash: str = Field(max_length=256)
    must_change_password: bool = False
    active: bool = True
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


naming.keep_sort_key(User)


class LoginSession(SQLModel, table=True):
    """A browser that is logged in. The token itself is known to the browser only."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "user_id", "ended_at"), Index(None, "user_id", "last_seen_at"))

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """The absolute end; idleness may end it earlier."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    address: str = Field(max_length=64)
    agent: str = Field(max_length=256)


class AttemptOutcome(StrEnum):
    """PENDING: the password is being checked; counts as failed until it is known to be right."""

    PENDING = "pending"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


class LoginAttempt(SQLModel, table=True):
    """One password that reached the check, for a name that may not even exist."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "name_sha256", "at"), Index(None, "address", "at"))

    id: int | None = Field(default=None, primary_key=True)
    name_sha256: str = Field(max_length=64)
    """Of the case-folded name: now and then somebody types a password there."""
    address: str = Field(max_length=64)
    outcome: AttemptOutcome = Field(sa_type=words(AttemptOutcome, "outcome"))
    at: datetime = Field(sa_type=UtcDateTime, index=True)
