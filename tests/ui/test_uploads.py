"""What people send is kept under a name of ours, or refused with the rule that it breaks."""

import asyncio
import io
import zipfile
from pathlib import Path

import pytest
from nicegui.elements.upload_files import SmallFileUpload

from ui.errors import RULES, explain
from ui.uploads import ARCHIVE, MESH, PHOTO, TABLE, UploadKind, UploadRefused, keep_upload, shown_name

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100


def keep(folder: Path, name: str, content: bytes, kind: UploadKind = PHOTO):
    return asyncio.run(keep_upload(SmallFileUpload(name, "whatever/it-says", content), kind, folder))


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a", "a")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.JPG", JPEG, PHOTO),
        ("../../etc/cron.d/x.jpeg", JPEG, PHOTO),
        ("图片.webp", b"RIFF\0\0\0\0WEBPVP8 ", PHOTO),
        ("people.csv", b"name,role\n", TABLE),
        ("cup.off", b"OFF\n", MESH),
        ("set.tar.gz", b"\x1f\x8b\x08", ARCHIVE),
        ("set.zip", archive(), ARCHIVE),
    ],
)
def test_it_is_kept_under_a_name_of_ours(tmp_path: Path, name: str, content: bytes, kind: UploadKind) -> None:
    kept = keep(tmp_path / "uploads", name, content, kind)
    assert kept.path.parent == tmp_path / "uploads"
    assert kept.path.read_bytes() == content
    assert kept.path.stat().st_mode & 0o077 == 0
    assert len(kept.path.name.split(".")[0]) == 32
    assert kept.path.name.partition(".")[2] == name.lower().rpartition("/")[2].partition(".")[2]
    assert "/" not in kept.shown_name
    kept.discard()
    assert not kept.path.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind", "rule"),
    [
        ("x.svg", b"<svg onload=alert(1)>", PHOTO, "kind"),
        ("x.html", b"<script>", PHOTO, "kind"),
        ("x.jpg", b"<svg onload=alert(1)>", PHOTO, "content"),
        ("x.png", b"<!doctype html><script>", PHOTO, "content"),
        ("x.jpg.html", JPEG, PHOTO, "kind"),
        ("x", JPEG, PHOTO, "kind"),
        ("x.csv", archive(), TABLE, "content"),
        ("x.csv", b"   \n", TABLE, "empty"),
        ("x.csv", b"a" * (TABLE.largest + 1), TABLE, "too_large"),
        ("x.zip", JPEG, ARCHIVE, "content"),
        ("x.exe", b"MZ", MESH, "kind"),
    ],
)
def test_what_is_refused_is_not_kept(tmp_path: Path, name: str, content: bytes, kind: UploadKind, rule: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        keep(tmp_path, name, content, kind)
    assert refused.value.rule == rule
    assert explain(refused.value, what="").message == RULES["upload_refused", rule]
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_was_told_wrong_is_noticed_while_writing(tmp_path: Path) -> None:
    class Liar(SmallFileUpload):
        def size(self) -> int:
            return 10

    with pytest.raises(UploadRefused, match="MiB"):
        asyncio.run(keep_upload(Liar("x.csv", "", b"a" * (TABLE.largest + 1)), TABLE, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_names_as_they_are_shown() -> None:
    assert shown_name("C:\\photos\\a\nb\u202e.jpg") == "ab.jpg"
    assert len(shown_name("x" * 500 + ".jpg")) <= 120
    assert shown_name("x" * 500 + ".jpg").endswith(".jpg")
