"""Collaborators: a supervisor puts a second person, or more, to one assignment.

A collaborator owns that assignment as its own person does. Assignments of one item are blind to each other, so
nobody comes to one who has another of the same item, now or as a collaborator.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from domain.errors import AlreadyExists, NotAllowed, NotFound
from domain.permissions import Action, Actor
from storage.acting import Acting, acting_with
from storage.ownership import owners_of
from storage.record import audit, moment, publish
from storage.tables import Assignment, Collaborator, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    user_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who works on an assignment, and who could: active people who are not blind to it by another assignment."""

    assignment_id: int
    owner: Person | None
    beside: tuple[Person, ...]
    candidates: tuple[Person, ...]


class StaysBlind(NotAllowed):
    """The person has, or helps with, another assignment of the same item, and must not see this one."""

    code = "stays_blind"


def crew_of(session: Session, *, actor: Acting, assignment_id: int) -> Crew:
    """Raises NotAllowed, NotFound."""
    _person, assignment = _assignment(session, actor, assignment_id)
    beside = session.exec(
        select(User)
        .join(Collaborator, col(Collaborator.user_id) == User.id)
        .where(Collaborator.assignment_id == assignment_id)
        .order_by(col(User.sort_key))
    ).all()
    taken = owners_of(session, assignment) | _blind(session, assignment)
    candidates = session.exec(select(User).where(User.active).order_by(col(User.sort_key))).all()
    owner = session.get(User, assignment.user_id) if assignment.user_id is not None else None
    return Crew(
        assignment_id=assignment_id,
        owner=_seen(owner) if owner else None,
        beside=tuple(_seen(user) for user in beside),
        candidates=tuple(_seen(user) for user in candidates if user.id not in taken),
    )


def add_collaborator(session: Session, *, actor: Acting, assignment_id: int, user_id: int) -> None:
    """Raises NotAllowed, NotFound, AlreadyExists, StaysBlind."""
    person, assignment = _assignment(session, actor, assignment_id)
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise NotFound(f"there is no active user {user_id}")
    if user_id in owners_of(session, assignment):
        raise AlreadyExists(f"{user.name} works on this assignment already")
    if user_id in _blind(session, assignment):
        raise StaysBlind(f"{user.name} has another assignment of this item; the two must stay blind to each other")
    session.add(
        Collaborator(assignment_id=assignment_id, user_id=user_id, added_by=person.user_id, added_at=moment(session))
    )
    _tell(session, person, assignment, "add_collaborator", user)


def remove_collaborator(session: Session, *, actor: Acting, assignment_id: int, user_id: int) -> None:
    """What the person did stays. Raises NotAllowed, NotFound."""
    person, assignment = _assignment(session, actor, assignment_id)
    row = session.exec(
        select(Collaborator).where(Collaborator.assignment_id == assignment_id, Collaborator.user_id == user_id)
    ).first()
    user = session.get(User, user_id)
    if row is None or user is None:
        raise NotFound(f"user {user_id} is no collaborator of assignment {assignment_id}")
    session.exec(delete(Collaborator).where(col(Collaborator.id) == row.id))
    _tell(session, person, assignment, "remove_collaborator", user)


def _assignment(session: Session, actor: Acting, assignment_id: int) -> tuple[Actor, Assignment]:
    person = acting_with(session, actor, Action.ADD_COLLABORATOR)
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        raise NotFound(f"there is no assignment {assignment_id}")
    return person, assignment


def _blind(session: Session, assignment: Assignment) -> frozenset[int]:
    """Everybody who has another assignment of the item, one that was withdrawn too: they have seen it."""
    others = session.exec(
        select(Assignment).where(Assignment.item_id == assignment.item_id, Assignment.id != assignment.id)
    )
    return frozenset(user_id for other in others for user_id in owners_of(session, other))


def _seen(user: User) -> Person:
    assert user.id is not None
    return Person(user_id=user.id, name=user.name)


def _tell(session: Session, person: Actor, assignment: Assignment, action: str, user: User) -> None:
    assert assignment.id is not None
    audit(session, person, action, "assignment", assignment.id, user=user.name)
    publish(
        session,
        "assignment.people",
        "assignment",
        assignment.id,
        version=assignment.version,
        user_id=user.id,
        task_id=assignment.task_id,
    )
    session.flush()
