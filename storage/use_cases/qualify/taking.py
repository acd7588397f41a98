"""Taking a test: attempts, each with places of its own; what is saved is judged, and in the end counted."""

import random
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.errors import NotAllowed, NotFound, WrongState
from domain.ops import Op, OpKind
from domain.permissions import Action, Actor
from domain.qualification import Feedback, Judged
from domain.task_state import OPEN_STATES, AssignmentState, Event
from storage.acting import Acting, acting, acting_with
from storage.errors import NoAttemptLeft
from storage.record import audit, moment
from storage.tables import Assignment, ExamAnswer, ExamAttempt, ExamStanding, Gold, ImportedLabel, User
from storage.use_cases.annotate.answers import saved_revision
from storage.use_cases.annotate.gestures import clear_answer
from storage.use_cases.annotate.states import enter
from storage.use_cases.blind import check_answered
from storage.use_cases.imported import add_imported_revision
from storage.use_cases.qualify.gate import opens_own_work, opens_work
from storage.use_cases.qualify.judging import judged, keep, kept
from storage.use_cases.qualify.rules import Exam, find_exam, items_of_test
from storage.use_cases.review.pictured import Pictured, pictured_answer
from storage.use_cases.review.telling import tell
from storage.use_cases.work import places


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptItem:
    """`answer_id` names the right answer's picture, `revision_id` the person's own. `judged` is None until they may
    know."""

    answer_id: int
    assignment_id: int
    revision_id: int | None
    state: AssignmentState
    judged: Judged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """`passed`, `correct`: None until it has ended."""

    number: int
    passed: bool | None
    correct: int | None
    items: tuple[AttemptItem, ...]

    @property
    def open_ids(self) -> list[int]:
        return [item.assignment_id for item in self.items if item.state in OPEN_STATES]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyExam:
    """A test as its person sees it. `left`: attempts, the one that is under way not among them."""

    test: Exam
    passed: bool
    excused: bool
    left: int
    attempts: tuple[Attempt, ...]

    @property
    def present(self) -> Attempt | None:
        """The attempt that is under way."""
        return next((attempt for attempt in self.attempts if attempt.passed is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirExam:
    person: str
    exam: MyExam


def exam_of(session: Session, *, actor: Acting, test_id: int, user_id: int) -> TheirExam:
    """How somebody did, for those who look after them. Raises NotFound, NotAllowed."""
    person = acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"there is no user {user_id}")
    _check_not_ahead(session, person, test_id)
    return TheirExam(person=user.name, exam=_mine(session, user_id, test_id))


def start_attempt(session: Session, *, actor: Acting, test_id: int) -> int:
    """Returns the assignment to begin with; of an attempt that is under way the next open one.

    Items that the person has not had come first, then by chance. Raises NotFound (also for a test that stands before
    none of their work), WrongState (passed already), NoAttemptLeft.
    """
    person = _taker(session, actor, test_id)
    assert person.user_id is not None
    mine = _mine(session, person.user_id, test_id)
    if mine.passed:
        raise WrongState("this test is passed already")
    if mine.present is not None:
        return (mine.present.open_ids or [mine.present.items[0].assignment_id])[0]
    if mine.left < 1:
        raise NoAttemptLeft(f"{person.name} has no attempt left at the test {test_id}")
    attempt = ExamAttempt(
        task_id=test_id, user_id=person.user_id, number=len(mine.attempts) + 1, started_at=moment(session)
    )
    session.add(attempt)
    session.flush()
    assert attempt.id is not None
    first = 0
    for item_id in _drawn(session, person.user_id, mine.test, attempt.number):
        place = _place(session, person, test_id, item_id)
        assert place.id is not None
        first = first or place.id
        session.add(ExamAnswer(attempt_id=attempt.id, assignment_id=place.id, off=[]))
    audit(session, person, "start_test", "task", test_id, attempt=attempt.number)
    session.flush()
    return first


def settle(session: Session, *, actor: Acting, test_id: int, hand_in: bool = False) -> MyExam:
    """Judges what is saved of the attempt that is under way, where each answer is judged by itself or `hand_in`.

    The last one ends the attempt. What is judged is closed. Repeating it changes nothing. Raises NotFound (as
    `start_attempt`), WrongState (handed in with items open).
    """
    person = _taker(session, actor, test_id)
    test = find_exam(session, test_id)
    attempt = session.exec(
        select(ExamAttempt)
        .where(
            ExamAttempt.task_id == test_id,
            ExamAttempt.user_id == person.user_id,
            col(ExamAttempt.ended_at).is_(None),
        )
        .with_for_update()
    ).first()
    if attempt is not None and (hand_in or test.terms.feedback is Feedback.EACH):
        rows = _rows(session, attempt)
        if hand_in and any(place.state in OPEN_STATES for _row, place in rows):
            raise WrongState("not all items are answered yet")
        for row, place in rows:
            if row.is_right is None and place.state is AssignmentState.SAVED:
                _judge(session, person, test, row, place)
        if all(row.is_right is not None for row, _place_ in rows):
            _end(session, person, test, attempt, [row for row, _place_ in rows])
    return _mine(session, person.user_id, test_id)


def _taker(session: Session, actor: Acting, test_id: int) -> Actor:
    """A test shows the right answers of its items: only to those who have to pass it, or were given it."""
    person = acting(session, actor)
    if person.user_id is None:
        raise NotAllowed("the console takes no tests")
    person = acting_with(session, actor, Action.TAKE_TEST, owner_id=person.user_id)
    given = (
        select(table.id).where(table.task_id == test_id, table.user_id == person.user_id)
        for table in (ExamAttempt, ExamStanding)
    )
    if not any(session.exec(each).first() for each in given) and not opens_work(session, person.user_id, test_id):
        raise NotFound(f"there is no test {test_id} before the work of {person.name}")
    return person


def _check_not_ahead(session: Session, person: Actor, test_id: int) -> None:
    """Who has the test still to pass learns nothing of its answers from others."""
    standing = standing_of(session, person.user_id, test_id)
    passed = standing is not None and standing.passed_at is not None
    if person.user_id is not None and not passed and opens_own_work(session, person.user_id, test_id):
        raise NotFound(f"{person.name} has the test {test_id} still to pass: how others did stays hidden")


def _mine(session: Session, user_id: int | None, test_id: int) -> MyExam:
    test = find_exam(session, test_id)
    standing = standing_of(session, user_id, test_id)
    rows = session.exec(
        select(ExamAttempt)
        .where(ExamAttempt.task_id == test_id, ExamAttempt.user_id == user_id)
        .order_by(col(ExamAttempt.number))
    ).all()
    allowed = test.terms.attempts + (standing.extra_attempts if standing else 0)
    return MyExam(
        test=test,
        passed=standing is not None and standing.passed_at is not None,
        excused=standing is not None and standing.excused_by is not None,
        left=max(0, allowed - len(rows)),
        attempts=tuple(_attempt(session, test, row) for row in rows),
    )


def _attempt(session: Session, test: Exam, row: ExamAttempt) -> Attempt:
    known = row.ended_at is not None or test.terms.feedback is Feedback.EACH
    return Attempt(
        number=row.number,
        passed=row.passed,
        correct=row.correct,
        items=tuple(
            AttemptItem(
                answer_id=answer.id or 0,
                assignment_id=place.id or 0,
                revision_id=answer.revision_id if known else None,
                state=place.state,
                judged=kept(answer) if known else None,
            )
            for answer, place in _rows(session, row)
        ),
    )


def standing_of(session: Session, user_id: int | None, test_id: int) -> ExamStanding | None:
    statement = select(ExamStanding).where(ExamStanding.task_id == test_id, ExamStanding.user_id == user_id)
    return session.exec(statement).first()


def own_standing(session: Session, user_id: int, test_id: int) -> ExamStanding:
    """The row, made where there is none."""
    row = standing_of(session, user_id, test_id)
    if row is None:
        row = ExamStanding(task_id=test_id, user_id=user_id)
        session.add(row)
    return row


def _rows(session: Session, attempt: ExamAttempt) -> list[tuple[ExamAnswer, Assignment]]:
    statement = (
        select(ExamAnswer, Assignment)
        .join(Assignment, col(Assignment.id) == ExamAnswer.assignment_id)
        .where(ExamAnswer.attempt_id == attempt.id)
        .order_by(col(ExamAnswer.id))
    )
    return [(row, place) for row, place in session.exec(statement)]


def _drawn(session: Session, user_id: int, test: Exam, number: int) -> list[int]:
    """The items of an attempt: those that the person had least often, by chance among them."""
    items = list(items_of_test(session, test.id))
    if len(items) < test.terms.items:
        raise WrongState(f"the test {test.id} has only {len(items)} items left: its admin must add some")
    random.Random(f"{user_id} {test.id} {number}").shuffle(items)
    rows = session.execute(
        sa.select(col(Assignment.item_id), sa.func.count(col(ExamAnswer.id)))
        .join(ExamAnswer, col(ExamAnswer.assignment_id) == Assignment.id)
        .where(col(Assignment.task_id) == test.id, col(Assignment.user_id) == user_id)
        .group_by(col(Assignment.item_id))
    )
    had = {item_id: number for item_id, number in rows}
    return sorted(items, key=lambda item: had.get(item, 0))[: test.terms.items]


def _place(session: Session, person: Actor, test_id: int, item_id: int) -> Assignment:
    """The person's own place for an item, at the end of the test; one of an earlier attempt is emptied."""
    place = session.exec(
        select(Assignment).where(
            Assignment.task_id == test_id, Assignment.item_id == item_id, Assignment.user_id == person.user_id
        )
    ).first()
    last = places.last_position(session, test_id) + 1
    if place is None:
        place = Assignment(
            task_id=test_id, item_id=item_id, position=last, user_id=person.user_id, updated_at=moment(session)
        )
        session.add(place)
        session.flush()
        label = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == item_id)).first()
        if label is not None:
            add_imported_revision(session, place, label.answer())
        return place
    place.position = last
    if place.state is AssignmentState.ACCEPTED:
        enter(session, person, place, Event.REOPEN)
    assert place.id is not None
    assert person.user_id is not None
    session.flush()
    at = moment(session)
    empty = Op(
        op_id=str(uuid.uuid4()), kind=OpKind.CLEAR, author_id=person.user_id, base_version=place.version, changes={},
        started_at=at, ended_at=at,
    )  # fmt: skip
    clear_answer(session, actor=person, assignment_id=place.id, op=empty)
    return place


