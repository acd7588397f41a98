"""Counting work as it is done: called in the transactions that record gestures, saves and reviews.

The counts could be made anew from ops, revisions and reviews at any time (`recount`); a test holds the two equal.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from domain.pace import Span, added_seconds
from domain.permissions import CONSOLE, Action
from storage.acting import Acting, acting_with
from storage.record import audit
from storage.tables import Assignment, Effort, EffortDay, Item, Meta, OpRow, Review, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.effort import CHANGED
from storage.tables.review import Decision

UNCOUNTED = "effort_uncounted"
"""In `Meta`: there was work before there were counts, and it has not been counted yet."""


def count_op(session: Session, op: OpRow) -> None:
    """A gesture that has just been recorded."""
    assignment = session.get_one(Assignment, op.assignment_id)
    span = Span.recorded(op.at, op.started_at, op.ended_at)
    _add(session, assignment, op.author_id, span, gestures=1, changed=_changed(op.changes))


def count_save(session: Session, revision: Revision) -> None:
    """A revision that has just been added; what nobody saved counts for nobody."""
    if revision.kind is RevisionKind.SAVED and revision.author_id is not None:
        assignment = session.get_one(Assignment, revision.assignment_id)
        _add(session, assignment, revision.author_id, Span(revision.at, revision.at), saves=1)


def count_review(session: Session, review: Review) -> None:
    """A review that has just been added: only the first of an assignment tells whether the work passed at once."""
    earlier = select(Review.id).where(Review.assignment_id == review.assignment_id, col(Review.id) < review.id)
    revision = session.get_one(Revision, review.revision_id)
    if revision.author_id is None or session.exec(earlier.limit(1)).first() is not None:
        return
    assignment = session.get_one(Assignment, review.assignment_id)
    _add_to_day(
        session, assignment, revision.author_id, review.at,
        reviewed=1, passed=int(review.decision is Decision.ACCEPTED),
    )  # fmt: skip


def recount(session: Session, *, actor: Acting) -> int:
    """Counts everything anew, from the first gesture on. Returns how many gestures, saves and reviews there were."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    session.execute(sa.delete(EffortDay))
    session.execute(sa.delete(Effort))
    events = 0
    for event in _in_time(session):
        if isinstance(event, OpRow):
            count_op(session, event)
        elif isinstance(event, Revision):
            count_save(session, event)
        else:
            count_review(session, event)
        events += 1
    session.execute(sa.delete(Meta).where(col(Meta.key) == UNCOUNTED))
    audit(session, person, "recount_work", "installation", events=events)
    return events


def ensure_counted(session: Session) -> None:
    """Counts what was done before there were counts, once. Whoever looks at numbers calls it before."""
    if session.get(Meta, UNCOUNTED) is not None:
        recount(session, actor=CONSOLE)


def _in_time(session: Session) -> Iterator[OpRow | Revision | Review]:
    """Gestures, saves and reviews in the order in which they were recorded."""
    tables: tuple[Any, ...] = (OpRow, Revision, Review)
    keys: list[tuple[datetime, int, int]] = []
    for order, table in enumerate(tables):
        keys += [(at, order, id_) for at, id_ in session.exec(select(table.at, table.id))]
    for _, order, id_ in sorted(keys):
        event: OpRow | Revision | Review = session.get_one(tables[order], id_)
        yield event


def _changed(changes: Mapping[str, Any]) -> dict[str, int]:
    names = {
        name
        for change in changes.values()
        for name, value in change["after"].items()
        if value != change["before"].get(name)
    }
    return {f"changed_{name}": 1 for name in CHANGED if name in names}


def _add(
    session: Session,
    assignment: Assignment,
    user_id: int,
    span: Span,
    *,
    gestures: int = 0,
    saves: int = 0,
    changed: Mapping[str, int] | None = None,
) -> None:
    """The way from the last item to this one belongs to this one, as long as it is no break."""
    last = session.exec(
        select(Effort.last_at).where(Effort.user_id == user_id).order_by(col(Effort.last_at).desc()).limit(1)
    ).first()
    seconds = added_seconds(last, span)
    before = session.exec(
        select(Effort.saves).where(Effort.assignment_id == assignment.id, Effort.user_id == user_id)
    ).first()
    _upsert(
        session,
        Effort,
        {"assignment_id": assignment.id, "user_id": user_id},
        {"active_seconds": seconds, "gestures": gestures, "saves": saves},
        {"last_at": span.end if last is None else max(span.end, last)},
    )
    _add_to_day(
        session, assignment, user_id, span.end, active_seconds=seconds, gestures=gestures, saves=saves,
        items=int(saves > 0 and not before), **(changed or {}),
    )  # fmt: skip


def _add_to_day(session: Session, assignment: Assignment, user_id: int, at: datetime, **counts: float) -> None:
    item = session.get_one(Item, assignment.item_id)
    key = {
        "user_id": user_id,
        "task_id": assignment.task_id,
        "category_id": item.category_id,
        "day": at.date(),
    }
    _upsert(session, EffortDay, key, counts, {})


def _upsert(
    session: Session,
    table: type[SQLModel],
    key: Mapping[str, Any],
    counts: Mapping[str, float],
    values: Mapping[str, Any],
) -> None:
    """Adds to the row of the key in one statement, so that two tabs of one person never count on the same value."""
    statement, zeros = _adding(table, session.get_bind().dialect.name, tuple(key), tuple(values))
    session.execute(statement, {**zeros, **counts, **key, **values})


@cache
def _adding(table: type[SQLModel], dialect: str, key: tuple[str, ...], values: tuple[str, ...]) -> tuple[Any, Any]:
    """(the statement, what it adds where nothing is said). Made once: building it takes longer than running it."""
    columns: Any = table.__table__.c  # type: ignore[attr-defined]
    counted = [column.name for column in columns if column.name not in {"id", *key, *values}]
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    statement = insert.values({name: sa.bindparam(name) for name in (*key, *counted, *values)})
    statement = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={
            **{name: columns[name] + statement.excluded[name] for name in counted},
            **{name: statement.excluded[name] for name in values},
        },
    )
    return statement, dict.fromkeys(counted, 0)
