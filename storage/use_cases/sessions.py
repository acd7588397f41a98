"""Log-in sessions, kept on the server: they expire when idle and in any case, and can be ended from anywhere."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action, Actor
from storage.acting import Acting, acting, acting_with, may
from storage.record import audit, moment, publish
from storage.tables import LoginSession, User
from storage.types import now

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH = timedelta(minutes=1)
"""A session's last use is known to this accuracy, so that reading pages does not mean writing."""
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A session that is alive and the person behind it. `touch_due`: time to call `touch_session`."""

    id: int
    user_id: int
    actor: Actor
    must_change_password: bool
    touch_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser that is signed in. `expires_at`: when it ends unless it is used before."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


def open_session(session: Session, *, user_id: int, address: str, agent: str) -> str:
    """A new session for somebody who has just proved who they are. Returns the token; only its hash is kept.

    Raises NotAllowed for an account that is not active.
    """
    person = acting(session, user_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    at = moment(session)
    row = LoginSession(
        user_id=user_id,
        token_sha256=_digest(token),
        created_at=at,
        last_seen_at=at,
        expires_at=at + ABSOLUTE,
        address=address[:64],
        agent=agent[:256],
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    audit(session, person, "open_session", "session", row.id, address=address[:64])
    publish(session, "session.opened", "session", row.id, user_id=user_id)
    return token


def live_session(session: Session, *, token: str, at: datetime | None = None) -> LiveSession | None:
    """Whose token this is, or None for one that is unknown, ended or expired, or whose person is deactivated.

    Asked at each request: one look-up by an index, no write.
    """
    found = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == LoginSession.user_id)
        .where(LoginSession.token_sha256 == _digest(token))
    ).first()
    if found is None:
        return None
    row, user = found
    at = at or now()
    if _is_dead(row, at) or not user.active:
        return None
    assert row.id is not None
    assert user.id is not None
    return LiveSession(
        id=row.id,
        user_id=user.id,
        actor=Actor(user_id=user.id, name=user.name, role=user.role),
        must_change_password=user.must_change_password,
        touch_due=at - row.last_seen_at >= TOUCH,
    )


def actor_for(session: Session, *, token: str) -> Actor | None:
    """The person of `live_session`."""
    live = live_session(session, token=token)
    return live.actor if live else None


def touch_session(session: Session, *, token: str, at: datetime | None = None) -> None:
    """Notes that the session is in use; does nothing where that is known to the minute, or it is dead."""
    live = live_session(session, token=token, at=at)
    row = session.get(LoginSession, live.id) if live and live.touch_due else None
    if row is not None:
        row.last_seen_at = at or now()


def end_session(session: Session, *, token: str) -> None:
    """Logs out: whoever has the token may end its session. Unknown and ended ones are left alone."""
    row = session.exec(select(LoginSession).where(LoginSession.token_sha256 == _digest(token))).first()
    user = session.get(User, row.user_id) if row else None
    if row is None or user is None or row.ended_at is not None:
        return
    assert row.id is not None
    row.ended_at = moment(session)
    audit(session, Actor(user_id=user.id, name=user.name, role=user.role), "end_session", "session", row.id)
    publish(session, "session.ended", "session", row.id, user_id=row.user_id)


def list_sessions(session: Session, *, actor: Acting, user_id: int, at: datetime | None = None) -> list[OpenSession]:
    """A person's sessions that are alive, the one used last first; for themselves or an admin."""
    _of_ones_own(session, actor, user_id)
    rows = session.exec(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, ~_dead(at or now()))
        .order_by(col(LoginSession.last_seen_at).desc(), col(LoginSession.id).desc())
    )
    return [
        OpenSession(
            id=row.id or 0,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=min(row.expires_at, row.last_seen_at + IDLE),
            address=row.address,
            agent=row.agent,
        )
        for row in rows
    ]


def end_one(session: Session, *, actor: Acting, session_id: int) -> None:
    """Signs one browser out, by its person or an admin. Raises NotFound, for other people's too."""
    person = acting(session, actor)
    row = session.get(LoginSession, session_id)
    if row is None or not (
        may(person, Action.MANAGE_OWN_SESSIONS, owner_id=row.user_id) or may(person, Action.MANAGE_USERS)
    ):
        raise NotFound(f"there is no session {session_id}")
    if row.ended_at is None:
        row.ended_at = moment(session)
        audit(session, person, "end_session", "session", session_id)
        publish(session, "session.ended", "session", session_id, user_id=row.user_id)


def dead_sessions(session: Session, *, session_ids: Collection[int], at: datetime | None = None) -> set[int]:
    """Which of them are over: ended, expired, idle for too long, or of somebody who is deactivated."""
    statement = (
        select(LoginSession.id)
        .join(User, col(User.id) == LoginSession.user_id)
        .where(col(LoginSession.id).in_(session_ids), _dead(at or now()) | ~col(User.active))
    )
    return {found for found in session.exec(statement) if found is not None}


def end_expired(session: Session, *, session_ids: Collection[int]) -> None:
    """Notes the end of those among them that have run out, for the audit log and for other processes."""
    rows = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == LoginSession.user_id)
        .where(col(LoginSession.id).in_(session_ids), col(LoginSession.ended_at).is_(None), _dead(moment(session)))
    )
    for row, user in rows:
        row.ended_at = moment(session)
        person = Actor(user_id=user.id, name=user.name, role=user.role)
        audit(session, person, "session_expired", "session", row.id, address=row.address)
        publish(session, "session.ended", "session", row.id or 0, user_id=row.user_id)


def note_use(session: Session, *, seen: Mapping[int, datetime]) -> None:
    """Sessions were in use at these moments; one that is over stays so."""
    for session_id, at in seen.items():
        row = session.get(LoginSession, session_id)
        if row is not None and row.last_seen_at < at and not _is_dead(row, at):
            row.last_seen_at = at


def end_all(session: Session, *, actor: Acting, user_id: int, keep_id: int | None = None) -> int:
    """Ends all sessions of a person, by themselves or an admin, but the one to keep; returns how many.

    Each is told of in the outbox.
    """
    person = _of_ones_own(session, actor, user_id)
    statement = select(LoginSession).where(LoginSession.user_id == user_id, col(LoginSession.ended_at).is_(None))
    if keep_id is not None:
        statement = statement.where(LoginSession.id != keep_id)
    rows = session.exec(statement).all()
    for row in rows:
        assert row.id is not None
        row.ended_at = moment(session)
        publish(session, "session.ended", "session", row.id, user_id=user_id)
    if rows:
        audit(session, person, "end_all_sessions", "user", user_id, count=len(rows))
    return len(rows)


def _of_ones_own(session: Session, actor: Acting, user_id: int) -> Actor:
    person = acting(session, actor)
    if not may(person, Action.MANAGE_OWN_SESSIONS, owner_id=user_id):
        acting_with(session, actor, Action.MANAGE_USERS)
    return person


def _dead(at: datetime) -> ColumnElement[bool]:
    return (
        col(LoginSession.ended_at).is_not(None)
        | (col(LoginSession.expires_at) <= at)
        | (col(LoginSession.last_seen_at) <= at - IDLE)
    )


def _is_dead(row: LoginSession, at: datetime) -> bool:
    return row.ended_at is not None or at >= row.expires_at or at - row.last_seen_at >= IDLE


def _digest(token: str) -> str:
    """A fast hash is enough: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
