"""How people did at tests, for those who look after them; and what only admins do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import NotFound, WrongState
from domain.permissions import Action
from storage.acting import Acting, acting, acting_with
from storage.record import audit, moment
from storage.tables import Dataset, ExamAttempt, ExamRule, ExamStanding, Requirement, Task, User
from storage.use_cases.archiving import in_work_task
from storage.use_cases.qualify.gate import barred_from
from storage.use_cases.qualify.rules import find_exam
from storage.use_cases.qualify.taking import own_standing, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One person at one test. `best`: the most right answers of an attempt that has ended; None before the first."""

    test_id: int
    test: str
    user_id: int
    person: str
    attempts: int
    allowed: int
    under_way: bool
    best: int | None
    items: int
    passed_at: datetime | None
    excused: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamAhead:
    """A test that stands before the actor's work, or that they have begun. `tasks`: the names of what it opens."""

    test_id: int
    name: str
    items: int
    needed: int
    under_way: bool
    left: int
    tasks: tuple[str, ...]


def exam_results(session: Session, *, actor: Acting) -> list[Result]:
    """Everybody who has begun a test or was excused, by test and name."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    attempts = (
        sa.select(
            col(ExamAttempt.task_id).label("task_id"),
            col(ExamAttempt.user_id).label("user_id"),
            sa.func.count().label("attempts"),
            sa.func.sum(sa.case((col(ExamAttempt.ended_at).is_(None), 1), else_=0)).label("under_way"),
            sa.func.max(col(ExamAttempt.correct)).label("best"),
            sa.func.max(sa.func.coalesce(col(ExamAttempt.ended_at), col(ExamAttempt.started_at))).label("last_at"),
        )
        .group_by(col(ExamAttempt.task_id), col(ExamAttempt.user_id))
        .subquery()
    )
    a = attempts.c
    rows = session.execute(
        sa.select(Task, ExamRule, User, ExamStanding, a.attempts, a.under_way, a.best, a.last_at)
        .select_from(Task)
        .join(ExamRule, col(ExamRule.task_id) == Task.id)
        .join(User, sa.true())
        .outerjoin(attempts, sa.and_(a.task_id == Task.id, a.user_id == User.id))
        .outerjoin(ExamStanding, sa.and_(col(ExamStanding.task_id) == Task.id, col(ExamStanding.user_id) == User.id))
        .where(in_work_task(), sa.or_(a.attempts.is_not(None), col(ExamStanding.id).is_not(None)))
        .order_by(col(Task.sort_key), col(Task.id), col(User.sort_key))
    )
    return [
        Result(
            test_id=task.id,
            test=task.name,
            user_id=user.id,
            person=user.name,
            attempts=number or 0,
            allowed=rule.attempts + (standing.extra_attempts if standing else 0),
            under_way=bool(under_way),
            best=best,
            items=rule.items,
            passed_at=standing.passed_at if standing else None,
            excused=standing is not None and standing.excused_by is not None,
            last_at=last_at,
        )
        for task, rule, user, standing, number, under_way, best, last_at in rows
    ]


def exams_ahead(session: Session, *, actor: Acting, tasks: Mapping[int, str]) -> list[ExamAhead]:
    """What the actor has to pass before these tasks (id → name), and what they have begun."""
    person = acting(session, actor)
    if person.user_id is None:
        return []
    barred = barred_from(session, person.user_id, tasks)
    opens: dict[int, list[str]] = {}
    for task_id, why in barred.items():
        if why.test_id is not None:
            opens.setdefault(why.test_id, []).append(tasks[task_id])
    begun = session.exec(
        select(ExamAttempt.task_id).where(ExamAttempt.user_id == person.user_id, col(ExamAttempt.ended_at).is_(None))
    ).all()
    return [_ahead(session, person.user_id, test_id, opens.get(test_id, [])) for test_id in sorted({*opens, *begun})]


def _ahead(session: Session, user_id: int, test_id: int, opens: list[str]) -> ExamAhead:
    test, standing = find_exam(session, test_id), standing_of(session, user_id, test_id)
    ends = session.exec(
        select(ExamAttempt.ended_at).where(ExamAttempt.task_id == test_id, ExamAttempt.user_id == user_id)
    ).all()
    return ExamAhead(
        test_id=test_id,
        name=test.name,
        items=test.terms.items,
        needed=test.terms.needed,
        under_way=None in ends,
        left=max(0, test.terms.attempts + (standing.extra_attempts if standing else 0) - len(ends)),
        tasks=tuple(opens),
    )


def requirements(session: Session, *, actor: Acting) -> dict[int, list[str]]:
    """Of each test the names of the tasks and data sets that require it."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    rows = session.execute(
        sa.select(col(Requirement.test_id), sa.func.coalesce(col(Task.name), col(Dataset.name)))
        .outerjoin(Task, col(Task.id) == Requirement.task_id)
        .outerjoin(Dataset, col(Dataset.id) == Requirement.dataset_id)
        .order_by(col(Requirement.id))
    )
    found: dict[int, list[str]] = {}
    for test_id, name in rows:
        found.setdefault(test_id, []).append(name)
    return found


def give_attempt(session: Session, *, actor: Acting, test_id: int, user_id: int) -> None:
    """One attempt more. Raises NotFound, WrongState (passed already)."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    standing = _standing(session, test_id, user_id)
    standing.extra_attempts += 1
    audit(session, person, "give_attempt", "task", test_id, user_id=user_id, extra=standing.extra_attempts)
    session.flush()


def excuse(session: Session, *, actor: Acting, test_id: int, user_id: int) -> None:
    """Lets somebody pass without the test. Raises NotFound, WrongState (passed already)."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    standing = _standing(session, test_id, user_id)
    standing.passed_at, standing.excused_by = moment(session), person.user_id
    audit(session, person, "excuse_from_test", "task", test_id, user_id=user_id)
    session.flush()


def _standing(session: Session, test_id: int, user_id: int) -> ExamStanding:
    find_exam(session, test_id)
    if session.get(User, user_id) is None:
        raise NotFound(f"there is no user {user_id}")
    standing = own_standing(session, user_id, test_id)
    if standing.passed_at is not None:
        raise WrongState("this person has passed already")
    return standing
