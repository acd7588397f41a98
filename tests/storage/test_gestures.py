"""Ops, undo, redo, clearing and drafts, as a browser would send them."""

import pytest
from sqlmodel import select

from domain.answer import FieldGroup, values_of
from domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from domain.ops import Change, OpKind
from domain.start import StartSource
from domain.task_state import AssignmentState
from storage.errors import IdTaken
from storage.tables import Assignment, Draft, OpRow, Outbox, Revision
from storage.tables.annotation import RevisionKind
from storage.use_cases.annotate import DraftEntry, journal_drafts
from tests.storage.world import World, answer, make_op


def rows(world: World, table, *where):
    with world.database.reading() as session:
        return list(session.exec(select(table).where(*where)))


def journal(world: World, assignment_id: int, version: int, given, author: int | None = None) -> bool:
    entry = DraftEntry(assignment_id=assignment_id, author_id=author or world.ann, version=version, answer=given)
    with world.database.transaction() as session:
        return assignment_id in journal_drafts(session, entries=[entry])


def test_a_gesture_is_kept_as_a_draft_and_numbered(world: World) -> None:
    first = world.assignments[0]
    applied = world.edit(first, azimuth=2.5)
    opened = world.open(first)
    assert (applied.version, applied.state, applied.duplicate) == (1, AssignmentState.DRAFTED, False)
    assert opened.answer == applied.answer
    assert opened.answer.pose.azimuth == 2.5
    assert (opened.answer_source, opened.unsaved, opened.state) == (StartSource.DRAFT, True, AssignmentState.DRAFTED)
    assert world.edit(first, azimuth=2.75).version == 2


def test_a_repeated_gesture_is_applied_once_and_answered_as_before(world: World) -> None:
    first = world.assignments[0]
    op = make_op(world.ann, changes={FieldGroup.DISTANCE: Change(before={"distance": 1.0}, after={"distance": 7.0})})
    recorded = world.apply(first, op)
    world.edit(first, FieldGroup.DISTANCE, distance=9.0)
    again = world.apply(first, op)
    assert again.duplicate
    assert (again.version, again.answer) == (recorded.version, recorded.answer)
    assert world.open(first).answer.pose.distance == 9.0
    assert len(rows(world, OpRow)) == 2


def test_an_op_id_of_somebody_else_or_for_another_assignment_is_refused(world: World) -> None:
    first, second = world.assignments[:2]
    theirs = world.give(world.bob)[0]
    change = {FieldGroup.DISTANCE: Change(before={"distance": 1.0}, after={"distance": 7.0})}
    op = make_op(world.ann, changes=change)
    world.apply(first, op)
    with pytest.raises(IdTaken):
        world.apply(second, op)
    with pytest.raises(IdTaken):
        world.apply(theirs, make_op(world.bob, changes=change, op_id=op.op_id))


def test_the_recorded_before_is_what_the_server_knew_not_what_the_client_claims(world: World) -> None:
    first = world.assignments[0]
    world.edit(first, FieldGroup.DISTANCE, distance=7.0)
    world.apply(
        first,
        make_op(
            world.ann, changes={FieldGroup.DISTANCE: Change(before={"distance": 123.0}, after={"distance": 8.0})}
        ),
    )
    assert rows(world, OpRow, OpRow.version == 2)[0].changes == {
        "distance": {"before": {"distance": 7.0}, "after": {"distance": 8.0}}
    }


def test_gestures_in_different_groups_from_the_same_version_both_stand(world: World) -> None:
    first = world.assignments[0]
    start = world.open(first)
    for group, values in ((FieldGroup.DISTANCE, {"distance": 7.0}), (FieldGroup.CENTRE, {"px": 1.0, "py": 2.0})):
        change = Change(before=values_of(start.answer, group), after=values)
        world.apply(first, make_op(world.ann, start.version, changes={group: change}))
    pose = world.open(first).answer.pose
    assert (pose.distance, pose.px, pose.py) == (7.0, 1.0, 2.0)


def test_undo_and_redo_walk_back_and_forth_without_limit(world: World) -> None:
    first = world.assignments[0]
    seen = [world.open(first).answer]
    for step in range(6):
        group, values = (
            (FieldGroup.DISTANCE, {"distance": 7.0 + step}) if step % 2 else (FieldGroup.ROTATION, {"theta": step})
        )
        seen.append(world.edit(first, group, **values).answer)
    for expected in reversed(seen[:-1]):
        assert world.undo(first).answer == expected
    assert not world.open(first).undo
    for expected in seen[1:]:
        assert world.redo(first).answer == expected
    assert not world.open(first).redo
    assert world.undo(first).answer == seen[-2]
    world.edit(first, azimuth=1.75)
    assert not world.open(first).redo


