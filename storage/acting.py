"""Who acts: looked up anew in each use case, because a page that is open already proves nothing."""

from collections.abc import Collection

from sqlmodel import Session

from domain.errors import NotAllowed
from domain.permissions import CONSOLE, Action, Actor, allowed, require
from storage.tables import User

Acting = Actor | int
"""A person or their user id, or `domain.permissions.CONSOLE`. Of an Actor only the id is believed."""


def acting(session: Session, actor: Acting) -> Actor:
    """The person with the rights of this moment. Raises NotAllowed for one that is unknown or deactivated."""
    user_id = actor.user_id if isinstance(actor, Actor) else actor
    if user_id is None:
        return CONSOLE
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise NotAllowed("this account is not active")
    return Actor(user_id=user_id, name=user.name, role=user.role)


def acting_with(
    session: Session,
    actor: Acting,
    action: Action,
    *,
    owner_id: int | None = None,
    owner_ids: Collection[int] = (),
) -> Actor:
    """`acting`, and the right to do this to what `owner_id`, or any of `owner_ids`, owns. Raises NotAllowed."""
    person = acting(session, actor)
    require(person, action, owner_ids=(*owner_ids, *owners(owner_id)))
    return person


def may(actor: Actor, action: Action, *, owner_id: int | None = None) -> bool:
    return allowed(actor, action, owner_ids=owners(owner_id))


def owners(owner_id: int | None) -> tuple[int, ...]:
    return () if owner_id is None else (owner_id,)
