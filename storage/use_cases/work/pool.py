"""Drawing from a pool: the next item that nobody has, reserved until it was not touched for a while.

A reservation that has run out takes nothing away by itself: its person goes on as if nothing were, until somebody
else draws the item. Then what they did is kept as withdrawn, and is theirs again when they draw the item once more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import NotAllowed, NotFound
from domain.permissions import Action, Actor
from domain.pool import MOST_HELD, RESERVATION, RESERVED_STATES, lapses_at
from domain.task_state import AssignmentState
from storage.acting import Acting, acting, acting_with
from storage.errors import HoldsTooMany, PoolEmpty
from storage.record import audit, moment
from storage.tables import Assignment, Dataset, Draft, Image, Item, Task, User
from storage.tables.work import FlagKind
from storage.use_cases.qualify.gate import check_may_work
from storage.use_cases.work import places
from storage.use_cases.work.knowing import knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """`reserved_until`: when others may draw it, unless it is touched before. `again`: it was this person's before,
    with what they did on it."""

    assignment_id: int
    reserved_until: datetime
    again: bool


def draw_next(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    passing: int | None = None,
    reservation: timedelta = RESERVATION,
) -> Drawn:
    """Gives the actor the next item of a pool: one that they drew and have not touched yet, else one whose
    reservation ran out on them, else the next one that is nobody's, else one whose reservation ran out on others.

    `passing`: the assignment that they look at and want to leave. Never an item that they have, have had or know
    somebody's answer to. Raises NotFound (no such pool), PoolEmpty, HoldsTooMany, NotQualified, WorkPaused.
    """
    person = _drawing(session, actor)
    _pool(session, task_id)
    check_may_work(session, person.user_id, task_id)
    # One draw at a time for one person: on SQLite the transaction sees to that.
    session.exec(select(User).where(User.id == person.user_id).with_for_update())
    cutoff = moment(session) - reservation
    place, again = _held(session, person, task_id, passing), True
    if place is None:
        place = _lapsed_of_own(session, person, task_id, cutoff)
    if place is None:
        place, again = _next(session, person, task_id, cutoff), False
    if place is None:
        raise PoolEmpty(f"nothing is left for {person.name} in this pool")
    place.drawn_at = place.updated_at = moment(session)
    audit(session, person, "draw", "assignment", place.id, task=task_id, again=again)
    session.flush()
    assert place.id is not None
    return Drawn(assignment_id=place.id, reserved_until=lapses_at(moment(session), reservation), again=again)


def renew_reservation(session: Session, *, actor: Acting, assignment_id: int) -> bool:
    """Looking at what one has drawn touches it. Returns whether there was something to renew."""
    person = _drawing(session, actor)
    place = session.exec(select(Assignment).where(Assignment.id == assignment_id).with_for_update()).first()
    if (
        place is None
        or place.user_id != person.user_id
        or place.drawn_at is None
        or place.state not in RESERVED_STATES
    ):
        return False
    place.updated_at = moment(session)
    return True


def free_items(
    session: Session, *, actor: Acting, task_ids: Collection[int] | None = None, reservation: timedelta = RESERVATION
) -> dict[int, int]:
    """For each pool (of these tasks) how many items the actor could draw now; pools without any are left out."""
    person = acting(session, actor)
    if person.user_id is None:
        return {}
    cutoff = moment(session) - reservation
    statement = (
        sa.select(col(Assignment.task_id), col(Task.kind), sa.func.count(col(Assignment.item_id).distinct()))
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Dataset, col(Dataset.id) == Task.dataset_id)
        .where(col(Task.is_pool), col(Dataset.archived_at).is_(None))
        .group_by(col(Assignment.task_id), col(Task.kind))
    )
    if task_ids is not None:
        statement = statement.where(col(Task.id).in_(task_ids))
    kinds = session.execute(sa.select(col(Task.kind)).where(col(Task.is_pool)).distinct()).scalars()
    found: dict[int, int] = {}
    for kind in kinds:
        rows = session.execute(
            statement.where(
                col(Task.kind) == kind,
                _available(cutoff, person.user_id),
                sa.or_(
                    ~knows(person.user_id, col(Assignment.item_id), kind),
                    _has_lapsed(person.user_id),
                ),
            )
        )
        found |= {task_id: number for task_id, _kind, number in rows}
    return found


def _drawing(session: Session, actor: Acting) -> Actor:
    person = acting(session, actor)
    if person.user_id is None:
        raise NotAllowed("the console has no items of its own")
    return acting_with(session, actor, Action.DRAW_FROM_POOL, owner_id=person.user_id)


def _pool(session: Session, task_id: int) -> Task:
    task = session.get(Task, task_id)
    dataset = session.get(Dataset, task.dataset_id) if task else None
    if task is None or dataset is None or not task.is_pool or dataset.archived_at is not None:
        raise NotFound(f"there is no pool {task_id}")
    return task


def _held(session: Session, person: Actor, task_id: int, passing: int | None) -> Assignment | None:
    """What was drawn and not begun: whoever presses twice gets one item. Raises HoldsTooMany."""
    held = session.exec(
        select(Assignment)
        .where(
            Assignment.task_id == task_id,
            Assignment.user_id == person.user_id,
            col(Assignment.drawn_at).is_not(None),
            col(Assignment.state).in_(RESERVED_STATES),
        )
        .order_by(col(Assignment.position))
    ).all()
    untouched = next((place for place in held if places.is_untouched(place) and place.id != passing), None)
    if untouched is None and len(held) >= MOST_HELD:
        raise HoldsTooMany(f"{person.name} has drawn {len(held)} items of this pool that are not saved yet")
    return untouched


def _lapsed_of_own(session: Session, person: Actor, task_id: int, cutoff: datetime) -> Assignment | None:
    """Taken back from the pool, where the item has a place for it."""
    assert person.user_id is not None
    lapsed = session.exec(
        select(Assignment)
        .where(Assignment.task_id == task_id, _lapsed_withdrawn(Assignment, person.user_id))
        .order_by(col(Assignment.updated_at).desc())
    ).all()
    for own in lapsed:
        instead = session.exec(
            select(Assignment)
            .where(
                Assignment.task_id == task_id,
                Assignment.item_id == own.item_id,
                _available(cutoff, person.user_id),
            )
            .order_by(col(Assignment.user_id).is_not(None))
            .with_for_update(skip_locked=True)
        ).first()
        if instead is None:
            continue
        own.position = _vacated(session, instead)
        places.bring_back(session, own)
        return own
    return None


def _vacated(session: Session, place: Assignment) -> int:
    """The position of a place that somebody else's work takes; the place goes."""
    position = place.position
    if places.is_untouched(place):
        places.spare(session, place)
    else:
        places.withdraw(session, place, lapsed=True)
    return position


