"""The admin's list of people: found, sorted and paged by the database; changed only as long as an admin remains."""

import threading
from datetime import timedelta
from itertools import pairwise, product

import pytest
from sqlmodel import select

from domain.errors import AlreadyExists, NotAllowed, NotFound
from domain.permissions import CONSOLE, Role
from storage import passwords
from storage.database import Database
from storage.errors import LastAdmin, NameRefused
from storage.formats.people_csv import PersonLine
from storage.record import _MOMENT, acting_from
from storage.tables import Audit, User
from storage.types import now
from storage.use_cases import accounts, sessions
from storage.use_cases.people import PeopleSort, edit_person, list_people, person
from storage.use_cases.people_bulk import (
    LineProblem,
    LineRefused,
    NewPerson,
    add_people,
    check_lines,
)
from tests.storage.world import UNUSABLE, World

MANY = 130


@pytest.fixture
def crowd(world: World) -> World:
    """130 annotators beside the world's four people, each a second younger than the one before."""
    start = now() - timedelta(days=1)
    with world.database.transaction() as session:
        for number in range(MANY):
            session.info[_MOMENT] = start + timedelta(seconds=number)
            name = f"P{number * 37 % MANY:03}"
            accounts.add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=UNUSABLE)
    return world


def listed(world: World, **query):
    with world.database.reading() as session:
        return list_people(session, actor=world.ada, **query)


def test_pages_hold_everybody_once_in_order(crowd: World) -> None:
    for sort, descending in product(PeopleSort, (False, True)):
        check_order(crowd, sort, descending)


def check_order(crowd: World, sort: PeopleSort, descending: bool) -> None:
    rows, total = [], listed(crowd).total
    while len(rows) < total:
        page = listed(crowd, sort=sort, descending=descending, offset=len(rows), limit=50)
        assert page.total == total == MANY + 4
        assert page.rows
        rows += page.rows
    assert len({row.id for row in rows}) == total

    def key(row):
        return {
            PeopleSort.NAME: row.name.casefold(),
            PeopleSort.ROLE: row.role.value,
            PeopleSort.STATE: row.active,
            PeopleSort.LAST_SEEN: row.last_seen_at.timestamp() if row.last_seen_at else 0,
            PeopleSort.OPEN_WORK: row.open_work,
            PeopleSort.CREATED: row.created_at,
        }[sort]

    keys = [key(row) for row in rows]
    assert keys == sorted(keys, reverse=descending)
    for before, after in pairwise(rows):
        if key(before) == key(after):
            assert before.name.casefold() < after.name.casefold()


def test_search_and_filters(crowd: World) -> None:
    assert [row.name for row in listed(crowd, search="p01").rows] == [f"P{number:03}" for number in range(10, 20)]
    assert listed(crowd, search="%").total == 0
    assert listed(crowd, search="_").total == 0
    assert [row.name for row in listed(crowd, search="ANN").rows] == ["ann"]
    assert [row.name for row in listed(crowd, role=Role.ADMIN).rows] == ["ada"]
    with crowd.database.transaction() as session:
        accounts.deactivate_user(session, actor=crowd.ada, user_id=crowd.bob)
    assert [row.name for row in listed(crowd, active=False).rows] == ["bob"]
    assert listed(crowd, active=True, role=Role.ANNOTATOR).total == MANY + 1


def test_open_work_and_last_seen(world: World) -> None:
    with world.database.transaction() as session:
        sessions.open_session(session, user_id=world.ann, address="a", agent="b")
    rows = {row.name: row for row in listed(world).rows}
    assert rows["ann"].open_work == len(world.assignments)
    assert rows["bob"].open_work == 0
    assert rows["ann"].last_seen_at is not None
    assert rows["bob"].last_seen_at is None
    assert [row.name for row in listed(world, sort=PeopleSort.OPEN_WORK, descending=True, limit=1).rows] == ["ann"]
    world.save(world.assignments[0])
    with world.database.reading() as session:
        assert person(session, actor=world.ada, user_id=world.ann).open_work == len(world.assignments) - 1


