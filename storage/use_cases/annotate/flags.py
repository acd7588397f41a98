"""Skipping an item, and asking for help with it: it stays open, and the supervisor sees why."""

from sqlmodel import Session

from domain.errors import InvalidInput, WrongState
from domain.permissions import Action
from domain.task_state import OPEN_STATES
from storage.acting import Acting
from storage.record import audit, moment, publish
from storage.tables import Assignment
from storage.tables.work import FlagKind
from storage.use_cases.annotate.answers import assignment_for

LONGEST_REASON = 500


def flag_assignment(session: Session, *, actor: Acting, assignment_id: int, kind: FlagKind, reason: str) -> None:
    """Flags an open item. A skip comes with a reason; a call for help may be silent. Raises InvalidInput,
    WrongState."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.FLAG, lock=True)
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"a reason has at most {LONGEST_REASON} characters")
    if FlagKind(kind) is FlagKind.SKIP and not reason:
        raise InvalidInput("a skip needs a reason")
    if assignment.state not in OPEN_STATES and FlagKind(kind) is FlagKind.SKIP:
        raise WrongState(f"an assignment that is {assignment.state.value} cannot be skipped")
    assignment.flag_kind, assignment.flag_reason, assignment.flagged_at = FlagKind(kind), reason, moment(session)
    audit(session, person, "flag", "assignment", assignment_id, kind=FlagKind(kind).value, reason=reason)
    _tell(session, assignment)


def unflag_assignment(session: Session, *, actor: Acting, assignment_id: int) -> None:
    """Takes the flag off, if there is one."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.FLAG, lock=True)
    if assignment.flag_kind is None:
        return
    audit(session, person, "unflag", "assignment", assignment_id, kind=assignment.flag_kind.value)
    assignment.flag_kind, assignment.flag_reason, assignment.flagged_at = None, "", None
    _tell(session, assignment)


def _tell(session: Session, assignment: Assignment) -> None:
    assert assignment.id is not None
    kind = assignment.flag_kind.value if assignment.flag_kind else None
    publish(session, "assignment.flagged", "assignment", assignment.id, version=assignment.version, kind=kind)
    session.flush()
