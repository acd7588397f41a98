"""People, passwords, sessions and the way in."""

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from domain.errors import AlreadyExists, InvalidInput, NotAllowed, NotFound
from domain.permissions import CONSOLE, Role
from storage import passwords
from storage.database import Database
from storage.errors import LastAdmin, PasswordRefused
from storage.record import _MOMENT, events_after
from storage.tables import Audit, LoginAttempt, LoginSession, User
from storage.types import now
from storage.use_cases import accounts, sessions
from storage.use_cases.login import PER_ACCOUNT, authenticate, begin_login, finish_login
from tests.storage.world import UNUSABLE, World

PASSWORD = "seven brown cows"


def add(database: Database, name: str, role: Role = Role.ANNOTATOR, password=UNUSABLE) -> int:
    with database.transaction() as session:
        return accounts.add_user(session, actor=CONSOLE, name=name, role=role, password=password).id


def open_session(database: Database, user_id: int) -> str:
    with database.transaction() as session:
        return sessions.open_session(session, user_id=user_id, address="127.0.0.1", agent="test")


def actor_for(database: Database, token: str, at: datetime | None = None):
    with database.reading() as session:
        live = sessions.live_session(session, token=token, at=at)
        return live.actor if live else None


class TestPasswords:
    def test_a_hash_is_argon2_and_verifies(self) -> None:
        made = passwords.hashed("ann", PASSWORD)
        assert made.hash.startswith("$argon2id$")
        assert PASSWORD not in repr(made)
        assert passwords.verify(PASSWORD, made.hash) == (True, None)
        assert passwords.verify(PASSWORD + "!", made.hash) == (False, None)
        assert passwords.verify(PASSWORD, None) == (False, None)
        assert passwords.verify("nobody has this password", None) == (False, None)

    @pytest.mark.parametrize(
        ("password", "rule"),
        [
            ("short pass"[:9], "too_short"),
            ("x" * 257, "too_long"),
            ("I am Annabel, hi", "contains_name"),
            ("i am ANNABEL, hi", "contains_name"),
            ("1234567890", "common"),
            ("PassWord123", "common"),
            ("abababababab", "common"),
        ],
    )
    def test_rules(self, password: str, rule: str) -> None:
        with pytest.raises(PasswordRefused) as refused:
            passwords.check_password_rules("annabel", password)
        assert refused.value.rule == rule

    def test_ten_characters_of_any_script_are_enough(self) -> None:
        passwords.check_password_rules("annabel", "七头棕色的牛在草地上吃草"[:10])
        passwords.check_password_rules("al", "always look up")


class TestPeople:
    def test_names_are_one_whatever_their_case(self, database: Database) -> None:
        user_id = add(database, "  Ann ")
        with pytest.raises(AlreadyExists):
            add(database, "ANN")
        with database.reading() as session:
            found = accounts.user_named(session, actor=CONSOLE, name="aNN")
            assert (found.id, found.name) == (user_id, "Ann")
            with pytest.raises(NotFound):
                accounts.user_named(session, actor=CONSOLE, name="bob")
            assert accounts.count_users(session) == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\nb", "Console", "import"])
    def test_names_that_are_refused(self, database: Database, name: str) -> None:
        with pytest.raises(InvalidInput):
            add(database, name)

    def test_a_bad_password_makes_nobody(self, database: Database) -> None:
        with pytest.raises(PasswordRefused):
            add(database, "ann", password="short")
        with database.reading() as session:
            assert accounts.list_users(session, actor=CONSOLE) == []

    def test_views_and_audit_hold_no_secret(self, database: Database) -> None:
        add(database, "ann", password=PASSWORD)
        with database.reading() as session:
            texts = [repr(accounts.list_users(session, actor=CONSOLE)), *map(repr, session.exec(select(Audit)))]
            texts += map(repr, events_after(session, after_id=0))
            password_hash = session.exec(select(User.password_hash)).one()
        assert not any(PASSWORD in text or password_hash in text or "argon2" in text for text in texts)

    def test_the_last_active_admin_stays(self, database: Database) -> None:
        ada, eve = add(database, "ada", Role.ADMIN), add(database, "eve", Role.ADMIN)
        with database.transaction() as session:
            assert not accounts.deactivate_user(session, actor=CONSOLE, user_id=eve).active
        for change in (
            lambda session: accounts.deactivate_user(session, actor=ada, user_id=ada),
            lambda session: accounts.set_role(session, actor=ada, user_id=ada, role=Role.SUPERVISOR),
        ):
            with pytest.raises(LastAdmin), database.transaction() as session:
                change(session)
        with database.transaction() as session:
            accounts.reactivate_user(session, actor=ada, user_id=eve)
            accounts.deactivate_user(session, actor=eve, user_id=ada)

    @pytest.mark.parametrize("change", ["deactivate", "password", "role"])
    def test_what_changes_an_account_ends_its_sessions(self, world: World, change: str) -> None:
        token, other = open_session(world.database, world.ann), open_session(world.database, world.bob)
        with world.database.transaction() as session:
            if change == "deactivate":
                accounts.deactivate_user(session, actor=world.ada, user_id=world.ann)
            elif change == "password":
                accounts.set_password(session, actor=world.ada, user_id=world.ann, password=UNUSABLE)
            else:
                accounts.set_role(session, actor=world.ada, user_id=world.ann, role=Role.SUPERVISOR)
        assert actor_for(world.database, token) is None
        assert actor_for(world.database, other) is not None
        with world.database.reading() as session:
            ended = [event for event in events_after(session, after_id=0) if event.topic == "session.ended"]
            assert [event.payload for event in ended] == [{"user_id": world.ann}]


