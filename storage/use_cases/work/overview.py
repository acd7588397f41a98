"""What admins and supervisors see of the work: tasks by the page, a task with its people, its places by the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action, Role
from domain.task_state import DONE_STATES, OPEN_STATES, AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.tables import Assignment, Category, Dataset, Image, Item, Task, User
from storage.tables.work import FlagKind
from storage.use_cases.work import places

S = AssignmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task in numbers. `places` are all that are not withdrawn: `saved + open == places`; `free` ones, among the
    open, are nobody's."""

    id: int
    name: str
    dataset: str
    dataset_id: int
    kind: TaskKind
    overlap: int
    is_pool: bool
    priority: int
    created_at: datetime
    due_at: datetime | None
    items: int
    people: int
    places: int
    saved: int
    accepted: int
    open: int
    drafted: int
    sent_back: int
    flagged: int
    free: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShare:
    """Somebody's part of a task. `person` None: what is nobody's."""

    user_id: int | None
    person: str | None
    active: bool
    places: int
    saved: int
    accepted: int
    open: int
    drafted: int
    sent_back: int
    flagged: int
    withdrawn: int
    touched_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """One assignment. `drawn_at` is set while it is reserved, or was when the reservation ran out."""

    id: int
    position: int
    item_id: int
    category: str
    image: str
    object_index: int
    user_id: int | None
    person: str | None
    state: AssignmentState
    flag: FlagKind | None
    updated_at: datetime
    drawn_at: datetime | None
    withdrawn_from: AssignmentState | None


class PlaceFilter(StrEnum):
    """Which places of a task; ALL leaves out withdrawn ones."""

    ALL = "all"
    FREE = "free"
    UNTOUCHED = "untouched"
    OPEN = "open"
    ANSWERED = "answered"
    FLAGGED = "flagged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who can be given work. `open`: what they have to do in all tasks."""

    id: int
    name: str
    role: Role
    open: int


SORTS = {
    "name": (Task.sort_key,),
    "priority": (Task.priority,),
    "due": (Task.due_at,),
    "created": (Task.created_at,),
}


def task_lines(
    session: Session,
    *,
    actor: Acting,
    search: str = "",
    dataset_id: int | None = None,
    sort: str = "",
    descending: bool = False,
    start: int = 0,
    limit: int = 50,
) -> tuple[list[TaskLine], int]:
    """One page of the tasks, and how many there are. Counts are made for this page only."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    which: list[sa.ColumnElement[bool]] = [col(Dataset.archived_at).is_(None)]
    if search:
        which.append(
            sa.or_(
                col(Task.name).icontains(search, autoescape=True),
                sa.select(col(Assignment.id))
                .join(User, col(User.id) == Assignment.user_id)
                .where(col(Assignment.task_id) == Task.id, col(User.name).icontains(search, autoescape=True))
                .exists(),
            )
        )
    if dataset_id is not None:
        which.append(col(Task.dataset_id) == dataset_id)
    joined = sa.select(col(Task.id)).join(Dataset, col(Dataset.id) == Task.dataset_id).where(*which)
    total = session.execute(sa.select(sa.func.count()).select_from(joined.subquery())).scalar_one()
    keys: Sequence[Any]
    if sort in SORTS:
        # What has no date comes last, whichever way the dates are sorted.
        missing = [col(key).is_(None) for key in SORTS[sort]]
        keys = [*missing, *(col(key).desc() if descending else col(key) for key in SORTS[sort])]
    else:
        keys = [col(Task.priority).desc(), col(Task.due_at).is_(None), col(Task.due_at), col(Task.created_at).desc()]
    page = session.execute(joined.order_by(*keys, col(Task.id)).offset(start).limit(limit)).scalars().all()
    lines = {line.id: line for line in _lines(session, page)}
    return [lines[task_id] for task_id in page], total


def task_line(session: Session, *, actor: Acting, task_id: int) -> TaskLine:
    """Raises NotFound."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    return _task_line(session, task_id)


def shares_of_task(session: Session, *, actor: Acting, task_id: int) -> list[PersonShare]:
    """By name, what is nobody's last."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    rows = session.execute(
        sa.select(
            col(User.id).label("user_id"),
            col(User.name).label("person"),
            sa.func.coalesce(col(User.active), sa.true()).label("active"),
            *_counts(),
            sa.func.max(sa.case((~places.untouched(), col(Assignment.updated_at)))).label("touched_at"),
        )
        .select_from(Assignment)
        .outerjoin(User, col(User.id) == Assignment.user_id)
        .where(col(Assignment.task_id) == task_id)
        .group_by(col(User.id))
        .having(sa.or_(col(User.id).is_not(None), _sum(col(Assignment.state) != S.WITHDRAWN) > 0))
        .order_by(col(User.id).is_(None), col(User.sort_key))
    ).mappings()
    return [PersonShare(**row) for row in rows]


def place_lines(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    which: PlaceFilter = PlaceFilter.ALL,
    user_id: int | None = None,
    search: str = "",
    start: int = 0,
    limit: int = 50,
) -> tuple[list[PlaceLine], int]:
    """One page of a task's places in its order, and how many fit."""
    acting_with(session, actor, Action.SEE_ALL_PROGRESS)
    clauses = _place_clauses(task_id, which, user_id, search)
    columns: list[Any] = [
        col(Assignment.id),
        col(Assignment.position),
        col(Assignment.item_id),
        col(Category.name).label("category"),
        col(Image.name).label("image"),
        col(Item.object_index),
        col(Assignment.user_id),
        col(User.name).label("person"),
        col(Assignment.state),
        col(Assignment.flag_kind).label("flag"),
        col(Assignment.updated_at),
        col(Assignment.drawn_at),
        col(Assignment.withdrawn_from),
    ]
    statement = (
        sa.select(*columns)
        .select_from(Assignment)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .outerjoin(User, col(User.id) == Assignment.user_id)
        .where(*clauses)
    )
    total = session.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    rows = session.execute(statement.order_by(col(Assignment.position)).offset(start).limit(limit)).mappings()
    return [PlaceLine(**row) for row in rows], total


