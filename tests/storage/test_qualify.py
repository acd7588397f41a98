"""Tests before real work: rights, gate, attempts, what is judged and what is closed."""

import math
from dataclasses import replace
from functools import partial

import pytest
from sqlmodel import select

from domain.answer import Answer
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict, WrongState
from domain.flip_guard import Verdict
from domain.flips import FlipKind, candidate_flips
from domain.permissions import CONSOLE
from domain.qualification import Consequence, Feedback, Part
from domain.task_state import AssignmentState
from storage.errors import NoAttemptLeft, NotQualified, NumbersChanged, WorkPaused
from storage.tables import Assignment, Gold
from storage.use_cases.adjudicate.pictured import pictured_chosen
from storage.use_cases.items import add_gold
from storage.use_cases.qualify import flips, gate, hidden_gold, results, rules, taking, trust
from storage.use_cases.tasks import task_page
from storage.use_cases.verdicts import VerdictFilter, annotation_to_judge, annotations_to_judge
from storage.use_cases.work.creating import Handing, WorkOrder, place_order, preview_order
from storage.use_cases.work.pool import draw_next
from storage.use_cases.work.selection import Selection
from storage.use_cases.work.sharing import transfer
from tests.storage.world import World, answer
from ui.live.payloads import opened_message, saved_message

TERMS = rules.ExamTerms(items=2, needed=2, attempts=2)
FLIPPED = answer(0.5 + math.pi)


class Exam:
    """A test of the world's four mugs, of which each attempt takes two; bob takes it."""

    def __init__(self, world: World, terms: rules.ExamTerms = TERMS) -> None:
        self.world = world
        with world.database.transaction() as session:
            for item_id in world.item_ids:
                add_gold(session, actor=CONSOLE, item_id=item_id, answer=answer(0.5))
            order = WorkOrder(selection=Selection(dataset_id=world.dataset_id), name="mug test")
            self.id = rules.make_exam(session, actor=world.ada, order=order, terms=terms)
            pool = WorkOrder(selection=Selection(dataset_id=world.dataset_id), name="mug pool", handing=Handing.POOL)
            (self.pool_id,) = place_order(session, actor=world.ada, order=pool)
            gate.require_test(session, actor=world.ada, test_id=self.id, task_id=self.pool_id)

    def do(self, use_case, *, actor: int | None = None, **given):
        with self.world.database.transaction() as session:
            return use_case(session, actor=actor or self.world.bob, test_id=self.id, **given)

    def attempt(self, *answers: Answer) -> taking.MyExam:
        """Begins one and saves these answers in their order."""
        first = self.do(taking.start_attempt)
        items = self.do(taking.settle).present.items
        assert items[0].assignment_id == first
        for item, given in zip(items, answers, strict=False):
            self.world.save(item.assignment_id, given, actor=self.world.bob)
        return self.do(taking.settle)

    def require(self, **of: int) -> None:
        with self.world.database.transaction() as session:
            gate.require_test(session, actor=self.world.ada, test_id=self.id, **of)


@pytest.fixture
def exam(world: World) -> Exam:
    return Exam(world)


def test_an_attempt_that_fails_says_what_was_off_and_the_next_takes_other_items(exam: Exam) -> None:
    mine = exam.attempt(answer(0.5), FLIPPED)
    (first,) = mine.attempts
    assert (first.passed, first.correct, mine.left) == (False, 1, 1)
    assert [item.judged.right for item in first.items] == [True, False]
    (off,) = first.items[1].judged.off
    assert (off.part, off.kind) == (Part.FLIP, "azimuth")

    mine = exam.attempt(answer(0.52), answer(0.5))
    assert mine.passed
    assert mine.present is None
    had = [exam.world.open(item.assignment_id, exam.world.bob).item.id for item in first.items]
    new = [exam.world.open(item.assignment_id, exam.world.bob).item.id for item in mine.attempts[1].items]
    assert sorted(had + new) == sorted(exam.world.item_ids)


def test_what_is_judged_is_closed_and_judged_once(exam: Exam) -> None:
    mine = exam.attempt(answer(0.5))
    judged = mine.present.items[0]
    assert judged.state is AssignmentState.ACCEPTED
    assert mine.present.items[1].judged is None
    with pytest.raises(WrongState):
        exam.world.save(judged.assignment_id, FLIPPED, actor=exam.world.bob)
    assert exam.do(taking.settle) == mine


