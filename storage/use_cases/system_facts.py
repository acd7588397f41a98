"""What the database is and how much is in it, for whoever runs the installation."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from domain.permissions import Action
from storage.acting import Acting, acting_with

COUNTED = ("user", "dataset", "image", "item", "task", "assignment", "revision", "op", "audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """`size` in bytes, without what SQLite has not yet moved from its log. `rows`: by table, in the order shown."""

    kind: str
    version: str
    revision: str
    size: int
    rows: dict[str, int]


def database_facts(session: Session, *, actor: Acting) -> DatabaseFacts:
    acting_with(session, actor, Action.SEE_SYSTEM)
    connection = session.connection()
    kind = connection.dialect.name
    if kind == "sqlite":
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        size = connection.exec_driver_sql(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        ).scalar()
    else:
        version = connection.exec_driver_sql("SHOW server_version").scalar()
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
    return DatabaseFacts(
        kind={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(kind, kind),
        version=str(version),
        revision=str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()),
        size=int(size or 0),
        rows={
            name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            for name in COUNTED
        },
    )
