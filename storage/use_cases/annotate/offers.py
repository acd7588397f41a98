"""What becomes of open proposals when the answer that they are about is saved or accepted."""

from collections.abc import Sequence

from sqlmodel import Session, select

from domain.permissions import Actor
from storage.record import moment
from storage.tables import Assignment, Proposal
from storage.tables.review import ProposalState


def open_proposals(session: Session, assignment: Assignment) -> Sequence[Proposal]:
    """The oldest first."""
    statement = select(Proposal).where(Proposal.assignment_id == assignment.id, Proposal.state == ProposalState.OPEN)
    return sorted(session.exec(statement), key=lambda row: row.id or 0)


def close(session: Session, person: Actor, proposal: Proposal, state: ProposalState) -> None:
    proposal.state = state
    proposal.closed_at, proposal.closed_by = moment(session), person.user_id


def settle_taken(session: Session, person: Actor, assignment: Assignment) -> None:
    """A save ends the proposals of which something was taken: the rest was looked at and left."""
    for proposal in open_proposals(session, assignment):
        if proposal.parts:
            close(session, person, proposal, ProposalState.TAKEN)


def end_all(session: Session, person: Actor, assignment: Assignment) -> None:
    """Nothing is offered any more for an answer that is accepted."""
    for proposal in open_proposals(session, assignment):
        close(session, person, proposal, ProposalState.TAKEN if proposal.parts else ProposalState.WITHDRAWN)
