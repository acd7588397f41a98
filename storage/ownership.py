"""Whose an assignment is: its own person's and its collaborators'."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.tables import Assignment, Collaborator


def owners_of(session: Session, assignment: Assignment) -> frozenset[int]:
    """The user ids of everybody who may work on it; empty where nobody has it yet."""
    beside = session.exec(select(Collaborator.user_id).where(Collaborator.assignment_id == assignment.id))
    return frozenset((*beside, *(() if assignment.user_id is None else (assignment.user_id,))))


def belongs_to(user_id: int | None) -> sa.ColumnElement[bool]:
    """Of assignments: those that this person owns or works on as a collaborator. None owns nothing."""
    beside = select(Collaborator.assignment_id).where(Collaborator.user_id == user_id)
    return sa.or_(col(Assignment.user_id) == user_id, col(Assignment.id).in_(beside))
