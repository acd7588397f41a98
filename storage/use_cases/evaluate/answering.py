"""One comparison: shown blind, answered, and shown again as it was answered."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import NotAllowed, NotFound
from domain.evaluation import Choice, first_is_left
from domain.permissions import Action, allowed
from domain.task_state import AssignmentState, Event, TaskKind
from storage.acting import Acting
from storage.ownership import owners_of
from storage.record import audit, moment, publish
from storage.tables import Assignment, Category, Evaluation, EvaluationAnswer, EvaluationPair, Image, Task
from storage.use_cases.annotate.answers import assignment_for, box_of, item_of
from storage.use_cases.annotate.navigation import place_of
from storage.use_cases.annotate.states import enter
from storage.use_cases.review.pictured import Pictured, pictured_item


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEvaluation:
    """Nothing in it tells which source is on which side. `choice`: the answer that stands. `next_open_id`: where to
    go on; None where everything is answered. `draws`: at the end of what is theirs the person draws from the pool."""

    assignment_id: int
    task_id: int
    task: str
    category: str
    image: str
    box: Box
    position: int
    total: int
    answered: int
    prev_id: int | None
    next_id: int | None
    next_open_id: int | None
    choice: Choice | None
    can_answer: bool
    draws: bool


def kind_of_assignment(session: Session, *, actor: Acting, assignment_id: int) -> TaskKind:
    """Which page shows it. Raises NotFound, NotAllowed."""
    _person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    task = session.get(Task, assignment.task_id)
    assert task is not None
    return task.kind


def open_evaluation(session: Session, *, actor: Acting, assignment_id: int) -> OpenedEvaluation:
    """Raises NotFound, NotAllowed."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    _pair(session, assignment)
    task, item = session.get(Task, assignment.task_id), item_of(session, assignment)
    category, image = session.get(Category, item.category_id), session.get(Image, item.image_id)
    assert task is not None
    assert category is not None
    assert image is not None
    place = place_of(session, assignment, person.user_id)
    given = _given(session, assignment)
    is_own = person.user_id is not None and allowed(person, Action.EVALUATE, owner_ids=owners_of(session, assignment))
    return OpenedEvaluation(
        assignment_id=assignment_id,
        task_id=assignment.task_id,
        task=task.name,
        category=category.name,
        image=image.name,
        box=box_of(item),
        position=place.position,
        total=place.total,
        answered=place.progress.saved,
        prev_id=place.prev_id,
        next_id=place.next_id,
        next_open_id=place.next_open_id,
        choice=given.choice if given else None,
        can_answer=is_own and assignment.state is not AssignmentState.WITHDRAWN,
        draws=is_own and task.is_pool,
    )


def answer_evaluation(session: Session, *, actor: Acting, assignment_id: int, choice: Choice) -> None:
    """Keeps the choice with the order in which the two were shown. Raises NotFound, NotAllowed, WrongState."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.EVALUATE, lock=True)
    evaluation, _both = _pair(session, assignment)
    if person.user_id is None:
        raise NotAllowed("an answer needs a person as its author")
    given = _given(session, assignment)
    if given is not None and given.choice is choice:
        return
    enter(session, person, assignment, Event.SAVE)
    number = session.exec(
        select(func.max(EvaluationAnswer.number)).where(EvaluationAnswer.assignment_id == assignment_id)
    ).one()
    row = EvaluationAnswer(
        assignment_id=assignment_id,
        number=(number or 0) + 1,
        choice=choice,
        first_left=_first_left(evaluation, given, assignment_id),
        author_id=person.user_id,
        at=moment(session),
    )
    session.add(row)
    assignment.version += 1
    assignment.updated_at = moment(session)
    assignment.flag_kind, assignment.flag_reason, assignment.flagged_at = None, "", None
    session.flush()
    audit(session, person, "evaluate", "assignment", assignment_id, choice=choice.value, number=row.number)
    publish(session, "evaluation.answered", "task", assignment.task_id)


def pictured_side(session: Session, *, actor: Acting, assignment_id: int, side: Side) -> Pictured:
    """Raises NotFound, NotAllowed."""
    _person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    evaluation, pair = _pair(session, assignment)
    first_left = _first_left(evaluation, _given(session, assignment), assignment_id)
    values = pair.first if (side is Side.LEFT) is first_left else pair.second
    return pictured_item(session, item_of(session, assignment), Answer.from_json(values))


def _pair(session: Session, assignment: Assignment) -> tuple[Evaluation, EvaluationPair]:
    evaluation = session.exec(select(Evaluation).where(Evaluation.task_id == assignment.task_id)).first()
    pair = session.exec(
        select(EvaluationPair).where(
            EvaluationPair.task_id == assignment.task_id, EvaluationPair.item_id == assignment.item_id
        )
    ).first()
    if evaluation is None or pair is None:
        raise NotFound(f"the assignment {assignment.id} compares nothing")
    return evaluation, pair


def _given(session: Session, assignment: Assignment) -> EvaluationAnswer | None:
    return session.exec(
        select(EvaluationAnswer)
        .where(EvaluationAnswer.assignment_id == assignment.id)
        .order_by(col(EvaluationAnswer.number).desc())
        .limit(1)
    ).first()


def _first_left(evaluation: Evaluation, given: EvaluationAnswer | None, assignment_id: int) -> bool:
    return given.first_left if given is not None else first_is_left(assignment_id, seed=evaluation.seed)
