"""What the stage is given: where an item starts, what is around it, and what it must never learn."""

from dataclasses import replace

import pytest

from domain.answer import FieldGroup
from domain.category import CategoryRule
from domain.errors import NotAllowed, NotFound
from domain.permissions import CONSOLE
from domain.start import StartSource
from domain.task_state import AssignmentState
from storage.record import _MOMENT
from storage.tables import Assignment
from storage.types import now
from storage.use_cases import items, library
from storage.use_cases.annotate import FlagKind, flag_assignment, unflag_assignment
from tests.storage.world import PREDICTED, World, answer


def known(world: World, number: int = 0, **given) -> None:
    """Adds to an item what the keywords name: prediction=, imported=, gold=."""
    item_id = world.item_ids[number]
    with world.database.transaction() as session:
        if "prediction" in given:
            items.add_prediction(
                session, actor=CONSOLE, item_id=item_id, model_version="m1", answer=given["prediction"], score=0.5
            )
        if "imported" in given:
            items.add_imported_label(session, actor=CONSOLE, item_id=item_id, answer=given["imported"])
        if "gold" in given:
            items.add_gold(session, actor=CONSOLE, item_id=item_id, answer=given["gold"])


class TestStart:
    def test_precedence_from_the_least_to_the_most_that_is_known(self, world: World) -> None:
        first = world.assignments[0]
        opened = world.open(first)
        pose = opened.answer.pose
        assert opened.answer_source is StartSource.DEFAULT
        assert (pose.azimuth, pose.elevation, pose.theta, pose.px, pose.py) == (0, 0, 0, 250, 200)
        # box diagonal hypot(300, 200), model diagonal hypot(0.6, 0.8, 1)
        assert pose.distance == pytest.approx(2000 * 2**0.5 / 130000**0.5)
        assert opened.item.viewport == 2000

        known(world, prediction=PREDICTED)
        opened = world.open(first)
        assert opened.answer_source is StartSource.PREDICTION
        assert opened.answer == opened.default == PREDICTED
        assert (opened.prediction.model_version, opened.prediction.score) == ("m1", 0.5)

        known(world, imported=answer(2.0))
        opened = world.open(first)
        assert (opened.answer_source, opened.answer) == (StartSource.IMPORTED, answer(2.0))
        assert opened.saved is None
        assert opened.state is AssignmentState.NEW

        world.save(first, answer(3.0))
        opened = world.open(first)
        assert (opened.answer_source, opened.answer, opened.default) == (
            StartSource.REVISION,
            answer(3.0),
            answer(2.0),
        )

        world.edit(first, azimuth=3.5)
        opened = world.open(first)
        assert (opened.answer_source, opened.answer.pose.azimuth) == (StartSource.DRAFT, 3.5)
        assert opened.saved.answer == answer(3.0)

    def test_a_prediction_gives_pose_and_model_but_no_answers(self, world: World) -> None:
        known(world, prediction=answer(1.0))
        opened = world.open(world.assignments[0])
        assert (opened.answer.object_status, opened.answer.dense) == (None, None)

    def test_of_several_predictions_the_newest_then_the_best(self, world: World) -> None:
        item_id, at = world.item_ids[0], now()
        for minutes, version, score in ((0, "old", 0.9), (1, "new a", 0.2), (1, "new b", 0.3)):
            with world.database.transaction() as session:
                session.info[_MOMENT] = at.replace(minute=minutes)
                given = replace(PREDICTED, pose=PREDICTED.pose.replace(azimuth=score))
                items.add_prediction(
                    session, actor=CONSOLE, item_id=item_id, model_version=version, answer=given, score=score
                )
        assert world.open(world.assignments[0]).prediction.model_version == "new b"

    def test_an_unreadable_first_model_still_opens(self, world: World) -> None:
        with world.database.transaction() as session:
            library.add_cad_model(
                session,
                actor=CONSOLE,
                category_id=world.category_id,
                cad_index=1,
                sha256="a" * 64,
                suffix=".off",
                reason="line 3: not a number",
            )
        opened = world.open(world.assignments[0])
        assert [(cad.cad_index, cad.readable) for cad in opened.cad_models] == [(1, False), (2, True), (3, True)]
        assert opened.cad_models[0].reason == "line 3: not a number"
        assert opened.answer.pose.distance == pytest.approx(2000 / 130000**0.5)


class TestSecrets:
    def test_gold_shows_nowhere(self, world: World) -> None:
        known(world, 0, gold=answer(2.71828))
        known(world, 1, gold=answer(2.71828))
        for assignment_id in world.assignments[:2]:
            assert "2.71828" not in repr(world.open(assignment_id))

    def test_overlapping_people_do_not_see_each_others_answers(self, world: World) -> None:
        theirs = world.give(world.bob)
        for assignment_id in theirs:
            world.save(assignment_id, answer(2.71828), actor=world.bob)
        for assignment_id in world.assignments:
            assert "2.71828" not in repr(world.open(assignment_id))
        assert world.open(theirs[0], world.bob).saved.answer == answer(2.71828)


