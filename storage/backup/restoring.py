"""Restores a backup into a home: everything is read, compared and brought up to date beside it, then put in place."""

import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.backup.manifest import CAD_NAME, DATABASE_NAME, IMAGES_NAME, KeptFile, Manifest
from storage.backup.reading import chunks, opened
from storage.backup.snapshot import check_database, revision_of
from storage.database import Database
from storage.errors import BackupFailed, RestoreRefused
from storage.images import ImageStore
from storage.types import now
from storage.use_cases.restored import settle_restored

FILES, DATABASE = "files", "database"
"""The phases of a restoring, in their order."""

Progress = Callable[[str, int, int], None]

REPLACEABLE: Final = frozenset({"cache", "logs"})
"""What a home may hold and still count as empty: all of it is made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored. `aside`: where the home that was there before is kept now; None where there was none.

    `revision`: the migration that the tables are at now; `manifest.revision` is the one that they came with.
    """

    home: Path
    manifest: Manifest
    revision: str
    aside: Path | None


def restore_backup(archive: Path, home: Path, *, replace: bool = False, progress: Progress | None = None) -> Restored:
    """Makes `home` what the backup holds. Until everything is checked, nothing that was there is touched.

    A home with work in it is kept aside under another name, and only where `replace` says so. Nobody must be using
    it. Raises BackupRefused for the archive, DatabaseTooNew for one of a newer release, RestoreRefused for the home,
    BackupFailed for a full disk.
    """
    home = home.resolve()
    occupied = _occupied(home)
    if occupied and not replace:
        raise RestoreRefused(
            f"there is work in {home} already; name another folder with --home, or say --replace: then the present "
            "home is kept aside under another name"
        )
    tell = progress or (lambda phase, done, total: None)
    beside = home.parent if occupied or not home.exists() else home
    try:
        beside.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=beside, prefix=".restoring-"))
        try:
            manifest = unpack(archive, staging, tell)
            revision = _bring_up_to_date(staging, manifest, archive)
            tell(DATABASE, 1, 1)
            aside = _put_in_place(staging, home, occupied)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise BackupFailed(f"the backup cannot be restored to {home}: {error.strerror or error}") from error
    return Restored(home=home, manifest=manifest, revision=revision, aside=aside)


def _occupied(home: Path) -> bool:
    if home.exists() and not home.is_dir():
        raise RestoreRefused(f"{home} is a file, not a folder")
    return home.exists() and any(path.name not in REPLACEABLE for path in home.iterdir())


def unpack(archive: Path, staging: Path, tell: Progress) -> Manifest:
    """Writes the backup's content into a folder, every file compared with the manifest. Raises BackupRefused,
    RestoreRefused, BackupFailed."""
    with opened(archive) as (opened_archive, manifest):
        free = shutil.disk_usage(staging).free
        if manifest.size > free:
            raise BackupFailed(f"the backup unpacks to {manifest.size >> 20} MiB, the disk has {free >> 20} MiB left")
        for folder in (IMAGES_NAME, CAD_NAME):
            (staging / folder).mkdir(mode=0o700)
        # The database first: a backup of a newer release is refused before hours of photos.
        names = sorted(manifest.files, key=lambda name: (name != DATABASE_NAME, name))
        for done, name in enumerate(names):
            tell(FILES, done, len(names))
            _write(opened_archive, name, manifest.files[name], staging / name)
            if name == DATABASE_NAME:
                _check_revision(staging / name, manifest)
        tell(FILES, len(names), len(names))
        return manifest


def _write(archive: zipfile.ZipFile, name: str, file: KeptFile, target: Path) -> None:
    """Names come from the manifest, which admits none that lead elsewhere."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        for chunk in chunks(archive, name, file):
            try:
                out.write(chunk)
            except OSError as error:
                raise BackupFailed(f"the backup cannot be unpacked: {error.strerror or error}") from error
        out.flush()
        os.fsync(out.fileno())


def _check_revision(database: Path, manifest: Manifest) -> None:
    if revision_of(database) != manifest.revision:
        raise RestoreRefused("the backup's manifest and its database are not of one moment")
    check_database(database)


def _bring_up_to_date(staging: Path, manifest: Manifest, archive: Path) -> str:
    """Migrates the tables and settles what was under way when the backup was made. Raises DatabaseTooNew."""
    revision = migrate_unpacked(staging)
    for sha256 in settle_unpacked(staging, manifest, archive=archive.name):
        ImageStore(staging / IMAGES_NAME).remove(sha256)
    return revision


def migrate_unpacked(staging: Path) -> str:
    """Brings the tables of an unpacked backup up to date; returns the migration that they are at then. Raises
    DatabaseTooNew, BackupRefused."""
    database = Database(f"sqlite:///{staging / DATABASE_NAME}")
    try:
        database.migrate()
        revision = database.revision()
    finally:
        database.close()
    check_database(staging / DATABASE_NAME)
    assert revision is not None
    return revision


def settle_unpacked(
    staging: Path, manifest: Manifest, *, archive: str, asked_by: str = "", safety: str = "", gone: Iterable[str] = ()
) -> list[str]:
    """Settles what was under way when the backup was made; the parameters are those of `settle_restored`. Returns the
    digests of photos that must have no file."""
    database = Database(f"sqlite:///{staging / DATABASE_NAME}")
    try:
        with database.transaction() as session:
            return settle_restored(
                session,
                archive=archive,
                made_at=manifest.made_at,
                revision=manifest.revision,
                asked_by=asked_by,
                safety=safety,
                gone=gone,
            )
    finally:
        database.close()


def _put_in_place(staging: Path, home: Path, occupied: bool) -> Path | None:
    if not occupied:
        home.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(staging.iterdir(), key=lambda path: path.name == DATABASE_NAME):  # the database last
            path.rename(home / path.name)
        return None
    check_nobody_works(home / DATABASE_NAME)
    aside = home.with_name(f"{home.name}.before-{now():%Y%m%d-%H%M%S}")
    try:
        home.rename(aside)
    except OSError as error:
        raise RestoreRefused(
            f"{home} cannot be put aside ({error.strerror}); if it is a mounted disk, restore into a new folder "
            "of it with --home and start the server with that"
        ) from None
    staging.rename(home)
    return aside


def check_nobody_works(database: Path) -> None:
    """Leaving WAL mode needs the file for oneself: it fails while a server has it open (the next start goes back)."""
    if not database.is_file():
        return
    try:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        raise RestoreRefused(
            f"somebody is using {database.parent}: stop the server (and every other command), then restore"
        ) from None
    except sqlite3.DatabaseError:
        return  # what is damaged is put aside all the same
