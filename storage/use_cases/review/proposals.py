"""Proposals: an answer that a reviewer offers, taken whole or in parts, or declined. It stays in the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from domain.answer import Answer, FieldGroup, values_of
from domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from domain.ops import Change, Op, OpKind
from domain.permissions import Action, Actor
from domain.proposal import Part, left_to_take, taken
from domain.remarks import LONGEST
from domain.task_state import Event, transition
from storage.acting import Acting
from storage.record import audit, moment
from storage.tables import Assignment, OpRow, Proposal
from storage.tables.answer_columns import answer_values
from storage.tables.review import ProposalState
from storage.use_cases.annotate.answers import assignment_for, check_cad_index, working_answer
from storage.use_cases.annotate.gestures import Applied, apply_op
from storage.use_cases.annotate.offers import close, open_proposals
from storage.use_cases.annotate.sent_once import sent_before
from storage.use_cases.review.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A proposal of which parts were taken: the gesture that did it, with what it changed."""

    applied: Applied
    changes: dict[FieldGroup, Change]


def propose(
    session: Session,
    *,
    actor: Acting,
    assignment_id: int,
    answer: Answer,
    version: int,
    comment: str = "",
    proposal_id: str,
) -> int:
    """Offers an answer; an open one of the same author is withdrawn. Returns its id.

    `version` is the assignment's as the author saw it, `proposal_id` a UUID by the client. Raises NotFound,
    NotAllowed, WrongState (accepted), InvalidInput, IdTaken.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.PROPOSE, lock=True)
    proposal_id, repeated = sent_before(
        session, Proposal, "proposal_id", proposal_id, author=person, assignment_id=assignment_id
    )
    if repeated is not None:
        assert repeated.id is not None
        return repeated.id
    transition(assignment.state, Event.EDIT)
    comment = comment.strip()
    if len(comment) > LONGEST:
        raise InvalidInput(f"a comment has at most {LONGEST} characters")
    check_cad_index(session, assignment, answer)
    present = working_answer(session, assignment)
    if answer.pose.viewport != present.pose.viewport:
        raise InvalidInput(f"the viewport is {present.pose.viewport!r} and cannot be changed")
    if not left_to_take(present, answer):
        raise InvalidInput("the proposal differs in nothing from what is there")
    for earlier in open_proposals(session, assignment):
        if earlier.author_id == person.user_id:
            close(session, person, earlier, ProposalState.TAKEN if earlier.parts else ProposalState.WITHDRAWN)
    assert person.user_id is not None, "sent_before asked"
    proposal = Proposal(
        assignment_id=assignment_id,
        proposal_id=proposal_id,
        author_id=person.user_id,
        version=version,
        comment=comment,
        at=moment(session),
        **answer_values(answer),
    )
    session.add(proposal)
    session.flush()
    assert proposal.id is not None
    audit(session, person, "propose", "assignment", assignment_id, proposal=proposal.id, version=assignment.version)
    tell(session, "proposal.added", person, assignment, comment, proposal=proposal.id)
    return proposal.id


def take_proposal(
    session: Session,
    *,
    actor: Acting,
    assignment_id: int,
    proposal_id: int,
    parts: Sequence[Part],
    op_id: str,
    base_version: int,
    at: datetime,
) -> Taken:
    """Takes parts of an open proposal over into the working answer, as a gesture that can be undone.

    Raises NotFound, NotAllowed, WrongState (accepted, or the proposal is closed), AnglesInseparable, InvalidInput,
    IdTaken.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.ANNOTATE, lock=True)
    if person.user_id is None:
        raise NotAllowed("a gesture needs a person as its author")
    proposal = _proposal_of(session, assignment, proposal_id)
    changes: dict[FieldGroup, Change] = {}
    if session.exec(select(OpRow.id).where(OpRow.op_id == op_id)).first() is None:
        _check_open(proposal)
        present = working_answer(session, assignment)
        changes = {
            group: Change(before=values_of(present, group), after=values)
            for group, values in taken(present, proposal.answer(), parts).items()
        }
    op = Op(
        op_id=op_id,
        kind=OpKind.EDIT,
        author_id=person.user_id,
        base_version=base_version,
        changes=changes,
        started_at=at,
        ended_at=at,
    )
    applied = apply_op(session, actor=person, assignment_id=assignment_id, op=op)
    if applied.duplicate:
        row = session.exec(select(OpRow).where(OpRow.op_id == op_id)).one()
        changes = {
            FieldGroup(group): Change(before=change["before"], after=change["after"])
            for group, change in row.changes.items()
        }
        return Taken(applied=applied, changes=changes)
    names = [Part(part).value for part in parts]
    proposal.parts = list(dict.fromkeys([*proposal.parts, *names]))
    if not left_to_take(working_answer(session, assignment), proposal.answer()):
        close(session, person, proposal, ProposalState.TAKEN)
    audit(session, person, "take_proposal", "assignment", assignment_id, proposal=proposal_id, parts=names)
    tell(session, "proposal.changed", person, assignment, proposal=proposal_id, parts=names)
    return Taken(applied=applied, changes=changes)


def decline_proposal(session: Session, *, actor: Acting, assignment_id: int, proposal_id: int) -> None:
    """The rest of it, or all of it, is not wanted. Raises NotFound, NotAllowed, WrongState."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.ANNOTATE, lock=True)
    proposal = _proposal_of(session, assignment, proposal_id)
    _end(session, person, assignment, proposal, ProposalState.DECLINED, "decline_proposal")


def withdraw_proposal(session: Session, *, actor: Acting, assignment_id: int, proposal_id: int) -> None:
    """Its author takes it back. Raises NotFound, NotAllowed, WrongState."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.PROPOSE, lock=True)
    proposal = _proposal_of(session, assignment, proposal_id)
    if proposal.author_id != person.user_id:
        raise NotAllowed("everybody withdraws their own proposals only")
    _end(session, person, assignment, proposal, ProposalState.WITHDRAWN, "withdraw_proposal")


def _end(
    session: Session, person: Actor, assignment: Assignment, proposal: Proposal, state: ProposalState, action: str
) -> None:
    _check_open(proposal)
    close(session, person, proposal, ProposalState.TAKEN if proposal.parts else state)
    audit(session, person, action, "assignment", assignment.id, proposal=proposal.id)
    tell(session, "proposal.changed", person, assignment, proposal=proposal.id, ended=proposal.state.value)


def _proposal_of(session: Session, assignment: Assignment, proposal_id: int) -> Proposal:
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.assignment_id != assignment.id:
        raise NotFound(f"there is no proposal {proposal_id} for this assignment")
    return proposal


def _check_open(proposal: Proposal) -> None:
    if proposal.state is not ProposalState.OPEN:
        raise WrongState(f"the proposal is {proposal.state.value}")
