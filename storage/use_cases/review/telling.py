"""Who has to hear of what is said about an assignment: those who work on it, and those who have spoken."""

from typing import Any

from sqlmodel import Session, col, select

from domain.permissions import Actor
from storage.ownership import owners_of
from storage.record import publish
from storage.tables import Assignment, Remark, RemarkEntry

LONGEST_EXCERPT = 140


def tell(session: Session, topic: str, person: Actor, assignment: Assignment, text: str = "", **payload: Any) -> None:
    """Publishes it with the people that it concerns; the one who does it is not among them."""
    assert assignment.id is not None
    speakers = session.exec(
        select(RemarkEntry.author_id)
        .join(Remark, col(Remark.id) == RemarkEntry.remark_id)
        .where(Remark.assignment_id == assignment.id)
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
