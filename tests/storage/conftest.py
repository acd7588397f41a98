"""Real SQLite files: the migrations run once, each test gets a copy of what they made."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from storage.database import Database
from tests.empty_database import empty_tables
from tests.storage.world import World


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    path.write_bytes(empty_tables())
    return path


@pytest.fixture(scope="session")
def built_world(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    path = tmp_path_factory.mktemp("built") / "world.db"
    shutil.copyfile(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    world = World(database).build()
    database.close()
    return path, world


@pytest.fixture
def database(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Empty tables."""
    yield from copied(migrated_file, tmp_path_factory.getbasetemp() / "posewright.db")


@pytest.fixture
def world(built_world: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path, world = built_world
    for database in copied(path, tmp_path_factory.getbasetemp() / "world.db"):
        yield replace(world, database=database)


def copied(source: Path, path: Path) -> Iterator[Database]:
    """A fresh copy of the file, behind the engine that this path has had before."""
    database = _database_at(path)
    for file in (path, *path.parent.glob(f"{path.name}-*")):  # SQLite's side files too
        file.unlink(missing_ok=True)
    shutil.copyfile(source, path)
    yield database
    database.close()


@cache
def _database_at(path: Path) -> Database:
    """What SQLAlchemy has compiled in one test is there for the next: most of the time of a short one."""
    return Database(f"sqlite:///{path}")
