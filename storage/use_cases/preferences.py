"""What a person has set for themselves: the keys of the annotate page, and that the practice item was seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain import keys
from domain.errors import NotAllowed
from domain.permissions import Action
from storage.acting import Acting, acting, acting_with
from storage.record import audit, moment, publish
from storage.tables import Preference


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """`own_keys`: only those that were changed; `keys`: all that hold."""

    own_keys: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]
    practice_seen_at: datetime | None


def own_preferences(session: Session, *, actor: Acting) -> Preferences:
    """Raises NotAllowed."""
    user_id = _own_id(session, actor)
    return _public(session.get(Preference, user_id))


def change_own_key(session: Session, *, actor: Acting, name: str, chosen: tuple[str, ...]) -> Preferences:
    """Gives an action of the annotate page other keys. Raises KeyRefused, NotAllowed."""
    row = _row(session, actor)
    row.keys = {n: list(k) for n, k in keys.changed(_own(row), name, chosen).items()}
    return _kept(session, actor, row, "change_own_key", name=name, keys=list(chosen))


def reset_own_keys(session: Session, *, actor: Acting) -> Preferences:
    """All keys as they were delivered. Raises NotAllowed."""
    row = _row(session, actor)
    row.keys = {}
    return _kept(session, actor, row, "reset_own_keys")


def practice_seen(session: Session, *, actor: Acting) -> None:
    """The practice item was finished or declined. Raises NotAllowed."""
    row = _row(session, actor)
    if row.practice_seen_at is None:
        row.practice_seen_at = moment(session)
        _kept(session, actor, row, "practice_seen")


def _own_id(session: Session, actor: Acting) -> int:
    person = acting(session, actor)
    if person.user_id is None:
        raise NotAllowed("the console has no preferences")
    acting_with(session, actor, Action.SET_OWN_PREFERENCES, owner_id=person.user_id)
    return person.user_id


def _row(session: Session, actor: Acting) -> Preference:
    user_id = _own_id(session, actor)
    return session.get(Preference, user_id) or Preference(user_id=user_id)


def _own(row: Preference) -> dict[str, tuple[str, ...]]:
    return {name: tuple(chosen) for name, chosen in row.keys.items()}


def _kept(session: Session, actor: Acting, row: Preference, action: str, **detail: Any) -> Preferences:
    session.add(row)
    audit(session, acting(session, actor), action, "user", row.user_id, **detail)
    publish(session, "preference.changed", "user", row.user_id)
    session.flush()
    return _public(row)


def _public(row: Preference | None) -> Preferences:
    own = _own(row) if row else {}
    return Preferences(own_keys=own, keys=keys.keys_with(own), practice_seen_at=row.practice_seen_at if row else None)
