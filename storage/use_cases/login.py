"""Logging in: slow for those who guess, the same for every reason to refuse.

Argon2 takes 0.15-0.35 s, which must not be spent inside a write transaction. So it is three steps: `begin_login`
(short transaction: may this be tried now? note the attempt), `passwords.verify` (no transaction), `finish_login`
(short transaction: note how it went). `authenticate` does the three.

The attempt is noted, as failed so far, before the password is checked: a thousand guesses sent at once are slowed
down like a thousand in a row. Attempts that are refused unread are not noted, or a stranger could lock somebody out
for good.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from domain.permissions import CONSOLE, Actor
from storage import passwords
from storage.database import Database
from storage.passwords import HashedPassword
from storage.record import audit, moment
from storage.tables import LoginAttempt, User
from storage.tables.account import AttemptOutcome
from storage.types import now
from storage.use_cases.accounts import UserView, name_key, user_view


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """After `free` failures within `window` each further one makes the next wait twice as long, up to `longest`.
    Never more than `most` failures within an hour."""

    free: int
    window: timedelta
    first: timedelta
    longest: timedelta
    most: int

    def wait(self, recent: int, in_last_hour: int) -> timedelta:
        """How long after the last failure the next attempt may come."""
        if in_last_hour >= self.most:
            return timedelta(hours=1)
        if recent < self.free:
            return timedelta(0)
        return min(self.first * (1 << min(recent - self.free, 20)), self.longest)


PER_ACCOUNT = Patience(
    free=5, window=timedelta(minutes=15), first=timedelta(seconds=15), longest=timedelta(minutes=15), most=20
)
PER_ADDRESS = Patience(
    free=20, window=timedelta(minutes=15), first=timedelta(seconds=5), longest=timedelta(minutes=5), most=200
)
"""More lenient: a whole team may sit behind one address."""
FORGET = timedelta(days=1)
MOST_REFUSALS_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCheck:
    """What `begin_login` found; `attempt_id` None where no attempt is admitted now."""

    attempt_id: int | None
    user_id: int | None
    password_hash: str | None = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An attempt that was refused unread: the account that was meant, if there is one, and from where."""

    user_id: int | None
    address: str


def authenticate(database: Database, *, name: str, password: str, address: str) -> UserView | None:
    """The person, or None for every reason there is. Takes the time of one hash unless slowed down; call it off the
    event loop."""
    with database.transaction() as session:
        check = begin_login(session, name=name, address=address)
    if check.attempt_id is None:
        return None
    right, replacement = passwords.verify(password, check.password_hash)
    with database.transaction() as session:
        return finish_login(session, check=check, right=right, replacement=replacement)


def must_wait(session: Session, *, name: str, address: str) -> Refused | None:
    """Whether an attempt would be refused unread at this moment.

    Asked first, because it writes nothing: a flood of guesses then takes neither the processor nor the writers' turn.
    `note_refusals` keeps the record of it.
    """
    user = _meant(session, name)
    if not _waits(session, name, address, now()):
        return None
    return Refused(user_id=user.id if user else None, address=address[:64])


def note_refusals(session: Session, *, counts: Mapping[Refused, int]) -> None:
    """Writes down what `must_wait` refused: one line for each account and address, with how often."""
    listed = sorted(counts.items(), key=lambda item: -item[1])
    for refused, count in listed[:MOST_REFUSALS_LISTED]:
        _audit_refusal(session, refused.user_id, "login_slowed_down", refused.address, count=count)
    if rest := listed[MOST_REFUSALS_LISTED:]:
        total = sum(count for _refused, count in rest)
        _audit_refusal(session, None, "login_slowed_down", "", count=total, addresses=len(rest))


def begin_login(session: Session, *, name: str, address: str) -> LoginCheck:
    """Whether an attempt is admitted now; if so it is noted, and counts as failed until `finish_login`."""
    at, address = moment(session), address[:64]
    if session.get_bind().dialect.name == "postgresql":
        # Guesses that arrive together would each see the others' attempts missing. SQLite has one writer.
        key = int(_digest(name)[:15], 16)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    session.execute(delete(LoginAttempt).where(col(LoginAttempt.at) < at - FORGET))
    user = _meant(session, name)
    if _waits(session, name, address, at):
        _audit_refusal(session, user.id if user else None, "login_slowed_down", address, count=1)
        return LoginCheck(attempt_id=None, user_id=None, password_hash=None, address=address)
    attempt = LoginAttempt(
        name_sha256=_digest(name), address=network_of(address), outcome=AttemptOutcome.PENDING, at=at
    )
    session.add(attempt)
    session.flush()
    known = user if user is not None and user.active else None
    return LoginCheck(
        attempt_id=attempt.id,
        user_id=known.id if known else None,
        password_hash=known.password_hash if known else None,
        address=address,
    )


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, since a single household has all that begin so."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def _meant(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name_key == name_key(name))).first()


def _waits(session: Session, name: str, address: str, at: datetime) -> bool:
    for patience, same in (
        (PER_ACCOUNT, col(LoginAttempt.name_sha256) == _digest(name)),
        (PER_ADDRESS, col(LoginAttempt.address) == network_of(address)),
    ):
        failed = select(func.count(), func.max(LoginAttempt.at)).where(
            same, col(LoginAttempt.outcome) != AttemptOutcome.SUCCEEDED
        )
        in_last_hour, last = session.exec(failed.where(col(LoginAttempt.at) > at - timedelta(hours=1))).one()
        recent, _last = session.exec(failed.where(col(LoginAttempt.at) > at - patience.window)).one()
        if last is not None and at < last + patience.wait(recent, in_last_hour):
            return True
    return False


def finish_login(
    session: Session, *, check: LoginCheck, right: bool, replacement: HashedPassword | None = None
) -> UserView | None:
    """Notes how it went. None unless the password was right and still is the person's."""
    user = settle(session, check=check, right=right)
    if user is None:
        _audit_refusal(session, check.user_id, "login_failed", check.address)
        return None
    if replacement is not None:
        user.password_hash = replacement.hash
    actor = Actor(user_id=user.id, name=user.name, role=user.role)
    audit(session, actor, "login", "user", user.id, address=check.address)
    return user_view(user)


def settle(session: Session, *, check: LoginCheck, right: bool) -> User | None:
    """Closes an attempt, once. The person, if the password was right and still is theirs."""
    attempt = session.get(LoginAttempt, check.attempt_id) if check.attempt_id is not None else None
    user = session.get(User, check.user_id) if check.user_id is not None else None
    unchanged = user is not None and user.active and user.password_hash == check.password_hash
    passed = right and unchanged and attempt is not None and attempt.outcome is AttemptOutcome.PENDING
    if attempt is not None and attempt.outcome is AttemptOutcome.PENDING:
        attempt.outcome = AttemptOutcome.SUCCEEDED if passed else AttemptOutcome.FAILED
    return user if passed else None


def _audit_refusal(session: Session, user_id: int | None, action: str, address: str, **detail: int) -> None:
    """By nobody known; names the account that was meant, never what was typed: it may be a password."""
    nobody = Actor(user_id=None, name="unknown", role=CONSOLE.role)
    audit(session, nobody, action, "user", user_id, address=address, **detail)


def _digest(name: str) -> str:
    return hashlib.sha256(name_key(name).encode()).hexdigest()


def attempts_since(session: Session, *, name: str, since: datetime) -> int:
    """How many attempts for this name have reached the password check."""
    statement = select(func.count()).where(
        col(LoginAttempt.name_sha256) == _digest(name), col(LoginAttempt.at) > since
    )
    return session.exec(statement).one()
