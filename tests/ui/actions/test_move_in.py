"""Moving in from the old app: its folders and a database of its shape, hostile ones too."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import col, select

from domain.answer import ObjectStatus
from domain.permissions import Role
from domain.task_state import AssignmentState
from storage.formats.errors import OldAppUnreadable
from storage.formats.flask_app.database import read_old_database
from storage.passwords import HashedPassword
from storage.tables import Assignment, Audit, Item, Prediction, Revision, Task, User
from storage.tables.annotation import RevisionKind
from tests.server import command_here
from tests.storage.formats.folders import CUBE, record, write_photo
from tests.ui.actions.conftest import Workspace, given_answer
from ui.actions import move_in as moving
from ui.actions.move_in import MoveInReport

SCHEMA = """
CREATE TABLE annotators (annotator_id TEXT, pass_test INT, assigned_annotations INT, total_annotations INT,
                         finished_annotations INT);
CREATE TABLE tasks (task_id TEXT, annotator_id TEXT, num_questions INT, num_finished INT);
CREATE TABLE questions (question_id TEXT, task_id TEXT, img_path TEXT, anno_path TEXT, cad_path TEXT,
                        initialized INT, finished INT, rejected INT);
CREATE TABLE questions_eval (question_id TEXT, task_id TEXT, finished INT, answer INT);
"""


@dataclass
class OldApp:
    root: Path
    database: Path
    data: Path

    def sql(self, script: str, *rows: tuple[Any, ...]) -> None:
        with closing(sqlite3.connect(self.database)) as connection:
            if rows:
                connection.executemany(script, rows)
            else:
                connection.executescript(script)
            connection.commit()

    def question(self, key: str, task: str, stem: str, *, finished: int = 0, rejected: int = 0) -> None:
        paths = (f"images/car/{stem}.JPEG", f"annotations/car/{stem}.npz", "car")
        self.sql("INSERT INTO questions VALUES (?, ?, ?, ?, ?, 1, ?, ?)", (key, task, *paths, finished, rejected))


def save_flat(path: Path, **values: Any) -> None:
    """As the old app saves an answer: each value by itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{name: value for name, value in values.items() if value is not ...})


