"""What the board shows: everybody's work and every task, counted; and the same again for what has changed.

The whole is asked for once by each process, and what changes by the few rows that it is about, however many people
look at it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import case, func
from sqlmodel import Session, col, select

from domain.permissions import Action, Role
from domain.task_state import DONE_STATES, OPEN_STATES, AssignmentState
from storage.acting import Acting, acting_with
from storage.record import last_event_id
from storage.tables import Assignment, Collaborator, OpRow, Revision, Task, User
from storage.tables.annotation import RevisionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPerson:
    """Counts of the assignments that they work on, those of others that they help with too; withdrawn ones are
    nobody's. `saved` counts accepted ones too."""

    user_id: int
    name: str
    total: int
    saved: int
    open: int
    sent_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardTask:
    task_id: int
    name: str
    due_at: datetime | None
    total: int
    saved: int
    accepted: int
    drafted: int
    sent_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSave:
    user_id: int
    assignment_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFacts:
    """`as_of`: the last event of the outbox that is in it."""

    as_of: int
    people: tuple[BoardPerson, ...]
    tasks: tuple[BoardTask, ...]
    saves: tuple[BoardSave, ...]
    last_at: dict[int, datetime]
    """When each person last did anything to an answer."""


def may_see_board(session: Session, *, actor: Acting) -> None:
    """Raises NotAllowed."""
    acting_with(session, actor, Action.SEE_BOARD)


def board_facts(session: Session, *, actor: Acting, since: datetime) -> BoardFacts:
    """Everything, with the saves since a moment in their order. Raises NotAllowed."""
    may_see_board(session, actor=actor)
    as_of = last_event_id(session)
    saves = session.execute(
        select(col(Revision.author_id), col(Revision.assignment_id), col(Revision.at))
        .where(Revision.kind == RevisionKind.SAVED, col(Revision.at) >= since)
        .order_by(col(Revision.at), col(Revision.id))
    )
    ops = session.execute(select(col(OpRow.author_id), func.max(OpRow.at)).group_by(col(OpRow.author_id)))
    last_at: dict[int, datetime] = {user_id: at for user_id, at in ops}
    kept = tuple(
        BoardSave(user_id=user_id, assignment_id=assignment_id, at=at) for user_id, assignment_id, at in saves
    )
    for save in kept:
        last_at[save.user_id] = max(save.at, last_at.get(save.user_id, save.at))
    return BoardFacts(
        as_of=as_of,
        people=tuple(_people(session)),
        tasks=tuple(_tasks(session, sa.true())),
        saves=kept,
        last_at=last_at,
    )


def board_changes(
    session: Session, *, actor: Acting, assignment_ids: Collection[int], user_ids: Collection[int] = ()
) -> tuple[list[BoardPerson], list[BoardTask]]:
    """The rows of the people and tasks that these assignments belong to, and of further people. Raises NotAllowed."""
    may_see_board(session, actor=actor)
    found = session.execute(
        sa.select(col(Assignment.user_id), col(Collaborator.user_id), col(Assignment.task_id))
        .outerjoin(Collaborator, col(Collaborator.assignment_id) == Assignment.id)
        .where(col(Assignment.id).in_(assignment_ids))
    ).all()
    workers = {user_id for owner, beside, _task in found for user_id in (owner, beside) if user_id is not None}
    task_ids = {task_id for _owner, _beside, task_id in found}
    return [*_people(session, workers.union(user_ids))], [*_tasks(session, col(Task.id).in_(task_ids))]


def _people(session: Session, user_ids: Collection[int] | None = None) -> list[BoardPerson]:
    """Active annotators, and whoever else has work; of all people, or of these."""
    of_them = sa.true() if user_ids is None else col(User.id).in_(user_ids)
    own: sa.Select[Any, Any] = sa.select(
        col(User.id).label("user_id"), col(Assignment.id).label("assignment_id")
    ).join(Assignment, col(Assignment.user_id) == User.id)
    beside = sa.select(col(User.id), col(Collaborator.assignment_id)).join(
        Collaborator, col(Collaborator.user_id) == User.id
    )
    work = sa.union(own.where(of_them), beside.where(of_them)).subquery()
    rows = session.execute(
        sa.select(
            col(User.id).label("user_id"),
            col(User.name),
            func.count(col(Assignment.id)).label("total"),
            _count(col(Assignment.state).in_(DONE_STATES)).label("saved"),
            _count(col(Assignment.state).in_(OPEN_STATES)).label("open"),
            _count(col(Assignment.state) == AssignmentState.SENT_BACK).label("sent_back"),
        )
        .outerjoin(work, work.c.user_id == User.id)
        .outerjoin(
            Assignment,
            sa.and_(col(Assignment.id) == work.c.assignment_id, col(Assignment.state) != AssignmentState.WITHDRAWN),
        )
        .where(of_them, col(User.active))
        .group_by(col(User.id), col(User.name), col(User.sort_key), col(User.role))
        .having(sa.or_(col(User.role) == Role.ANNOTATOR, func.count(col(Assignment.id)) > 0))
        .order_by(col(User.sort_key))
    ).mappings()
    return [BoardPerson(**row) for row in rows]


def _tasks(session: Session, which: sa.ColumnElement[bool]) -> list[BoardTask]:
    rows = session.execute(
        sa.select(
            col(Task.id).label("task_id"),
            col(Task.name),
            col(Task.due_at),
            func.count(col(Assignment.id)).label("total"),
            _count(col(Assignment.state).in_(DONE_STATES)).label("saved"),
            _count(col(Assignment.state) == AssignmentState.ACCEPTED).label("accepted"),
            _count(col(Assignment.state) == AssignmentState.DRAFTED).label("drafted"),
            _count(col(Assignment.state) == AssignmentState.SENT_BACK).label("sent_back"),
        )
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .where(which, col(Assignment.state) != AssignmentState.WITHDRAWN)
        .group_by(col(Task.id), col(Task.name), col(Task.due_at), col(Task.priority), col(Task.created_at))
        .order_by(col(Task.priority).desc(), col(Task.created_at), col(Task.id))
    ).mappings()
    return [BoardTask(**row) for row in rows]


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
