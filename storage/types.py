"""Column types: moments in UTC, floats to the last bit, words of an enum as checked strings."""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.sqlite import SqliteDouble


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: goes in with any time zone, comes out in UTC. One without a zone is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


FLOAT64: TypeEngine[float] = sa.Double().with_variant(SqliteDouble(), "sqlite")
"""An IEEE double that comes back bit for bit, the sign of zero included."""


def words(enum: type[StrEnum], name: str) -> sa.Enum:
    """A string column that admits the enum's values only, by a CHECK called `name`; rows hold members of the enum.

    No native enum: PostgreSQL can add a value to one, but neither remove nor reorder, and SQLite has none.
    """
    return sa.Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)
