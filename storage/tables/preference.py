"""What a person has set for themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import UtcDateTime


class Preference(SQLModel, table=True):
    """At most one row a person; none is as good as an empty one."""

    __tablename__ = "preference"

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    keys: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Own keys of the annotate page by name, as in `domain.keys`; what is not there is as it was delivered."""
    practice_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the practice item was finished or declined: it is not offered again by itself."""
