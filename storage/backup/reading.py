"""Reads a backup: its manifest at once, its content with every digest compared."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.backup.manifest import LARGEST_MANIFEST, MANIFEST_NAME, KeptFile, Manifest
from storage.errors import BackupRefused

CHUNK: Final = 1024 * 1024

Pieces = Callable[[int, int], None]
"""Told how many files of how many are read."""

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, KeyError)
"""What zipfile raises for bytes that it does not understand, or that are locked."""


@contextmanager
def opened(archive: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup whose list of files is the manifest's. Raises BackupRefused."""
    try:
        with zipfile.ZipFile(archive) as opened_archive:
            yield opened_archive, _manifest(opened_archive)
    except _BROKEN as error:
        raise BackupRefused(f"the backup {archive.name} is damaged or none of ours: {error}") from None
    except OSError as error:
        raise BackupRefused(f"the backup {archive} cannot be read: {error.strerror or error}") from None


def read_manifest(archive: Path) -> Manifest:
    """What a backup says of itself, without reading its content. Raises BackupRefused."""
    with opened(archive) as (_archive, manifest):
        return manifest


def check_content(archive: Path, manifest: Manifest, *, tell: Pieces | None = None) -> None:
    """Reads every file of an archive and compares it with the manifest. Raises BackupRefused."""
    with opened(archive) as (opened_archive, kept):
        if kept.files != manifest.files:
            raise BackupRefused("the backup's manifest is not the one that was written")
        for done, (name, file) in enumerate(manifest.files.items()):
            if tell:
                tell(done, len(manifest.files))
            for _chunk in chunks(opened_archive, name, file):
                pass
        if tell:
            tell(len(manifest.files), len(manifest.files))


def chunks(archive: zipfile.ZipFile, name: str, file: KeptFile) -> Iterator[bytes]:
    """The content of one file; after the last piece its digest is compared. Raises BackupRefused."""
    digest = hashlib.sha256()
    with archive.open(name) as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != file.sha256:
        raise BackupRefused(f"the backup is damaged: {name} is not what was put into it")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    infos = archive.infolist()
    sizes = {info.filename: info.file_size for info in infos}
    if MANIFEST_NAME not in sizes or sizes[MANIFEST_NAME] > LARGEST_MANIFEST:
        raise BackupRefused("this archive is no backup of Posewright: it has no manifest")
    manifest = Manifest.from_bytes(archive.read(MANIFEST_NAME))
    listed = {name: file.size for name, file in manifest.files.items()}
    if len(infos) != len(sizes) or sizes != {**listed, MANIFEST_NAME: sizes[MANIFEST_NAME]}:
        raise BackupRefused("the backup holds other files than its manifest says")
    return manifest
