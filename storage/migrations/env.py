"""What Alembic runs: on the connection that `storage.migrations.run` opened, or to a script for another dialect."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString

from storage.tables import metadata
from storage.types import FLOAT64, UtcDateTime

config = context.config


def render_type(kind: str, column_type: object, autogen_context: AutogenContext) -> str | Literal[False]:
    """How a new migration writes our types."""
    if kind == "type" and isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and column_type is FLOAT64:
        autogen_context.imports.add("from storage.types import FLOAT64")
        return "FLOAT64"
    if kind == "type" and isinstance(column_type, AutoString):
        return f"sa.String({column_type.length})" if column_type.length else "sa.String()"
    return False


if context.is_offline_mode():
    context.configure(
        dialect_name=config.attributes["dialect"],
        target_metadata=metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        render_as_batch=True,
    )
else:
    context.configure(
        connection=config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_type,
        transactional_ddl=True,
    )

with context.begin_transaction():
    context.run_migrations()
