"""The journal of drags: what is under people's hands is written down several times a second, for all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.errors import NotAllowed, WrongState
from domain.permissions import Action
from domain.task_state import Event, transition
from storage.acting import acting, may
from storage.record import moment
from storage.tables import Assignment, Draft
from storage.use_cases.annotate.answers import working_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """What somebody sees in the middle of a gesture. `version` is the assignment's as they know it."""

    assignment_id: int
    author_id: int
    version: int
    answer: Answer


def journal_drafts(session: Session, *, entries: Sequence[DraftEntry]) -> frozenset[int]:
    """Keeps the entries as drafts, in one transaction for all people; returns the assignments that were kept.

    Passed over without a word are entries that are older than the assignment (their gesture has ended as an op, or
    was saved), and those of people who may not edit it (any more): their own socket will tell them. No version, no
    outbox, no audit: the op at the end of the gesture is what counts.
    """
    entries = list({entry.assignment_id: entry for entry in entries}.values())
    ids = [entry.assignment_id for entry in entries]
    assignments = {
        row.id: row for row in session.exec(select(Assignment).where(col(Assignment.id).in_(ids)).with_for_update())
    }
    drafts = {row.assignment_id: row for row in session.exec(select(Draft).where(col(Draft.assignment_id).in_(ids)))}
    kept = set()
    for entry in entries:
        assignment = assignments.get(entry.assignment_id)
        if assignment is None or entry.version != assignment.version or not _may_edit(session, entry, assignment):
            continue
        draft = drafts.get(entry.assignment_id)
        if draft is None:
            session.add(
                Draft(
                    assignment_id=entry.assignment_id,
                    answer=entry.answer.to_json(),
                    committed=working_answer(session, assignment).to_json(),
                    version=assignment.version,
                    author_id=entry.author_id,
                    at=moment(session),
                )
            )
        else:
            draft.answer, draft.author_id, draft.at = entry.answer.to_json(), entry.author_id, moment(session)
        assignment.state = transition(assignment.state, Event.EDIT)
        kept.add(entry.assignment_id)
    session.flush()
    return frozenset(kept)


def _may_edit(session: Session, entry: DraftEntry, assignment: Assignment) -> bool:
    try:
        person = acting(session, entry.author_id)
        transition(assignment.state, Event.EDIT)
    except (NotAllowed, WrongState):
        return False
    return may(person, Action.ANNOTATE, owner_id=assignment.user_id)