def test_an_undo_needs_its_own_op_of_this_assignment_that_still_stands(world: World) -> None:
    first, second = world.assignments[:2]
    op = make_op(world.ann, changes={FieldGroup.DISTANCE: Change(before={"distance": 1.0}, after={"distance": 7.0})})
    world.apply(first, op)
    with pytest.raises(NotFound):
        world.apply(second, make_op(world.ann, kind=OpKind.UNDO, undoes=op.op_id))
    with pytest.raises(NotFound):
        world.apply(first, make_op(world.ann, kind=OpKind.UNDO, undoes=make_op(world.ann).op_id))
    with pytest.raises(InvalidInput):
        world.apply(first, make_op(world.ann, kind=OpKind.REDO, undoes=op.op_id))
    world.undo(first)
    with pytest.raises(WrongState):
        world.apply(first, make_op(world.ann, kind=OpKind.UNDO, undoes=op.op_id))
    # The assignment goes to somebody else: the op stays its author's.
    with world.database.transaction() as session:
        row = session.get(Assignment, first)
        row.user_id = world.bob
    with pytest.raises(NotAllowed):
        world.apply(first, make_op(world.bob, kind=OpKind.UNDO, undoes=op.op_id))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {FieldGroup.ROTATION: Change(before={}, after={"azimuth": 1.0})},
        {FieldGroup.DISTANCE: Change(before={}, after={"distance": -1.0})},
        {FieldGroup.DISTANCE: Change(before={}, after={"distance": float("nan")})},
        {FieldGroup.MODEL: Change(before={}, after={"cad_index": 4})},
        {FieldGroup.QUALITY: Change(before={}, after={"object_status": "status_superb"})},
    ],
)
def test_a_gesture_that_makes_no_answer_is_refused_and_leaves_nothing(world: World, changes) -> None:
    first = world.assignments[0]
    with pytest.raises(InvalidInput):
        world.apply(first, make_op(world.ann, changes=changes))
    opened = world.open(first)
    assert (opened.version, opened.unsaved, opened.state) == (0, False, AssignmentState.NEW)
    assert not rows(world, OpRow)


def test_going_back_to_the_saved_answer_leaves_nothing_unsaved(world: World) -> None:
    first = world.assignments[0]
    world.save(first, answer(0.5))
    world.edit(first, azimuth=1.5)
    assert world.open(first).unsaved
    world.undo(first)
    opened = world.open(first)
    assert not opened.unsaved
    assert opened.answer_source is StartSource.REVISION
    assert world.redo(first).answer.pose.azimuth == 1.5


class TestJournal:
    def test_a_drag_survives_and_changes_no_version(self, world: World) -> None:
        first = world.assignments[0]
        assert journal(world, first, 0, answer(2.0))
        opened = world.open(first)
        assert (opened.answer, opened.version, opened.unsaved) == (answer(2.0), 0, True)
        assert opened.state is AssignmentState.DRAFTED

    def test_undo_does_not_stop_in_the_middle_of_a_drag(self, world: World) -> None:
        first = world.assignments[0]
        start = world.open(first).answer
        journal(world, first, 0, answer(2.0))
        before, after = values_of(start, FieldGroup.ROTATION), {"azimuth": 3.0, "elevation": 0.0, "theta": 0.0}
        world.apply(first, make_op(world.ann, changes={FieldGroup.ROTATION: Change(before=before, after=after)}))
        assert world.undo(first).answer.pose.azimuth == start.pose.azimuth

    def test_what_was_dragged_before_a_crash_is_still_seen_after_the_next_gesture(self, world: World) -> None:
        first = world.assignments[0]
        journal(world, first, 0, answer(2.0))
        seen = world.edit(first, FieldGroup.DISTANCE, distance=9.0).answer
        assert (seen.pose.azimuth, seen.pose.distance) == (2.0, 9.0)
        assert world.open(first).answer == seen

    def test_an_entry_older_than_the_assignment_is_passed_over(self, world: World) -> None:
        first = world.assignments[0]
        world.edit(first, azimuth=1.0)
        kept = world.open(first).answer
        assert not journal(world, first, 0, answer(2.0))
        assert world.open(first).answer == kept
        world.save(first, answer(1.0))
        assert not journal(world, first, 1, answer(2.0))
        assert not rows(world, Draft)

    def test_only_the_owner_keeps_a_draft_and_many_fit_in_one_transaction(self, world: World) -> None:
        assert not journal(world, world.assignments[0], 0, answer(2.0), author=world.bob)
        assert not journal(world, world.assignments[0], 0, answer(2.0), author=world.sue)
        entries = [
            DraftEntry(assignment_id=assignment_id, author_id=world.ann, version=0, answer=answer(index + 1))
            for index, assignment_id in enumerate(world.assignments)
        ]
        with world.database.transaction() as session:
            assert journal_drafts(session, entries=entries) == set(world.assignments)
        assert [world.open(id_).answer.pose.azimuth for id_ in world.assignments] == [1, 2, 3, 4]

    def test_it_leaves_no_trace_in_the_outbox(self, world: World) -> None:
        before = len(rows(world, Outbox))
        journal(world, world.assignments[0], 0, answer(2.0))
        assert len(rows(world, Outbox)) == before