def place_ids(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    which: PlaceFilter = PlaceFilter.ALL,
    user_id: int | None = None,
    search: str = "",
) -> list[int]:
    """The ids of all places that fit, in the order of the task: for choosing all of them at once."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    statement = (
        select(col(Assignment.id))
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .outerjoin(User, col(User.id) == Assignment.user_id)
        .where(*_place_clauses(task_id, which, user_id, search))
        .order_by(col(Assignment.position))
    )
    return [assignment_id for assignment_id in session.exec(statement) if assignment_id is not None]


def workers(session: Session, *, actor: Acting) -> list[Worker]:
    """Everybody active, annotators first, those with least to do first."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    open_ = (
        sa.select(col(Assignment.user_id).label("user_id"), sa.func.count().label("open"))
        .where(col(Assignment.state).in_(OPEN_STATES), col(Assignment.user_id).is_not(None))
        .group_by(col(Assignment.user_id))
        .subquery()
    )
    count = sa.func.coalesce(open_.c.open, 0)
    rows = session.execute(
        sa.select(col(User.id), col(User.name), col(User.role), count.label("open"))
        .outerjoin(open_, open_.c.user_id == User.id)
        .where(col(User.active))
        .order_by(col(User.role) != Role.ANNOTATOR, count, col(User.sort_key))
    ).mappings()
    return [Worker(**row) for row in rows]


def _task_line(session: Session, task_id: int) -> TaskLine:
    lines = _lines(session, [task_id])
    if not lines:
        raise NotFound(f"there is no task {task_id}")
    return lines[0]


def _lines(session: Session, task_ids: Sequence[int]) -> list[TaskLine]:
    rows = session.execute(
        sa.select(
            col(Task.id),
            col(Task.name),
            col(Dataset.name).label("dataset"),
            col(Task.dataset_id),
            col(Task.kind),
            col(Task.overlap),
            col(Task.is_pool),
            col(Task.priority),
            col(Task.created_at),
            col(Task.due_at),
            sa.func.count(sa.case((col(Assignment.state) != S.WITHDRAWN, col(Assignment.item_id))).distinct()).label(
                "items"
            ),
            sa.func.count(sa.case((col(Assignment.state) != S.WITHDRAWN, col(Assignment.user_id))).distinct()).label(
                "people"
            ),
            *_counts(),
            _sum(places.free()).label("free"),
        )
        .join(Dataset, col(Dataset.id) == Task.dataset_id)
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .where(col(Task.id).in_(task_ids))
        .group_by(col(Task.id), col(Dataset.name))
    ).mappings()
    return [TaskLine(**row) for row in rows]


def _counts() -> list[sa.Label[int]]:
    there = col(Assignment.state) != S.WITHDRAWN
    return [
        _sum(there).label("places"),
        _sum(col(Assignment.state).in_(DONE_STATES)).label("saved"),
        _sum(col(Assignment.state) == S.ACCEPTED).label("accepted"),
        _sum(col(Assignment.state).in_(OPEN_STATES)).label("open"),
        _sum(col(Assignment.state) == S.DRAFTED).label("drafted"),
        _sum(col(Assignment.state) == S.SENT_BACK).label("sent_back"),
        _sum(sa.and_(there, col(Assignment.flag_kind).is_not(None))).label("flagged"),
        # A spare place is nobody's: nothing was taken from anybody.
        _sum(sa.and_(~there, col(Assignment.user_id).is_not(None))).label("withdrawn"),
    ]


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _place_clauses(
    task_id: int, which: PlaceFilter, user_id: int | None, search: str
) -> list[sa.ColumnElement[bool]]:
    there = col(Assignment.state) != S.WITHDRAWN
    of_kind = {
        PlaceFilter.ALL: there,
        PlaceFilter.FREE: places.free(),
        PlaceFilter.UNTOUCHED: sa.and_(col(Assignment.user_id).is_not(None), places.untouched()),
        PlaceFilter.OPEN: col(Assignment.state).in_(OPEN_STATES),
        PlaceFilter.ANSWERED: sa.and_(there, col(Assignment.state).not_in((S.NEW, S.DRAFTED))),
        PlaceFilter.FLAGGED: sa.and_(there, col(Assignment.flag_kind).is_not(None)),
        PlaceFilter.WITHDRAWN: sa.and_(~there, col(Assignment.user_id).is_not(None)),
    }
    clauses = [col(Assignment.task_id) == task_id, of_kind[which]]
    if user_id is not None:
        clauses.append(col(Assignment.user_id) == user_id)
    if search:
        clauses.append(
            sa.or_(
                col(Category.name).icontains(search, autoescape=True),
                col(Image.name).icontains(search, autoescape=True),
                col(User.name).icontains(search, autoescape=True),
            )
        )
    return clauses
