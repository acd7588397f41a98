"""Counts of work: kept as work is done, and equal to what is counted anew from its record."""

import random
from datetime import UTC, datetime, timedelta

from sqlmodel import delete, select

from domain.answer import FieldGroup
from domain.ops import Change
from domain.permissions import CONSOLE
from storage.tables import Effort, EffortDay, Meta
from storage.use_cases.effort import UNCOUNTED, ensure_counted, recount
from storage.use_cases.review.decisions import accept, send_back
from tests.storage.world import World, answer, make_op

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


class Clock:
    """Sets the moment of the transactions of a world."""

    def __init__(self, world: World, monkeypatch) -> None:
        self.at = START
        monkeypatch.setattr("storage.record.now", lambda: self.at)

    def on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def gesture(world: World, assignment_id: int, seconds: float, user: int | None = None, **values) -> None:
    """An op of the given length that changes the rotation."""
    from domain.answer import values_of

    user = user or world.ann
    opened = world.open(assignment_id, user)
    before = values_of(opened.answer, FieldGroup.ROTATION)
    far = datetime(2020, 1, 1, tzinfo=UTC)  # the person's clock may show anything
    changes = {
        FieldGroup.ROTATION: Change(before=before, after={**before, **(values or {"azimuth": random.random()})})
    }
    op = make_op(user, opened.version, changes=changes, started_at=far, ended_at=far + timedelta(seconds=seconds))
    world.apply(assignment_id, op)


def counts(world: World) -> tuple[list, list]:
    with world.database.reading() as session:
        efforts = [
            (row.assignment_id, row.user_id, round(row.active_seconds, 6), row.gestures, row.saves, row.last_at)
            for row in session.exec(select(Effort))
        ]
        days = [
            {name: value for name, value in row.model_dump().items() if name != "id"}
            for row in session.exec(select(EffortDay))
        ]
    return sorted(efforts), sorted(days, key=str)


def test_by_hand(world: World, monkeypatch) -> None:
    clock = Clock(world, monkeypatch)
    first, second = world.assignments[:2]
    gesture(world, first, 3)  # 3 s
    clock.on(20)
    gesture(world, first, 5, azimuth=1.5, theta=0.25)  # 20 s on
    clock.on(10)
    world.save(first)  # 10 s on
    clock.on(60)
    gesture(world, second, 1, elevation=0.5)  # the way to the next item, 60 s
    clock.on(500)  # a break
    gesture(world, second, 4)  # 4 s
    clock.on(86400)
    world.save(second)  # the next day, after a break
    world.save(second, answer(2.5))
    with world.database.reading() as session:
        by_assignment = {row.assignment_id: row for row in session.exec(select(Effort))}
        days = {row.day.isoformat(): row for row in session.exec(select(EffortDay))}
    assert by_assignment[first].active_seconds == 33
    assert by_assignment[second].active_seconds == 64
    assert (by_assignment[second].gestures, by_assignment[second].saves) == (2, 2)
    day, next_day = days["2026-05-04"], days["2026-05-05"]
    assert (day.items, day.saves, day.gestures, day.active_seconds) == (1, 1, 4, 97)
    assert (next_day.items, next_day.saves, next_day.active_seconds) == (1, 2, 0)
    assert (day.changed_azimuth, day.changed_theta, day.changed_elevation, day.changed_px) == (3, 1, 1, 0)


def test_only_the_first_review_tells_of_the_first_pass(world: World, monkeypatch) -> None:
    Clock(world, monkeypatch)
    first, second = world.assignments[:2]
    for assignment_id in (first, second):
        world.save(assignment_id)
    with world.database.transaction() as session:
        accept(session, actor=world.sue, assignment_id=first, revision=1)
        send_back(session, actor=world.sue, assignment_id=second, revision=1, reason="turn it")
    world.save(second, answer(2.0))
    with world.database.transaction() as session:
        accept(session, actor=world.sue, assignment_id=second, revision=2)
    (day,) = counts(world)[1]
    assert (day["reviewed"], day["passed"], day["user_id"]) == (2, 1, world.ann)


def test_counting_as_it_comes_equals_counting_anew(world: World, monkeypatch, count) -> None:
    clock, choose = Clock(world, monkeypatch), random.Random(11)
    world.give(world.bob)
    own = {world.ann: world.assignments, world.bob: world.assignments_of(world.bob)}
    for _ in range(count(60, 400)):
        clock.on(choose.choice([0.25, 1, 7, 40, 99, 101, 3000, 40000]))
        user = choose.choice(list(own))
        assignment_id = choose.choice(own[user])
        what = choose.random()
        if what < 0.6:
            gesture(world, assignment_id, choose.choice([0.2, 3, 30, 200]), user, azimuth=choose.random())
        elif what < 0.7:
            world.undo(assignment_id, user) if world.open(assignment_id, user).undo else None
        else:
            world.save(assignment_id, answer(choose.random()), actor=user)
    kept = counts(world)
    with world.database.transaction() as session:
        assert recount(session, actor=CONSOLE) > 0
    assert counts(world) == kept
    with world.database.transaction() as session:
        session.execute(delete(Effort))
        ensure_counted(session)
        assert not session.exec(select(Effort)).all()  # there is nothing to be made up for
        session.add(Meta(key=UNCOUNTED, value="1"))
    with world.database.transaction() as session:
        ensure_counted(session)
    assert counts(world) == kept
