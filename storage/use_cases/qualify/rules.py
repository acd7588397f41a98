"""Tests: made from gold items, looked up, changed. Their items stay nobody's; an attempt makes places of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.qualification import MOST_ATTEMPTS, MOST_ITEMS, Feedback, Thresholds
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.record import audit, publish
from storage.tables import Assignment, Dataset, ExamRule, Gold, Image, Item, Task
from storage.tables.qualification import threshold_values
from storage.use_cases.work.creating import Handing, Outlook, WorkOrder, place_order, preview_order
from storage.use_cases.work.selection import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamTerms:
    """What a test asks. `items`: so many an attempt; `needed`: so many of them right; `attempts`: at most."""

    limits: Thresholds = field(default_factory=Thresholds)
    items: int = 5
    needed: int = 4
    attempts: int = 3
    feedback: Feedback = Feedback.EACH

    def __post_init__(self) -> None:
        if not 1 <= self.items <= MOST_ITEMS:
            raise InvalidInput(
                f"an attempt has 1 to {MOST_ITEMS} items, not {self.items}", rule="exam_items", most=MOST_ITEMS
            )
        if not 1 <= self.needed <= self.items:
            raise InvalidInput(
                f"of {self.items} items 1 to {self.items} can be needed, not {self.needed}",
                rule="exam_needed",
                items=self.items,
            )
        if not 1 <= self.attempts <= MOST_ATTEMPTS:
            raise InvalidInput(
                f"a test allows 1 to {MOST_ATTEMPTS} attempts, not {self.attempts}",
                rule="exam_attempts",
                most=MOST_ATTEMPTS,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """`id` is its task's."""

    id: int
    name: str
    dataset_id: int
    terms: ExamTerms


def preview_exam(session: Session, *, actor: Acting, order: WorkOrder, terms: ExamTerms) -> Outlook:
    """What `make_exam` would make. Raises what that raises, and makes nothing."""
    outlook = preview_order(session, actor=actor, order=_of_gold(order))
    _check_enough(outlook.items, terms)
    return outlook


def make_exam(
    session: Session, *, actor: Acting, order: WorkOrder, terms: ExamTerms, expected: Outlook | None = None
) -> int:
    """A task of kind qualify of those chosen items that are gold, all in one. Returns its id.

    Raises InvalidInput where there are fewer than an attempt needs, and what `place_order` raises.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    order = _of_gold(order)
    _check_enough(preview_order(session, actor=actor, order=order).items, terms)
    (task_id,) = place_order(session, actor=actor, order=order, expected=expected)
    row = ExamRule(task_id=task_id, **_columns(terms))
    session.add(row)
    audit(session, person, "set_test", "task", task_id, **_plain(terms))
    session.flush()
    return task_id


def change_exam(session: Session, *, actor: Acting, test_id: int, terms: ExamTerms) -> None:
    """For attempts that begin, or end, from now on. Raises NotFound, InvalidInput."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    row = _row(session, test_id)
    _check_enough(len(items_of_test(session, test_id)), terms)
    before, after = _plain(_terms(row)), _plain(terms)
    if before == after:
        return
    for name, value in _columns(terms).items():
        setattr(row, name, value)
    audit(session, person, "set_test", "task", test_id, before=before, after=after)
    publish(session, "task.changed", "task", test_id)
    session.flush()


def find_exam(session: Session, test_id: int) -> Exam:
    """Checks no right: for use cases that have. Raises NotFound."""
    row, task = _row(session, test_id), session.get_one(Task, test_id)
    return Exam(id=test_id, name=task.name, dataset_id=task.dataset_id, terms=_terms(row))


def all_exams(session: Session, *, actor: Acting) -> list[Exam]:
    """Of data sets that are not archived, by name."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    rows = session.exec(
        select(Task, ExamRule)
        .join(ExamRule, col(ExamRule.task_id) == Task.id)
        .join(Dataset, col(Dataset.id) == Task.dataset_id)
        .where(col(Dataset.archived_at).is_(None))
        .order_by(col(Task.sort_key), col(Task.id))
    )
    return [
        Exam(id=task.id or 0, name=task.name, dataset_id=task.dataset_id, terms=_terms(row)) for task, row in rows
    ]


def exam_ids(session: Session, task_ids: Collection[int]) -> set[int]:
    """Which of these tasks are tests. Checks no right: for whoever knows of the tasks."""
    return set(session.exec(select(ExamRule.task_id).where(col(ExamRule.task_id).in_(task_ids))))


def items_of_test(session: Session, test_id: int) -> Sequence[int]:
    """The items that an attempt draws from: those whose places nobody has, gold, and with their photo."""
    statement = (
        sa.select(col(Assignment.item_id))
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Image, col(Image.id) == Item.image_id)
        .join(Gold, col(Gold.item_id) == Item.id)
        .where(
            col(Assignment.task_id) == test_id,
            col(Assignment.user_id).is_(None),
            col(Assignment.state) == AssignmentState.NEW,
            col(Image.taken_down_at).is_(None),
        )
        .distinct()
        .order_by(col(Assignment.item_id))
    )
    return session.execute(statement).scalars().all()


def _of_gold(order: WorkOrder) -> WorkOrder:
    conditions = order.selection.conditions | {Condition.GOLD}
    return replace(
        order,
        selection=replace(order.selection, conditions=frozenset(conditions)),
        kind=TaskKind.QUALIFY,
        handing=Handing.NOBODY,
        user_ids=(),
        overlap=1,
        size=None,
    )


def _check_enough(items: int, terms: ExamTerms) -> None:
    if items < terms.items:
        raise InvalidInput(
            f"an attempt takes {terms.items} gold items, and only {items} are chosen",
            rule="exam_gold",
            needed=terms.items,
            found=items,
        )


def _row(session: Session, test_id: int) -> ExamRule:
    row = session.exec(select(ExamRule).where(ExamRule.task_id == test_id)).first()
    if row is None:
        raise NotFound(f"there is no test {test_id}")
    return row


def _terms(row: ExamRule) -> ExamTerms:
    return ExamTerms(
        limits=row.thresholds(),
        items=row.items,
        needed=row.needed,
        attempts=row.attempts,
        feedback=row.feedback,
    )


def _columns(terms: ExamTerms) -> dict[str, Any]:
    return {
        **threshold_values(terms.limits),
        "items": terms.items,
        "needed": terms.needed,
        "attempts": terms.attempts,
        "feedback": terms.feedback,
    }


def _plain(terms: ExamTerms) -> dict[str, Any]:
    return {**_columns(terms), "feedback": terms.feedback.value}
