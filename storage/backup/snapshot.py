"""One moment of the SQLite database as a file of its own, while others go on writing; and what it says of files."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from storage.backup.manifest import CAD_NAME, IMAGES_NAME
from storage.errors import BackupRefused
from storage.files import place
from storage.sqlite import BUSY_TIMEOUT_MS

PAGES_AT_ONCE: Final = 4096
"""16 MiB: often enough for a progress that moves."""

Pages = Callable[[int, int], None]
"""Told how many pages of how many are copied."""


def copy_database(source: Path, target: Path, *, progress: Pages | None = None) -> None:
    """Copies one moment of a database in WAL mode (https://sqlite.org/backup.html).

    A read transaction is held open meanwhile: the copy is of the moment at which it began, whatever is committed
    afterwards, and it need not begin anew for each commit. Writers do not wait for it.
    """
    with (
        closing(sqlite3.connect(f"file:{_quoted(source)}?mode=rw", uri=True, isolation_level=None)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        reading.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        reading.execute("PRAGMA query_only = ON")
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()

        def tell(_status: int, remaining: int, total: int) -> None:
            if progress:
                progress(total - remaining, total)

        reading.backup(writing, pages=PAGES_AT_ONCE, progress=tell)
        reading.execute("ROLLBACK")
        # The copy says of itself that it is in WAL mode; a single file must not be.
        writing.execute("PRAGMA journal_mode = DELETE")


def check_database(path: Path) -> None:
    """Reads all of a database that nobody else has open. Raises BackupRefused where it is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if problems != ["ok"]:
                raise BackupRefused(f"the database is damaged: {'; '.join(map(str, problems))[:300]}")
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise BackupRefused("the database is damaged: some rows refer to rows that are not there")
    except sqlite3.Error as error:
        raise BackupRefused(f"the database is damaged: {error}") from None


def revision_of(path: Path) -> str:
    """The migration that a database file is at. Raises BackupRefused where it is none of ours."""
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupRefused(f"there is no database of Posewright in it: {error}") from None
    if found is None:
        raise BackupRefused("there is no database of Posewright in it")
    return str(found[0])


def files_named_by(path: Path) -> Iterator[str]:
    """The names, as in the archive, of all photos and CAD models of a database file; photos that were taken down
    are none."""
    with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
        photos = connection.execute("SELECT DISTINCT sha256 FROM image WHERE taken_down_at IS NULL ORDER BY sha256")
        for (sha256,) in photos:
            yield place(Path(IMAGES_NAME), sha256).as_posix()
        models = connection.execute("SELECT DISTINCT sha256, suffix FROM cad_model ORDER BY sha256, suffix")
        for sha256, suffix in models:
            yield place(Path(CAD_NAME), sha256, suffix).as_posix()


def _quoted(path: Path) -> str:
    """For a file: URI (https://sqlite.org/uri.html)."""
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