class TestSessions:
    def test_only_the_hash_of_a_token_is_kept(self, world: World) -> None:
        token = open_session(world.database, world.ann)
        assert len(token) >= 43
        assert actor_for(world.database, token).user_id == world.ann
        with world.database.reading() as session:
            row = session.exec(select(LoginSession)).one()
            assert token not in repr(row)
            assert re.fullmatch(r"[0-9a-f]{64}", row.token_sha256)
            assert sessions.actor_for(session, token=row.token_sha256) is None

    def test_it_ends_when_idle_and_in_any_case(self, world: World) -> None:
        token, start = open_session(world.database, world.ann), now()
        assert actor_for(world.database, token, start + sessions.IDLE - timedelta(minutes=1))
        assert not actor_for(world.database, token, start + sessions.IDLE + timedelta(minutes=1))
        at = start
        while at < start + sessions.ABSOLUTE - sessions.IDLE / 2:
            at += sessions.IDLE / 2
            with world.database.transaction() as session:
                sessions.touch_session(session, token=token, at=at)
        assert actor_for(world.database, token, at)
        assert not actor_for(world.database, token, start + sessions.ABSOLUTE + timedelta(seconds=1))

    def test_use_is_noted_once_a_minute(self, world: World) -> None:
        token, start = open_session(world.database, world.ann), now()
        for seconds, due in ((30, False), (61, True)):
            with world.database.reading() as session:
                live = sessions.live_session(session, token=token, at=start + timedelta(seconds=seconds))
            assert live.touch_due is due
        with world.database.transaction() as session:
            sessions.touch_session(session, token=token, at=start + timedelta(seconds=61))
        with world.database.reading() as session:
            assert session.exec(select(LoginSession)).one().last_seen_at == start + timedelta(seconds=61)
            assert not sessions.live_session(session, token=token, at=start + timedelta(seconds=100)).touch_due

    def test_a_dead_session_is_not_brought_back_by_use(self, world: World) -> None:
        token, start = open_session(world.database, world.ann), now()
        late = start + sessions.IDLE + timedelta(minutes=1)
        with world.database.transaction() as session:
            sessions.touch_session(session, token=token, at=late)
        assert not actor_for(world.database, token, late)

    def test_logging_out_ends_this_session_only_and_tells_others(self, world: World) -> None:
        token, other = open_session(world.database, world.ann), open_session(world.database, world.ann)
        for _ in range(2):
            with world.database.transaction() as session:
                sessions.end_session(session, token=token)
        assert actor_for(world.database, token) is None
        assert actor_for(world.database, other) is not None
        with world.database.reading() as session:
            ended = [event for event in events_after(session, after_id=0) if event.topic == "session.ended"]
        assert len(ended) == 1

    def test_a_deactivated_person_gets_none(self, world: World) -> None:
        with world.database.transaction() as session:
            accounts.deactivate_user(session, actor=CONSOLE, user_id=world.ann)
        with pytest.raises(NotAllowed):
            open_session(world.database, world.ann)


def attempt(database: Database, at: datetime, *, name="ann", address="10.0.0.1", right=False) -> str:
    """One attempt at a given time, without the cost of a hash: 'refused', 'failed' or 'in'."""
    with database.transaction() as session:
        session.info[_MOMENT] = at
        check = begin_login(session, name=name, address=address)
        if check.attempt_id is None:
            return "refused"
        return "in" if finish_login(session, check=check, right=right) else "failed"


