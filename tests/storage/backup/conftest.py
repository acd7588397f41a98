"""A home with rows and the files that they name."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image as Picture
from sqlmodel import col, select

from storage.backup.manifest import DATABASE_NAME
from storage.backup.writing import Backup, write_backup
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.tables import CadModel, Image
from tests.storage.world import World


def photo(shade: int) -> bytes:
    file = io.BytesIO()
    Picture.new("RGB", (640, 480), (shade, 90, 30)).save(file, "PNG")
    return file.getvalue()


@dataclass
class Home:
    """A home whose rows name files that are there: two photos, three names of one CAD model."""

    path: Path
    world: World
    photos: tuple[bytes, bytes]

    @property
    def images(self) -> ImageStore:
        return ImageStore(self.path / "images")

    def back_up(self, name: str = "backup.zip", **options) -> Backup:
        target = self.path.parent / name
        return write_backup(self.world.database, home=self.path, target=target, version="test", **options)


@pytest.fixture
def home(world: World, tmp_path: Path) -> Iterator[Home]:
    path = tmp_path / "home"
    path.mkdir()
    made = Home(path=path, world=world, photos=(photo(1), photo(2)))
    mesh = tmp_path / "mesh.off"
    mesh.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    cad = CadFiles(path / "cad").put(mesh)
    with closing(sqlite3.connect(str(world.database.engine.url.database))) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (path / DATABASE_NAME).write_bytes(Path(str(world.database.engine.url.database)).read_bytes())
    database = Database(f"sqlite:///{path / DATABASE_NAME}")
    made.world = replace(world, database=database)
    with database.transaction() as session:
        for row, content in zip(session.exec(select(Image).order_by(col(Image.id))), made.photos, strict=True):
            row.sha256 = made.images.put(content).sha256
        for row in session.exec(select(CadModel)):
            row.sha256 = cad
    yield made
    database.close()
