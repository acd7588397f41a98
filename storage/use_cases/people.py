"""The admin's view of people: thousands of them searched, sorted and paged, with what each was last seen doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from domain.errors import AlreadyExists, NotFound
from domain.permissions import Action, Role
from domain.task_state import OPEN_STATES
from storage.acting import Acting, acting_with
from storage.record import audit, publish
from storage.tables import Assignment, LoginSession, User
from storage.use_cases.accounts import UserView, checked_name, name_key, set_role, user_view


class PeopleSort(StrEnum):
    NAME = "name"
    ROLE = "role"
    STATE = "state"
    LAST_SEEN = "last_seen"
    OPEN_WORK = "open_work"
    CREATED = "created"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """`last_seen_at` None: never logged in. `open_work`: assignments that are theirs and still to be done."""

    id: int
    name: str
    role: Role
    active: bool
    must_change_password: bool
    created_at: datetime
    last_seen_at: datetime | None
    open_work: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """`total`: of all pages."""

    rows: tuple[PersonRow, ...]
    total: int


def list_people(
    session: Session,
    *,
    actor: Acting,
    search: str = "",
    role: Role | None = None,
    active: bool | None = None,
    sort: PeopleSort = PeopleSort.NAME,
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> PeoplePage:
    """One page of people whose name contains `search`; people of the same value are in the order of their names."""
    acting_with(session, actor, Action.MANAGE_USERS)
    conditions: list[sa.ColumnElement[bool]] = []
    if search:
        conditions.append(col(User.name_key).contains(name_key(search), autoescape=True))
    if role is not None:
        conditions.append(col(User.role) == role)
    if active is not None:
        conditions.append(col(User.active).is_(active))
    total = session.exec(select(func.count()).select_from(User).where(*conditions)).one()
    statement = select(User).where(*conditions)
    column: sa.ColumnElement[Any] | Mapped[Any]
    match sort:
        case PeopleSort.LAST_SEEN:
            seen = _last_seen().subquery()
            statement = statement.outerjoin(seen, seen.c.user_id == User.id)
            column = seen.c.at
        case PeopleSort.OPEN_WORK:
            work = _open_work().subquery()
            statement = statement.outerjoin(work, work.c.user_id == User.id)
            column = func.coalesce(work.c.number, 0)
        case _:
            column = {
                PeopleSort.NAME: col(User.sort_key),
                PeopleSort.ROLE: col(User.role),
                PeopleSort.STATE: col(User.active),
                PeopleSort.CREATED: col(User.created_at),
            }[sort]
    # Who was never seen is the one who was seen longest ago, on every database.
    first = column.desc().nulls_last() if descending else column.asc().nulls_first()
    ordered = statement.order_by(first, col(User.sort_key), col(User.id)).offset(offset).limit(limit)
    return PeoplePage(rows=_rows(session, session.exec(ordered).all()), total=total)


def person(session: Session, *, actor: Acting, user_id: int) -> PersonRow:
    """One person as in the list. Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_USERS)
    return _rows(session, [_user(session, user_id)])[0]


def edit_person(session: Session, *, actor: Acting, user_id: int, name: str, role: Role) -> UserView:
    """A new name, or role, or both. Raises AlreadyExists, NameRefused, LastAdmin, NotFound."""
    admin = acting_with(session, actor, Action.MANAGE_USERS)
    user = _user(session, user_id)
    name = checked_name(name)
    if name != user.name:
        others = select(User.id).where(User.name_key == name_key(name), User.id != user_id)
        if session.exec(others).first() is not None:
            raise AlreadyExists(f"there is a person called {name} already")
        audit(session, admin, "rename_user", "user", user_id, before=user.name, after=name)
        user.name, user.name_key = name, name_key(name)
        publish(session, "user.changed", "user", user_id)
    set_role(session, actor=actor, user_id=user_id, role=role)
    return user_view(user)


def _rows(session: Session, users: Sequence[User]) -> tuple[PersonRow, ...]:
    """Two queries, however many people."""
    ids = [user.id for user in users if user.id is not None]
    seen = dict(session.execute(_last_seen().where(col(LoginSession.user_id).in_(ids))).all())
    work = dict(session.execute(_open_work().where(col(Assignment.user_id).in_(ids))).all())
    return tuple(
        PersonRow(
            id=user.id or 0,
            name=user.name,
            role=user.role,
            active=user.active,
            must_change_password=user.must_change_password,
            created_at=user.created_at,
            last_seen_at=seen.get(user.id),
            open_work=work.get(user.id, 0),
        )
        for user in users
    )


def _last_seen() -> sa.Select[int, datetime]:
    return sa.select(col(LoginSession.user_id), func.max(col(LoginSession.last_seen_at)).label("at")).group_by(
        col(LoginSession.user_id)
    )


def _open_work() -> sa.Select[int | None, int]:
    return (
        sa.select(col(Assignment.user_id), func.count().label("number"))
        .where(col(Assignment.state).in_(OPEN_STATES))
        .group_by(col(Assignment.user_id))
    )


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"there is no user {user_id}")
    return user
