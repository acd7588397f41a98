"""What only SQLite understands. Everything else in `storage` runs on PostgreSQL as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.types import UserDefinedType

BUSY_TIMEOUT_MS = 15_000
IMMEDIATE = "posewright_immediate"
"""Execution option: take the write lock at BEGIN instead of at the first write."""


class SqliteDouble(UserDefinedType[float]):
    """A float that comes back bit for bit.

    A column declared REAL turns −0.0 into 0.0, because SQLite keeps whole numbers in such columns as integers; a
    column without numeric affinity keeps the eight bytes (https://sqlite.org/datatype3.html, section 3).
    """

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "BLOB"

    def bind_processor(self, dialect: Dialect) -> Callable[[float | None], float | None]:
        return lambda value: None if value is None else float(value)


def configure(engine: Engine) -> None:
    """Sets up each connection, and lets SQLAlchemy rather than the driver decide where transactions begin.

    See "Serializable isolation / Savepoints / Transactional DDL" in SQLAlchemy's page on pysqlite. Writers take
    the lock at BEGIN: a transaction that reads first and then finds another writer before it could only fail.
    """

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        # The timeout comes first: going over to WAL may have to wait for another process already.
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(IMMEDIATE, False)
        # A reader that writes by mistake must fail at once, not now and then when it meets a writer.
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if immediate else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """For migrations: a table that is rebuilt is dropped first, which would delete what refers to it.

    `connection` must not be in a transaction yet; the setting is ignored within one. Raises RuntimeError when
    references are broken afterwards, so that the migration is rolled back.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def check_foreign_keys(connection: Connection) -> None:
    """Raises RuntimeError where a row refers to one that does not exist."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration would leave {len(broken)} rows that refer to nothing")
