"""Real SQLite files: the migrations run once, each test gets a copy of what they made."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.storage.world import World


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "posewright.db"
    shutil.copyfile(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def world(database: Database) -> World:
    return World(database).build()