class TestAround:
    def test_other_objects_as_the_person_answered_them_else_as_predicted_else_empty(self, world: World) -> None:
        first, second = world.assignments[:2]
        assert [(other.item_id, other.answer) for other in world.open(first).others] == [(world.item_ids[1], None)]
        known(world, 1, prediction=PREDICTED)
        other = world.open(first).others[0]
        assert (other.answer, other.cad.cad_index, other.category) == (PREDICTED, 2, "mug")
        world.save(second, answer(1.5))
        other = world.open(first).others[0]
        assert (other.answer, other.cad.id) == (answer(1.5), world.cad_ids[0])
        world.clear(second)
        assert world.open(first).others[0].answer == PREDICTED

    def test_neighbours_and_facts(self, world: World) -> None:
        with world.database.transaction() as session:
            rule = CategoryRule(ignored=("azimuth",), ignored_reason="round", note="handle")
            library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="mug", rule=rule)
        a, b, c, d = world.assignments
        opened = world.open(b)
        assert (opened.position, opened.total, opened.prev_id, opened.next_id) == (2, 4, a, c)
        assert opened.assignment_ids == (a, b, c, d)
        assert (world.open(a).prev_id, world.open(d).next_id) == (None, None)
        assert (opened.task.name, opened.item.category, opened.item.object_index) == ("mugs", "mug", 1)
        assert (opened.image.id, opened.image.width, opened.image.height) == (world.image_ids[0], 640, 480)
        assert opened.rule == rule
        assert opened.can_edit
        assert not world.open(b, world.sue).can_edit

    def test_next_open_goes_on_from_here_and_around_with_what_was_sent_back_first(self, world: World) -> None:
        a, b, c, d = world.assignments

        def next_open(assignment_id: int) -> int | None:
            return world.open(assignment_id).next_open_id

        assert [next_open(id_) for id_ in (a, b, c, d)] == [b, c, d, a]
        world.save(c)
        assert (next_open(b), next_open(d)) == (d, a)
        with world.database.transaction() as session:
            session.get(Assignment, c).state = AssignmentState.SENT_BACK
        assert [next_open(id_) for id_ in (a, b, c, d)] == [c, c, d, c]
        for id_ in (a, b, c):
            world.save(id_)
        assert (next_open(a), next_open(d)) == (d, None)

    def test_a_skipped_item_stays_open_but_comes_last(self, world: World) -> None:
        a, b, c, d = world.assignments
        with world.database.transaction() as session:
            flag_assignment(session, actor=world.ann, assignment_id=b, kind=FlagKind.SKIP, reason="too  dark ")
        assert world.open(a).next_open_id == c
        opened = world.open(b)
        assert (opened.flag.kind, opened.flag.reason, opened.state) == (
            FlagKind.SKIP,
            "too dark",
            AssignmentState.NEW,
        )
        for id_ in (a, c, d):
            world.save(id_)
        assert world.open(d).next_open_id == b
        world.save(b)
        assert world.open(b).flag is None

    def test_a_call_for_help_stands_until_it_is_taken_back(self, world: World) -> None:
        a = world.assignments[0]
        with world.database.transaction() as session:
            flag_assignment(session, actor=world.ann, assignment_id=a, kind=FlagKind.HELP, reason="")
        world.save(a)
        assert world.open(a).flag.kind is FlagKind.HELP
        with world.database.transaction() as session:
            unflag_assignment(session, actor=world.sue, assignment_id=a)
        assert world.open(a).flag is None

    def test_history_is_the_persons_own(self, world: World) -> None:
        a = world.assignments[0]
        world.edit(a, azimuth=1.0)
        world.edit(a, FieldGroup.DISTANCE, distance=7.0)
        world.undo(a)
        opened = world.open(a)
        assert [list(op.changes) for op in opened.undo] == [[FieldGroup.ROTATION]]
        assert [list(op.changes) for op in opened.redo] == [[FieldGroup.DISTANCE]]
        assert opened.redo[0].changes[FieldGroup.DISTANCE].before == {"distance": 7.0}
        watched = world.open(a, world.sue)
        assert (watched.undo, watched.redo) == ((), ())
        assert watched.answer == opened.answer


def test_another_persons_assignment_and_one_that_is_not_there(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.open(world.assignments[0], world.bob)
    for actor in (world.bob, world.sue):
        with pytest.raises((NotAllowed, NotFound)):
            world.open(99999, actor)
