"""Writes a backup: the database as of one moment, then the files that it names; all of it read again at the end."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from storage.backup.manifest import DATABASE_NAME, MANIFEST_NAME, SECRET_NAME, KeptFile, Manifest
from storage.backup.reading import CHUNK, check_content
from storage.backup.snapshot import check_database, copy_database, files_named_by, revision_of
from storage.database import Database, without_password
from storage.errors import BackupFailed, BackupRefused
from storage.types import now

DATABASE, FILES, CHECKING = "database", "files", "checking"
"""The phases of a backup, in their order."""

Progress = Callable[[str, int, int], None]
"""Told the phase and how many pieces of how many are done. What it raises ends the backup, and nothing stays."""

SPARE: Final = 64 * 1024 * 1024
"""What a backup leaves free on the disk."""

_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was written and read again. `size`: of the archive, in bytes."""

    path: Path
    manifest: Manifest
    size: int


def write_backup(
    database: Database,
    *,
    home: Path,
    target: Path,
    version: str,
    secret: str | None = None,
    progress: Progress | None = None,
) -> Backup:
    """Writes all of a home into a new archive, for the owner's eyes only; people may work meanwhile.

    `home` holds `images/` and `cad/`. `secret`, which signs the sessions, goes in only where it is given. Raises
    BackupRefused for a database that is not SQLite and a target that is there already, BackupFailed for a full disk.
    """
    url = database.engine.url
    if not database.is_sqlite or url.database is None:
        raise BackupRefused(
            f"the rows are in {without_password(str(url))}: back them up with pg_dump, and copy the folders images "
            f"and cad of {home} beside them (docs/operations.md says how)"
        )
    if target.exists():
        raise BackupRefused(f"{target} is there already; a backup overwrites nothing")
    tell = progress or (lambda phase, done, total: None)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE_NAME
            copy_database(Path(url.database), copy, progress=lambda done, total: tell(DATABASE, done, total))
            check_database(copy)
            part = Path(folder) / "archive.part"
            manifest = _Writing(home, part, tell).write(copy, version, secret)
            check_content(part, manifest, tell=lambda done, total: tell(CHECKING, done, total))
            size = part.stat().st_size
            target.touch(mode=0o600, exist_ok=False)  # fails where another backup took the name meanwhile
            part.replace(target)
    except FileExistsError:
        raise BackupRefused(f"{target} is there already; a backup overwrites nothing") from None
    except OSError as error:
        raise BackupFailed(f"the backup cannot be written to {target.parent}: {error.strerror or error}") from error
    return Backup(path=target, manifest=manifest, size=size)


class _Writing:
    def __init__(self, home: Path, part: Path, tell: Progress) -> None:
        self._home = home
        self._part = part
        self._tell = tell
        self._files: dict[str, KeptFile] = {}
        self._missing: list[str] = []

    def write(self, copy: Path, version: str, secret: str | None) -> Manifest:
        names = list(files_named_by(copy))
        self._check_room(copy, names)
        made_at = now()
        with self._part.open("xb") as file:
            self._part.chmod(0o600)
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                with copy.open("rb") as content:
                    self._files[DATABASE_NAME] = _add(archive, DATABASE_NAME, content, zipfile.ZIP_DEFLATED)
                for done, name in enumerate(names):
                    self._tell(FILES, done, len(names))
                    self._add_kept(archive, name)
                self._tell(FILES, len(names), len(names))
                if secret is not None:
                    archive.writestr(_entry(SECRET_NAME), f"{secret}\n")
                    content_sha256 = hashlib.sha256(f"{secret}\n".encode()).hexdigest()
                    self._files[SECRET_NAME] = KeptFile(sha256=content_sha256, size=len(secret.encode()) + 1)
                manifest = Manifest(
                    made_at=made_at,
                    made_by=version,
                    revision=revision_of(copy),
                    files=self._files,
                    missing=tuple(self._missing),
                )
                archive.writestr(_entry(MANIFEST_NAME), manifest.to_bytes(), zipfile.ZIP_DEFLATED)
            file.flush()
            os.fsync(file.fileno())
        return manifest

    def _add_kept(self, archive: zipfile.ZipFile, name: str) -> None:
        """A file whose name is the digest of its content. One that is gone or damaged is listed as missing: nobody
        is helped by a backup that cannot be made because of one photo."""
        path = self._home / name
        try:
            if _digest(path) != path.name.partition(".")[0]:
                self._missing.append(name)
                return
            with path.open("rb") as content:
                kept = _add(archive, name, content, zipfile.ZIP_STORED)
        except FileNotFoundError:
            self._missing.append(name)
            return
        self._files[name] = kept

    def _check_room(self, copy: Path, names: list[str]) -> None:
        needed = copy.stat().st_size + SPARE
        for name in names:
            with suppress(FileNotFoundError):
                needed += (self._home / name).stat().st_size
        free = shutil.disk_usage(self._part.parent).free
        if needed > free:
            raise BackupFailed(
                f"the backup needs about {needed >> 20} MiB and the disk of {self._part.parent.parent} has "
                f"{free >> 20} MiB left"
            )


def _add(archive: zipfile.ZipFile, name: str, content: BinaryIO, packing: int) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    entry = _entry(name)
    entry.compress_type = packing
    with archive.open(entry, "w", force_zip64=True) as out:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return KeptFile(sha256=digest.hexdigest(), size=size)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_DATE)
    entry.external_attr = 0o600 << 16
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
