"""Looking over somebody's shoulder: who may, and what there is to see."""

from sqlmodel import Session

from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.use_cases.annotate.opening import OpenedAssignment, open_assignment


def watch_assignment(session: Session, *, actor: Acting, assignment_id: int) -> OpenedAssignment:
    """Like `open_assignment`, for whoever may watch everybody. Raises NotFound, NotAllowed."""
    acting_with(session, actor, Action.WATCH)
    return open_assignment(session, actor=actor, assignment_id=assignment_id)