@pytest.fixture
def old(tmp_path: Path) -> OldApp:
    """Two people, two tasks of three and one photos: one answered by its person, one by somebody else."""
    root = tmp_path / "ImageNet3D-Flask-app"
    data = root / "storage" / "imagenet3d_s24"
    for number, stem in enumerate(("a", "b", "c", "d")):
        write_photo(data / "images" / "car" / f"{stem}.JPEG", shade=50 + number)
        save_flat(data / "annotations" / "car" / f"{stem}.npz", **record(number, object_status=..., dense=...))
    save_flat(data / "annotations_new" / "car" / "a.npz", **record(5, azimuth=1.25, annotator="0042"))
    save_flat(data / "annotations_new" / "car" / "b.npz", **record(6, azimuth=2.25, annotator="zoe"))
    mesh = root / "static" / "CAD" / "off" / "car" / "01.off"
    mesh.parent.mkdir(parents=True)
    mesh.write_text(CUBE)
    (root / "database.sqlite").touch()
    app = OldApp(root=root, database=root / "database_default.sqlite", data=data)
    app.sql(SCHEMA)
    os.utime(app.database, (1_700_000_000, 1_700_000_000))
    app.database = root / "database_20240301_101112.sqlite"
    app.sql(SCHEMA)
    app.sql("INSERT INTO annotators VALUES (?, 1, 100, 0, 2)", ("0042",), ("zoe",))
    app.sql("INSERT INTO tasks VALUES (?, ?, 3, 2)", ("task_1", "0042"), ("task_2", "zoe"), ("task_eval", "zoe"))
    app.question("q1", "task_1", "c")
    app.question("q2", "task_1", "a", finished=1)
    app.question("q3", "task_1", "b", finished=1, rejected=1)
    app.question("q4", "task_2", "d")
    app.sql("INSERT INTO questions_eval VALUES ('e1', 'task_eval', 1, 0)")
    return app


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What argon2 costs is no matter here."""
    monkeypatch.setattr(moving, "hashed", lambda name, password: HashedPassword(f"hash of {password}"))


def come(workspace: Workspace, old: OldApp, **options: Any) -> MoveInReport:
    made = iter(f"temporary {number}" for number in range(100))
    stores = {"database": workspace.database, "images": workspace.images, "cad_files": workspace.cad_files}
    return moving.move_in(**stores, folder=old.root, make_password=lambda: next(made), **options)


def everything(workspace: Workspace) -> list[Any]:
    """All rows that people see, without when they were made."""
    with workspace.database.reading() as session:
        return [
            [row.model_dump(exclude={"created_at", "updated_at", "at"}) for row in session.exec(select(table))]
            for table in (User, Task, Item, Prediction, Assignment, Revision)
        ]


def test_people_tasks_and_answers_come_over(workspace: Workspace, old: OldApp) -> None:
    report = come(workspace, old)
    assert report.places.database == old.database
    assert [path.name for path in report.places.others] == ["database_default.sqlite"]
    assert report.passwords == {"0042": "temporary 0", "zoe": "temporary 1"}
    assert dict(report.new) == {
        "people": 2, "tasks": 2, "assignments": 4, "answers": 2, "of them rejected, so sent back": 1,
    }  # fmt: skip
    assert report.left_behind == {"tasks of the quality and A/B tests": 1, "A/B questions": 1}
    assert report.left_out == []
    with workspace.database.reading() as session:
        people = {user.name: user for user in session.exec(select(User))}
        assert {user.role for user in people.values()} == {Role.ANNOTATOR}
        assert all(user.must_change_password for user in people.values())
        rows = session.exec(
            select(Task.name, Assignment).join(Task).order_by(col(Task.name), col(Assignment.position))
        ).all()
        assert [(task, given.user_id, given.state) for task, given in rows] == [
            ("task_1", people["0042"].id, AssignmentState.NEW),
            ("task_1", people["0042"].id, AssignmentState.SAVED),
            ("task_1", people["0042"].id, AssignmentState.SENT_BACK),
            ("task_2", people["zoe"].id, AssignmentState.NEW),
        ]
        saved = {
            row.assignment_id: row
            for row in session.exec(select(Revision).where(Revision.kind == RevisionKind.SAVED))
        }
        first, second = saved[rows[1][1].id], saved[rows[2][1].id]
        assert (first.author_id, second.author_id) == (people["0042"].id, people["zoe"].id)
        answer = first.answer()
        assert (answer.pose.azimuth, answer.object_status) == (1.25, ObjectStatus.GOOD)
        assert first.at.timestamp() == pytest.approx((old.data / "annotations_new/car/a.npz").stat().st_mtime)
        assert {row.model_version for row in session.exec(select(Prediction))} == {"initial"}
        assert len(session.exec(select(Audit).where(Audit.action == "move_in_task")).all()) == 2


def test_moving_in_again_doubles_nothing_and_brings_what_is_new(workspace: Workspace, old: OldApp) -> None:
    come(workspace, old)
    before = everything(workspace)
    again = come(workspace, old)
    assert everything(workspace) == before
    assert not again.passwords
    assert not +again.new
    assert again.known["answers"] == 2
    write_photo(old.data / "images" / "car" / "e.JPEG", shade=200)
    save_flat(old.data / "annotations" / "car" / "e.npz", **record(9))
    old.question("q5", "task_2", "e")
    assert dict(+come(workspace, old).new) == {"assignments": 1}


def test_a_dry_run_writes_nothing(workspace: Workspace, old: OldApp) -> None:
    files = {path: path.stat().st_mtime_ns for path in old.root.rglob("*")}
    report = come(workspace, old, dry_run=True)
    assert {name: report.new[name] for name in ("people", "tasks", "assignments", "answers", "photos")} == {
        "people": 2, "tasks": 2, "assignments": 4, "answers": 2, "photos": 4,
    }  # fmt: skip
    assert everything(workspace) == [[]] * 6
    come(workspace, old)
    assert {path: path.stat().st_mtime_ns for path in old.root.rglob("*")} == files


def test_columns_that_are_missing_are_done_without(workspace: Workspace, old: OldApp) -> None:
    for column in ("question_id", "img_path", "rejected", "cad_path"):
        old.sql(f"ALTER TABLE questions DROP COLUMN {column}")
    old.sql("DROP TABLE annotators")
    report = come(workspace, old)
    assert (report.new["people"], report.new["assignments"], report.new["answers"]) == (2, 4, 2)


def test_what_cannot_come_is_said_and_the_rest_comes(workspace: Workspace, old: OldApp) -> None:
    old.question("q6", "task_1", "nowhere")
    old.question("q7", "task_1", "c", finished=1)
    old.question("q8", "task_2", "c", finished=1)
    old.question("q9", "no_task", "a")
    old.question("q10", "task_2", "../../../etc/passwd")
    old.sql("INSERT INTO annotators VALUES (?, 1, 1, 1, 1)", (b"\x00\xff",), ("x" * 300,), (None,), ("import",))
    old.sql("INSERT INTO tasks VALUES (?, ?, 1, 1)", ("task_3", None), ("task_1", "zoe"), ("task_4", "import"))
    report = come(workspace, old)
    reasons = {finding.where: finding.reason for finding in report.left_out}
    assert set(reasons) == {
        "annotators, row 3", "annotators, row 4", "annotators, row 5", "person import", "task task_3", "task task_1",
        "task no_task", "task task_4", "task task_1, question q6", "task task_1, question q7",
        "task task_2, question q8", "task task_2, question q10",
    }  # fmt: skip
    assert report.new["answers"] == 2


def test_what_was_done_here_since_stands(workspace: Workspace, old: OldApp) -> None:
    come(workspace, old)
    with workspace.database.reading() as session:
        zoe = session.exec(select(User.id).where(User.name == "zoe")).one()
        mine = session.exec(select(Assignment.id).where(Assignment.user_id == zoe)).one()
    workspace.save(zoe, mine, replace(given_answer(), cad_index=1))
    save_flat(old.data / "annotations_new" / "car" / "d.npz", **record(7))
    old.sql("UPDATE questions SET finished = 1")
    before = [row["id"] for row in everything(workspace)[5] if row["kind"] is RevisionKind.SAVED]
    come(workspace, old)
    after = [row for row in everything(workspace)[5] if row["kind"] is RevisionKind.SAVED]
    assert {row["id"] for row in after} == set(before)


VIEW = "ALTER TABLE questions RENAME TO q; CREATE VIEW questions AS SELECT * FROM q"
VIRTUAL = "DROP TABLE questions; CREATE VIRTUAL TABLE questions USING fts5(question_id, task_id, img_path)"


@pytest.mark.parametrize("hostile", [VIEW, VIRTUAL])
def test_nothing_but_plain_tables_is_read(old: OldApp, hostile: str) -> None:
    old.sql(hostile)
    found = read_old_database(old.database)
    assert all(not task.questions for task in found.tasks)


def test_a_database_that_is_none_or_damaged_is_refused(
    workspace: Workspace, old: OldApp, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    content = old.database.read_bytes()
    broken = tmp_path / "broken.sqlite"
    chance = np.random.default_rng(3)
    for number in range(count(30, 1000)):
        damaged = bytearray(content)
        for place in chance.integers(0, len(content), 40):
            damaged[place] = chance.integers(256)
        broken.write_bytes(bytes(damaged[: len(content) - (number % 3) * 1000]))
        try:
            found = read_old_database(broken)
        except OldAppUnreadable:
            continue
        assert all(isinstance(task.name, str) for task in found.tasks)
    for text in (b"", b"SQLite format 3\x00", b"no database" * 999):
        broken.write_bytes(text)
        with pytest.raises(OldAppUnreadable):
            come(workspace, old, old_database=broken)
    with pytest.raises(OldAppUnreadable, match="--database"):
        moving.locate(old.data)


def test_the_command_says_what_came_and_shows_passwords_once(
    workspace: Workspace, old: OldApp, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    dry = command_here(home, "move-in", str(old.root), "--dry-run")
    assert (dry.exit_code, "would come:" in dry.stdout, "temporary" in dry.stdout) == (0, True, False)
    first = command_here(home, "move-in", str(old.root))
    assert first.exit_code == 0, first.output
    assert "answers: 2" in first.stdout
    assert first.stdout.count("0042") == 1
    again = command_here(home, "move-in", str(old.root))
    assert "temporary" not in again.stdout
    assert "answers: 0, 2 here already" in again.stdout
