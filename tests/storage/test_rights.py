"""Every use case × everybody: who may, may; who may not, is refused and leaves nothing behind."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from domain.errors import NotAllowed, NotFound, PosewrightError
from domain.permissions import CONSOLE, Actor, Role
from domain.task_state import AssignmentState
from storage.database import Database
from storage.record import write_tallies
from storage.tables import Assignment, Audit, Outbox, metadata
from storage.use_cases import (
    items,
    library,
)
from storage.use_cases.annotate import (
    DraftEntry,
    journal_drafts,
)
from tests.storage import rights_of_rooms as rooms
from tests.storage import rights_of_work as work
from tests.storage.conftest import copied
from tests.storage.rights_of_gates import GATES, knock
from tests.storage.world import World, answer

EVERYBODY = ("owner", "other", "supervisor", "admin", "console", "deactivated", "unknown")
WRITING = work.WRITING | rooms.WRITING
READING = work.READING | rooms.READING
UNTOLD = {
    "recount", "make_password_link", "set_model_symmetry", "read_remarks",
    "draw_next", "give_back", "note_backup", "note_backup_fetched", "note_backup_deleted", "note_backup_taken_in",
    "note_export of the audit log", "note_export of a data set",
}  # fmt: skip
"""What open pages need not hear of."""
UNAUDITED = {"apply_op", "read_remarks", "read_decision"}
"""Gestures are their own log, and reading is nobody's business."""

Peopled = tuple[World, dict[str, object]]


def peopled(world: rooms.Rooms) -> Peopled:
    """Everybody who could ask for something of this world."""
    return world, {
        "owner": world.ann,
        "other": world.bob,
        "supervisor": world.sue,
        "admin": world.ada,
        "console": CONSOLE,
        "deactivated": world.dan,
        "unknown": 424242,
    }