def test_after_the_last_attempt_only_another_one_that_is_given_helps(exam: Exam) -> None:
    exam.attempt(FLIPPED, FLIPPED)
    exam.attempt(FLIPPED, FLIPPED)
    with pytest.raises(NoAttemptLeft):
        exam.do(taking.start_attempt)
    exam.do(results.give_attempt, actor=exam.world.ada, user_id=exam.world.bob)
    # All items were had: those of the first attempts come again, empty, with nothing judged.
    mine = exam.attempt()
    assert [item.state for item in mine.present.items] == [AssignmentState.NEW] * 2
    assert exam.attempt(answer(0.5), answer(0.5)).passed
    with pytest.raises(WrongState):
        exam.do(taking.start_attempt)


def test_at_the_end_nothing_is_told_before_it_is_handed_in(world: World) -> None:
    exam = Exam(world, rules.ExamTerms(items=2, needed=1, attempts=1, feedback=Feedback.END))
    mine = exam.attempt(answer(0.5))
    assert [item.judged for item in mine.present.items] == [None, None]
    with pytest.raises(WrongState):
        exam.do(taking.settle, hand_in=True)
    second = mine.present.items[1].assignment_id
    world.save(second, FLIPPED, actor=world.bob)
    assert exam.do(taking.settle).present is not None
    mine = exam.do(taking.settle, hand_in=True)
    assert (mine.passed, mine.attempts[0].correct) == (True, 1)


def test_the_gate_keeps_out_until_the_test_is_passed(exam: Exam) -> None:
    world = exam.world
    real = world.give(world.bob)[0]
    world.save(real, actor=world.bob)
    exam.require(task_id=task_of(world, real))
    for work in (lambda: world.open(real, world.bob), lambda: world.save(real, actor=world.bob, base_version=1)):
        with pytest.raises(NotQualified) as refused:
            work()
        assert refused.value.test_id == exam.id
    assert world.open(real, world.sue).can_edit is False, "who only looks needs no test"
    with world.database.reading() as session:
        (ahead,) = results.exams_ahead(session, actor=world.bob, tasks={task_of(world, real): "mugs", 999: "no"})
    assert (ahead.test_id, ahead.left, len(ahead.tasks)) == (exam.id, 2, 1)
    exam.attempt(answer(0.5), answer(0.5))
    assert world.open(real, world.bob).can_edit


def test_a_data_set_that_requires_a_test_lets_nobody_draw(exam: Exam) -> None:
    world = exam.world
    with world.database.transaction() as session:
        order = WorkOrder(selection=Selection(dataset_id=world.dataset_id), handing=Handing.POOL)
        (pool,) = place_order(session, actor=world.ada, order=order)
    exam.require(dataset_id=world.dataset_id)
    with pytest.raises(NotQualified), world.database.transaction() as session:
        draw_next(session, actor=world.bob, task_id=pool)
    exam.do(results.excuse, actor=world.ada, user_id=world.bob)
    with world.database.transaction() as session:
        assert draw_next(session, actor=world.bob, task_id=pool)


def test_a_test_is_made_of_gold_and_of_enough_of_it(world: World) -> None:
    order = WorkOrder(selection=Selection(dataset_id=world.dataset_id))
    with world.database.transaction() as session:
        add_gold(session, actor=CONSOLE, item_id=world.item_ids[0], answer=answer())
    with pytest.raises(InvalidInput), world.database.transaction() as session:
        rules.make_exam(session, actor=world.ada, order=order, terms=TERMS)
    with world.database.transaction() as session:
        terms = rules.ExamTerms(items=1, needed=1)
        test_id = rules.make_exam(session, actor=world.ada, order=order, terms=terms)
        assert list(rules.items_of_test(session, test_id)) == [world.item_ids[0]]


def test_who_need_not_pass_it_does_not_see_its_answers(exam: Exam) -> None:
    world = exam.world
    with world.database.transaction() as session:
        gate.require_test(session, actor=world.ada, test_id=None, task_id=exam.pool_id)
    for use_case in (taking.start_attempt, taking.settle):
        with pytest.raises(NotFound):
            exam.do(use_case)
    exam.do(results.give_attempt, actor=world.ada, user_id=world.bob)
    assert exam.attempt(answer(0.5)).present is not None


