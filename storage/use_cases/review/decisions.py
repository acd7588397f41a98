"""Decisions on saved answers. Each names the revision that was judged, and is refused where a newer one is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from domain.answer import Answer
from domain.errors import InvalidInput, NotFound, PosewrightError, RevisionConflict
from domain.permissions import Action, Actor
from domain.remarks import LONGEST
from domain.task_state import AssignmentState, Event, transition
from storage.acting import Acting, acting_with
from storage.record import audit, moment
from storage.tables import Assignment, Draft, Review, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.review import Decision
from storage.use_cases.annotate.answers import assignment_for, saved_revision
from storage.use_cases.annotate.offers import end_all
from storage.use_cases.annotate.revisions import add_revision, publish_saved, set_answer
from storage.use_cases.annotate.saving import as_kept, check_saveable
from storage.use_cases.annotate.sent_once import sent_before
from storage.use_cases.annotate.states import enter
from storage.use_cases.effort import count_review
from storage.use_cases.review.telling import tell


class JudgedRevisionGone(RevisionConflict):
    """The revision that was judged is not the answer any more: a newer one is there, or none."""

    code = "judged_revision_gone"

    def __init__(self, judged: int, current: int | None) -> None:
        super().__init__(judged, current or 0)
        self.args = (
            f"revision {judged} was judged, but the answer is {f'revision {current}' if current else 'gone'}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    assignment_id: int
    revision: int
    state: AssignmentState
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An assignment and the number of the revision that somebody looked at."""

    assignment_id: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`refused`: the assignments that were not accepted, each with the rule that stood against it."""

    accepted: tuple[Decided, ...]
    refused: tuple[tuple[int, PosewrightError], ...]


def accept(session: Session, *, actor: Acting, assignment_id: int, revision: int) -> Decided:
    """The answer is right. Changes to it that are not saved are set aside until it is opened again.

    Raises NotFound, NotAllowed, WrongState, JudgedRevisionGone.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.REVIEW, lock=True)
    return _accept(session, person, assignment, _judged(session, assignment, revision))


def accept_many(session: Session, *, actor: Acting, judged: Sequence[Judged]) -> Batch:
    """Accepts what can be; what somebody changed meanwhile is left and named. Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    accepted, refused = [], []
    for each in {one.assignment_id: one for one in judged}.values():
        try:
            decided = accept(session, actor=actor, assignment_id=each.assignment_id, revision=each.revision)
        except PosewrightError as error:  # raised before anything is written
            refused.append((each.assignment_id, error))
        else:
            accepted.append(decided)
    return Batch(accepted=tuple(accepted), refused=tuple(refused))


def send_back(session: Session, *, actor: Acting, assignment_id: int, revision: int, reason: str) -> Decided:
    """The answer is to be changed; the reason says how. Raises like `accept`, and InvalidInput without a reason."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.REVIEW, lock=True)
    reason = reason.strip()
    if not reason:
        raise InvalidInput("sending back needs a reason: it is what the annotator goes by")
    if len(reason) > LONGEST:
        raise InvalidInput(f"a reason has at most {LONGEST} characters")
    judged = _judged(session, assignment, revision)
    enter(session, person, assignment, Event.SEND_BACK)
    _note(session, person, assignment, judged, Decision.CHANGES_REQUESTED, reason)
    audit(session, person, "send_back", "assignment", assignment_id, revision=judged.number, reason=reason)
    tell(session, "review.decided", person, assignment, reason, decision="sent_back")
    return _decided(assignment, judged)


