"""Who has to hear of what is said about an assignment: who works on it, and who of the team has spoken."""

from typing import Any

from sqlmodel import Session, col, select

from domain.permissions import Action, Actor, Scope, roles_with
from storage.ownership import owners_of
from storage.record import publish
from storage.tables import Assignment, Remark, RemarkEntry, User

LONGEST_EXCERPT = 140


def tell(session: Session, topic: str, person: Actor, assignment: Assignment, text: str = "", **payload: Any) -> None:
    """Publishes it with the people that it concerns; the one who does it is not among them.

    Who has spoken and may not see the assignment any more, for somebody else works on it now, is not either.
    """
    assert assignment.id is not None
    speakers = session.exec(
        select(RemarkEntry.author_id)
        .join(Remark, col(Remark.id) == RemarkEntry.remark_id)
        .join(User, col(User.id) == RemarkEntry.author_id)
        .where(
            Remark.assignment_id == assignment.id,
            col(User.role).in_(roles_with(Action.SEE_ASSIGNMENT, Scope.ANY)),
        )
        .distinct()
    )
    people = {*owners_of(session, assignment), *speakers} - {person.user_id}
    publish(
        session,
        topic,
        "assignment",
        assignment.id,
        version=assignment.version,
        user_ids=sorted(people),
        by=person.name,
        by_id=person.user_id,
        state=assignment.state.value,
        excerpt=text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1]}…",
        **payload,
    )
    session.flush()