def test_editing_a_name_and_a_role(world: World) -> None:
    def edit(user_id: int, name: str, role: Role):
        with world.database.transaction() as session:
            return edit_person(session, actor=world.ada, user_id=user_id, name=name, role=role)

    with world.database.transaction() as session:
        token = sessions.open_session(session, user_id=world.bob, address="a", agent="b")
    assert edit(world.bob, " Bobby ", Role.ANNOTATOR).name == "Bobby"
    with world.database.reading() as session:
        assert sessions.actor_for(session, token=token).name == "Bobby", "a new name ends nothing"
    edit(world.bob, "BOBBY", Role.SUPERVISOR)
    with world.database.reading() as session:
        assert sessions.actor_for(session, token=token) is None
        rows = session.exec(select(Audit).where(Audit.object_id == world.bob, Audit.object_type == "user")).all()
        assert [row.action for row in rows][-4:] == ["rename_user", "rename_user", "set_role", "end_all_sessions"]
        assert rows[-4].detail == {"before": "bob", "after": "Bobby"}
    with pytest.raises(AlreadyExists):
        edit(world.bob, "ANN", Role.ANNOTATOR)
    with pytest.raises(NameRefused):
        edit(world.bob, "console", Role.ANNOTATOR)
    with pytest.raises(NotFound):
        edit(4711, "x", Role.ANNOTATOR)
    with pytest.raises(LastAdmin):
        edit(world.ada, "ada", Role.SUPERVISOR)
    assert edit(world.ada, "Ada", Role.ADMIN).name == "Ada"


def test_two_admins_who_remove_each_other_at_once_leave_one(world: World) -> None:
    with world.database.transaction() as session:
        eve = accounts.add_user(session, actor=CONSOLE, name="eve", role=Role.ADMIN, password=UNUSABLE).id
    barrier, refused = threading.Barrier(2), []

    def remove(user_id: int) -> None:
        barrier.wait()
        try:
            with world.database.transaction() as session:
                accounts.deactivate_user(session, actor=CONSOLE, user_id=user_id)
        except LastAdmin:
            refused.append(user_id)

    threads = [threading.Thread(target=remove, args=(id_,)) for id_ in (world.ada, eve)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.database.reading() as session:
        left = session.exec(select(User.id).where(User.role == Role.ADMIN, User.active)).all()
    assert left == refused
    assert len(left) == 1


def line(number: int, name: str, role: str = "annotator", password: str | None = None) -> PersonLine:
    return PersonLine(number=number, name=name, role=role, password=password)


def test_each_bad_line_is_named_with_its_reason(world: World) -> None:
    lines = [
        line(2, "zoe"),
        line(3, "Ann"),
        line(4, ""),
        line(5, "yan", "boss"),
        line(6, "xi"),
        line(7, "XI"),
        line(8, "willem", password="short"),
        line(9, "vera", "Supervisor", "two unlike words"),
    ]
    with world.database.reading() as session:
        checked = check_lines(session, actor=world.ada, lines=lines)
        with pytest.raises(NotAllowed):
            check_lines(session, actor=world.sue, lines=lines)
    assert {item.line.number: item.problem for item in checked} == {
        2: None,
        3: LineProblem.NAME_TAKEN,
        4: LineProblem.NAME_REFUSED,
        5: LineProblem.ROLE_UNKNOWN,
        6: LineProblem.NAME_TWICE,
        7: LineProblem.NAME_TWICE,
        8: LineProblem.PASSWORD_REFUSED,
        9: None,
    }
    assert [item.rule for item in checked if item.rule] == ["too_short"]


def test_good_lines_are_added_or_none_as_the_admin_chooses(database: Database) -> None:
    def new(number: int, name: str) -> NewPerson:
        return NewPerson(number=number, name=name, role=Role.ANNOTATOR, password=UNUSABLE, must_change=True)

    def names() -> list[str]:
        with database.reading() as session:
            return [user.name for user in accounts.list_users(session, actor=CONSOLE)]

    people = [new(2, "ana"), new(3, "ben"), new(4, "cleo")]
    with database.transaction() as session:
        accounts.add_user(session, actor=CONSOLE, name="Ben", role=Role.ADMIN, password=UNUSABLE)
    with pytest.raises(LineRefused) as refused, database.transaction() as session:
        add_people(session, actor=CONSOLE, people=people, all_or_none=True)
    assert refused.value.number == 3
    assert names() == ["Ben"]
    with database.transaction() as session:
        assert add_people(session, actor=CONSOLE, people=people, all_or_none=False) == [3]
    assert names() == ["ana", "Ben", "cleo"]
    with database.reading() as session:
        assert accounts.user_named(session, actor=CONSOLE, name="ana").must_change_password


def test_generated_passwords_keep_the_rules_and_differ() -> None:
    made = {passwords.generated("abc") for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check_password_rules("abc", password)


def test_the_audit_log_knows_from_where(world: World) -> None:
    with world.database.transaction() as session, acting_from("192.0.2.7"):
        edit_person(session, actor=world.ada, user_id=world.bob, name="bobby", role=Role.ANNOTATOR)
    with world.database.transaction() as session:
        edit_person(session, actor=CONSOLE, user_id=world.bob, name="bob", role=Role.ANNOTATOR)
    with world.database.reading() as session:
        rows = session.exec(select(Audit).where(Audit.action == "rename_user").order_by(Audit.id)).all()
    assert [(row.actor_name, row.address) for row in rows] == [("ada", "192.0.2.7"), ("console", None)]
