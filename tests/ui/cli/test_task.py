"""`task create` as an operator types it."""

from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from domain.box import Box
from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.images import StoredImage
from storage.tables import Assignment, Task
from storage.use_cases.accounts import add_user
from storage.use_cases.items import add_image, add_item
from storage.use_cases.library import add_dataset, set_category
from tests.empty_database import empty_database
from tests.server import command_here
from tests.storage.world import UNUSABLE
from ui.settings import load_settings, prepare_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four items for ann, bob and cleo."""
    home = tmp_path_factory.mktemp("tasks") / "home"
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    with database.transaction() as session:
        for name in ("ann", "bob", "cleo"):
            add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=UNUSABLE)
        dataset_id = add_dataset(session, actor=CONSOLE, name="mini").id
        category_id = set_category(session, actor=CONSOLE, dataset_id=dataset_id, name="top").id
        stored = StoredImage(sha256="0" * 64, width=64, height=48, media_type="image/jpeg", size=100)
        image_id = add_image(session, actor=CONSOLE, dataset_id=dataset_id, name="a", stored=stored).id
        for index in range(4):
            add_item(
                session,
                actor=CONSOLE,
                image_id=image_id,
                category_id=category_id,
                object_index=index,
                box=Box(1, 1, 20, 20),
            )
    database.close()
    return home


def rows(home: Path, table, *which):
    database = Database(load_settings(home=home).database)
    with database.reading() as session:
        found = list(session.exec(select(table).where(*which)))
    database.close()
    return found


def test_two_people_for_each_item_due_and_urgent(home: Path) -> None:
    people = [option for name in ("ann", "bob", "cleo") for option in ("--assign", name)]
    more = ("--overlap", "2", "--due", "2026-12-24", "--priority", "5", "--name", "twice")
    made = command_here(home, "task", "create", "--dataset", "mini", *people, *more)
    assert made.exit_code == 0, made.stderr
    assert "twice, 4 items, 2 people for each, for ann and bob and cleo" in made.stdout
    (task,) = rows(home, Task, Task.name == "twice")
    assert (task.priority, task.overlap, task.due_at.isoformat()) == (5, 2, "2026-12-24T23:59:59+00:00")
    shares = Counter(row.user_id for row in rows(home, Assignment, Assignment.task_id == task.id))
    assert sorted(shares.values()) == [2, 3, 3]


def test_a_pool_and_what_makes_no_sense(home: Path) -> None:
    made = command_here(home, "task", "create", "--dataset", "mini", "--pool", "--size", "3", "--name", "free")
    assert made.stdout.splitlines()[0].endswith("free 1, 3 items for a pool")
    assert [task.is_pool for task in rows(home, Task, Task.name.startswith("free"))] == [True, True]
    assert "  pool  " in command_here(home, "task", "list").stdout
    for wrong in (
        ("--pool", "--assign", "ann"),
        ("--assign", "ann", "--overlap", "2"),
        ("--assign", "nobody"),
        ("--due", "tomorrow"),
    ):
        failed = command_here(home, "task", "create", "--dataset", "mini", *wrong)
        assert failed.exit_code == 2, wrong
        assert "Traceback" not in failed.stderr