class TestClearing:
    def test_it_opens_the_item_again_at_its_starting_pose(self, world: World) -> None:
        first = world.assignments[0]
        start = world.open(first).answer
        world.save(first, answer(0.5))
        world.edit(first, azimuth=1.5)
        cleared = world.clear(first)
        opened = world.open(first)
        assert (cleared.answer, cleared.state, cleared.saved) == (start, AssignmentState.NEW, None)
        assert (opened.answer, opened.saved, opened.unsaved) == (start, None, False)
        kinds = [(row.number, row.kind) for row in rows(world, Revision)]
        assert kinds == [(1, RevisionKind.SAVED), (2, RevisionKind.CLEARED)]

    def test_its_undo_brings_back_the_saved_answer_and_the_unsaved_change(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, answer(0.5))
        drafted = world.edit(first, azimuth=1.5).answer
        world.clear(first)
        restored = world.undo(first)
        opened = world.open(first)
        assert restored.state is opened.state is AssignmentState.SAVED
        assert opened.saved.answer == answer(0.5)
        assert (opened.saved.revision, opened.saved.author_id) == (3, world.ann)
        assert (opened.answer, opened.unsaved) == (drafted, True)
        assert rows(world, Revision)[-1].kind is RevisionKind.RESTORED

    def test_without_an_unsaved_change_its_undo_leaves_nothing_unsaved(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, answer(0.5))
        world.clear(first)
        assert world.undo(first).answer == answer(0.5)
        assert not world.open(first).unsaved

    def test_it_can_be_redone_and_undone_again(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, answer(0.5))
        start = world.clear(first).answer
        world.undo(first)
        again = world.redo(first)
        assert (again.answer, again.state, again.saved) == (start, AssignmentState.NEW, None)
        world.undo(first)
        assert world.open(first).saved.answer == answer(0.5)
        assert [row.kind.value for row in rows(world, Revision)] == [
            "saved",
            "cleared",
            "restored",
            "cleared",
            "restored",
        ]

    def test_its_undo_does_not_replace_what_was_saved_since(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, answer(0.5))
        world.clear(first)
        world.save(first, answer(2.5))
        world.undo(first)
        opened = world.open(first)
        assert opened.saved.answer == answer(2.5)
        assert (opened.answer, opened.unsaved) == (answer(0.5), True)
        assert opened.state is AssignmentState.SAVED

    def test_of_a_draft_alone_no_revision_is_made(self, world: World) -> None:
        first = world.assignments[0]
        drafted = world.edit(first, azimuth=1.5).answer
        assert world.clear(first).state is AssignmentState.NEW
        assert not rows(world, Revision)
        assert world.undo(first).answer == drafted
        assert world.open(first).state is AssignmentState.DRAFTED

    def test_repeated_it_clears_once(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, answer(0.5))
        op = make_op(world.ann, 1, kind=OpKind.CLEAR)
        version = world.clear(first, op=op).version
        world.save(first, answer(2.5))
        again = world.clear(first, op=op)
        assert (again.version, again.duplicate) == (version, True)
        assert world.open(first).saved.answer == answer(2.5)
