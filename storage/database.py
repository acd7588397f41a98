"""The database: connections, transactions, and its tables brought up to date."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlmodel import Session as Session  # what use cases take: others import it from here

from storage import sqlite
from storage.errors import DatabaseUnusable
from storage.migrations.revision import HEAD
from storage.record import audit, tallied_together, write_tallies

READERS = 8
"""Connections kept open; SQLite's are opened in 2 ms, but each brings its own page cache."""

_json = partial(json.dumps, allow_nan=False, ensure_ascii=False)


def without_password(url: str) -> str:
    """A database address as it may be shown."""
    return make_url(url).render_as_string(hide_password=True)


class Database:
    """One for each process. Sessions are short, belong to one thread, and are never shared.

    `url` is SQLAlchemy's, such as `sqlite:///workspace/posewright.db`. A SQLite file is made with its folder, for the
    owner's eyes only: password hashes and sessions are in it. Raises DatabaseUnusable.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if parsed.database in (None, "", ":memory:"):
                raise ValueError("the database must be a file: other connections see nothing of one in memory")
            assert parsed.database is not None
            _make_private(Path(parsed.database))
        try:
            self.engine = sa.create_engine(parsed, pool_size=READERS, max_overflow=READERS, json_serializer=_json)
        except ImportError as error:
            raise DatabaseUnusable(f"{without_password(url)} needs the Python package {error.name}") from error
        if self.is_sqlite:
            sqlite.configure(self.engine)
            self._writing_engine = self.engine.execution_options(**{sqlite.IMMEDIATE: True})
        else:
            self.engine = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._writing_engine = self.engine.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction, for use cases that write: committed, and on disk, on leaving; undone by an exception."""
        with Session(self._writing_engine, expire_on_commit=False) as session, session.begin():
            yield session
            write_tallies(session)

    @contextmanager
    def one_import(self) -> Iterator[None]:
        """Many transactions that add to a data set: the audit log gets their sum, also when they are broken off."""
        with tallied_together() as rest:
            try:
                yield
            finally:
                with self.transaction() as session:
                    for (actor, dataset_id), counts in rest.items():
                        audit(session, actor, "add_to_dataset", "dataset", dataset_id, **dict[str, Any](counts))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look at the database, for use cases that only read. On SQLite a write fails here."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def revision(self) -> str | None:
        """The migration that the tables are at; None for an empty database."""
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return revision

    def migrate(self) -> None:
        """Brings the tables up to date. Cheap when they are: Alembic is imported only for work to do.

        Raises DatabaseTooNew for tables of a later release, DatabaseUnusable where there is no reading them. Two
        processes may call it at once.
        """
        try:
            revision = self.revision()
        except sa.exc.DBAPIError as error:
            shown = self.engine.url.render_as_string(hide_password=True)
            reason = str(error.orig).partition("\n")[0]
            raise DatabaseUnusable(f"the database {shown} cannot be used: {reason}") from error
        if revision == HEAD:
            return
        from storage.migrations.run import upgrade  # 0.3 s of imports

        upgrade(self._writing_engine)

    def close(self) -> None:
        self.engine.dispose()


def _make_private(file: Path) -> None:
    """SQLite gives its side files the mode of this one. Raises DatabaseUnusable."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnusable(f"the database {file} cannot be made: {error.strerror}") from error
