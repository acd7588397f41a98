"""Files from outside, damaged in every way: what comes of each is read, or refused with a sentence. Nothing else."""

import io
import resource
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image

from domain.errors import PosewrightError
from meshes.limits import MeshLimits
from meshes.read import mesh_from
from storage.archives import ArchiveLimits, unpack
from storage.formats.flask_app.database import is_old_database, read_old_database
from storage.formats.imagenet3d.record import read_records, understand
from storage.formats.npz import write_npz
from storage.formats.people_csv import read_people
from storage.formats.photo_list import read_photo_list
from storage.images import ImageStore
from tests.bad_bytes import damaged

MIB = 1024 * 1024
MOST_MEMORY_KIB = 512 * 1024
"""More than before, for files of a few KiB. A photo of the largest sides that are admitted takes 192 MiB."""
BOX = trimesh.creation.box()
LIMITS = MeshLimits()
SMALL = ArchiveLimits(total=MIB, one=MIB, entries=100, depth=8)


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(file, kind)
    return file.getvalue()


def off() -> bytes:
    lines = ["OFF", f"{len(BOX.vertices)} {len(BOX.faces)} 0"]
    lines += [" ".join(map(str, point)) for point in BOX.vertices]
    lines += [" ".join(map(str, (3, *face))) for face in BOX.faces]
    return "\n".join(lines).encode()


def exported(kind: str, **options: object) -> bytes:
    content = BOX.export(file_type=kind, **options)
    return content.encode() if isinstance(content, str) else content


def labels() -> bytes:
    record = {"bbox": np.array([1.0, 2.0, 30.0, 40.0]), "azimuth": 0.5, "elevation": 0.1, "theta": 0.2,
              "distance": 5.0, "px": 10.0, "py": 12.0, "viewport": 3000.0, "cad_index": 1,
              "object_status": "status_good"}  # fmt: skip
    return write_npz({"annotations": np.array([record, dict(record)], dtype=object)})


def archive(kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name in ("a/b.jpg", "c.csv", "..dots..", "x" * 100):
                zipped.writestr(name, name.encode() * 20)
    else:
        with tarfile.open(fileobj=file, mode=f"w:{kind}") as packed:
            for name in ("a/b.jpg", "c.csv"):
                member = tarfile.TarInfo(name)
                member.size = 100
                packed.addfile(member, io.BytesIO(b"x" * 100))
    return file.getvalue()


def old_database(folder: Path) -> bytes:
    path = folder / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            PRAGMA page_size = 512;
            CREATE TABLE annotators (annotator_id TEXT, pass_test INT);
            CREATE TABLE tasks (task_id TEXT, annotator_id TEXT, num_questions INT, num_finished INT);
            CREATE TABLE questions (question_id TEXT, task_id TEXT, img_path TEXT, anno_path TEXT, cad_path TEXT,
                                    initialized INT, finished INT, rejected INT);
            INSERT INTO annotators VALUES ('ann', 1), ('bob', 0);
            INSERT INTO tasks VALUES ('t1', 'ann', 2, 1);
            INSERT INTO questions VALUES ('q1', 't1', 'data/mug/a.JPEG', 'data/mug/a.npz', '', 1, 1, 0);
            """
        )
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Reader:
    """`good`: files that it reads, to be damaged. `short`, `full`: how many damaged ones it is given."""

    good: Callable[[Path], list[bytes]]
    read: Callable[[bytes, Path], object]
    short: int
    full: int


def kept(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def npz(content: bytes, folder: Path) -> None:
    for record in read_records(kept(content, folder, "a.npz")):
        understand(record)


def unpacked(content: bytes, folder: Path) -> None:
    outside = {path.name for path in folder.iterdir()}
    unpack(kept(content, folder, "archive"), folder / "unpacked", limits=SMALL)
    assert {path.name for path in folder.iterdir()} - outside <= {"archive", "unpacked"}


def moved_in(content: bytes, folder: Path) -> None:
    path = kept(content, folder, "old.db")
    is_old_database(path)
    read_old_database(path)


def mesh(suffix: str) -> Callable[[bytes, Path], object]:
    return lambda content, _folder: mesh_from(Path(f"a{suffix}"), content, LIMITS)


READERS = {
    "image": Reader(
        lambda _folder: [picture(kind) for kind in ("JPEG", "PNG", "WEBP")],
        lambda content, folder: ImageStore(folder / "images").put(content), 60, 2000,
    ),
    "off": Reader(lambda _folder: [off()], mesh(".off"), 40, 1000),
    "obj": Reader(lambda _folder: [exported("obj")], mesh(".obj"), 40, 1000),
    "ply": Reader(
        lambda _folder: [exported("ply"), exported("ply", encoding="ascii")], mesh(".ply"), 40, 1000
    ),
    "stl": Reader(lambda _folder: [exported("stl"), exported("stl_ascii")], mesh(".stl"), 40, 1000),
    "glb": Reader(lambda _folder: [exported("glb")], mesh(".glb"), 40, 1000),
    "npz": Reader(lambda _folder: [labels()], npz, 80, 2000),
    "photo list": Reader(
        lambda _folder: [b"image,category,x1,y1,x2,y2,viewport\na.jpg,mug,1,2,3,4,500\nb.jpg,mug,1,2,3,4,\n"],
        lambda content, _folder: read_photo_list(content), 80, 2000,
    ),
    "people": Reader(
        lambda _folder: [b"name,role,password\nann,annotator,correct horse\nbob,supervisor,\n",
                         "name;role\nÄnn;annotator\n".encode("utf-16")],
        lambda content, _folder: read_people(content), 60, 1500,
    ),
    "archive": Reader(lambda _folder: [archive(kind) for kind in ("zip", "gz", "")], unpacked, 80, 2000),
    "old database": Reader(lambda folder: [old_database(folder)], moved_in, 60, 1500),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_what_is_damaged_is_read_or_refused(name: str, tmp_path: Path, count: Callable[[int, int], int]) -> None:
    reader = READERS[name]
    good = reader.good(tmp_path)
    refused: list[str] = []

    @settings(
        max_examples=count(reader.short, reader.full), deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(content=damaged(good))
    def read(content: bytes) -> None:
        folder = tmp_path / "at"
        folder.mkdir()
        try:
            reader.read(content, folder)
        except PosewrightError as error:
            refused.append(str(error).strip())
        finally:
            _empty(folder)

    for content in good:
        folder = tmp_path / "good"
        folder.mkdir()
        reader.read(content, folder)
        _empty(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY_KIB
    assert refused
    assert all(refused)


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\0\x01\0\x80\0\0<script>alert(1)</script>",
        b"%PDF-1.4 <script>",
    ],
)
def test_no_markup_becomes_a_photo(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(PosewrightError, match="no JPEG, PNG or WebP"):
        ImageStore(tmp_path).put(content)


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/etc/passwd", "..\\a", "C:\\a", "C:/a", "a\0b", "./..", "a/./../..", "//host/a", ".."],
)
def test_names_in_archives_lead_nowhere_else(name: str, tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as packed:
        member = tarfile.TarInfo(name)
        member.size = 1
        packed.addfile(member, io.BytesIO(b"x"))
    before = set(tmp_path.parent.rglob("*"))
    with suppress(PosewrightError):
        unpack(kept(file.getvalue(), tmp_path, "archive"), tmp_path / "unpacked", limits=SMALL)
    made = set(tmp_path.parent.rglob("*")) - before - {tmp_path / "archive"}
    assert all(path.is_relative_to(tmp_path / "unpacked") for path in made)
