"""Archives from outside: what is unpacked, what is refused, and that nothing of a refused one stays."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archives import ArchiveLimits, is_archive, safe_parts, unpack
from storage.errors import ArchiveRefused

FILES = {"images/a.jpg": b"first", "images/deeper/b.jpg": b"second" * 1000, "labels.csv": "image,类别\n".encode()}
SMALL = ArchiveLimits(total=64 * 1024, one=32 * 1024, entries=10, depth=4)


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tar_of(files: dict[str, bytes], mode: str = "w:gz", *further: tarfile.TarInfo) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in further:
            archive.addfile(member)
    return file.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def linked_zip(target: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return file.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zip_of({"a.txt": b"a"}, zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def overlapping_zip(copies: int = 4) -> bytes:
    """Each entry of the directory names the same bytes, as a zip bomb without nesting does."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = b"\0" * 10_000
    body = packed.compress(kernel) + packed.flush()
    sizes = struct.pack("<III", zlib.crc32(kernel), len(body), len(kernel))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"0" + body
    central = b"".join(
        b"PK\x01\x02"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + sizes
        + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0)
        + f"{number}".encode()
        for number in range(copies)
    )
    return (
        local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, copies, copies, len(central), len(local), 0)
    )


def out_of(content: bytes, folder: Path, limits: ArchiveLimits = SMALL) -> dict[str, bytes]:
    source = folder / "archive"
    source.write_bytes(content)
    unpack(source, folder / "out", limits=limits)
    files = (path for path in (folder / "out").rglob("*") if path.is_file())
    return {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    "make", [zip_of, tar_of, lambda files: tar_of(files, "w"), lambda files: zip_of(files, zipfile.ZIP_STORED)]
)
def test_what_is_in_an_archive_comes_out(tmp_path: Path, make: Callable[[dict[str, bytes]], bytes]) -> None:
    rubbish = {"__MACOSX/images/._a.jpg": b"x", "images/.DS_Store": b"x"}
    assert out_of(make({**FILES, **rubbish}), tmp_path) == FILES
    assert is_archive(tmp_path / "archive")
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "out").rglob("*")}
    assert modes == {0}


NAMES_THAT_LEAD_ELSEWHERE = (
    "/etc/passwd", "../evil", "a/../../evil", "..", "a/..", "C:/evil", "c:evil", "a\\..\\..\\evil", "\\\\host\\share",
    "a\nb", "a\x1b[31m", "a/" * 20 + "b", "n" * 300, "\u202eevil", ".",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES_THAT_LEAD_ELSEWHERE)
@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_names_that_lead_elsewhere(tmp_path: Path, name: str, make: Callable[[dict[str, bytes]], bytes]) -> None:
    with pytest.raises(ArchiveRefused):
        out_of(make({"good.txt": b"good", name: b"evil"}), tmp_path)
    assert {path.name for path in tmp_path.rglob("*")} == {"archive"}
    assert not (tmp_path.parent / "evil").exists()


@given(st.text(alphabet="./\\:aC\0\n ", max_size=12))
def test_every_admitted_name_stays_inside(name: str) -> None:
    try:
        parts = safe_parts(name)
    except ArchiveRefused:
        return
    assert parts
    assert not {"", ".", ".."} & set(parts)
    assert not any(set("/\\\0") & set(part) for part in parts)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: zip_of({"zeros": b"\0" * 30_000_000}), "too_large"),
        (lambda: tar_of({"zeros": b"\0" * 30_000_000}), "too_large"),
        (lambda: zip_of({f"{n}": b"x" * 30_000 for n in range(3)}, zipfile.ZIP_STORED), "too_large"),
        (lambda: tar_of({f"{n}": b"x" * 30_000 for n in range(3)}), "too_large"),
        (lambda: zip_of({f"{n}": b"" for n in range(11)}), "too_many"),
        (lambda: tar_of({f"{n}": b"" for n in range(11)}), "too_many"),
        (lambda: zip_of({"inner.zip": zip_of({"a": b"a"})}), "nested"),
        (lambda: tar_of({"inner.TGZ": b"x"}), "nested"),
        (lambda: overlapping_zip(), "bomb"),
        (lambda: linked_zip("/etc/passwd"), "not_a_file"),
        (lambda: tar_of({}, "w:gz", special("link", tarfile.SYMTYPE, "/etc/passwd")), "not_a_file"),
        (lambda: tar_of({"a": b"a"}, "w:gz", special("link", tarfile.LNKTYPE, "a")), "not_a_file"),
        (lambda: tar_of({}, "w", special("null", tarfile.CHRTYPE)), "not_a_file"),
        (lambda: tar_of({}, "w", special("disk", tarfile.BLKTYPE)), "not_a_file"),
        (lambda: tar_of({}, "w", special("pipe", tarfile.FIFOTYPE)), "not_a_file"),
        (lambda: locked_zip(), "encrypted"),
        (lambda: zip_of({"a": b"a" * 100}, zipfile.ZIP_LZMA), "method"),
        (lambda: tar_of({"a": b"1", "./a": b"2"}), "name_twice"),
        (lambda: tar_of({"a": b"1", "a/b": b"2"}), "name_twice"),
        (lambda: zip_of({"a": b"a" * 500})[:-30], "broken"),
        (lambda: tar_of({"a": bytes(range(256)) * 40})[:-200], "broken"),
        (lambda: zip_of({}), "empty"),
        (lambda: b"\xff\xd8\xff a photo", "not_an_archive"),
        (lambda: b"", "not_an_archive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused(tmp_path: Path, make: Callable[[], bytes], rule: str) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        out_of(make(), tmp_path)
    assert refused.value.rule == rule
    assert {path.name for path in tmp_path.iterdir()} == {"archive"}


def test_what_is_packed_too_tightly_is_refused_however_large_files_may_be(tmp_path: Path) -> None:
    zeros = {"zeros": b"\0" * 40_000_000}
    for number, content in enumerate((zip_of(zeros), tar_of(zeros))):
        (tmp_path / f"{number}").mkdir()
        with pytest.raises(ArchiveRefused) as refused:
            out_of(content, tmp_path / f"{number}", ArchiveLimits())
        assert refused.value.rule == "bomb"


def test_a_header_cannot_make_us_read_it_all(tmp_path: Path) -> None:
    """A tar's extended header is read in one go, however long it says that it is."""
    header = special("long", tarfile.XHDTYPE)
    header.size = 2**33
    content = header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 10_000
    with pytest.raises(ArchiveRefused):
        out_of(content, tmp_path)


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(files: int, size: int) -> None:
        assert (files, size) == (1, 5)
        raise Stopped

    (tmp_path / "archive").write_bytes(zip_of(FILES))
    with pytest.raises(Stopped):
        unpack(tmp_path / "archive", tmp_path / "out", tell=stop)
    assert not (tmp_path / "out").exists()


@given(st.data())
def test_damaged_archives_are_refused_or_unpacked_but_never_crash(tmp_path_factory, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([zip_of(FILES), tar_of(FILES), tar_of(FILES, "w")]))
    broken = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    try:
        out_of(bytes(broken), folder)
    except ArchiveRefused:
        assert {path.name for path in folder.iterdir()} == {"archive"}
