"""Puts a backup in the place of a home's present state, in three steps of which only the last one touches it.

`prepare` unpacks, compares and migrates beside the home's own files while people work. `order` says that the next
start is to put this in place. `carry_out` is that start: nobody works, so the backup of the present state that it
makes first holds everything. Photos and CAD models are named by their content and only ever added; the database is
the last thing that is moved, by one rename: whatever happens before it, the old state stands.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.backup.manifest import CAD_NAME, DATABASE_NAME, IMAGES_NAME, MANIFEST_NAME, Manifest
from storage.backup.reading import read_manifest
from storage.backup.restoring import Progress, check_nobody_works, migrate_unpacked, settle_unpacked, unpack
from storage.backup.writing import SPARE, write_backup
from storage.database import Database
from storage.errors import BackupFailed, RestoreRefused
from storage.files import sync_folder
from storage.images import ImageStore
from storage.use_cases.taking_down import taken_down_digests

STAGING: Final = "restoring"
ORDER: Final = "restore-ordered.json"
BEGUN: Final = "restore-begun.json"

UNPACK, LOOK = "unpack", "look"
"""The phases of `prepare`, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOrder:
    """`archive` is the backup's name, `asked_by` the admin's."""

    archive: str
    asked_by: str


def prepare(archive: Path, home: Path, *, progress: Progress | None = None) -> Manifest:
    """Unpacks a backup beside the home's files, checks all of it and brings it up to date. What was prepared before
    goes, unless it is ordered already. Raises BackupRefused, RestoreRefused, DatabaseTooNew, BackupFailed; then
    nothing more is prepared."""
    if (home / ORDER).exists():
        raise RestoreRefused("a backup is being put in place already")
    tell = progress or (lambda phase, done, total: None)
    drop(home)
    staging = home / STAGING
    try:
        _check_room(home, read_manifest(archive))
        staging.mkdir(mode=0o700)
        manifest = unpack(archive, staging, lambda _phase, done, total: tell(UNPACK, done, total))
        tell(LOOK, 0, 0)
        migrate_unpacked(staging)
        (staging / MANIFEST_NAME).write_bytes(manifest.to_bytes())
    except OSError as error:
        drop(home)
        raise BackupFailed(f"the backup cannot be unpacked in {home}: {error.strerror or error}") from error
    except BaseException:
        drop(home)
        raise
    return manifest


def order(home: Path, given: RestoreOrder) -> None:
    """From here on the next start puts in place what was prepared. Raises RestoreRefused where nothing was."""
    if not (home / STAGING / MANIFEST_NAME).is_file():
        raise RestoreRefused("no backup is prepared to be restored")
    part = home / f"{ORDER}.part"
    part.write_text(json.dumps({"archive": given.archive, "asked_by": given.asked_by}), "utf-8")
    part.replace(home / ORDER)
    sync_folder(home)


def begin(home: Path) -> RestoreOrder | None:
    """The order that this start is to carry out, if there is one. Taking it makes it one that was begun: what ends
    the process in the middle does not end every later start too. Raises RestoreRefused."""
    try:
        (home / ORDER).replace(home / BEGUN)
    except FileNotFoundError:
        return None
    return _read(home / BEGUN)


def interrupted(home: Path) -> RestoreOrder | None:
    """An order that an earlier start had begun and did not end: the old state stands. None where there is none.
    Raises RestoreRefused."""
    if not (home / BEGUN).exists() or not (home / STAGING / DATABASE_NAME).exists():
        return None
    return _read(home / BEGUN)


def ended(home: Path) -> bool:
    """Whether an earlier start has put a backup in place, and the tidying up is missing."""
    return (home / BEGUN).exists() and not (home / STAGING / DATABASE_NAME).exists()


def drop(home: Path) -> None:
    """Forgets what was prepared and ordered."""
    for name in (ORDER, BEGUN):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / STAGING, ignore_errors=True)


def carry_out(home: Path, given: RestoreOrder, *, safety: Path, version: str) -> Manifest:
    """Backs the present state up into `safety`, then puts the prepared one in its place. Nobody must be using it.

    Returns the manifest of what stands now. Raises BackupRefused, BackupFailed, RestoreRefused; then the old state
    stands.
    """
    staging = home / STAGING
    try:
        check_nobody_works(home / DATABASE_NAME)
    except RestoreRefused:
        raise RestoreRefused("another server or command has the database open; end it, then order it again") from None
    try:
        manifest = Manifest.from_bytes((staging / MANIFEST_NAME).read_bytes())
        newest = _newest(home / DATABASE_NAME)
        present = Database(f"sqlite:///{home / DATABASE_NAME}")
        try:
            write_backup(present, home=home, target=safety, version=version)
        finally:
            present.close()
        images = ImageStore(home / IMAGES_NAME)
        photos = list(_files(staging / IMAGES_NAME))
        gone = [path.name for path in photos if images.is_taken_down(path.name)]
        down = settle_unpacked(
            staging, manifest, archive=given.archive, asked_by=given.asked_by, safety=safety.name, gone=gone
        )
        for sha256 in {*gone, *down}:
            ImageStore(staging / IMAGES_NAME).path(sha256).unlink(missing_ok=True)
        for name in (IMAGES_NAME, CAD_NAME):
            for path in _files(staging / name):
                _move(path, home / path.relative_to(staging))
        for database in (staging / DATABASE_NAME, home / DATABASE_NAME):
            check_nobody_works(database)  # it also leaves the file whole, without a log beside it
        if _newest(home / DATABASE_NAME) != newest:
            raise RestoreRefused("a command has changed something since the safety backup was begun; order it again")
        (staging / DATABASE_NAME).replace(home / DATABASE_NAME)
    except OSError as error:
        raise BackupFailed(f"the backup cannot be put in place: {error.strerror or error}") from error
    return manifest


def settle_in_place(home: Path) -> None:
    """After it was put in place: the files of photos that were taken down go, which nobody can have back. May be
    repeated. Raises OSError."""
    sync_folder(home)
    with closing(Database(f"sqlite:///{home / DATABASE_NAME}")) as database, database.reading() as session:
        digests = taken_down_digests(session)
    images = ImageStore(home / IMAGES_NAME)
    for sha256 in digests:
        images.remove(sha256)


def _newest(database: Path) -> tuple[int, ...]:
    """Whatever is changed leaves a line in the audit log or the outbox."""
    with closing(sqlite3.connect(database)) as connection:
        return tuple(
            connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table in ("audit", "outbox")
        )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("??/??/*") if path.is_file())


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.replace(target)
    sync_folder(target.parent)


def _check_room(home: Path, manifest: Manifest) -> None:
    """For the backup unpacked, and for one of the present state beside it."""
    present = sum(path.stat().st_size for name in (IMAGES_NAME, CAD_NAME) for path in _files(home / name))
    needed = manifest.size + present + 2 * (home / DATABASE_NAME).stat().st_size + SPARE
    free = shutil.disk_usage(home).free
    if needed > free:
        raise BackupFailed(f"restoring needs about {needed >> 20} MiB and the disk has {free >> 20} MiB left")


def _read(path: Path) -> RestoreOrder:
    try:
        values = json.loads(path.read_text("utf-8"))
        return RestoreOrder(archive=str(values["archive"]), asked_by=str(values["asked_by"]))
    except (ValueError, KeyError, TypeError):
        raise RestoreRefused(f"{path} is no order to restore") from None
