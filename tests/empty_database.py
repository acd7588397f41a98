"""A database without rows: the migrations run once in each test process, and are copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from storage.database import Database


@cache
def empty_tables() -> bytes:
    """A SQLite file."""
    with TemporaryDirectory(prefix="posewright-tests-") as folder:
        path = Path(folder) / "empty.sqlite3"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path.read_bytes()


def empty_database(url: str) -> Database:
    """At the place that the address of a SQLite file names."""
    database = Database(url)
    place = make_url(url).database
    assert place is not None
    Path(place).write_bytes(empty_tables())
    return database