def test_its_items_are_given_to_nobody(exam: Exam) -> None:
    """They would be drawn no more."""
    with exam.world.database.transaction() as session:
        places = session.exec(select(Assignment.id).where(Assignment.task_id == exam.id)).all()
        with pytest.raises(InvalidInput, match="drawn by those who take it"):
            transfer(
                session,
                actor=exam.world.ada,
                task_id=exam.id,
                assignment_ids=places,
                user_ids=[exam.world.bob],
            )
        listed, _total = task_page(session, actor=exam.world.sue)
    assert exam.id not in {task.id for task in listed}


def test_who_may_what(exam: Exam) -> None:
    world = exam.world
    exam.attempt(answer(0.5))
    only_admins = (
        lambda s, a: rules.change_exam(s, actor=a, test_id=exam.id, terms=TERMS),
        lambda s, a: results.give_attempt(s, actor=a, test_id=exam.id, user_id=world.bob),
        lambda s, a: results.excuse(s, actor=a, test_id=exam.id, user_id=world.ann),
        lambda s, a: gate.require_test(s, actor=a, test_id=exam.id, task_id=world.task_id),
    )
    for use_case in only_admins:
        for actor in (world.bob, world.sue):
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                use_case(session, actor)
    with world.database.reading() as session:
        (result,) = results.exam_results(session, actor=world.sue)
        assert (result.person, result.attempts, result.under_way, result.best) == ("bob", 1, True, None)
        with pytest.raises(NotAllowed):
            results.exam_results(session, actor=world.bob)
        seen = taking.exam_of(session, actor=world.sue, test_id=exam.id, user_id=world.bob)
        with pytest.raises(NotFound):
            taking.exam_of(session, actor=world.sue, test_id=exam.id, user_id=999)
        with pytest.raises(NotAllowed):
            taking.exam_of(session, actor=world.ann, test_id=exam.id, user_id=world.bob)
        with pytest.raises(NotAllowed):
            taking.settle(session, actor=CONSOLE, test_id=exam.id)
    assert (seen.person, seen.exam) == ("bob", exam.do(taking.settle))
    # Nobody opens another person's attempt, and its places are drawn by no pool.
    place = exam.do(taking.settle).present.items[0].assignment_id
    with pytest.raises(NotAllowed):
        world.open(place, world.ann)
    with pytest.raises(NotFound):
        exam.do(draw, actor=world.ann)


def draw(session, *, actor: int, test_id: int):
    return draw_next(session, actor=actor, task_id=test_id)


def task_of(world: World, assignment_id: int) -> int:
    with world.database.reading() as session:
        return session.get(Assignment, assignment_id).task_id


def test_gold_itself_is_untouched(exam: Exam) -> None:
    exam.attempt(FLIPPED, FLIPPED)
    with exam.world.database.reading() as session:
        assert {row.answer().pose.azimuth for row in session.exec(select(Gold))} == {0.5}


