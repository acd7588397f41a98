"""Photos and CAD files: what is admitted, and where it goes."""

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from storage.cad_files import CadFiles
from storage.errors import CadFileRefused, ImageRefused, ImageTakenDown
from storage.files import sha256_of
from storage.images import ImageStore


def picture(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def images(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "images")


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_is_kept_as_it_came_under_its_digest(images: ImageStore, kind: str, media_type: str) -> None:
    content = picture(kind)
    stored = images.put(content)
    assert (stored.width, stored.height, stored.media_type, stored.size) == (40, 30, media_type, len(content))
    path = images.path(stored.sha256)
    assert path.read_bytes() == content
    assert stored.sha256 == sha256_of(content)
    assert path.parts[-3:] == (stored.sha256[:2], stored.sha256[2:4], stored.sha256)


def test_the_same_photo_is_kept_once_and_no_part_is_left(images: ImageStore, tmp_path: Path) -> None:
    file = tmp_path / "anything ;rm.svg"
    file.write_bytes(picture("PNG"))
    assert images.put(file) == images.put(file.read_bytes())
    assert len([path for path in (tmp_path / "images").rglob("*") if path.is_file()]) == 1


def test_a_sweep_leaves_what_is_named_what_is_new_and_what_must_not_come_back(images: ImageStore) -> None:
    needed, orphan, touched, marked = (images.put(picture("PNG", (40, side))).sha256 for side in (30, 31, 32, 33))
    images.remove(marked)
    for sha256 in (needed, orphan, touched):
        os.utime(images.path(sha256), (1000, 1000))
    images.put(picture("PNG", (40, 32)))
    part = images.path(orphan).with_name(".cut-off.part")
    part.write_bytes(b"x")
    os.utime(part, (1000, 1000))
    assert images.sweep({needed}, before=1000) == 0
    assert images.sweep({needed}, before=2000) == 2
    assert [images.path(each).exists() for each in (needed, orphan, touched)] == [True, False, True]
    assert not part.exists()
    with pytest.raises(ImageTakenDown):
        images.put(picture("PNG", (40, 33)))


def test_exif_orientation_turns_nothing(images: ImageStore) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = images.put(picture("JPEG", (40, 30), exif=exif))
    assert (stored.width, stored.height) == (40, 30)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims these sides and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + b"\0" * 50,
        picture("BMP"),
        picture("TIFF"),
        picture("JPEG", (400, 300))[:2000],
        picture("PNG", (400, 300))[:-500],
        png_header(8193, 10),
        png_header(10, 8193),
        png_header(60000, 60000),
        png_header(0, 10),
    ],
    ids=["empty", "svg", "html", "gif", "bmp", "tiff", "cut JPEG", "cut PNG", "wide", "high", "bomb", "no width"],
)
def test_what_is_no_photo_is_refused_and_not_kept(images: ImageStore, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImageRefused):
        images.put(content)
    assert not (tmp_path / "images").exists()


def test_a_missing_file_is_refused(images: ImageStore, tmp_path: Path) -> None:
    with pytest.raises(ImageRefused):
        images.put(tmp_path / "nowhere.jpg")


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_only_digests_lead_to_files(images: ImageStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        images.path(name)
    with pytest.raises(ValueError, match="sha256"):
        CadFiles(tmp_path).path(name)


def test_a_cad_file_keeps_its_suffix_and_its_bytes(tmp_path: Path) -> None:
    files, source = CadFiles(tmp_path / "cad"), tmp_path / "Chair.OFF"
    source.write_bytes(b"OFF\r\n0 0 0\r\n")
    sha256 = files.put(source)
    assert files.path(sha256).suffix == ".off"
    assert files.path(sha256, ".off").read_bytes() == source.read_bytes()
    with pytest.raises(FileNotFoundError):
        files.path("0" * 64)
    with pytest.raises(FileNotFoundError):
        files.path(sha256, ".glb")
    with pytest.raises(ValueError, match="suffix"):
        files.path(sha256, "/../../x")


def test_a_file_that_is_no_mesh_by_name_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "chair.exe"
    source.write_bytes(b"MZ")
    with pytest.raises(CadFileRefused):
        CadFiles(tmp_path / "cad").put(source)
    with pytest.raises(CadFileRefused):
        CadFiles(tmp_path / "cad").put(tmp_path / "nowhere.off")