class TestLoggingIn:
    def test_one_answer_for_every_reason_to_refuse(self, database: Database) -> None:
        ann, bob = add(database, "ann", password=PASSWORD), add(database, "bob", password=PASSWORD)
        with database.transaction() as session:
            accounts.deactivate_user(session, actor=CONSOLE, user_id=bob)
        assert authenticate(database, name=" ANN", password=PASSWORD, address="a").id == ann
        assert authenticate(database, name="ann", password="wrong", address="a") is None
        assert authenticate(database, name="nobody", password=PASSWORD, address="a") is None
        assert authenticate(database, name="bob", password=PASSWORD, address="a") is None
        with database.reading() as session:
            rows = [row for row in session.exec(select(Audit)) if row.action.startswith("login")]
            assert [(row.action, row.object_id, row.actor_name) for row in rows] == [
                ("login", ann, "ann"),
                ("login_failed", ann, "unknown"),
                ("login_failed", None, "unknown"),
                ("login_failed", None, "unknown"),
            ]
            assert PASSWORD not in repr(rows) + repr(session.exec(select(LoginAttempt)).all())
            assert "nobody" not in repr(rows) + repr(session.exec(select(LoginAttempt)).all())

    def test_a_hash_with_old_parameters_is_renewed(self, database: Database) -> None:
        from passlib.hash import argon2

        ann = add(database, "ann")
        old = argon2.using(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        with database.transaction() as session:
            session.get(User, ann).password_hash = old
        assert authenticate(database, name="ann", password=PASSWORD, address="a") is not None
        with database.reading() as session:
            renewed = session.get(User, ann).password_hash
        assert renewed != old
        assert passwords.verify(PASSWORD, renewed) == (True, None)

    def test_failures_make_the_next_attempt_wait_longer_and_longer(self, database: Database) -> None:
        add(database, "ann")
        at = now()
        assert [attempt(database, at) for _ in range(PER_ACCOUNT.free + 2)] == ["failed"] * PER_ACCOUNT.free + [
            "refused"
        ] * 2
        at += PER_ACCOUNT.first
        assert attempt(database, at, address="10.9.9.9") == "failed"
        assert attempt(database, at + PER_ACCOUNT.first) == "refused"
        assert attempt(database, at + 2 * PER_ACCOUNT.first, right=True) == "in"

    def test_somebody_else_does_not_wait(self, database: Database) -> None:
        add(database, "ann")
        add(database, "bob")
        at = now()
        for _ in range(PER_ACCOUNT.free):
            attempt(database, at)
        assert attempt(database, at) == "refused"
        assert attempt(database, at, name="bob", right=True) == "in"

    def test_unknown_names_are_slowed_down_like_known_ones(self, database: Database) -> None:
        add(database, "ann")
        at = now()
        known = [attempt(database, at, name="ann", address="1") for _ in range(8)]
        assert [attempt(database, at, name="nobody", address="2") for _ in range(8)] == known

    def test_an_address_that_tries_many_names_is_slowed_down(self, database: Database) -> None:
        at = now()
        outcomes = [attempt(database, at, name=f"user{number}") for number in range(40)]
        assert outcomes.count("failed") == 20
        assert attempt(database, at, name="user99", address="10.0.0.2") == "failed"

    def test_guesses_sent_at_once_do_not_slip_through(self, database: Database) -> None:
        """None of them is finished before all have begun."""
        add(database, "ann")
        checks = []
        for _ in range(50):
            with database.transaction() as session:
                checks.append(begin_login(session, name="ann", address="10.0.0.1"))
        assert sum(check.attempt_id is not None for check in checks) == PER_ACCOUNT.free

    def test_a_login_that_was_begun_is_worth_nothing_after_a_change_of_password(self, database: Database) -> None:
        ann = add(database, "ann")
        with database.transaction() as session:
            check = begin_login(session, name="ann", address="a")
        with database.transaction() as session:
            accounts.set_password(session, actor=CONSOLE, user_id=ann, password=passwords.HashedPassword("new"))
        with database.transaction() as session:
            assert finish_login(session, check=check, right=True) is None

    def test_an_attempt_is_finished_once(self, database: Database) -> None:
        add(database, "ann")
        with database.transaction() as session:
            check = begin_login(session, name="ann", address="a")
            assert finish_login(session, check=check, right=False) is None
            assert finish_login(session, check=check, right=True) is None
