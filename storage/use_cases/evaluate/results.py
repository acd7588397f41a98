"""What blind comparisons say: for each category and in all, how many prefer which source."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.errors import NotFound
from domain.evaluation import Judged, Preference, preference
from domain.permissions import Action
from domain.task_state import AssignmentState
from storage.acting import Acting, acting_with
from storage.record import moment
from storage.tables import Assignment, Category, Dataset, Evaluation, EvaluationAnswer, Item, Task, User
from storage.use_cases.archiving import in_work
from storage.use_cases.compared_sources import Source, named


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationLine:
    """A task of comparisons; `places` are the answers that it asks for."""

    task_id: int
    task: str
    dataset: str
    first: Source
    second: Source
    created_at: datetime
    places: int
    whole: Preference


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    line: EvaluationLine
    at: datetime
    categories: Mapping[str, Preference]
    people: Mapping[str, Preference]


def evaluation_lines(session: Session, *, actor: Acting) -> list[EvaluationLine]:
    """The newest first. Raises NotAllowed."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    answers = _answers(session)
    return [
        _line(session, evaluation, task, dataset, places, answers[task.id])
        for evaluation, task, dataset, places in _tasks(session)
    ]


def evaluation_result(session: Session, *, actor: Acting, task_id: int) -> EvaluationResult:
    """Raises NotAllowed, NotFound."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    found = next(iter(_tasks(session, task_id)), None)
    if found is None:
        raise NotFound(f"there is no comparison {task_id}")
    evaluation, task, dataset, places = found
    answers = _answers(session, task_id)[task_id]
    by_category: dict[str, list[Judged]] = defaultdict(list)
    by_person: dict[str, list[Judged]] = defaultdict(list)
    for category, person, judged in answers:
        by_category[category].append(judged)
        by_person[person].append(judged)
    return EvaluationResult(
        line=_line(session, evaluation, task, dataset, places, answers),
        at=moment(session),
        categories={name: preference(by_category[name]) for name in sorted(by_category)},
        people={name: preference(by_person[name]) for name in sorted(by_person)},
    )


def _line(
    session: Session,
    evaluation: Evaluation,
    task: Task,
    dataset: str,
    places: int,
    answers: list[tuple[str, str, Judged]],
) -> EvaluationLine:
    return EvaluationLine(
        task_id=task.id or 0,
        task=task.name,
        dataset=dataset,
        first=named(session, evaluation.first),
        second=named(session, evaluation.second),
        created_at=task.created_at,
        places=places,
        whole=preference([judged for _category, _person, judged in answers]),
    )


def _tasks(session: Session, task_id: int | None = None) -> list[Any]:
    places = (
        sa.select(sa.func.count())
        .select_from(Assignment)
        .where(col(Assignment.task_id) == Task.id, col(Assignment.state) != AssignmentState.WITHDRAWN)
        .correlate(Task)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (Evaluation, Task, Dataset.name, places)
    statement = (
        sa.select(*columns)
        .join(Task, col(Task.id) == Evaluation.task_id)
        .join(Dataset, col(Dataset.id) == Task.dataset_id)
        .order_by(col(Task.id).desc())
    )
    statement = (
        statement.where(col(Task.id) == task_id) if task_id else statement.where(col(Dataset.archived_at).is_(None))
    )
    return list(session.execute(statement).all())


def _answers(session: Session, task_id: int | None = None) -> dict[int, list[tuple[str, str, Judged]]]:
    """By task: category, person and answer; of each place the last answer."""
    last = (
        sa.select(col(EvaluationAnswer.assignment_id), sa.func.max(col(EvaluationAnswer.number)).label("number"))
        .group_by(col(EvaluationAnswer.assignment_id))
        .subquery()
    )
    columns: tuple[Any, ...] = (
        Assignment.task_id, Assignment.item_id, Category.name, User.name, EvaluationAnswer.choice,
        EvaluationAnswer.first_left,
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .select_from(EvaluationAnswer)
        .join(
            last,
            sa.and_(last.c.assignment_id == EvaluationAnswer.assignment_id, last.c.number == EvaluationAnswer.number),
        )
        .join(Assignment, col(Assignment.id) == EvaluationAnswer.assignment_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(User, col(User.id) == EvaluationAnswer.author_id)
        .where(col(Assignment.state) != AssignmentState.WITHDRAWN)
    )
    statement = statement.where(col(Assignment.task_id) == task_id) if task_id else statement.where(in_work())
    found: dict[int, list[tuple[str, str, Judged]]] = defaultdict(list)
    for task, item_id, category, person, choice, first_left in session.execute(statement):
        found[task].append((category, person, Judged(item_id=item_id, choice=choice, first_left=first_left)))
    return found
