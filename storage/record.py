"""What a transaction leaves besides its rows: outbox for other processes, audit for people."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from domain.permissions import Actor
from storage.tables import Audit, Outbox
from storage.types import now

_MOMENT = "posewright_moment"
_TALLIES = "posewright_tallies"
_together: ContextVar["Tallies | None"] = ContextVar("tallied_together", default=None)
_address: ContextVar[str | None] = ContextVar("audit_address", default=None)
_PUBLISHED = "posewright_published"

TALLIED_TOGETHER = 1000
"""Additions after which a long import has a line in the audit log: little is untold if the process is killed."""

Tallies = dict[tuple[Actor, int], Counter[str]]
"""What was added, by person and data set."""


class Outcome(StrEnum):
    """What adding something did: importing twice changes nothing the second time."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The row that holds what was added."""

    id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One outbox row. Events of one object are in the order of its versions."""

    id: int
    topic: str
    object_type: str
    object_id: int
    version: int
    payload: dict[str, Any] = field(default_factory=dict)
    at: datetime


def moment(session: Session) -> datetime:
    """One time for everything that a transaction writes."""
    known: datetime = session.info.setdefault(_MOMENT, now())
    return known


def publish(
    session: Session, topic: str, object_type: str, object_id: int, *, version: int = 0, **payload: Any
) -> None:
    """Tells other processes. `payload` is JSON, small, and holds nothing that a listener might not see."""
    session.info[_PUBLISHED] = True
    session.add(
        Outbox(
            topic=topic,
            object_type=object_type,
            object_id=object_id,
            version=version,
            payload=payload,
            at=moment(session),
        )
    )


def has_published(session: Session) -> bool:
    """Whether this session has written something that others are to hear of."""
    return _PUBLISHED in session.info


def newest_change(session: Session) -> tuple[int, int]:
    """Another one once anything was published or done: what was counted before may be out of date. For numbers that
    are shown, not for what is decided by them: on PostgreSQL a slow transaction's change can be told late."""
    published, done = (session.exec(select(func.max(table.id))).one() for table in (Outbox, Audit))
    return published or 0, done or 0


@contextmanager
def acting_from(address: str | None) -> Iterator[None]:
    """Names the network address that everything inside is done from, for the audit log."""
    token = _address.set(address[:64] if address else None)
    try:
        yield
    finally:
        _address.reset(token)


def audit(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: int | None = None,
    *,
    address: str | None = None,
    **detail: Any,
) -> None:
    """Notes who did what. `detail` is JSON without secrets; `address` is that of `acting_from` unless given."""
    session.add(
        Audit(
            at=moment(session),
            actor_id=actor.user_id,
            actor_name=actor.name,
            action=action,
            object_type=object_type,
            object_id=object_id,
            address=address if address is not None else _address.get(),
            detail=detail,
        )
    )


def tally(session: Session, actor: Actor, dataset_id: int, what: str, outcome: Outcome) -> None:
    """Counts an addition to a data set. An import adds hundreds of thousands of rows; the audit log gets one row
    with the counts of each transaction (`write_tallies`), or of many (`tallied_together`), not one for each."""
    if outcome is not Outcome.UNCHANGED:
        tallies: Tallies = session.info.setdefault(_TALLIES, {})
        tallies.setdefault((actor, dataset_id), Counter())[f"{what}_{outcome.value}"] += 1


def write_tallies(session: Session) -> None:
    """Called by `Database.transaction` before it commits."""
    tallies: Tallies = session.info.pop(_TALLIES, {})
    together = _together.get()
    for (actor, dataset_id), counts in tallies.items():
        publish(session, "dataset.changed", "dataset", dataset_id, **counts)
        if together is not None:
            so_far = together.pop((actor, dataset_id), Counter()) + counts
            if so_far.total() < TALLIED_TOGETHER:
                together[actor, dataset_id] = so_far
                continue
            counts = so_far
        audit(session, actor, "add_to_dataset", "dataset", dataset_id, **dict[str, Any](counts))


@contextmanager
def tallied_together() -> Iterator[Tallies]:
    """The transactions inside share their lines in the audit log. Yields what is still to be told; the caller
    tells it in a last transaction (`Database.one_import`)."""
    told: Tallies = {}
    token = _together.set(told)
    try:
        yield told
    finally:
        _together.reset(token)


def events_after(session: Session, *, after_id: int, limit: int = 1000) -> list[Event]:
    """Outbox rows with a higher id, in the order of ids; for the bus of this process."""
    statement = select(Outbox).where(col(Outbox.id) > after_id).order_by(col(Outbox.id)).limit(limit)
    return [
        Event(
            id=row.id or 0,
            topic=row.topic,
            object_type=row.object_type,
            object_id=row.object_id,
            version=row.version,
            payload=row.payload,
            at=row.at,
        )
        for row in session.exec(statement)
    ]


def last_event_id(session: Session) -> int:
    """The id to go on from; 0 for an empty outbox."""
    return session.exec(select(Outbox.id).order_by(col(Outbox.id).desc()).limit(1)).first() or 0