class TestHiddenGold:
    """ann labels four mugs, of which the first three are gold."""

    @pytest.fixture
    def gold(self, world: World) -> World:
        with world.database.transaction() as session:
            for item_id in world.item_ids[:3]:
                add_gold(session, actor=CONSOLE, item_id=item_id, answer=answer(0.5))
        return world

    def terms(self, world: World, **given) -> None:
        terms = hidden_gold.GoldTerms(last=2, least_right=0.8, **given)
        with world.database.transaction() as session:
            hidden_gold.set_gold_terms(session, actor=world.ada, task_id=world.task_id, terms=terms)

    def save(self, world: World, number: int, given: Answer):
        saved = world.save(world.assignments[number], given)
        with world.database.transaction() as session:
            return hidden_gold.check_gold(
                session, actor=world.ann, assignment_id=world.assignments[number], revision=saved.revision
            )

    def test_nothing_that_the_annotator_is_told_depends_on_it(self, gold: World) -> None:
        self.terms(gold)
        first, last = (opened_message(gold.open(gold.assignments[number])) for number in (0, 3))
        differing = {key for key in first if first[key] != last[key]}
        assert differing <= {
            "assignment_id", "position", "prev_id", "next_id", "next_open_id", "image", "photo_url", "item", "others",
        }  # fmt: skip
        by_place = {"prev_id", "next_id", "next_open_id"}
        assert all(shape(first[key]) == shape(last[key]) for key in first if key not in by_place)
        assert self.save(gold, 0, FLIPPED) is None
        assert self.save(gold, 3, FLIPPED) is None
        saved = [gold.save(gold.assignments[number], FLIPPED) for number in (0, 3)]
        assert shape(saved_message(1, saved[0])) == shape(saved_message(1, saved[1]))

    def test_with_feedback_the_first_answer_counts_and_is_told(self, gold: World) -> None:
        self.terms(gold, feedback=Feedback.EACH)
        told = self.save(gold, 0, FLIPPED)
        assert (told.judged.right, told.judged.off[0].part) == (False, Part.FLIP)
        assert self.save(gold, 0, answer(0.5)) is None
        assert self.save(gold, 3, FLIPPED) is None, "this one is no gold"

    def test_too_many_wrong_ones_pause_the_work_until_somebody_has_looked(self, gold: World) -> None:
        self.terms(gold, consequence=Consequence.PAUSE)
        self.save(gold, 0, FLIPPED)
        assert gold.open(gold.assignments[1]).can_edit
        self.save(gold, 1, answer(0.5))
        for work in (lambda: gold.open(gold.assignments[3]), lambda: gold.save(gold.assignments[3], base_version=0)):
            with pytest.raises(WorkPaused):
                work()
        with gold.database.transaction() as session:
            (alert,) = hidden_gold.open_alerts(session, actor=gold.sue)
            assert (alert.person, alert.correct, alert.counted, alert.paused) == ("ann", 1, 2, True)
            for use_case in (hidden_gold.open_alerts, partial(hidden_gold.settle_alert, alert_id=alert.id)):
                with pytest.raises(NotAllowed):
                    use_case(session, actor=gold.ann)
            hidden_gold.settle_alert(session, actor=gold.sue, alert_id=alert.id)
        assert self.save(gold, 2, FLIPPED) is None
        assert gold.open(gold.assignments[3]).can_edit, "answers count anew"

    def test_a_warning_stops_nobody(self, gold: World) -> None:
        self.terms(gold, consequence=Consequence.WARN)
        for number in (0, 1, 2):
            self.save(gold, number, FLIPPED)
        assert gold.open(gold.assignments[3]).can_edit
        with gold.database.reading() as session:
            assert len(hidden_gold.open_alerts(session, actor=gold.sue)) == 1


def shape(value):
    """What is there, without what it is."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shape(inner) for inner in value]
    return type(value).__name__


class TestFlipQuestions:
    """ann has saved a flipped mug; the guard's verdict is made by hand."""

    def case(self, world: World, assignment_id: int):
        with world.database.reading() as session:
            return flips.flip_case(session, actor=world.ann, assignment_id=assignment_id, revision=1)

    def ask(self, world: World, assignment_id: int):
        case = self.case(world, assignment_id)
        flip = candidate_flips(case.pose.rotation())[0]
        with world.database.transaction() as session:
            verdict = Verdict(flip=flip, probability=0.9, because=("photo",))
            return flips.ask(session, actor=world.ann, case=case, verdict=verdict)

    def test_swapping_is_a_gesture_and_a_save_and_asks_no_more(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, FLIPPED)
        question = self.ask(world, first)
        assert (question.kind, question.because) == (FlipKind.AZIMUTH, ("photo",))
        assert self.case(world, first) is None
        with pytest.raises(NotAllowed), world.database.transaction() as session:
            flips.swap_pose(session, actor=world.bob, question_id=question.id)
        with world.database.transaction() as session:
            flips.swap_pose(session, actor=world.ann, question_id=question.id)
        opened = world.open(first)
        assert opened.saved.revision == 2
        assert opened.answer.pose.azimuth == pytest.approx(0.5)
        assert not opened.unsaved
        world.undo(first)
        assert world.open(first).answer.pose.azimuth == pytest.approx(0.5 + math.pi)

    def test_what_changed_since_is_left_alone(self, world: World) -> None:
        first = world.assignments[0]
        world.save(first, FLIPPED)
        question = self.ask(world, first)
        world.edit(first, azimuth=1.0)
        with pytest.raises(RevisionConflict), world.database.transaction() as session:
            flips.swap_pose(session, actor=world.ann, question_id=question.id)

    def test_other_peoples_answers_speak_and_gold_does_not(self, world: World) -> None:
        first = world.assignments[0]
        world.save(world.give(world.bob)[0], answer(0.5), actor=world.bob)
        with world.database.transaction() as session:
            add_gold(session, actor=CONSOLE, item_id=world.item_ids[0], answer=answer(0.7))
        world.save(first, FLIPPED)
        case = self.case(world, first)
        assert [pose.azimuth for pose in case.others] == [0.5]
        assert not hasattr(case, "gold")


