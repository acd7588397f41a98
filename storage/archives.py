"""Archives from outside, unpacked into a folder of ours: zip, tar and tar.gz, told by their content.

What is refused, before or while it is unpacked, and nothing of it stays:
- bombs: too many files, too much in all or in one, packed too tightly, entries of a zip that share their bytes
  (D. Fifield, A better zip bomb, WOOT 2019), archives inside the archive, a directory too large to be read
- names that lead elsewhere: absolute, with `..`, a drive, a backslash or what cannot be printed; a name twice
- whatever is neither file nor folder: links, devices, pipes, sparse files; and entries under a password
"""

import gzip
import io
import os
import re
import shutil
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from storage.errors import ArchiveRefused

MIB = 1024 * 1024
CHUNK = 256 * 1024
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
NESTED_SUFFIXES = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"})
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
LEFT_BY_SYSTEMS_FOLDER = "__MACOSX"
LONGEST_NAME_BYTES = 255
LARGEST_READ = 32 * MIB
"""A zip's directory is read in one go, and so is a tar's extended header: this is the most that either may take."""
LOCAL_HEADER_BYTES = 30
"""The fixed part, APPNOTE 4.3.7: no entry of a zip can be nearer to the next one."""
RATIO_COUNTS_FROM = 4 * MIB
"""Something small may be packed as tightly as it likes."""

_DRIVE = re.compile(r"[A-Za-z]:")
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600

Tell = Callable[[int, int], None]
"""Told after each file how many files and bytes are out; what it raises stops the unpacking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """`ratio`: unpacked bytes for one packed byte. `depth`: parts of a name. Sizes are in bytes, unpacked."""

    total: int = 20 * 1024 * MIB
    one: int = 512 * MIB
    entries: int = 250_000
    ratio: int = 100
    depth: int = 12


DEFAULT_LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    files: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    size: int
    open: Callable[[], IO[bytes]]


def is_archive(path: Path) -> bool:
    """Whether the file begins as one of the kinds that `unpack` opens."""
    return _kind(path) is not None


def unpack(
    archive: Path, folder: Path, *, limits: ArchiveLimits = DEFAULT_LIMITS, tell: Tell | None = None
) -> Unpacked:
    """Unpacks into `folder`, which must not be there yet, and is not there afterwards unless all went well.

    Files are for the owner's eyes only; times and modes of the archive are not taken over. Raises ArchiveRefused.
    """
    folder.mkdir(parents=True, mode=_FOLDER_MODE)
    try:
        return _Unpacking(folder, limits, tell).run(archive)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _BROKEN):
            raise ArchiveRefused("broken", f"the archive is damaged: {error}") from None
        if isinstance(error, OSError):
            raise ArchiveRefused("cannot_write", f"it cannot be unpacked: {error.strerror or error}") from error
        raise


_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, EOFError, ValueError, RecursionError, MemoryError,
    NotImplementedError, OverflowError, LookupError, RuntimeError, zlib.error,
)  # fmt: skip
"""What the two libraries raise for bytes that they do not understand."""


class _Unpacking:
    def __init__(self, folder: Path, limits: ArchiveLimits, tell: Tell | None) -> None:
        self._folder = folder
        self._limits = limits
        self._tell = tell or (lambda files, size: None)
        self._files = 0
        self._size = 0

    def run(self, archive: Path) -> Unpacked:
        kind = _kind(archive)
        if kind is None:
            raise ArchiveRefused("not_an_archive", "this is no zip, tar or tar.gz file")
        with archive.open("rb") as file:
            entries = _zip_entries(file, self._limits) if kind == "zip" else _tar_entries(file, kind, self._limits)
            for entry in entries:
                self._take(entry)
        if not self._files:
            raise ArchiveRefused("empty", "there is no file in the archive")
        return Unpacked(files=self._files, size=self._size)

    def _take(self, entry: _Entry) -> None:
        parts = safe_parts(entry.name, depth=self._limits.depth)
        if parts[0] == LEFT_BY_SYSTEMS_FOLDER or parts[-1] in LEFT_BY_SYSTEMS:
            return
        if PurePosixPath(parts[-1].lower()).suffix in NESTED_SUFFIXES:
            raise ArchiveRefused("nested", f"{entry.name} is an archive inside the archive")
        target = self._folder.joinpath(*parts)
        try:
            target.parent.mkdir(parents=True, mode=_FOLDER_MODE, exist_ok=True)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), _FILE_MODE)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise ArchiveRefused("name_twice", f"the name {entry.name} is in the archive twice") from None
        with os.fdopen(handle, "wb") as out, closing(entry.open()) as content:
            written = 0
            while chunk := content.read(CHUNK):
                written += len(chunk)
                self._size += len(chunk)
                _check_size(written, self._size, self._limits, entry.name)
                out.write(chunk)
        if written != entry.size:
            raise ArchiveRefused("broken", f"{entry.name} is cut off")
        self._files += 1
        self._tell(self._files, self._size)


def safe_parts(name: str, *, depth: int = DEFAULT_LIMITS.depth) -> tuple[str, ...]:
    """The parts of a relative path with `/`, none of which leads anywhere else. Raises ArchiveRefused."""
    name = unicodedata.normalize("NFC", name)
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or not name.isprintable():
        raise ArchiveRefused("bad_name", f"the name {name!r} does not belong into an archive")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if not parts or ".." in parts:
        raise ArchiveRefused("bad_name", f"the name {name!r} leads out of the archive")
    if len(parts) > depth or any(len(part.encode()) > LONGEST_NAME_BYTES for part in parts):
        raise ArchiveRefused("bad_name", f"the name {name[:80]!r}… is too long or too deep")
    return parts


def _kind(path: Path) -> str | None:
    """`zip`, `gz` or `tar` by the first bytes; what is in a gz shows when it is read."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        return None
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if head[:2] == b"\x1f\x8b":
        return "gz"
    return "tar" if head[257:262] == b"ustar" else None


