"""The audit log: looked through in pages that stay put, and never changed by anybody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from domain.errors import NotAllowed
from domain.permissions import CONSOLE, Actor, Role
from storage.migrations.run import script_for
from storage.record import _MOMENT, acting_from, audit
from storage.types import now
from storage.use_cases import library
from storage.use_cases.audit_log import AuditFilter, audit_entries, audit_words, note_export
from tests.storage.world import World

START = now() - timedelta(days=3)


@pytest.fixture
def log(world: World) -> World:
    """Twenty entries by ann and bob, an hour apart, two of each moment."""
    for number in range(20):
        with world.database.transaction() as session, acting_from("192.0.2.1"):
            session.info[_MOMENT] = START + timedelta(hours=number // 2)
            name, user_id = (("ann", world.ann), ("bob", world.bob))[number % 2]
            actor = Actor(user_id=user_id, name=name, role=Role.ANNOTATOR)
            audit(session, actor, "save" if number % 4 else "flag", "assignment", number + 1, number=number)
    return world


def entries(world: World, after=None, limit=1000, **which):
    with world.database.reading() as session:
        return audit_entries(session, actor=world.ada, which=AuditFilter(**which), after=after, limit=limit)


def numbers(page) -> list[int]:
    return [entry.detail["number"] for entry in page.rows]


def test_pages_are_whole_and_in_order_while_more_is_added(log: World) -> None:
    which = {"since": START, "until": START + timedelta(days=1)}
    everything = numbers(entries(log, **which))
    assert everything == list(reversed(range(20)))
    seen, after = [], None
    while True:
        page = entries(log, after=after, limit=3, **which)
        seen += numbers(page)
        with log.database.transaction() as session:
            session.info[_MOMENT] = START + timedelta(hours=23)
            audit(session, CONSOLE, "save", "assignment", 99, number=99)
        after = page.following
        if after is None:
            break
    assert seen == everything
    assert numbers(entries(log, limit=1, **which)) == [99]


def test_filters(log: World) -> None:
    assert numbers(entries(log, person="ANN", object_type="assignment")) == list(range(18, -1, -2))
    assert numbers(entries(log, person="nn", object_type="assignment")) == list(range(18, -1, -2))
    assert numbers(entries(log, actor_id=log.bob)) == list(range(19, 0, -2))
    assert numbers(entries(log, action="flag")) == [16, 12, 8, 4, 0]
    assert numbers(entries(log, object_type="assignment", object_id=7)) == [6]
    hours = {"since": START + timedelta(hours=2), "until": START + timedelta(hours=4)}
    assert numbers(entries(log, **hours)) == [7, 6, 5, 4]
    assert entries(log, person="nobody of this name").rows == ()
    assert {entry.actor_name for entry in entries(log, person="Console").rows} == {"console"}
    assert {entry.address for entry in entries(log, action="flag").rows} == {"192.0.2.1"}


def test_objects_are_called_by_their_names(log: World) -> None:
    added = {entry.object_id: entry.object_name for entry in entries(log, action="add_user").rows}
    assert added == {log.ann: "ann", log.bob: "bob", log.sue: "sue", log.ada: "ada"}
    assert [entry.object_name for entry in entries(log, action="create_task").rows] == ["mugs"]


def test_the_words_to_choose_from(log: World) -> None:
    with log.database.reading() as session:
        words = audit_words(session, actor=log.ada)
        actions = session.execute(sa.text("SELECT DISTINCT action FROM audit ORDER BY action")).scalars()
        kinds = session.execute(sa.text("SELECT DISTINCT object_type FROM audit ORDER BY object_type")).scalars()
        assert words.actions == tuple(actions)
        assert words.object_types == tuple(kinds)


def test_only_admins_read_it_and_taking_it_out_is_noted(log: World) -> None:
    for who in (log.ann, log.sue):
        with pytest.raises(NotAllowed), log.database.reading() as session:
            audit_entries(session, actor=who, which=AuditFilter())
        with pytest.raises(NotAllowed), log.database.transaction() as session:
            note_export(session, actor=who, which=AuditFilter(), format="csv")
    with log.database.transaction() as session:
        note_export(session, actor=log.ada, which=AuditFilter(action="flag"), format="csv")
    (entry,) = entries(log, action="export_audit").rows
    assert (entry.actor_name, entry.detail) == ("ada", {"format": "csv", "filter": {"action": "flag"}})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor_name = 'somebody else'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        "REPLACE INTO audit SELECT * FROM audit WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_it(log: World, statement: str) -> None:
    before = entries(log).rows
    with pytest.raises(DBAPIError), log.database.transaction() as session:
        session.execute(sa.text(statement))
    assert entries(log).rows == before
    with log.database.transaction() as session:
        library.add_dataset(session, actor=CONSOLE, name="it is still added to")
    assert len(entries(log).rows) == len(before) + 1


def test_postgresql_refuses_too() -> None:
    script = script_for("postgresql")
    assert "BEFORE UPDATE OR DELETE ON audit" in script
    assert "BEFORE TRUNCATE ON audit" in script
