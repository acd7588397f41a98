"""Collaborators own one assignment, and never see across blind overlap."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.answer import FieldGroup
from domain.errors import AlreadyExists, NotAllowed, NotFound
from storage.use_cases import board, tasks, viewing
from storage.use_cases.annotate import DraftEntry, journal_drafts
from storage.use_cases.collaborators import StaysBlind, add_collaborator, crew_of, remove_collaborator
from storage.use_cases.entry import entry_of_task
from tests.storage.world import World, answer


def add(world: World, assignment_id: int, user_id: int, actor: int | None = None) -> None:
    with world.database.transaction() as session:
        add_collaborator(session, actor=actor or world.sue, assignment_id=assignment_id, user_id=user_id)


def test_a_collaborator_does_all_that_the_owner_may_and_nothing_next_to_it(world: World) -> None:
    first, second = world.assignments[:2]
    with pytest.raises(NotAllowed):
        world.open(first, world.bob)
    add(world, first, world.bob)
    opened = world.open(first, world.bob)
    assert (opened.can_edit, opened.total, opened.assignment_ids) == (True, 1, (first,))
    assert world.open(first).total == len(world.assignments)
    world.edit(first, FieldGroup.DISTANCE, actor=world.bob, distance=9.0)
    world.save(first, world.answered(first), actor=world.bob)
    with world.database.transaction() as session:
        entry = DraftEntry(
            assignment_id=first, author_id=world.bob, version=world.open(first).version, answer=answer(2.0)
        )
        assert journal_drafts(session, entries=[entry]) == {first}
    with pytest.raises(NotAllowed):
        world.open(second, world.bob)
    with world.database.reading() as session:
        [task] = tasks.my_tasks(session, actor=world.bob)
        assert (task.id, task.total, task.saved) == (world.task_id, 1, 1)
        assert entry_of_task(session, actor=world.bob, task_id=world.task_id) == first
        assert viewing.may_see_image(session, actor=world.bob, image_id=world.image_ids[0])
        with pytest.raises(NotFound):
            viewing.may_see_image(session, actor=world.bob, image_id=world.image_ids[1])


def test_what_one_has_under_the_hand_is_not_the_other_s_answer(world: World) -> None:
    first = world.assignments[0]
    add(world, first, world.bob)
    before = world.edit(first, FieldGroup.DISTANCE, distance=9.0).answer
    with world.database.transaction() as session:
        held = DraftEntry(assignment_id=first, author_id=world.bob, version=1, answer=answer(2.0))
        journal_drafts(session, entries=[held])
    assert world.open(first, world.bob).answer == held.answer
    assert world.open(first).answer == world.open(first).committed == before
    assert world.open(first, world.sue).answer == held.answer


def test_nobody_comes_to_an_item_that_they_have_for_themselves(world: World) -> None:
    theirs = world.give(world.bob)
    with pytest.raises(StaysBlind):
        add(world, world.assignments[0], world.bob)
    with pytest.raises(AlreadyExists):
        add(world, world.assignments[0], world.ann)
    with pytest.raises(StaysBlind):
        add(world, theirs[0], world.ann)
    with world.database.reading() as session:
        crew = crew_of(session, actor=world.sue, assignment_id=theirs[0])
    assert [person.name for person in crew.candidates] == ["ada", "sue"]
    add(world, world.assignments[0], world.ada)
    with pytest.raises(StaysBlind):
        add(world, theirs[0], world.ada)


def test_who_is_taken_off_may_no_more_and_what_they_did_stays(world: World) -> None:
    first = world.assignments[0]
    add(world, first, world.bob)
    done = world.edit(first, FieldGroup.DISTANCE, actor=world.bob, distance=9.0)
    with world.database.transaction() as session:
        remove_collaborator(session, actor=world.sue, assignment_id=first, user_id=world.bob)
    with pytest.raises(NotAllowed):
        world.open(first, world.bob)
    assert world.open(first).answer == done.answer
    with world.database.transaction() as session, pytest.raises(NotFound):
        remove_collaborator(session, actor=world.sue, assignment_id=first, user_id=world.bob)


def test_only_the_team_adds_and_sees_the_board(world: World) -> None:
    with pytest.raises(NotAllowed):
        add(world, world.assignments[0], world.bob, actor=world.ann)
    with world.database.reading() as session, pytest.raises(NotAllowed):
        board.may_see_board(session, actor=world.ann)


def test_the_board_counts_what_is_there(world: World) -> None:
    world.save(world.assignments[0], world.answered(world.assignments[0]))
    with world.database.reading() as session:
        facts = board.board_facts(session, actor=world.sue, since=datetime.now(UTC) - timedelta(hours=1))
        people, found = board.board_changes(session, actor=world.sue, assignment_ids=[world.assignments[0]])
    ann = next(person for person in facts.people if person.user_id == world.ann)
    assert (ann.total, ann.saved, ann.open, ann.sent_back) == (4, 1, 3, 0)
    assert [(save.user_id, save.assignment_id) for save in facts.saves] == [(world.ann, world.assignments[0])]
    assert world.ann in facts.last_at
    assert people == [ann]
    assert found == list(facts.tasks)


def test_the_board_counts_what_people_help_with(world: World) -> None:
    first = world.assignments[0]

    def counted(user_ids: tuple[int, ...] = ()) -> dict[int, tuple[int, int, int]]:
        with world.database.reading() as session:
            facts = board.board_facts(session, actor=world.sue, since=datetime.now(UTC))
            people, _tasks = board.board_changes(session, actor=world.sue, assignment_ids=[first], user_ids=user_ids)
        whole = {person.user_id: (person.total, person.saved, person.open) for person in facts.people}
        assert all(whole[person.user_id] == (person.total, person.saved, person.open) for person in people)
        return {person.user_id: whole[person.user_id] for person in people}

    assert counted() == {world.ann: (4, 0, 4)}
    add(world, first, world.bob)
    assert counted() == {world.ann: (4, 0, 4), world.bob: (1, 0, 1)}
    world.save(first, world.answered(first), actor=world.bob)
    assert counted() == {world.ann: (4, 1, 3), world.bob: (1, 1, 0)}
    with world.database.transaction() as session:
        remove_collaborator(session, actor=world.sue, assignment_id=first, user_id=world.bob)
    assert counted((world.bob,)) == {world.ann: (4, 1, 3), world.bob: (0, 0, 0)}
