"""From state to state: by the table in the domain, and with a line in the audit log."""

from sqlmodel import Session

from domain.permissions import Actor
from domain.task_state import AssignmentState, Event, transition
from storage.record import audit
from storage.tables import Assignment


def enter(session: Session, person: Actor, assignment: Assignment, event: Event) -> None:
    """Passes the assignment on to the state that the event leads to. Raises WrongState."""
    before = assignment.state
    assignment.state = transition(before, event)
    note_state(session, person, assignment, event, before)


def note_state(
    session: Session, person: Actor, assignment: Assignment, event: Event, before: AssignmentState
) -> None:
    """The line in the audit log, where the state has changed."""
    if assignment.state is before:
        return
    audit(
        session,
        person,
        "state",
        "assignment",
        assignment.id,
        event=event.value,
        before=before.value,
        after=assignment.state.value,
        version=assignment.version,
    )