@pytest.fixture(scope="module")
def furnished(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, rooms.Rooms]:
    path = tmp_path_factory.mktemp("furnished") / "world.db"
    shutil.copyfile(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    made = rooms.Rooms(database).furnish()
    database.close()
    return path, made


@pytest.fixture
def people(furnished: tuple[Path, rooms.Rooms], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    path, made = furnished
    for database in copied(path, tmp_path_factory.getbasetemp() / "furnished.db"):
        yield peopled(replace(made, database=database))


@pytest.fixture(scope="module")
def everybody(furnished: tuple[Path, rooms.Rooms], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    """One for all tests that leave it as it is."""
    path, made = furnished
    for database in copied(path, tmp_path_factory.mktemp("rights") / "world.db"):
        yield peopled(replace(made, database=database))


@contextmanager
def taken_back(database: Database) -> Iterator[Session]:
    """A transaction that is undone at its end."""

    class Undone(Exception):
        pass

    with suppress(Undone), database.transaction() as session:
        yield session
        raise Undone


def counts(session: Session) -> dict[str, int]:
    rows = [select(func.count()).select_from(table).scalar_subquery() for table in metadata.tables.values()]
    return dict(zip(metadata.tables, session.execute(select(*rows)).one(), strict=True))


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", WRITING)
def test_writing(everybody: Peopled, name: str, who: str) -> None:
    world, actors = everybody
    use_case, permitted = WRITING[name]
    with world.database.reading() as session:
        before = counts(session)
    if who in permitted:
        with taken_back(world.database) as session:
            use_case(world, session, actors[who])
            write_tallies(session)
            session.flush()
            after = counts(session)
        assert after["outbox"] > before["outbox"] or name in UNTOLD
        assert after["audit"] > before["audit"] or name in UNAUDITED
        return
    with pytest.raises((NotAllowed, NotFound)), world.database.transaction() as session:
        use_case(world, session, actors[who])
    with world.database.reading() as session:
        assert counts(session) == before
        untouched = session.get(Assignment, world.assignments[0])
        assert (untouched.version, untouched.state) == (0, AssignmentState.NEW)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", READING)
def test_reading(everybody: Peopled, name: str, who: str) -> None:
    world, actors = everybody
    use_case, permitted = READING[name]
    with world.database.reading() as session:
        if who in permitted:
            use_case(world, session, actors[who])
        else:
            with pytest.raises((NotAllowed, NotFound)):
                use_case(world, session, actors[who])


@pytest.mark.parametrize("name", GATES)
def test_gates(everybody: Peopled, name: str) -> None:
    world, actors = everybody
    past = set()
    for who in EVERYBODY:
        if who == "console":  # it has no answers of its own, and goes past most gates
            continue
        with taken_back(world.database) as session, suppress(PosewrightError):
            try:
                knock(world, session, actors[who], name)
            except NotAllowed:
                continue
            except PosewrightError:
                pass
            past.add(who)
    assert past == GATES[name]


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "console"])
def test_journalling(people, who: str) -> None:
    world, actors = people
    entry = DraftEntry(assignment_id=world.assignments[0], author_id=actors[who], version=0, answer=answer())
    with world.database.transaction() as session:
        assert journal_drafts(session, entries=[entry]) == ({world.assignments[0]} if who == "owner" else set())


def test_the_audit_log_names_who_did_it(people) -> None:
    world, _actors = people
    with world.database.transaction() as session:
        library.add_dataset(session, actor=CONSOLE, name="one")
        library.add_dataset(session, actor=world.ada, name="two")
    with world.database.reading() as session:
        rows = session.exec(select(Audit).where(Audit.action == "add_dataset").order_by(Audit.id)).all()[-2:]
    assert [(row.actor_id, row.actor_name) for row in rows] == [(None, "console"), (world.ada, "ada")]


def test_rights_are_those_of_the_moment_not_of_an_open_page(people) -> None:
    """A page still holds an Actor with the role from before."""
    world, _actors = people
    stale = Actor(user_id=world.bob, name="bob", role=Role.ADMIN)
    with pytest.raises(NotAllowed), world.database.transaction() as session:
        library.add_dataset(session, actor=stale, name="cups")


@pytest.mark.parametrize("broken_off", [False, True])
def test_an_import_of_many_transactions_is_one_audit_row_too(people, broken_off: bool) -> None:
    world, _actors = people
    with world.database.reading() as session:
        before = counts(session)
    with suppress(InterruptedError), world.database.one_import():
        for number in range(5):
            with world.database.transaction() as session:
                name = f"m{number}"
                items.add_image(session, actor=world.ada, dataset_id=world.dataset_id, name=name, stored=work.STORED)
        if broken_off:
            raise InterruptedError
    with world.database.reading() as session:
        after = counts(session)
        row = session.exec(select(Audit).order_by(Audit.id.desc())).first()
        assert (row.actor_name, row.action, row.detail) == ("ada", "add_to_dataset", {"image_created": 5})
    assert (after["audit"] - before["audit"], after["outbox"] - before["outbox"]) == (1, 5)


def test_an_import_is_one_audit_row_with_its_counts(people) -> None:
    world, _actors = people
    with world.database.reading() as session:
        before = counts(session)
    with world.database.transaction() as session:
        for number in range(5):
            items.add_image(
                session, actor=world.ada, dataset_id=world.dataset_id, name=f"n{number}", stored=work.STORED
            )
        items.add_image(session, actor=world.ada, dataset_id=world.dataset_id, name="n0", stored=work.STORED)
    with world.database.reading() as session:
        after = counts(session)
    assert (after["audit"] - before["audit"], after["outbox"] - before["outbox"]) == (1, 1)
    with world.database.reading() as session:
        row = session.exec(select(Audit).order_by(Audit.id.desc())).first()
        assert (row.actor_name, row.action, row.detail) == ("ada", "add_to_dataset", {"image_created": 5})
        assert session.exec(select(Outbox).order_by(Outbox.id.desc())).first().topic == "dataset.changed"
