"""Files named by the sha256 of their content, in folders of two levels. No name from outside is ever used."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def place(root: Path, sha256: str, suffix: str = "") -> Path:
    """Where the file of this digest is. Raises ValueError for anything that is no digest."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a sha256 in lower-case hexadecimal digits")
    return root / sha256[:2] / sha256[2:4] / f"{sha256}{suffix}"


def write_once(path: Path, content: bytes) -> None:
    """The whole file or none, on disk on return: rows that name it are committed after it."""
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
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


def sync_folder(folder: Path) -> None:
    """A new name in a folder is safe from a power cut only when the folder is written too. Not on Windows."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
