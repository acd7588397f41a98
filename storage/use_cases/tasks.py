"""Tasks: made from the items of a data set, and listed with their progress. Counts are queries; they cannot drift."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import case, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from domain.errors import NotAllowed
from domain.permissions import Action
from domain.pool import RESERVATION
from domain.task_state import DONE_STATES, OPEN_STATES, AssignmentState, TaskKind
from storage.acting import Acting, acting, acting_with
from storage.ownership import belongs_to
from storage.tables import Assignment, Category, Item, Task, User
from storage.tables.work import FlagKind
from storage.use_cases.archiving import in_work
from storage.use_cases.changed import changed_since_save
from storage.use_cases.library import dataset_id_of
from storage.use_cases.work.creating import Handing, WorkOrder, place_order
from storage.use_cases.work.pool import free_items
from storage.use_cases.work.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskProgress:
    """A task and how far it is. `saved` counts accepted work too; `saved + open == total`.

    `open` is what is left to do: new, drafted, sent back, reopened. `next_open_assignment_id`: what was sent back
    first, then in the order of the task, skipped items last. `changed` counts those among the saved that have
    changes which are not saved.
    """

    id: int
    name: str
    kind: TaskKind
    priority: int
    created_at: datetime
    due_at: datetime | None
    categories: tuple[str, ...]
    person: str | None
    """Whose it is; None where nobody or several people have it."""
    people: int
    total: int
    saved: int
    accepted: int
    open: int
    drafted: int
    sent_back: int
    flagged: int
    next_open_assignment_id: int | None
    changed: int
    first_changed_assignment_id: int | None
    is_pool: bool
    free: int = 0
    """Of a pool, how many items this person could draw now; only in `my_tasks`."""
    is_barred: bool = False
    """Whether a test or a pause stands before it for whoever looks; only on their own page."""


def create_tasks(
    session: Session,
    *,
    actor: Acting,
    dataset: str,
    user_id: int,
    category: str | None = None,
    size: int | None = None,
    name: str | None = None,
    kind: TaskKind = TaskKind.ANNOTATE,
    due_at: datetime | None = None,
    priority: int = 0,
) -> list[TaskProgress]:
    """Gives a person the items of a data set (or of one category) that they do not have yet.

    In one task, or in as many of `size` items as it takes; ordered by category, image and object. The same item may
    go to several people, who do not see each other's answers. Raises NotFound, NothingToAssign.
    """
    acting_with(session, actor, Action.MANAGE_TASKS)
    order = WorkOrder(
        selection=Selection(
            dataset_id=dataset_id_of(session, dataset), categories=() if category is None else (category,)
        ),
        kind=kind,
        handing=Handing.PEOPLE,
        user_ids=(user_id,),
        size=size,
        name=name or "",
        due_at=due_at,
        priority=priority,
    )
    task_ids = place_order(session, actor=actor, order=order)
    return _progress(session, col(Task.id).in_(task_ids))


def my_tasks(session: Session, *, actor: Acting, reservation: timedelta = RESERVATION) -> list[TaskProgress]:
    """The actor's own assignments by task, those they help with, and the pools from which they can draw: by priority,
    then what is due soonest."""
    person = acting(session, actor)
    if person.user_id is None:
        raise NotAllowed("the console has no tasks of its own")
    acting_with(session, actor, Action.SEE_TASKS, owner_id=person.user_id)
    mine = _progress(session, sa.and_(belongs_to(person.user_id), in_work()))
    free = free_items(session, actor=actor, reservation=reservation)
    pools = _pools(session, set(free) - {task.id for task in mine})
    with_free = (replace(task, free=free[task.id]) if task.id in free else task for task in (*mine, *pools))
    return sorted(with_free, key=_urgency)


def list_tasks(session: Session, *, actor: Acting) -> list[TaskProgress]:
    """All tasks with everybody's progress."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    return _progress(session, in_work())


