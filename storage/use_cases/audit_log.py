"""The audit log, read: who did what to which object, when, from where. Nothing here, nor anywhere, changes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import audit
from storage.tables import Audit, CadModel, Category, Dataset, Image, Task, User
from storage.use_cases.accounts import name_key

LONGEST_PAGE = 1000

Place = tuple[datetime, int]
"""Where a page ends: time and id of its last entry. What is added meanwhile moves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Empty fields admit everything. `person`: a name, or a part of one that several people may have; `actor_id`:
    exactly one. `since` is included, `until` is not."""

    person: str = ""
    actor_id: int | None = None
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`object_name`: what the object is called now, where it has a name."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    object_type: str
    object_id: int | None
    object_name: str | None
    address: str | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """`following`: where the next page begins, None where there is none."""

    rows: tuple[AuditEntry, ...]
    following: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWords:
    """What can be chosen from in the filters."""

    actions: tuple[str, ...]
    object_types: tuple[str, ...]


def audit_entries(
    session: Session, *, actor: Acting, which: AuditFilter, after: Place | None = None, limit: int = 50
) -> AuditPage:
    """The newest first, from behind `after`; each page costs the same however far back it is."""
    acting_with(session, actor, Action.SEE_AUDIT)
    limit = min(max(limit, 1), LONGEST_PAGE)
    statement = select(Audit).where(*_conditions(session, which))
    if after is not None:
        at, id_ = after
        statement = statement.where(
            (col(Audit.at) <= at) & ((col(Audit.at) < at) | (col(Audit.id) < id_))  # the first half uses the index
        )
    rows = session.exec(statement.order_by(col(Audit.at).desc(), col(Audit.id).desc()).limit(limit + 1)).all()
    page, more = rows[:limit], len(rows) > limit
    return AuditPage(
        rows=_entries(session, page), following=(page[-1].at, page[-1].id or 0) if more and page else None
    )


def audit_words(session: Session, *, actor: Acting) -> AuditWords:
    """Which actions and kinds of objects there are in the log."""
    acting_with(session, actor, Action.SEE_AUDIT)
    return AuditWords(
        actions=_distinct(session, col(Audit.action)), object_types=_distinct(session, col(Audit.object_type))
    )


def note_export(session: Session, *, actor: Acting, which: AuditFilter, format: str) -> None:
    """Reading the whole log is an act of its own."""
    admin = acting_with(session, actor, Action.SEE_AUDIT)
    chosen = {
        name: str(value)
        for name in AuditFilter.__dataclass_fields__
        if (value := getattr(which, name)) not in ("", None)
    }
    audit(session, admin, "export_audit", "audit", None, format=format, filter=chosen)


def _conditions(session: Session, which: AuditFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if which.person:
        conditions.append(_by(session, which.person))
    if which.actor_id is not None:
        conditions.append(col(Audit.actor_id) == which.actor_id)
    if which.action:
        conditions.append(col(Audit.action) == which.action)
    if which.object_type:
        conditions.append(col(Audit.object_type) == which.object_type)
    if which.object_id is not None:
        conditions.append(col(Audit.object_id) == which.object_id)
    if which.since is not None:
        conditions.append(col(Audit.at) >= which.since)
    if which.until is not None:
        conditions.append(col(Audit.at) < which.until)
    return conditions


def _by(session: Session, name: str) -> sa.ColumnElement[bool]:
    """Entries of the person with exactly this name, else of everybody whose name contains it; or of nobody's
    account, such as the console, by the name in the log."""
    exact = session.exec(select(User.id).where(User.name_key == name_key(name))).first()
    if exact is not None:
        return col(Audit.actor_id) == exact
    some = select(User.id).where(col(User.name_key).contains(name_key(name), autoescape=True))
    nobodys = col(Audit.actor_id).is_(None) & (col(Audit.actor_name) == name.strip().lower())
    return col(Audit.actor_id).in_(some) | nobodys


def _distinct(session: Session, column: Mapped[str]) -> tuple[str, ...]:
    """Each value of an indexed column once, by as many searches in the index as there are values: a DISTINCT would
    read the whole log. (PostgreSQL wiki, "Loose indexscan".)"""
    smallest = sa.select(sa.func.min(column).label("value")).cte("word", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > smallest.c.value).scalar_subquery()
    every = smallest.union_all(sa.select(following).where(smallest.c.value.is_not(None)))
    values = session.execute(sa.select(every.c.value).where(every.c.value.is_not(None))).scalars()
    return tuple(values)


def _entries(session: Session, rows: Sequence[Audit]) -> tuple[AuditEntry, ...]:
    names = _object_names(session, rows)
    return tuple(
        AuditEntry(
            id=row.id or 0,
            at=row.at,
            actor_id=row.actor_id,
            actor_name=row.actor_name,
            action=row.action,
            object_type=row.object_type,
            object_id=row.object_id,
            object_name=names.get((row.object_type, row.object_id)),
            address=row.address,
            detail=row.detail,
        )
        for row in rows
    )


def _object_names(session: Session, rows: Sequence[Audit]) -> dict[tuple[str, int | None], str]:
    """One query for each kind of object that has a name."""
    found: dict[tuple[str, int | None], str] = {}
    for object_type, id_, name in (
        ("user", col(User.id), col(User.name)),
        ("task", col(Task.id), col(Task.name)),
        ("dataset", col(Dataset.id), col(Dataset.name)),
        ("category", col(Category.id), col(Category.name)),
        ("image", col(Image.id), col(Image.name)),
    ):
        ids = {row.object_id for row in rows if row.object_type == object_type and row.object_id is not None}
        if ids:
            for key, text in session.execute(sa.select(id_, name).where(id_.in_(ids))):
                found[object_type, key] = text
    models = {row.object_id for row in rows if row.object_type == "cad_model" and row.object_id is not None}
    if models:
        for key, category, number in session.execute(
            sa.select(col(CadModel.id), col(Category.name), col(CadModel.cad_index))
            .join(Category, col(Category.id) == CadModel.category_id)
            .where(col(CadModel.id).in_(models))
        ):
            found["cad_model", key] = f"{category} {number}"
    return found
