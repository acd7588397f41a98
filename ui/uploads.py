"""What people send: taken in only as large and of such a kind as the page asked for, under a name of our own.

A page gives NiceGUI's upload to `keep_upload` and works with the file that it returns; the name that the browser
sent is for showing only. Photos are decoded by `storage.images`, archives opened by `storage.archives`, meshes read
by `meshes.limited`: each refuses bombs and whatever else is not what it says.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.errors import InvalidInput
from storage.archives import SUFFIXES as ARCHIVE_SUFFIXES
from storage.archives import is_archive
from storage.cad_files import SUFFIXES as MESH_SUFFIXES

MIB = 1024 * 1024
LARGEST_UPLOAD = 4096 * MIB
"""The most that a request may bring (`ui.guard`); each kind has its own limit below it."""
ARCHIVE_UPLOADS = "/admin/data/uploads"
"""Where archives come in as the plain body of a request."""
BACKUP_UPLOADS = "/admin/keeping/backups"
UPLOAD_ROUTES = frozenset({ARCHIVE_UPLOADS, BACKUP_UPLOADS})
LONGEST_SHOWN_NAME = 120

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadKind:
    """`suffixes` in lower case, the longest that fits counts; `largest` in bytes."""

    name: str
    suffixes: tuple[str, ...]
    largest: int

    @property
    def accept(self) -> str:
        """For the `accept` attribute of the browser's file dialog."""
        return ",".join(self.suffixes)


PHOTO = UploadKind(name="photo", suffixes=(".jpg", ".jpeg", ".png", ".webp"), largest=128 * MIB)
MESH = UploadKind(name="mesh", suffixes=MESH_SUFFIXES, largest=128 * MIB)
TABLE = UploadKind(name="table", suffixes=(".csv",), largest=16 * MIB)
ARCHIVE = UploadKind(name="archive", suffixes=ARCHIVE_SUFFIXES, largest=LARGEST_UPLOAD)
BACKUP = UploadKind(name="backup", suffixes=(".zip",), largest=LARGEST_UPLOAD)


class UploadRefused(InvalidInput):
    """A file is not what was asked for; `rule` is `kind`, `content`, `too_large`, `empty` or `no_space`."""

    code = "upload_refused"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class Upload(Protocol):
    """What is used of NiceGUI's `FileUpload`."""

    name: str

    def size(self) -> int: ...

    def iterate(self, *, chunk_size: int = 1024 * 1024) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpload:
    """`shown_name` is what the person called it: to be shown, never to be opened."""

    path: Path
    shown_name: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


async def keep_upload(upload: Upload, kind: UploadKind, folder: Path) -> KeptUpload:
    """Writes it into `folder` under a random name with the kind's suffix. Raises UploadRefused."""
    suffix = next((s for s in sorted(kind.suffixes, key=len, reverse=True) if upload.name.lower().endswith(s)), None)
    if suffix is None:
        raise UploadRefused("kind", f"the file must end in one of {', '.join(kind.suffixes)}")
    if upload.size() > kind.largest:
        raise UploadRefused("too_large", f"the file has more than {kind.largest // MIB} MiB")
    path = folder / f"{secrets.token_hex(16)}{suffix}"
    try:
        size = await _write(upload, kind, path)
        await asyncio.to_thread(_check_content, path, kind)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UploadRefused("no_space", f"the file cannot be kept: {error.strerror or error}") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return KeptUpload(path=path, shown_name=shown_name(upload.name), size=size)


def shown_name(name: str) -> str:
    """A file's name as it may be shown: one line, no folders, not endless."""
    last = re.split(r"[/\\]", name)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip()
    return clean if len(clean) <= LONGEST_SHOWN_NAME else f"{clean[: LONGEST_SHOWN_NAME - 20]}…{clean[-19:]}"


async def _write(upload: Upload, kind: UploadKind, path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    size = 0
    with os.fdopen(handle, "wb") as file:
        async for chunk in upload.iterate(chunk_size=MIB):
            size += len(chunk)
            if size > kind.largest:
                raise UploadRefused("too_large", f"the file has more than {kind.largest // MIB} MiB")
            await asyncio.to_thread(file.write, chunk)
    return size


def _check_content(path: Path, kind: UploadKind) -> None:
    """A first look, so that somebody who took the wrong file hears of it at once."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if not head.strip():
        raise UploadRefused("empty", "the file is empty")
    if not _fits(head, kind, path):
        raise UploadRefused("content", f"this is no {kind.name}, whatever its name says")


def _fits(head: bytes, kind: UploadKind, path: Path) -> bool:
    if kind == PHOTO:
        return head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    if kind == TABLE:
        return b"\0" not in head
    if kind in {ARCHIVE, BACKUP}:
        return is_archive(path)
    return True
