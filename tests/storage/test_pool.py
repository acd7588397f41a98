"""Pools: nobody gets what another has, reservations run out, and who comes back finds what they did."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import NotAllowed, NotFound, WrongState
from domain.permissions import CONSOLE, Role
from domain.pool import MOST_HELD, RESERVATION
from domain.task_state import AssignmentState
from storage.database import Database
from storage.errors import HoldsTooMany, PoolEmpty
from storage.tables import Assignment, Draft, Image
from storage.types import now
from storage.use_cases import accounts, tasks, viewing
from storage.use_cases.annotate import FlagKind, flag_assignment
from storage.use_cases.entry import entry_of_task
from storage.use_cases.work.creating import Handing, WorkOrder, place_order
from storage.use_cases.work.editing import edit_task
from storage.use_cases.work.pool import draw_next, free_items, renew_reservation
from storage.use_cases.work.selection import Selection
from storage.use_cases.work.sharing import withdraw_work
from tests.storage.test_sharing import add_people, do, rows_of
from tests.storage.world import UNUSABLE, World, answer


def make_pool(world: World, overlap: int = 1) -> int:
    """Of the four mugs; ann has them all already, from another task, so that hers is a pool without anything."""
    selection = Selection(dataset_id=world.dataset_id)
    order = WorkOrder(selection=selection, handing=Handing.POOL, overlap=overlap, name="p")
    (task_id,) = do(world, place_order, order=order)
    return task_id


def draw(world: World, user_id: int, task_id: int, **given) -> int:
    with world.database.transaction() as session:
        return draw_next(session, actor=user_id, task_id=task_id, **given).assignment_id


def free(world: World, user_id: int) -> dict[int, int]:
    with world.database.reading() as session:
        return free_items(session, actor=user_id)


def item_of(world: World, assignment_id: int) -> int:
    with world.database.reading() as session:
        return session.get(Assignment, assignment_id).item_id


def let_time_pass(world: World, by: timedelta = RESERVATION + timedelta(minutes=1)) -> None:
    """Everything that was touched, was touched that much earlier."""
    with world.database.transaction() as session:
        for row in session.exec(select(Assignment)):
            row.updated_at -= by
        for row in session.exec(select(Draft)):
            row.at -= by


class TestDrawing:
    def test_in_order_one_at_a_time_until_nothing_is_left(self, world: World) -> None:
        pool = make_pool(world)
        assert free(world, world.bob) == {pool: 4}
        drawn = []
        for left in (3, 2, 1, 0):
            drawn.append(draw(world, world.bob, pool))
            assert draw(world, world.bob, pool) == drawn[-1], "pressing twice draws once"
            assert free(world, world.bob).get(pool, 0) == left
            world.save(drawn[-1], actor=world.bob)
        assert [item_of(world, each) for each in drawn] == world.item_ids
        with pytest.raises(PoolEmpty):
            draw(world, world.bob, pool)

    def test_passing_one_by_draws_another_but_not_for_ever(self, world: World) -> None:
        with world.database.transaction() as session:
            for index in range(2, MOST_HELD + 2):
                world.add_item(session, world.image_ids[0], index)
        pool = make_pool(world)
        held = [draw(world, world.bob, pool)]
        with world.database.transaction() as session:
            flag_assignment(session, actor=world.bob, assignment_id=held[0], kind=FlagKind.SKIP, reason="dark")
        while len(held) < MOST_HELD:
            held.append(draw(world, world.bob, pool))
            world.edit(held[-1], actor=world.bob, azimuth=1.0)
        with pytest.raises(HoldsTooMany):
            draw(world, world.bob, pool)
        world.save(held[3], actor=world.bob)
        last = draw(world, world.bob, pool)
        assert draw(world, world.bob, pool) == last
        with pytest.raises(HoldsTooMany):
            draw(world, world.bob, pool, passing=last)

    def test_nobody_draws_what_they_have_elsewhere_or_what_is_no_pool(self, world: World) -> None:
        pool = make_pool(world)
        assert free(world, world.ann) == {}
        with pytest.raises(PoolEmpty):
            draw(world, world.ann, pool)
        with pytest.raises(NotFound):
            draw(world, world.bob, world.task_id)
        with pytest.raises(NotFound):
            draw(world, world.bob, 4242)
        with pytest.raises(NotAllowed), world.database.transaction() as session:
            draw_next(session, actor=CONSOLE, task_id=pool)
        with world.database.transaction() as session:
            session.get(Image, world.image_ids[0]).taken_down_at = now()
        assert free(world, world.bob) == {pool: 2}
        assert item_of(world, draw(world, world.bob, pool)) == world.item_ids[2]
        do(world, edit_task, task_id=pool, name="p", due_at=None, priority=0, is_pool=False)
        assert free(world, world.bob) == {}

    def test_my_tasks_show_the_pool_before_and_after_the_first_draw(self, world: World) -> None:
        pool = make_pool(world, overlap=2)

        def mine():
            with world.database.reading() as session:
                (task,) = tasks.my_tasks(session, actor=world.bob)
                return (task.id, task.is_pool, task.total, task.free, task.categories)

        assert mine() == (pool, True, 0, 4, ("mug",))
        draw(world, world.bob, pool)
        assert mine() == (pool, True, 1, 3, ("mug",))


class TestBlindness:
    def test_an_annotator_never_sees_another_place_of_the_same_item(self, world: World) -> None:
        (cleo,) = add_people(world, "cleo")
        pool = make_pool(world, overlap=2)
        mine, theirs = draw(world, world.bob, pool), draw(world, cleo, pool)
        assert item_of(world, mine) == item_of(world, theirs)
        world.save(theirs, answer(2.5), actor=cleo)
        opened = world.open(mine, world.bob)
        assert opened.answer.pose.azimuth != 2.5
        assert opened.saved is None
        assert (opened.total, opened.assignment_ids) == (1, (mine,))
        assert opened.progress.saved == 0
        for other in opened.others:
            assert other.answer is None
        with pytest.raises(NotAllowed):
            world.open(theirs, world.bob)
        with pytest.raises(NotAllowed):
            world.save(theirs, answer(1.0), actor=world.bob, base_version=1)
        assert entry(world, world.bob, pool) == mine
        # What is in nobody's hands is nobody's to see either.
        (unseen,) = [row.id for row in rows_of(world, pool) if row.user_id is None][:1]
        with pytest.raises(NotAllowed):
            world.open(unseen, world.bob)

    def test_no_person_gets_two_places_of_an_item_whoever_draws_when(self, world: World) -> None:
        people = [world.bob, *add_people(world, "cleo", "dora")]
        pool = make_pool(world, overlap=2)
        turn = 0
        while any(free(world, person) for person in people):
            person = people[(turn := turn + 1) % 3]
            if free(world, person):
                world.save(draw(world, person, pool), actor=person)
        rows = rows_of(world, pool)
        assert len({(row.item_id, row.user_id) for row in rows}) == len(rows) == 8
        assert Counter(row.item_id for row in rows) == dict.fromkeys(world.item_ids, 2)

    def test_photos_and_models_open_with_the_draw_only(self, world: World) -> None:
        pool = make_pool(world)
        with world.database.reading() as session, pytest.raises(NotFound):
            viewing.may_see_image(session, actor=world.bob, image_id=world.image_ids[0])
        draw(world, world.bob, pool)
        with world.database.reading() as session:
            assert viewing.may_see_image(session, actor=world.bob, image_id=world.image_ids[0])
            with pytest.raises(NotFound):
                viewing.may_see_image(session, actor=world.bob, image_id=world.image_ids[1])


class TestReservations:
    def test_what_runs_out_untouched_is_simply_drawn_by_the_next(self, world: World) -> None:
        (cleo,) = add_people(world, "cleo")
        pool = make_pool(world)
        taken = [draw(world, world.bob, pool)]
        assert draw(world, cleo, pool) != taken[0]
        let_time_pass(world)
        world.save(draw(world, cleo, pool), actor=cleo)
        for _ in range(2):
            world.save(draw(world, cleo, pool), actor=cleo)
        assert free(world, cleo) == {pool: 1}, "bob's"
        assert draw(world, cleo, pool) == taken[0]
        with pytest.raises(NotAllowed):
            world.open(taken[0], world.bob)
        assert len(rows_of(world, pool)) == 4, "nothing had to be kept"

    def test_a_draft_is_kept_and_the_person_who_returns_goes_on_with_it(self, world: World) -> None:
        (cleo,) = add_people(world, "cleo")
        pool = _pool_of_one(world)
        mine = draw(world, world.bob, pool)
        world.edit(mine, actor=world.bob, azimuth=1.5)
        let_time_pass(world)
        world.edit(mine, actor=world.bob, azimuth=1.75)
        assert free(world, cleo) == {}, "it was touched"
        let_time_pass(world)
        assert free(world, cleo) == {pool: 1}
        assert world.open(mine, world.bob).can_edit, "nobody took it yet"
        hers = draw(world, cleo, pool)
        assert hers != mine
        assert world.open(hers, cleo).answer.pose.azimuth == 0, "she begins from the start"
        kept = world.open(mine, world.bob)
        assert (kept.state, kept.can_edit) == (AssignmentState.WITHDRAWN, False)
        assert kept.answer.pose.azimuth == 1.75
        with pytest.raises(WrongState):
            world.edit(mine, actor=world.bob, azimuth=2.0)
        with pytest.raises(PoolEmpty):
            draw(world, world.bob, pool)
        let_time_pass(world)
        assert free(world, world.bob) == {pool: 1}
        with world.database.transaction() as session:
            drawn = draw_next(session, actor=world.bob, task_id=pool)
        assert (drawn.assignment_id, drawn.again) == (mine, True)
        back = world.open(mine, world.bob)
        assert (back.state, back.answer.pose.azimuth, back.can_edit) == (AssignmentState.DRAFTED, 1.75, True)
        with pytest.raises(NotAllowed):
            world.open(hers, cleo)

    def test_saved_work_and_calls_for_help_never_go_back(self, world: World) -> None:
        (cleo,) = add_people(world, "cleo")
        pool = make_pool(world)
        saved = draw(world, world.bob, pool)
        world.save(saved, actor=world.bob)
        helped = draw(world, world.bob, pool)
        with world.database.transaction() as session:
            flag_assignment(session, actor=world.bob, assignment_id=helped, kind=FlagKind.HELP, reason="?")
        skipped = draw(world, world.bob, pool)
        with world.database.transaction() as session:
            flag_assignment(session, actor=world.bob, assignment_id=skipped, kind=FlagKind.SKIP, reason="dark")
        let_time_pass(world)
        world.save(draw(world, cleo, pool), actor=cleo)
        assert free(world, cleo) == {pool: 1}
        hers = draw(world, cleo, pool)
        assert item_of(world, hers) == item_of(world, skipped)
        assert world.open(skipped, world.bob).flag.reason == "dark", "what was said of it is kept"
        world.save(hers, actor=cleo)
        with pytest.raises(PoolEmpty):
            draw(world, cleo, pool)

    def test_looking_at_it_renews_it(self, world: World) -> None:
        (cleo,) = add_people(world, "cleo")
        pool = make_pool(world)
        mine = draw(world, world.bob, pool)
        let_time_pass(world)
        for actor, renewed in ((cleo, False), (world.bob, True)):
            with world.database.transaction() as session:
                assert renew_reservation(session, actor=actor, assignment_id=mine) is renewed
        drawn = set()
        for _ in range(3):
            drawn.add(draw(world, cleo, pool))
            world.edit(max(drawn), actor=cleo, azimuth=1.0)
        assert mine not in drawn
        with world.database.transaction() as session:
            assert not renew_reservation(session, actor=world.ann, assignment_id=world.assignments[0])

    def test_an_admin_who_withdraws_it_means_it(self, world: World) -> None:
        pool = make_pool(world)
        mine = draw(world, world.bob, pool)
        world.edit(mine, actor=world.bob, azimuth=1.0)
        do(world, withdraw_work, task_id=pool, assignment_ids=[mine])
        items = set()
        while free(world, world.bob):
            drawn = draw(world, world.bob, pool)
            items.add(item_of(world, drawn))
            world.save(drawn, actor=world.bob)
        assert items == set(world.item_ids[1:])


def test_many_who_draw_at_once_never_get_more_of_an_item_than_its_overlap(database: Database) -> None:
    """Threads with connections of their own on one file, as many drawing as saving."""
    world = World(database, images=6).build()
    with database.transaction() as session:
        people = [
            accounts.add_user(session, actor=CONSOLE, name=f"p{n}", role=Role.ANNOTATOR, password=UNUSABLE).id
            for n in range(6)
        ]
    pool = make_pool(world, overlap=2)
    start = threading.Barrier(len(people))
    failures: list[BaseException] = []

    def work(person: int) -> None:
        start.wait()
        try:
            while True:
                world.save(draw(world, person, pool), actor=person)
        except PoolEmpty:
            return
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    rows = rows_of(world, pool)
    assert {row.state for row in rows} == {AssignmentState.SAVED}
    assert len({(row.item_id, row.user_id) for row in rows}) == len(rows) == 24
    assert Counter(row.item_id for row in rows) == dict.fromkeys(world.item_ids, 2)


def entry(world: World, user_id: int, task_id: int) -> int:
    with world.database.reading() as session:
        return entry_of_task(session, actor=user_id, task_id=task_id)


def _pool_of_one(world: World) -> int:
    selection = Selection(dataset_id=world.dataset_id, limit=1)
    (task_id,) = do(world, place_order, order=WorkOrder(selection=selection, handing=Handing.POOL, name="one"))
    return task_id
