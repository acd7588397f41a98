"""One-time links: an admin makes one, the person gives themselves a password by it, and it is spent."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action, Actor
from storage.acting import Acting, acting_with
from storage.passwords import HashedPassword
from storage.record import audit, moment, publish
from storage.tables import User
from storage.tables.password_link import PasswordLink
from storage.types import now
from storage.use_cases import sessions

LIFETIME = timedelta(days=3)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """`token` is shown once, to the admin who made it: `/reset?token=…`."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFor:
    """Whose link it is."""

    user_id: int
    name: str


def make_password_link(session: Session, *, actor: Acting, user_id: int) -> MadeLink:
    """A new link for somebody; an older one is worth nothing from here on. The present password stays until then.

    Raises NotFound for nobody, and for somebody who is deactivated.
    """
    person = acting_with(session, actor, Action.MANAGE_USERS)
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise NotFound(f"there is no active user {user_id}")
    at, token = moment(session), secrets.token_urlsafe(TOKEN_BYTES)
    _spend_all(session, user_id, at)
    session.add(
        PasswordLink(
            user_id=user_id,
            token_sha256=_digest(token),
            made_by=person.user_id,
            made_at=at,
            expires_at=at + LIFETIME,
        )
    )
    audit(session, person, "make_password_link", "user", user_id)
    return MadeLink(token=token, expires_at=at + LIFETIME)


def link_for(session: Session, *, token: str, at: datetime | None = None) -> LinkFor | None:
    """Whose link this is; None for one that is unknown, spent or expired, or whose person is deactivated."""
    found = _live(session, token, at or now())
    if found is None:
        return None
    _link, user = found
    assert user.id is not None
    return LinkFor(user_id=user.id, name=user.name)


def use_password_link(session: Session, *, token: str, password: HashedPassword, address: str) -> None:
    """Gives the person of the link the password, ends all their sessions, and spends the link. Raises NotFound."""
    found = _live(session, token, moment(session))
    if found is None:
        raise NotFound("this link is not valid any more")
    _link, user = found
    assert user.id is not None
    user.password_hash = password.hash
    user.must_change_password = False
    _spend_all(session, user.id, moment(session))
    person = Actor(user_id=user.id, name=user.name, role=user.role)
    audit(session, person, "use_password_link", "user", user.id, address=address[:64])
    publish(session, "user.changed", "user", user.id)
    sessions.end_all(session, actor=person, user_id=user.id)


def _live(session: Session, token: str, at: datetime) -> tuple[PasswordLink, User] | None:
    found = session.exec(
        select(PasswordLink, User)
        .join(User, col(User.id) == PasswordLink.user_id)
        .where(PasswordLink.token_sha256 == _digest(token))
        .with_for_update()  # a no-op on SQLite, which has one writer anyway
    ).first()
    if found is None:
        return None
    link, user = found
    return (link, user) if link.spent_at is None and at < link.expires_at and user.active else None


def _spend_all(session: Session, user_id: int, at: datetime) -> None:
    session.execute(
        update(PasswordLink)
        .where(col(PasswordLink.user_id) == user_id, col(PasswordLink.spent_at).is_(None))
        .values(spent_at=at)
    )


def _digest(token: str) -> str:
    """A fast hash is enough: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
