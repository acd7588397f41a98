"""People and their passwords. Logging in is in `storage.use_cases.login`."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.errors import AlreadyExists, NotFound
from domain.permissions import Action, Role
from storage import passwords
from storage.acting import Acting, acting_with
from storage.errors import LastAdmin, NameRefused
from storage.passwords import HashedPassword
from storage.record import audit, moment, publish
from storage.tables import User
from storage.use_cases import sessions

LONGEST_NAME = 64
RESERVED = frozenset({"console", "import", "posewright"})
"""They stand for something else in the audit log and in revisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """A person, without secrets."""

    id: int
    name: str
    role: Role
    active: bool
    must_change_password: bool
    created_at: datetime


def add_user(
    session: Session,
    *,
    actor: Acting,
    name: str,
    role: Role,
    password: str | HashedPassword,
    must_change: bool = False,
) -> UserView:
    """Makes an account. Raises AlreadyExists, NameRefused, PasswordRefused.

    Hashing takes 0.15-0.35 s and here holds the write lock: a busy server passes `passwords.hashed(name, text)`.
    """
    person = acting_with(session, actor, Action.MANAGE_USERS)
    name = checked_name(name)
    if _user_called(session, name) is not None:
        raise AlreadyExists(f"there is a person called {name} already")
    user = User(
        name=name,
        name_key=name_key(name),
        role=Role(role),
        password_hash=_hash(name, password),
        must_change_password=must_change,
        created_at=moment(session),
    )
    session.add(user)
    session.flush()
    view = user_view(user)
    audit(session, person, "add_user", "user", view.id, name=name, role=user.role.value)
    publish(session, "user.added", "user", view.id)
    return view


def list_users(session: Session, *, actor: Acting) -> list[UserView]:
    """Everybody, by name."""
    acting_with(session, actor, Action.MANAGE_USERS)
    return [user_view(user) for user in session.exec(select(User).order_by(col(User.sort_key)))]


def user_named(session: Session, *, actor: Acting, name: str) -> UserView:
    """The person of this name, however it is capitalised. Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_USERS)
    user = _user_called(session, name)
    if user is None:
        raise NotFound(f"there is nobody called {name}")
    return user_view(user)


def count_users(session: Session) -> int:
    """How many accounts there are; needs no right, since an empty installation has nobody who could ask."""
    return session.exec(select(func.count()).select_from(User)).one()


def set_password(
    session: Session,
    *,
    actor: Acting,
    user_id: int,
    password: str | HashedPassword,
    must_change: bool = False,
) -> None:
    """Gives somebody a new password, and ends all their sessions. Raises PasswordRefused."""
    person = acting_with(session, actor, Action.MANAGE_USERS)
    user = _user(session, user_id)
    user.password_hash = _hash(user.name, password)
    user.must_change_password = must_change
    audit(session, person, "set_password", "user", user_id)
    publish(session, "user.changed", "user", user_id)
    sessions.end_all(session, actor=person, user_id=user_id)


def set_role(session: Session, *, actor: Acting, user_id: int, role: Role) -> UserView:
    """Another role; what the person has open ends, since it shows what the old one allowed. Raises LastAdmin."""
    person = acting_with(session, actor, Action.MANAGE_USERS)
    user = _user(session, user_id)
    if user.role is not Role(role):
        _check_not_last_admin(session, user)
        audit(session, person, "set_role", "user", user_id, before=user.role.value, after=Role(role).value)
        user.role = Role(role)
        publish(session, "user.changed", "user", user_id)
        sessions.end_all(session, actor=person, user_id=user_id)
    return user_view(user)


def deactivate_user(session: Session, *, actor: Acting, user_id: int) -> UserView:
    """Lets somebody in no more and ends what they have open; their work stays. Raises LastAdmin."""
    person = acting_with(session, actor, Action.MANAGE_USERS)
    user = _user(session, user_id)
    if user.active:
        _check_not_last_admin(session, user)
        user.active = False
        audit(session, person, "deactivate_user", "user", user_id)
        publish(session, "user.changed", "user", user_id)
        sessions.end_all(session, actor=person, user_id=user_id)
    return user_view(user)


def reactivate_user(session: Session, *, actor: Acting, user_id: int) -> UserView:
    person = acting_with(session, actor, Action.MANAGE_USERS)
    user = _user(session, user_id)
    if not user.active:
        user.active = True
        audit(session, person, "reactivate_user", "user", user_id)
        publish(session, "user.changed", "user", user_id)
    return user_view(user)


def checked_name(name: str) -> str:
    """The name as it is kept. Raises NameRefused."""
    name = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise NameRefused(f"a name has 1 to {LONGEST_NAME} printable characters")
    if name_key(name) in RESERVED:
        raise NameRefused(f"the name {name} is reserved")
    return name


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor width of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def user_view(user: User) -> UserView:
    assert user.id is not None
    return UserView(
        id=user.id,
        name=user.name,
        role=user.role,
        active=user.active,
        must_change_password=user.must_change_password,
        created_at=user.created_at,
    )


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"there is no user {user_id}")
    return user


def _user_called(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name_key == name_key(name))).first()


def _hash(name: str, password: str | HashedPassword) -> str:
    return (password if isinstance(password, HashedPassword) else passwords.hashed(name, password)).hash


def _check_not_last_admin(session: Session, user: User) -> None:
    if user.role is not Role.ADMIN or not user.active:
        return
    # All of them are locked, in one order, so that two admins cannot each remove the other at the same moment: the
    # second waits here and then finds one fewer (a no-op on SQLite, which has one writer anyway).
    admins = select(User.id).where(User.role == Role.ADMIN, col(User.active).is_(True)).order_by(col(User.id))
    if set(session.exec(admins.with_for_update()).all()) <= {user.id}:
        raise LastAdmin(f"{user.name} is the last active admin")
