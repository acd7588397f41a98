"""What real work needs: a test that was passed, and no pause. Asked by every use case with which work is begun."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.qualification import Consequence
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.errors import NotQualified, WorkPaused
from storage.ownership import belongs_to
from storage.record import audit, publish
from storage.tables import Assignment, Dataset, ExamRule, ExamStanding, GoldAlert, Requirement, Task


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a person cannot work on a task: the test that they have not passed, or a pause."""

    test_id: int | None
    paused: bool


def check_may_work(session: Session, user_id: int | None, task_id: int) -> None:
    """Raises NotQualified, WorkPaused. For use cases that have checked whose the work is."""
    barred = barred_from(session, user_id, [task_id]).get(task_id)
    if barred is None:
        return
    if barred.test_id is not None:
        raise NotQualified(barred.test_id, f"work on task {task_id} begins once the test {barred.test_id} is passed")
    raise WorkPaused(f"the work of user {user_id} on task {task_id} is paused")


def barred_from(session: Session, user_id: int | None, task_ids: Collection[int]) -> dict[int, Barred]:
    """Of these tasks those that the person cannot work on now."""
    if user_id is None or not task_ids:
        return {}
    passed = sa.select(col(ExamStanding.id)).where(
        col(ExamStanding.user_id) == user_id,
        col(ExamStanding.task_id) == Requirement.test_id,
        col(ExamStanding.passed_at).is_not(None),
    )
    needed = (
        sa.select(sa.func.min(col(Requirement.test_id)))
        .where(
            sa.or_(col(Requirement.task_id) == Task.id, col(Requirement.dataset_id) == Task.dataset_id),
            ~passed.exists(),
        )
        .correlate(Task)
        .scalar_subquery()
    )
    paused = (
        sa.select(col(GoldAlert.id))
        .where(
            col(GoldAlert.user_id) == user_id,
            col(GoldAlert.task_id) == Task.id,
            col(GoldAlert.consequence) == Consequence.PAUSE,
            col(GoldAlert.settled_at).is_(None),
        )
        .correlate(Task)
        .exists()
    )
    rows = session.execute(
        sa.select(col(Task.id), needed, paused).where(
            col(Task.id).in_(task_ids), col(Task.kind) != TaskKind.QUALIFY, sa.or_(needed.is_not(None), paused)
        )
    )
    return {task_id: Barred(test_id=test_id, paused=bool(is_paused)) for task_id, test_id, is_paused in rows}


def opens_work(session: Session, user_id: int | None, test_id: int) -> bool:
    """Whether a task of this person, or a pool, requires the test. Checks no right: for use cases that have."""
    return _opens(session, test_id, sa.or_(col(Task.is_pool), _has_part(user_id)))


def opens_own_work(session: Session, user_id: int, test_id: int) -> bool:
    """Whether a task in which this person has a part requires it. Checks no right: for use cases that have."""
    return _opens(session, test_id, _has_part(user_id))


def _opens(session: Session, test_id: int, which: sa.ColumnElement[bool]) -> bool:
    required = sa.or_(col(Requirement.task_id) == Task.id, col(Requirement.dataset_id) == Task.dataset_id)
    statement = (
        sa.select(col(Task.id))
        .join(Requirement, required)
        .where(col(Requirement.test_id) == test_id, col(Task.kind) != TaskKind.QUALIFY, which)
    )
    return session.execute(statement.limit(1)).first() is not None


def _has_part(user_id: int | None) -> sa.ColumnElement[bool]:
    return (
        sa.select(col(Assignment.id))
        .where(
            col(Assignment.task_id) == Task.id,
            belongs_to(user_id),
            col(Assignment.state) != AssignmentState.WITHDRAWN,
        )
        .correlate(Task)
        .exists()
    )


def require_test(
    session: Session,
    *,
    actor: Acting,
    test_id: int | None,
    task_id: int | None = None,
    dataset_id: int | None = None,
) -> None:
    """Whoever works on the task, or on anything of the data set, must have passed the test; None: need not any more.

    Who works there already is stopped too, and keeps what they have done. Raises NotFound, InvalidInput.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    if (task_id is None) == (dataset_id is None):
        raise InvalidInput("a test is required for one task or one data set")
    table, id_ = (Task, task_id) if task_id is not None else (Dataset, dataset_id)
    found = session.get(table, id_)
    if found is None:
        raise NotFound(f"there is no {table.__name__.lower()} {id_}")
    if isinstance(found, Task) and found.kind is TaskKind.QUALIFY:
        raise InvalidInput("a test needs no other test")
    if test_id is not None and session.exec(select(ExamRule).where(ExamRule.task_id == test_id)).first() is None:
        raise NotFound(f"there is no test {test_id}")
    row = requirement_of(session, task_id=task_id, dataset_id=dataset_id)
    before = row.test_id if row else None
    if before == test_id:
        return
    if row is not None and test_id is None:
        session.delete(row)
    elif row is not None and test_id is not None:
        row.test_id = test_id
    elif test_id is not None:
        session.add(Requirement(task_id=task_id, dataset_id=dataset_id, test_id=test_id))
    kind = "task" if task_id is not None else "dataset"
    audit(session, person, "require_test", kind, id_, before=_name(session, before), after=_name(session, test_id))
    publish(session, f"{kind}.changed", kind, id_ or 0)
    session.flush()


def _name(session: Session, test_id: int | None) -> str | None:
    return None if test_id is None else session.get_one(Task, test_id).name


def requirement_of(
    session: Session, *, task_id: int | None = None, dataset_id: int | None = None
) -> Requirement | None:
    """Its own; that a task's data set requires one besides is another."""
    statement = select(Requirement).where(
        Requirement.task_id == task_id if task_id is not None else Requirement.dataset_id == dataset_id
    )
    return session.exec(statement).first()