def _judge(session: Session, person: Actor, test: Exam, row: ExamAnswer, place: Assignment) -> None:
    revision = saved_revision(session, place)
    answer: Answer | None = revision.answer() if revision else None
    found = judged(session, place, answer, test.terms.limits) if answer else None
    if revision is None or found is None:
        return
    keep(row, found)
    row.revision_id = revision.id
    enter(session, person, place, Event.ACCEPT)
    place.updated_at = moment(session)
    tell(session, "review.decided", person, place, decision="accepted")


def _end(session: Session, person: Actor, test: Exam, attempt: ExamAttempt, rows: list[ExamAnswer]) -> None:
    attempt.correct = sum(bool(row.is_right) for row in rows)
    attempt.passed = attempt.correct >= min(test.terms.needed, len(rows))
    attempt.ended_at = moment(session)
    assert person.user_id is not None
    if attempt.passed:
        own_standing(session, person.user_id, test.id).passed_at = moment(session)
    audit(
        session, person, "end_test", "task", test.id,
        attempt=attempt.number, passed=attempt.passed, right=attempt.correct, of=len(rows),
    )  # fmt: skip
    session.flush()


def pictured_truth(session: Session, *, actor: Acting, answer_id: int) -> Pictured:
    """The right answer of a test's item, for whoever knows how theirs was, and for the team. Raises NotFound,
    NotAllowed."""
    row = session.get(ExamAnswer, answer_id)
    place = session.get(Assignment, row.assignment_id) if row else None
    person = acting_with(session, actor, Action.SEE_HISTORY, owner_id=place.user_id if place else None)
    if row is None or place is None or row.is_right is None:
        raise NotFound(f"there is no judged answer {answer_id}")
    if place.user_id != person.user_id:
        _check_not_ahead(session, person, place.task_id)
        check_answered(session, person, place.item_id)
    gold = session.exec(select(Gold).where(Gold.item_id == place.item_id)).first()
    if gold is None:
        raise NotFound("the item is gold no more")
    return pictured_answer(session, place, gold.answer())