def test_gold_is_mixed_in_by_share_and_in_the_order_of_all_items(world: World) -> None:
    with world.database.transaction() as session:
        for item_id in world.item_ids[1:3]:
            add_gold(session, actor=CONSOLE, item_id=item_id, answer=answer(0.5))
        selection = Selection(dataset_id=world.dataset_id, seed=3)
        order = WorkOrder(selection=selection, gold_share=0.34, handing=Handing.PEOPLE, user_ids=(world.bob,))
        outlook = preview_order(session, actor=world.ada, order=order)
        place_order(session, actor=world.ada, order=order, expected=outlook)
    assert (outlook.items, outlook.gold) == (3, 1)
    items = [world.open(each, world.bob).item.id for each in world.assignments_of(world.bob)]
    assert items == sorted(items)
    assert len(set(items) & set(world.item_ids[1:3])) == 1
    assert {world.item_ids[0], world.item_ids[3]} < set(items)


def test_gold_is_hidden_in_other_work_only(exam: Exam) -> None:
    order = WorkOrder(selection=Selection(dataset_id=exam.world.dataset_id), gold_share=0.2)
    with exam.world.database.reading() as session, pytest.raises(InvalidInput, match="all of these objects are gold"):
        preview_order(session, actor=exam.world.ada, order=order)


def test_trust_is_set_whole_and_on_what_was_seen(exam: Exam) -> None:
    world = exam.world
    given = {"actor": world.ada, "task_id": world.task_id}
    with world.database.transaction() as session:
        seen = trust.trust_of(session, **given)
        wanted = replace(seen, of_task=exam.id, gold=hidden_gold.GoldTerms())
        trust.set_trust(session, **given, seen=seen, wanted=wanted)
    with pytest.raises(NumbersChanged), world.database.transaction() as session:
        trust.set_trust(session, **given, seen=seen, wanted=replace(seen, of_dataset=exam.id))
    with pytest.raises(NotFound), world.database.transaction() as session:
        trust.set_trust(session, **given, seen=wanted, wanted=replace(wanted, gold=None, of_dataset=999))
    with world.database.reading() as session:
        assert trust.trust_of(session, **given) == wanted


def test_the_team_too_answers_blind(exam: Exam) -> None:
    """Who has an item or a test still to do sees nothing of others' answers to it, whatever their role."""
    world = exam.world
    exam.attempt(answer(0.5), FLIPPED)
    judged_id = exam.do(taking.settle).attempts[0].items[0].answer_id
    with world.database.transaction() as session:
        assert taking.pictured_truth(session, actor=world.sue, answer_id=judged_id)
        order = WorkOrder(
            selection=Selection(dataset_id=world.dataset_id),
            name="sue's",
            handing=Handing.PEOPLE,
            user_ids=(world.sue,),
        )
        (mine,) = place_order(session, actor=world.ada, order=order)
    world.save(world.assignments[0], answer(0.5))
    item_id = world.item_ids[0]
    with world.database.transaction() as session:
        for hidden in (
            lambda: taking.pictured_truth(session, actor=world.sue, answer_id=judged_id),
            lambda: pictured_chosen(session, actor=world.sue, item_id=item_id),
            lambda: annotation_to_judge(session, actor=world.sue, item_id=item_id),
        ):
            with pytest.raises(NotFound):
                hidden()
        assert not annotations_to_judge(session, actor=world.sue, chosen=VerdictFilter())
        assert annotations_to_judge(session, actor=world.ada, chosen=VerdictFilter())
        gate.require_test(session, actor=world.ada, test_id=exam.id, task_id=mine)
        with pytest.raises(NotFound):
            taking.exam_of(session, actor=world.sue, test_id=exam.id, user_id=world.bob)