def _next(session: Session, person: Actor, task_id: int, cutoff: datetime) -> Assignment | None:
    assert person.user_id is not None
    task = session.get(Task, task_id)
    assert task is not None
    for which in (places.free(), _run_out(cutoff, person.user_id)):
        place = session.exec(
            select(Assignment)
            .where(
                Assignment.task_id == task_id,
                which,
                ~knows(person.user_id, col(Assignment.item_id), task.kind),
                _is_there(),
            )
            .order_by(col(Assignment.position))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if place is None:
            continue
        if not places.is_untouched(place):
            position = _vacated(session, place)
            place = places.place_at(session, task_id, place.item_id, position)
        places.give(session, place, person.user_id, drawn=True)
        session.flush()
        return place
    return None


def _is_there() -> sa.ColumnElement[bool]:
    """A photo that was taken down is work for nobody."""
    return (
        sa.select(col(Image.id))
        .join(Item, col(Item.image_id) == Image.id)
        .where(col(Item.id) == Assignment.item_id, col(Image.taken_down_at).is_(None))
        .exists()
    )


def _available(cutoff: datetime, user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(sa.or_(places.free(), _run_out(cutoff, user_id)), _is_there())


def _run_out(cutoff: datetime, user_id: int) -> sa.ColumnElement[bool]:
    """Somebody else's reservation that nothing has touched since the cutoff. Who asked for help is waiting for it,
    and keeps the item."""
    touched = sa.select(col(Draft.id)).where(col(Draft.assignment_id) == Assignment.id, col(Draft.at) >= cutoff)
    return sa.and_(
        col(Assignment.user_id).is_not(None),
        col(Assignment.user_id) != user_id,
        col(Assignment.drawn_at).is_not(None),
        col(Assignment.state).in_(RESERVED_STATES),
        col(Assignment.flag_kind).is_distinct_from(FlagKind.HELP),
        col(Assignment.updated_at) < cutoff,
        ~touched.exists(),
    )


def _lapsed_withdrawn(table: type[Assignment], user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(table.user_id) == user_id,
        col(table.state) == AssignmentState.WITHDRAWN,
        col(table.drawn_at).is_not(None),
    )


def _has_lapsed(user_id: int) -> sa.ColumnElement[bool]:
    """Whether the person's own reservation of the item at hand ran out in this task."""
    own = sa.orm.aliased(Assignment)
    return (
        sa.select(col(own.id))
        .where(
            col(own.task_id) == Assignment.task_id,
            col(own.item_id) == Assignment.item_id,
            _lapsed_withdrawn(own, user_id),
        )
        .exists()
    )
