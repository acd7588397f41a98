"""Links by which people give themselves a password, once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import UtcDateTime


class PasswordLink(SQLModel, table=True):
    """Made by an admin for one person. The token itself is in the link only."""

    __tablename__ = "password_link"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    made_by: int | None = Field(default=None, foreign_key="user.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    spent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was used, or replaced by a newer one."""
