"""Backups of an installation: made from its home and database, and kept in a folder of the home."""

import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import NotFound, PosewrightError
from domain.permissions import CONSOLE
from storage.acting import Acting
from storage.backup.manifest import Manifest
from storage.backup.reading import read_manifest
from storage.backup.writing import Backup, Progress, write_backup
from storage.database import Database
from storage.types import now
from storage.use_cases.backups import check_may_back_up, note_backup
from ui.version import VERSION

NAME = re.compile(r"posewright-[0-9]{8}-[0-9]{6}(-[0-9]{1,3})?\.zip")


LEFT_AFTER_S = 24 * 3600.0
"""No backup takes this long: a folder of one that is older has nobody who writes into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBackup:
    """A backup in the home's folder. `manifest` is None where the file is damaged; then `reason` says how."""

    name: str
    size: int
    at: datetime
    manifest: Manifest | None
    reason: str = ""


class BackupFolder:
    """The backups of a home. No name from outside leads out of it."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "backups"

    def path(self, name: str) -> Path:
        """Raises NotFound for a name that is none of ours, or of a file that is gone."""
        path = self._folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            raise NotFound(f"there is no backup {name}")
        return path

    def new_path(self, made_at: datetime | None = None) -> Path:
        """A name that nothing has yet, by the moment in UTC, now unless given. What a process that was killed left
        behind goes."""
        for left in self._folder.glob(".backup-*"):
            if left.stat().st_mtime < time.time() - LEFT_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)
        stem = f"posewright-{(made_at or now()).astimezone(UTC):%Y%m%d-%H%M%S}"
        candidates = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
        return next(path for name in candidates if not (path := self._folder / f"{name}.zip").exists())

    def list(self) -> list[KeptBackup]:
        """The newest first."""
        if not self._folder.is_dir():
            return []
        paths = [path for path in self._folder.iterdir() if NAME.fullmatch(path.name) and path.is_file()]
        return [_kept(path) for path in sorted(paths, reverse=True)]

    def take_in(self, path: Path) -> KeptBackup:
        """Moves a backup that came from elsewhere into the folder, named by the moment it was made. Raises
        BackupRefused for a file that is none; it stays where it is then."""
        manifest = read_manifest(path)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        target = self.new_path(manifest.made_at)
        path.replace(target)
        return _kept(target)

    def delete(self, name: str) -> None:
        """Raises NotFound."""
        self.path(name).unlink()

    def holding(self, image_sha256: str) -> int:
        """How many of them hold a photo: one that was taken down after they were made."""
        wanted = f"/{image_sha256}"
        return sum(
            any(name.endswith(wanted) for name in backup.manifest.files) for backup in self.list() if backup.manifest
        )


def make_backup(
    *,
    database: Database,
    home: Path,
    target: Path,
    secret: str | None = None,
    actor: Acting = CONSOLE,
    progress: Progress | None = None,
) -> Backup:
    """Makes a backup and writes it into the audit log. Raises NotAllowed, and what `write_backup` raises."""
    with database.reading() as session:
        check_may_back_up(session, actor=actor)
    backup = write_backup(database, home=home, target=target, version=VERSION, secret=secret, progress=progress)
    with database.transaction() as session:
        note_backup(
            session,
            actor=actor,
            archive=target.name,
            size=backup.size,
            photos=backup.manifest.images,
            secret=backup.manifest.has_secret,
            missing=len(backup.manifest.missing),
        )
    return backup


def _kept(path: Path) -> KeptBackup:
    size, at = path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime, now().tzinfo)
    try:
        manifest = read_manifest(path)
    except PosewrightError as error:
        return KeptBackup(name=path.name, size=size, at=at, manifest=None, reason=str(error))
    return KeptBackup(name=path.name, size=size, at=manifest.made_at, manifest=manifest)
