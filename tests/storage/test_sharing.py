"""Orders, handing work over and withdrawing it: even, for different people, and nothing is lost."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState, TaskKind
from storage.errors import NothingToAssign, NumbersChanged, TooFewPeople
from storage.tables import Assignment, Audit, Image, Revision, Task
from storage.use_cases import items
from storage.use_cases.annotate import DraftEntry, journal_drafts
from storage.use_cases.entry import entry_of_task
from storage.use_cases.work.creating import Handing, place_order, preview_order
from storage.use_cases.work.overview import (
    task_line,
)
from storage.use_cases.work.selection import Condition, Selection, count_by_category
from storage.use_cases.work.sharing import (
    give_back,
    preview_transfer,
    preview_withdrawal,
    transfer,
    withdraw_work,
)
from tests.storage.orders import W, add_people, do, everything, ids_of, look, order_of, rows_of, state_of, tasks_of
from tests.storage.world import PREDICTED, World, answer


class TestOrders:
    def test_overlap_gives_each_item_to_different_people_evenly(self, world: World) -> None:
        cleo, dora = add_people(world, "cleo", "dora")
        order = order_of(world, handing=Handing.PEOPLE, user_ids=(world.bob, cleo, dora), overlap=2, name="twice")
        outlook = look(world, preview_order, order=order)
        assert (outlook.tasks, outlook.items, outlook.places, outlook.nobodys, outlook.left_out) == (1, 4, 8, 0, 0)
        (task_id,) = do(world, place_order, order=order, expected=outlook)
        rows = rows_of(world, task_id)
        people_of = {item: [row.user_id for row in rows if row.item_id == item] for item in world.item_ids}
        assert all(len(people) == len(set(people)) == 2 for people in people_of.values())
        assert Counter(row.user_id for row in rows) == {share.user_id: share.items for share in outlook.shares}
        assert sorted(share.items for share in outlook.shares) == [2, 3, 3]
        assert [row.position for row in rows] == list(range(1, 9))

    def test_an_item_that_somebody_has_goes_to_the_others(self, world: World) -> None:
        """ann has all four already: with bob alone beside her each item has one place that nobody can take."""
        order = order_of(world, handing=Handing.PEOPLE, user_ids=(world.ann, world.bob), overlap=2)
        outlook = look(world, preview_order, order=order)
        assert {share.name: share.items for share in outlook.shares} == {"ann": 0, "bob": 4}
        assert outlook.nobodys == 4
        (task_id,) = do(world, place_order, order=order)
        assert Counter(row.user_id for row in rows_of(world, task_id)) == {world.bob: 4, None: 4}
        with pytest.raises(NothingToAssign):
            do(world, place_order, order=replace(order, overlap=1))
        qualifying = replace(order, kind=TaskKind.QUALIFY)
        assert look(world, preview_order, order=qualifying).left_out == 0, "a test of people is other work"

    def test_what_cannot_be_ordered_is_said(self, world: World) -> None:
        good = order_of(world, handing=Handing.PEOPLE, user_ids=(world.bob,))
        for order, error in (
            (replace(good, overlap=2), TooFewPeople),
            (replace(good, overlap=0), InvalidInput),
            (replace(good, size=0), InvalidInput),
            (replace(good, priority=5000), InvalidInput),
            (replace(good, user_ids=(4242,)), NotFound),
            (order_of(world, selection={"categories": ("cup",)}), NotFound),
            (order_of(world, selection={"limit": 0}), InvalidInput),
            (order_of(world, selection={"conditions": {Condition.GOLD, Condition.NOT_GOLD}}), InvalidInput),
        ):
            with pytest.raises(error):
                look(world, preview_order, order=order)
        for somebody in (world.ann, world.sue):
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                place_order(session, actor=somebody, order=good)

    def test_nothing_is_made_when_the_numbers_are_not_those_that_were_confirmed(self, world: World) -> None:
        order = order_of(world, handing=Handing.PEOPLE, user_ids=(world.bob,))
        outlook = look(world, preview_order, order=order)
        with world.database.transaction() as session:
            world.add_item(session, world.image_ids[0], 2)
        with pytest.raises(NumbersChanged):
            do(world, place_order, order=order, expected=outlook)
        with world.database.reading() as session:
            assert session.exec(select(Task.id)).all() == [world.task_id]

    def test_items_by_what_is_known_of_them(self, world: World) -> None:
        first, second, third, fourth = world.item_ids
        with world.database.transaction() as session:
            items.add_prediction(session, actor=CONSOLE, item_id=first, model_version="m", answer=PREDICTED)
            items.add_imported_label(session, actor=CONSOLE, item_id=second, answer=answer())
            items.add_gold(session, actor=CONSOLE, item_id=third, answer=answer())
            fifth = world.add_item(session, world.image_ids[1], 2)
        world.save(world.assignments[0])

        def chosen(**selection) -> list[int]:
            order = order_of(world, selection=selection, name=f"by {selection}")
            try:
                (task_id,) = do(world, place_order, order=order)
            except NothingToAssign:
                return []
            made = [row.item_id for row in rows_of(world, task_id)]
            do(world, withdraw_work, task_id=task_id, assignment_ids=ids_of(world, task_id), offer_again=False)
            return made

        def where(*conditions: Condition, **more) -> list[int]:
            return chosen(conditions=frozenset(conditions), **more)

        assert chosen() == [first, second, third, fourth, fifth]
        assert where(Condition.UNASSIGNED) == [fifth]
        assert where(Condition.UNSAVED) == [second, third, fourth, fifth]
        assert where(Condition.PREDICTED) == [first]
        assert where(Condition.LABELLED) == [second]
        assert where(Condition.UNLABELLED, Condition.UNPREDICTED) == [third, fourth, fifth]
        assert where(Condition.GOLD) == [third]
        assert where(Condition.UNSAVED, Condition.NOT_GOLD, limit=2) == [second, fourth]
        assert where(Condition.PREDICTED, Condition.GOLD) == []
        some = chosen(limit=3, seed=7)
        assert len(some) == 3
        assert some == chosen(limit=3, seed=7) == sorted(some)
        selection = Selection(dataset_id=world.dataset_id, conditions=frozenset({Condition.UNSAVED}))
        (mugs,) = look(world, count_by_category, selection=selection, kind=TaskKind.ANNOTATE)
        assert (mugs.name, mugs.items) == ("mug", 4)

    def test_photos_that_were_taken_down_are_work_for_nobody(self, world: World) -> None:
        with world.database.transaction() as session:
            session.get(Image, world.image_ids[0]).taken_down_at = datetime(2026, 1, 1, tzinfo=UTC)
        assert look(world, preview_order, order=order_of(world)).items == 2

    def test_imported_labels_are_the_first_revision_of_every_place(self, world: World) -> None:
        with world.database.transaction() as session:
            items.add_imported_label(session, actor=CONSOLE, item_id=world.item_ids[1], answer=answer(-0.0))
        (task_id,) = do(world, place_order, order=order_of(world, overlap=3))
        with world.database.reading() as session:
            found = session.exec(
                select(Revision, Assignment.item_id).join(Assignment).where(Assignment.task_id == task_id)
            ).all()
        assert [(row.number, row.kind.value, row.author_id, item) for row, item in found] == [
            (1, "imported", None, world.item_ids[1])
        ] * 3
        assert all(str(row.azimuth) == "-0.0" for row, _item in found), "to the last bit"
        (other,) = set(ids_of(world, task_id)) & {found[0][0].assignment_id}
        assert world.open(other, world.ada).answer.pose.azimuth == 0


class TestHandingOver:
    def test_free_places_are_dealt_evenly_and_to_different_people(self, world: World) -> None:
        cleo, dora = add_people(world, "cleo", "dora")
        (task_id,) = do(world, place_order, order=order_of(world, overlap=2))
        asked = {"task_id": task_id, "assignment_ids": ids_of(world, task_id), "user_ids": (world.bob, cleo, dora)}
        numbers = look(world, preview_transfer, **asked)
        assert (numbers.assigned, numbers.moved, numbers.known) == (8, 0, 0)
        assert do(world, transfer, **asked, expected=numbers) == numbers
        rows = rows_of(world, task_id)
        assert len({(row.item_id, row.user_id) for row in rows}) == 8
        assert sorted(Counter(row.user_id for row in rows).values()) == [2, 3, 3]
        again = look(world, preview_transfer, **asked)
        assert (again.assigned, again.moved, again.staying) == (0, 0, 8), "everybody keeps what they have"

    def test_moving_keeps_drafts_gestures_and_revisions_and_who_had_it_gets_it_no_more(self, world: World) -> None:
        drafted, saved, accepted, new = world.assignments
        world.edit(drafted, azimuth=1.0)
        world.save(saved)
        world.save(accepted)
        with world.database.transaction() as session:
            session.get(Assignment, accepted).state = AssignmentState.ACCEPTED
        before = everything(world)
        asked = {"task_id": world.task_id, "assignment_ids": world.assignments, "user_ids": (world.bob,)}
        numbers = look(world, preview_transfer, **asked)
        assert (numbers.moved, numbers.begun, numbers.answered, numbers.accepted) == (2, 1, 1, 1)
        do(world, transfer, **asked, expected=numbers)
        assert everything(world) == before
        assert ids_of(world, world.task_id, world.bob) == [drafted, new]
        opened = world.open(drafted, world.bob)
        assert (opened.answer.pose.azimuth, opened.can_edit, opened.unsaved) == (1.0, True, True)
        with pytest.raises(NotAllowed):
            world.open(drafted, world.ann)
        with pytest.raises(NotAllowed):
            world.edit(drafted, azimuth=2.0)
        with world.database.transaction() as session:
            entry = DraftEntry(assignment_id=drafted, author_id=world.ann, version=1, answer=answer(9.0))
            assert journal_drafts(session, entries=[entry]) == frozenset()
        do(world, transfer, **{**asked, "assignment_ids": [saved]}, with_answers=True)
        assert world.open(saved, world.bob).saved.author == "ann"
        outlook = look(
            world, preview_order, order=order_of(world, handing=Handing.PEOPLE, user_ids=(world.ann, world.bob))
        )
        shares = {share.name: share.items for share in outlook.shares}
        assert (shares, outlook.left_out) == ({"ann": 1, "bob": 1}, 2), "ann knows her draft and her answer"

    def test_nobody_gets_a_second_place_of_an_item(self, world: World) -> None:
        (task_id,) = do(
            world,
            place_order,
            order=order_of(world, handing=Handing.PEOPLE, user_ids=(world.bob, world.sue), overlap=2),
        )
        asked = {"task_id": task_id, "assignment_ids": ids_of(world, task_id, world.sue), "user_ids": (world.bob,)}
        numbers = do(world, transfer, **asked)
        assert (numbers.moved, numbers.known) == (0, 4)
        assert len(ids_of(world, task_id, world.sue)) == 4

    def test_the_confirmed_numbers_must_still_hold(self, world: World) -> None:
        asked = {"task_id": world.task_id, "assignment_ids": world.assignments, "user_ids": (world.bob,)}
        numbers = look(world, preview_transfer, **asked)
        world.edit(world.assignments[0], azimuth=1.0)
        with pytest.raises(NumbersChanged):
            do(world, transfer, **asked, expected=numbers)
        assert len(ids_of(world, world.task_id, world.ann)) == 4
        for refused, error in (
            ({"user_ids": ()}, InvalidInput),
            ({"user_ids": (4242,)}, NotFound),
            ({"assignment_ids": [4242]}, NotFound),
            ({"task_id": 4242}, NotFound),
        ):
            with pytest.raises(error):
                do(world, transfer, **{**asked, **refused})


class TestWithdrawing:
    def test_what_was_worked_on_is_kept_and_the_item_is_free_again(self, world: World) -> None:
        drafted, saved, new, other = world.assignments
        world.edit(drafted, azimuth=1.0)
        world.save(saved)
        before = everything(world)
        asked = {"task_id": world.task_id, "assignment_ids": [drafted, saved, new]}
        numbers = look(world, preview_withdrawal, **asked)
        assert (numbers.untouched, numbers.begun, numbers.answered, numbers.offered) == (1, 1, 1, 3)
        do(world, withdraw_work, **asked, expected=numbers)
        assert everything(world) == before
        rows = {row.id: row for row in rows_of(world, world.task_id)}
        assert (rows[drafted].state, rows[drafted].withdrawn_from) == (W, AssignmentState.DRAFTED)
        assert (rows[saved].state, rows[saved].user_id) == (W, world.ann)
        assert (rows[new].state, rows[new].user_id) == (AssignmentState.NEW, None)
        free = [row for row in rows.values() if row.user_id is None]
        assert [row.item_id for row in free] == [rows[each].item_id for each in (drafted, saved, new)]
        assert [row.position for row in free] == [1, 2, 3], "in the place of what was withdrawn"
        opened = world.open(drafted)
        assert (opened.can_edit, opened.answer.pose.azimuth) == (False, 1.0), "hers to read"
        with pytest.raises(WrongState):
            world.edit(drafted, azimuth=2.0)
        with pytest.raises(WrongState):
            world.save(saved)
        (mine,) = tasks_of(world, world.ann)
        assert (mine.total, mine.next_open_assignment_id) == (1, other)
        with world.database.reading() as session:
            assert entry_of_task(session, actor=world.ann, task_id=world.task_id) == other
        line = look(world, task_line, task_id=world.task_id)
        assert (line.places, line.free, line.withdrawn, line.items) == (4, 3, 2, 4)

    def test_given_back_it_is_as_it_was(self, world: World) -> None:
        drafted, saved, *_rest = world.assignments
        world.edit(drafted, azimuth=1.0)
        world.save(saved)
        before = [state_of(row) for row in rows_of(world, world.task_id)]
        do(world, withdraw_work, task_id=world.task_id, assignment_ids=[drafted, saved])
        assert do(world, give_back, task_id=world.task_id, assignment_ids=[drafted, saved]) == 2
        after = [state_of(row) for row in rows_of(world, world.task_id) if row.user_id is not None]
        assert after == before
        assert look(world, task_line, task_id=world.task_id).places == 4
        world.edit(drafted, azimuth=2.0)
        # The places that were made for others meanwhile are used again, not heaped up.
        do(world, withdraw_work, task_id=world.task_id, assignment_ids=[drafted, saved])
        assert len(rows_of(world, world.task_id)) == 6

    def test_without_offering_again_the_item_has_one_person_fewer(self, world: World) -> None:
        world.save(world.assignments[0])
        do(
            world,
            withdraw_work,
            task_id=world.task_id,
            assignment_ids=world.assignments[:2],
            offer_again=False,
        )
        line = look(world, task_line, task_id=world.task_id)
        assert (line.places, line.free, line.saved, line.withdrawn) == (2, 0, 0, 1)
        unassigned = Selection(dataset_id=world.dataset_id, conditions=frozenset({Condition.UNASSIGNED}))
        (mugs,) = look(world, count_by_category, selection=unassigned, kind=TaskKind.ANNOTATE)
        assert mugs.items == 2

    def test_accepted_work_stays(self, world: World) -> None:
        world.save(world.assignments[0])
        with world.database.transaction() as session:
            session.get(Assignment, world.assignments[0]).state = AssignmentState.ACCEPTED
        numbers = do(world, withdraw_work, task_id=world.task_id, assignment_ids=world.assignments)
        assert (numbers.accepted, numbers.untouched) == (1, 3)
        assert rows_of(world, world.task_id)[0].state is AssignmentState.ACCEPTED

    def test_each_is_in_the_audit_log_in_one_line(self, world: World) -> None:
        do(world, transfer, task_id=world.task_id, assignment_ids=world.assignments, user_ids=(world.bob,))
        do(world, withdraw_work, task_id=world.task_id, assignment_ids=world.assignments[:2])
        with world.database.reading() as session:
            moved, withdrawn = session.exec(
                select(Audit).where(col(Audit.action).in_(("move_work", "withdraw_work"))).order_by(col(Audit.id))
            )
        first, last = world.assignments[0], world.assignments[-1]
        assert moved.detail["assignments"] == f"{first}-{last}"
        assert (moved.detail["given"], moved.detail["taken"]) == ({"bob": 4}, {"ann": 4})
        assert withdrawn.detail["taken"] == {"bob": 2}
