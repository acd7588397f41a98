"""Files named by the sha256 of their content, in folders of two levels. No name from outside is ever used."""

import hashlib
import os
import re
import tempfile
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

PART = ".part"
MARK = ".taken-down"
"""Suffixes: of a file that is being written, and of the mark in the place of one that must not come back."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def place(root: Path, sha256: str, suffix: str = "") -> Path:
    """Where the file of this digest is. Raises ValueError for anything that is no digest."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a sha256 in lower-case hexadecimal digits")
    return root / sha256[:2] / sha256[2:4] / f"{sha256}{suffix}"


def write_once(path: Path, content: bytes) -> None:
    """The whole file or none, on disk on return: rows that name it are committed after it. One that is there already
    counts as new again, so that `sweep` leaves it until they are."""
    with suppress(FileNotFoundError):
        if path.stat().st_size == len(content):
            os.utime(path)
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sweep(root: Path, needed: Container[str], *, before: float) -> int:
    """Deletes files that were put before this time (seconds since 1970) and whose digest is not among `needed`, and
    what an interrupted write has left; returns how many. Marks of what was taken down stay."""
    gone = 0
    for path in root.glob("??/??/*"):
        unfinished = path.suffix == PART
        if unfinished or (path.suffix != MARK and not path.name.startswith(".") and path.stem not in needed):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    gone += _delete(path, before)
    return gone


def _delete(path: Path, before: float) -> bool:
    """Unless somebody puts the same content at this very moment: what they touched comes back, and what they do not
    find they write anew."""
    aside = path.replace(path.with_name(f".{path.name}{PART}"))
    if aside.stat().st_mtime < before:
        aside.unlink()
        return True
    aside.replace(path)
    return False


def sync_folder(folder: Path) -> None:
    """A new name in a folder is safe from a power cut only when the folder is written too. Not on Windows."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