def _zip_entries(file: BinaryIO, limits: ArchiveLimits) -> Iterator[_Entry]:
    """All declared sizes are checked before the first entry is handed out."""
    with zipfile.ZipFile(_Bounded(file)) as archive:
        infos = archive.infolist()
        _check_count(len(infos), limits)
        wanted = [info for info in infos if not info.is_dir()]
        total = 0
        for info in wanted:
            total += info.file_size
            _check_zip_entry(info)
            _check_size(info.file_size, total, limits, info.filename)
            _check_ratio(info.file_size, info.compress_size, limits, info.filename)
        _check_no_overlap(wanted)
        for info in wanted:
            yield _Entry(name=info.filename, size=info.file_size, open=lambda info=info: archive.open(info))  # type: ignore[misc]


def _check_zip_entry(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise ArchiveRefused("encrypted", f"{info.filename} is locked by a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveRefused("method", f"{info.filename} is packed by a method that is not read here")
    if info.orig_filename != info.filename:
        raise ArchiveRefused("bad_name", f"the name {info.orig_filename!r} does not belong into an archive")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveRefused("not_a_file", f"{info.filename} is a link or device, not a file")


def _check_no_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Python looks at this itself only from 3.11.8 on."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise ArchiveRefused("bomb", f"{info.filename} shares its bytes with another file")
        end = info.header_offset + LOCAL_HEADER_BYTES + info.compress_size


def _tar_entries(file: BinaryIO, kind: str, limits: ArchiveLimits) -> Iterator[_Entry]:
    packed = os.fstat(file.fileno()).st_size
    most = max(RATIO_COUNTS_FROM, packed * limits.ratio) if kind == "gz" else packed
    plain = gzip.GzipFile(fileobj=file) if kind == "gz" else file
    bounded = _Bounded(plain, most=most)  # type: ignore[arg-type]
    count = total = 0
    try:
        archive = tarfile.open(fileobj=bounded, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115 - closed below
    except tarfile.ReadError:
        if kind == "gz":
            raise ArchiveRefused("not_an_archive", "what is packed is one file and no tar archive") from None
        raise
    with archive:
        while (member := archive.next()) is not None:
            archive.members = []  # it would keep them all
            count += 1
            _check_count(count, limits)
            if member.isdir():
                continue
            if not member.isreg() or member.sparse is not None:
                raise ArchiveRefused("not_a_file", f"{member.name} is a link or device, not a file")
            total += member.size
            _check_size(member.size, total, limits, member.name)
            yield _Entry(name=member.name, size=member.size, open=lambda member=member: archive.extractfile(member))  # type: ignore[misc]


def _check_count(count: int, limits: ArchiveLimits) -> None:
    if count > limits.entries:
        raise ArchiveRefused("too_many", f"there are more than {limits.entries} files in the archive")


def _check_size(size: int, total: int, limits: ArchiveLimits, name: str) -> None:
    if size > limits.one:
        raise ArchiveRefused("too_large", f"{name} has more than {limits.one // MIB} MiB")
    if total > limits.total:
        raise ArchiveRefused("too_large", f"there are more than {limits.total // MIB} MiB in the archive")


def _check_ratio(size: int, packed: int, limits: ArchiveLimits, name: str) -> None:
    if size > RATIO_COUNTS_FROM and size > packed * limits.ratio:
        raise ArchiveRefused("bomb", f"{name} is packed more than {limits.ratio} times as tightly as it may be")


class _Bounded:
    """A file that gives no more than `LARGEST_READ` at once and goes no further than `most`.

    What the two libraries read in one go is what a header tells them to, and that may be anything.
    """

    def __init__(self, file: BinaryIO, most: int | None = None) -> None:
        self._file = file
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = LARGEST_READ
        if size > LARGEST_READ:
            raise ArchiveRefused("bomb", "the archive's own directory is too large")
        content = self._file.read(size)
        self._check(self._file.tell())
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET:
            self._check(offset)
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """The file is its opener's."""

    def _check(self, position: int) -> None:
        if self._most is not None and position > self._most:
            raise ArchiveRefused("bomb", "the archive is packed too tightly, or it is cut off")