def task_page(
    session: Session, *, actor: Acting, search: str = "", start: int = 0, limit: int = 50
) -> tuple[list[TaskProgress], int]:
    """Of all tasks but tests those from `start` on, in the order of `list_tasks`, and how many there are. `search` is
    found in names of tasks and of people. The work is done for this page only."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    places = sa.select(col(Assignment.id)).where(
        col(Assignment.task_id) == Task.id, col(Assignment.state) != AssignmentState.WITHDRAWN, in_work()
    )
    found = sa.select(col(Task.id)).where(places.exists(), col(Task.kind) != TaskKind.QUALIFY)
    if search:
        theirs = places.join(User, col(User.id) == Assignment.user_id)
        named = col(User.name).icontains(search, autoescape=True)
        found = found.where(sa.or_(col(Task.name).icontains(search, autoescape=True), theirs.where(named).exists()))
    total = session.execute(sa.select(func.count()).select_from(found.subquery())).scalar_one()
    page = session.execute(found.order_by(*_urgent_first()).offset(start).limit(limit)).scalars().all()
    return _progress(session, col(Task.id).in_(page)), total


def _urgent_first() -> list[sa.ColumnElement[Any] | Mapped[Any]]:
    return [
        col(Task.priority).desc(),
        col(Task.due_at).is_(None),
        col(Task.due_at),
        col(Task.created_at),
        col(Task.id),
    ]


def _urgency(task: TaskProgress) -> tuple[object, ...]:
    """The order of `_urgent_first`."""
    return (-task.priority, task.due_at is None, task.due_at or task.created_at, task.created_at, task.id)


def _progress(session: Session, which: sa.ColumnElement[bool]) -> list[TaskProgress]:
    """Three queries, however many tasks: counts with the next open assignment, categories, unsaved changes."""
    assignments = (
        sa.select(
            col(Assignment.id).label("id"),
            col(Assignment.task_id).label("task_id"),
            col(Assignment.state).label("state"),
            col(Assignment.flag_kind).label("flag_kind"),
            col(Assignment.user_id).label("user_id"),
            func.row_number()
            .over(partition_by=col(Assignment.task_id), order_by=(open_rank(), col(Assignment.position)))
            .label("place"),
            open_rank().label("rank"),
        )
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(which, col(Assignment.state) != AssignmentState.WITHDRAWN)
        .subquery()
    )
    c = assignments.c

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        sa.select(
            col(Task.id),
            col(Task.name),
            col(Task.kind),
            col(Task.priority),
            col(Task.created_at),
            col(Task.due_at),
            col(Task.is_pool),
            func.count(c.id).label("total"),
            count(c.state.in_(DONE_STATES)).label("saved"),
            count(c.state == AssignmentState.ACCEPTED).label("accepted"),
            count(c.state.in_(OPEN_STATES)).label("open"),
            count(c.state == AssignmentState.DRAFTED).label("drafted"),
            count(c.state == AssignmentState.SENT_BACK).label("sent_back"),
            count(c.flag_kind.is_not(None)).label("flagged"),
            func.max(case(((c.place == 1) & (c.rank < NOT_OPEN), c.id))).label("next_open_assignment_id"),
            case((func.count(c.user_id.distinct()) == 1, func.max(col(User.name)))).label("person"),
            func.count(c.user_id.distinct()).label("people"),
        )
        .join(assignments, c.task_id == Task.id)
        .outerjoin(User, col(User.id) == c.user_id)
        .group_by(col(Task.id))
        .order_by(*_urgent_first())
    ).mappings()
    of_task = _categories(session, which)
    changed: dict[int, list[int]] = {}
    for change in changed_since_save(session, which):
        changed.setdefault(change.task_id, []).append(change.assignment_id)
    return [
        TaskProgress(
            **row,
            categories=tuple(of_task[row["id"]]),
            changed=len(ids := changed.get(row["id"], [])),
            first_changed_assignment_id=ids[0] if ids else None,
        )
        for row in rows
    ]


def _pools(session: Session, task_ids: Collection[int]) -> list[TaskProgress]:
    """Pools of which the person has nothing yet."""
    if not task_ids:
        return []
    counts = ("total", "saved", "accepted", "open", "drafted", "sent_back", "flagged", "changed")
    nothing: dict[str, Any] = dict.fromkeys(counts, 0)
    names = _categories(session, col(Task.id).in_(task_ids))
    return [
        TaskProgress(
            id=task.id or 0,
            name=task.name,
            kind=task.kind,
            priority=task.priority,
            created_at=task.created_at,
            due_at=task.due_at,
            is_pool=True,
            categories=tuple(names[task.id or 0]),
            person=None,
            people=0,
            next_open_assignment_id=None,
            first_changed_assignment_id=None,
            **nothing,
        )
        for task in session.exec(select(Task).where(col(Task.id).in_(task_ids)))
    ]


def _categories(session: Session, which: sa.ColumnElement[bool]) -> dict[int, list[str]]:
    """The categories of each task's items, by name."""
    of_task: dict[int, list[str]] = {}
    for task_id, category in session.exec(
        select(Assignment.task_id, Category.name)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(which, col(Assignment.state) != AssignmentState.WITHDRAWN)
        .distinct()
        .order_by(col(Category.name))
    ):
        of_task.setdefault(task_id, []).append(category)
    return of_task


NOT_OPEN = 9


def open_rank() -> sa.ColumnElement[int]:
    """The order in which assignments are to be done, by kind: sent back, not done yet, skipped; then the rest."""
    return case(
        (col(Assignment.state).not_in(OPEN_STATES), NOT_OPEN),
        (col(Assignment.flag_kind) == FlagKind.SKIP, 2),
        (col(Assignment.state) == AssignmentState.SENT_BACK, 0),
        else_=1,
    )