def reopen(session: Session, *, actor: Acting, assignment_id: int, reason: str = "") -> Decided:
    """Accepted work can be changed again. Raises NotFound, NotAllowed, WrongState (it is not accepted)."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.REVIEW, lock=True)
    enter(session, person, assignment, Event.REOPEN)
    _count_what_is_set_aside(session, assignment)
    assignment.updated_at = moment(session)
    judged = saved_revision(session, assignment)
    assert judged is not None, "accepted work has an answer"
    audit(session, person, "reopen", "assignment", assignment_id, revision=judged.number, reason=reason)
    tell(session, "review.decided", person, assignment, reason, decision="reopened")
    return _decided(assignment, judged)


def fix_and_accept(
    session: Session, *, actor: Acting, assignment_id: int, revision: int, answer: Answer, save_id: str
) -> Decided:
    """The reviewer's own answer takes the place of the judged one, as the next revision, and is accepted.

    `save_id` is a UUID by the client: the same fix sent twice is one. Raises like `accept` and `save_annotation`.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.REVIEW, lock=True)
    save_id, repeated = sent_before(session, Revision, "save_id", save_id, author=person, assignment_id=assignment_id)
    if repeated is not None:
        return _decided(assignment, repeated)
    judged = _judged(session, assignment, revision)
    transition(transition(assignment.state, Event.SAVE), Event.ACCEPT)
    check_saveable(session, assignment, answer)
    answer = as_kept(session, assignment, answer)
    base_version = assignment.version
    assignment.version += 1
    enter(session, person, assignment, Event.SAVE)
    fixed = add_revision(
        session,
        assignment,
        RevisionKind.SAVED,
        answer=answer,
        author=person,
        base_version=base_version,
        save_id=save_id,
    )
    set_answer(session, assignment, fixed)
    if (draft := _draft(session, assignment)) is not None:
        session.delete(draft)
        session.flush()
    audit(session, person, "fix", "assignment", assignment_id, judged=judged.number, revision=fixed.number)
    publish_saved(session, person, assignment, fixed)
    return _accept(session, person, assignment, fixed, told_as="fixed")


def read_decision(session: Session, *, actor: Acting, assignment_id: int) -> None:
    """Those who work on the assignment know why it was sent back. Raises NotFound, NotAllowed."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.ANNOTATE, lock=True)
    for review in session.exec(select(Review).where(Review.assignment_id == assignment_id)):
        review.read_at = review.read_at or moment(session)
    tell(session, "review.read", person, assignment)


def _accept(
    session: Session, person: Actor, assignment: Assignment, judged: Revision, *, told_as: str = "accepted"
) -> Decided:
    enter(session, person, assignment, Event.ACCEPT)
    _count_what_is_set_aside(session, assignment)
    end_all(session, person, assignment)
    _note(session, person, assignment, judged, Decision.ACCEPTED, "")
    audit(session, person, "accept", "assignment", assignment.id, revision=judged.number)
    tell(session, "review.decided", person, assignment, decision=told_as)
    return _decided(assignment, judged)


def _judged(session: Session, assignment: Assignment, number: int) -> Revision:
    current = saved_revision(session, assignment)
    if current is None or current.number != number:
        raise JudgedRevisionGone(number, current.number if current else None)
    return current


def _note(
    session: Session, person: Actor, assignment: Assignment, judged: Revision, decision: Decision, reason: str
) -> None:
    if assignment.id is None or judged.id is None:
        raise NotFound("the assignment is not kept")
    assignment.updated_at = moment(session)
    review = Review(
        assignment_id=assignment.id,
        revision_id=judged.id,
        decision=decision,
        reason=reason,
        reviewer_id=person.user_id,
        at=moment(session),
    )
    session.add(review)
    session.flush()
    count_review(session, review)


def _count_what_is_set_aside(session: Session, assignment: Assignment) -> None:
    """Where there are unsaved changes, another answer is to be seen from now on: that makes a version."""
    if _draft(session, assignment) is not None:
        assignment.version += 1


def _draft(session: Session, assignment: Assignment) -> Draft | None:
    """Also of accepted work, where nobody sees it."""
    return session.exec(select(Draft).where(Draft.assignment_id == assignment.id)).first()


def _decided(assignment: Assignment, judged: Revision) -> Decided:
    assert assignment.id is not None
    return Decided(
        assignment_id=assignment.id, revision=judged.number, state=assignment.state, version=assignment.version
    )
