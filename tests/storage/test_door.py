"""The first admin, one-time links, sessions one by one, and the bounds on guessing, without a server."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.record import _MOMENT
from storage.tables import Audit, LoginAttempt, User
from storage.types import now
from storage.use_cases import accounts, sessions
from storage.use_cases.first_admin import add_first_admin
from storage.use_cases.login import (
    MOST_REFUSALS_LISTED,
    PER_ACCOUNT,
    Refused,
    begin_login,
    finish_login,
    must_wait,
    network_of,
    note_refusals,
)
from storage.use_cases.password_links import LIFETIME, link_for, make_password_link, use_password_link
from tests.storage.world import UNUSABLE, World


def test_the_first_admin_is_made_once(database: Database) -> None:
    with pytest.raises(InvalidInput), database.transaction() as session:
        add_first_admin(session, name="console", password=UNUSABLE)
    with database.transaction() as session:
        made = add_first_admin(session, name="Ada", password=UNUSABLE)
    assert (made.role, made.must_change_password) == (Role.ADMIN, False)
    with pytest.raises(NotAllowed), database.transaction() as session:
        add_first_admin(session, name="Eve", password=UNUSABLE)


class TestLinks:
    def make(self, world: World, user_id: int, actor: object = CONSOLE) -> str:
        with world.database.transaction() as session:
            return make_password_link(session, actor=actor, user_id=user_id).token

    def whose(self, world: World, token: str, at: datetime | None = None) -> str | None:
        with world.database.reading() as session:
            link = link_for(session, token=token, at=at)
            return link.name if link else None

    def use(self, world: World, token: str) -> None:
        with world.database.transaction() as session:
            use_password_link(session, token=token, password=UNUSABLE, address="10.0.0.1")

    def test_only_admins_make_them_and_only_for_people_who_may_come_in(self, world: World) -> None:
        for actor in (world.ann, world.sue):
            with pytest.raises(NotAllowed):
                self.make(world, world.bob, actor)
        assert self.whose(world, self.make(world, world.bob, world.ada)) == "bob"
        with world.database.transaction() as session:
            accounts.deactivate_user(session, actor=CONSOLE, user_id=world.bob)
        for nobody in (world.bob, 999):
            with pytest.raises(NotFound):
                self.make(world, nobody)

    def test_they_end_by_use_by_a_newer_one_by_time_and_with_the_account(self, world: World) -> None:
        older, token = self.make(world, world.ann), self.make(world, world.ann)
        assert self.whose(world, older) is None
        assert self.whose(world, token, now() + LIFETIME) is None
        self.use(world, token)
        bobs = self.make(world, world.bob)
        with world.database.transaction() as session:
            accounts.deactivate_user(session, actor=CONSOLE, user_id=world.bob)
        for dead in (older, token, bobs, "", "x"):
            assert self.whose(world, dead) is None
            with pytest.raises(NotFound):
                self.use(world, dead)

    def test_use_ends_the_sessions_and_the_temporary_password(self, world: World) -> None:
        with world.database.transaction() as session:
            session.get(User, world.ann).must_change_password = True
            token = sessions.open_session(session, user_id=world.ann, address="a", agent="b")
        self.use(world, self.make(world, world.ann))
        with world.database.reading() as session:
            assert sessions.live_session(session, token=token) is None
            assert not session.get(User, world.ann).must_change_password
            assert not any(token in repr(row) for row in session.exec(select(Audit)))


class TestSessions:
    def open(self, world: World, user_id: int, *, at: datetime | None = None) -> int:
        with world.database.transaction() as session:
            if at:
                session.info[_MOMENT] = at
            token = sessions.open_session(session, user_id=user_id, address="a", agent="b")
            live = sessions.live_session(session, token=token, at=at)
            assert live is not None
            return live.id

    def ids(self, world: World, user_id: int, actor: int | None = None) -> list[int]:
        with world.database.reading() as session:
            return [one.id for one in sessions.list_sessions(session, actor=actor or user_id, user_id=user_id)]

    def test_each_sees_and_ends_their_own_and_admins_everybodys(self, world: World) -> None:
        first, second = self.open(world, world.ann), self.open(world, world.ann)
        assert set(self.ids(world, world.ann)) == set(self.ids(world, world.ann, world.ada)) == {first, second}
        for actor in (world.bob, world.sue):
            with pytest.raises(NotAllowed):
                self.ids(world, world.ann, actor)
            with pytest.raises(NotFound), world.database.transaction() as session:
                sessions.end_one(session, actor=actor, session_id=first)
        for actor, ended, left in ((world.ann, first, [second]), (world.ada, second, [])):
            with world.database.transaction() as session:
                sessions.end_one(session, actor=actor, session_id=ended)
            assert self.ids(world, world.ann) == left

    def test_what_has_run_out_is_found_and_noted_once(self, world: World) -> None:
        start = now() - sessions.IDLE - timedelta(minutes=5)
        idle, used, fresh = self.open(world, world.ann, at=start), self.open(world, world.bob, at=start), 0
        with world.database.transaction() as session:
            sessions.note_use(session, seen={used: start + timedelta(hours=2)})
            sessions.note_use(session, seen={idle: now()})
        fresh = self.open(world, world.sue)
        with world.database.transaction() as session:
            accounts.deactivate_user(session, actor=CONSOLE, user_id=world.sue)
        every = {idle, used, fresh}
        with world.database.reading() as session:
            assert sessions.dead_sessions(session, session_ids=every) == {idle, fresh}
        for _ in range(2):
            with world.database.transaction() as session:
                sessions.end_expired(session, session_ids=every)
        with world.database.reading() as session:
            rows = session.exec(select(Audit).where(Audit.action == "session_expired")).all()
        assert [row.object_id for row in rows] == [idle]


class TestGuessing:
    def test_in_no_hour_do_more_than_twenty_guesses_reach_the_hash(self, database: Database, count) -> None:
        start, guesses = now(), count(240, 10_000)
        for number in range(guesses):
            with database.transaction() as session:
                session.info[_MOMENT] = start + timedelta(hours=4) * number / guesses
                check = begin_login(session, name="Ann", address=f"10.{number % 250}.0.1")
                finish_login(session, check=check, right=False) if check.attempt_id else None
        with database.reading() as session:
            times = sorted(session.exec(select(LoginAttempt.at)))
        fullest = max(sum(at <= other < at + timedelta(hours=1) for other in times) for at in times)
        assert PER_ACCOUNT.free < fullest <= PER_ACCOUNT.most == 20

    def test_waiting_is_known_without_writing(self, world: World) -> None:
        asked = {"name": "ann", "address": "10.0.0.1"}
        with world.database.reading() as session:
            assert must_wait(session, **asked) is None
        for _ in range(PER_ACCOUNT.free):
            with world.database.transaction() as session:
                begin_login(session, **asked)
        with world.database.reading() as session:
            refused = must_wait(session, name=" ANN ", address="10.9.9.9")
            assert refused == Refused(user_id=world.ann, address="10.9.9.9")
            assert must_wait(session, name="bob", address="10.0.0.1") is None

    def test_a_flood_is_one_line_for_each_account_and_address_and_few_in_all(self, world: World) -> None:
        counts = {Refused(user_id=world.ann, address=f"10.0.{n >> 8}.{n & 255}"): 3 for n in range(1000)}
        with world.database.transaction() as session:
            note_refusals(session, counts=counts)
        with world.database.reading() as session:
            rows = session.exec(select(Audit).where(Audit.action == "login_slowed_down")).all()
        assert len(rows) == MOST_REFUSALS_LISTED + 1
        assert sum(row.detail["count"] for row in rows) == 3000

    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("10.1.2.3", "10.1.2.3"),
            ("::ffff:10.1.2.3", "10.1.2.3"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
            ("", ""),
            ("unix:", "unix:"),
        ],
    )
    def test_what_counts_as_one_address(self, address: str, counted: str) -> None:
        assert network_of(address) == counted
