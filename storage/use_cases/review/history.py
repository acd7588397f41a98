"""The story of an assignment: every revision, proposal, decision and remark; and how an earlier answer comes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict
from domain.permissions import Action, allowed
from domain.proposal import Part
from domain.task_state import TRANSITIONS, AssignmentState, Event
from storage.acting import Acting
from storage.ownership import owners_of
from storage.record import audit, moment, publish
from storage.tables import (
    Annotation,
    Audit,
    Category,
    Draft,
    Image,
    Proposal,
    Remark,
    RemarkEntry,
    Review,
    Revision,
    Task,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.tables.review import Decision, ProposalState
from storage.use_cases.annotate.answers import assignment_for, box_of, item_of, started
from storage.use_cases.annotate.revisions import add_revision, publish_saved, set_answer
from storage.use_cases.annotate.saving import check_saveable
from storage.use_cases.annotate.states import enter


class Kind(StrEnum):
    REVISION = "revision"
    PROPOSAL = "proposal"
    DECISION = "decision"
    REMARK = "remark"
    REOPENING = "reopening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of the story. `id` is the row's own. `answer` is None where there is none: a decision, a clearing.

    `number`: the revision's, or of a decision that of the revision that was judged. `word`: the revision's kind, the
    proposal's state, the decision, or of a remark whether it begins a thread. `reason`: the author's words. `parts`:
    of a proposal, what was taken.
    """

    kind: Kind
    id: int
    at: datetime
    author: str
    word: str
    number: int | None = None
    answer: Answer | None = None
    reason: str = ""
    parts: tuple[Part, ...] = ()
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`story`: the oldest first. `prediction`: what the model said, with its version. `version` is what a restore
    names. `taken_down`: the photo was deleted for good, and there are no pictures."""

    assignment_id: int
    version: int
    state: AssignmentState
    can_restore: bool
    task: str
    category: str
    image: str
    taken_down: bool
    box: Box
    owner: str | None
    story: tuple[Happened, ...]
    prediction: tuple[Answer, str] | None


def history_of(session: Session, *, actor: Acting, assignment_id: int) -> History:
    """Raises NotFound, NotAllowed."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_HISTORY)
    item = item_of(session, assignment)
    task, category = session.get(Task, assignment.task_id), session.get(Category, item.category_id)
    image = session.get(Image, item.image_id)
    owner = session.get(User, assignment.user_id) if assignment.user_id is not None else None
    assert task is not None
    assert category is not None
    assert image is not None
    prediction = started(session, item).prediction
    owner_ids = owners_of(session, assignment)
    may_restore = any(allowed(person, action, owner_ids=owner_ids) for action in (Action.ANNOTATE, Action.REVIEW))
    story = [
        *_revisions(session, assignment_id),
        *_proposals(session, assignment_id),
        *_decisions(session, assignment_id),
        *_remarks(session, assignment_id),
        *_reopenings(session, assignment_id),
    ]
    return History(
        assignment_id=assignment_id,
        version=assignment.version,
        state=assignment.state,
        can_restore=may_restore and person.user_id is not None and (assignment.state, Event.SAVE) in TRANSITIONS,
        task=task.name,
        category=category.name,
        image=image.name,
        taken_down=image.taken_down_at is not None,
        box=box_of(item),
        owner=owner.name if owner else None,
        story=tuple(sorted(story, key=lambda each: (each.at, _ORDER[each.kind], each.id))),
        prediction=(prediction.answer, prediction.model_version) if prediction else None,
    )


def restore_revision(session: Session, *, actor: Acting, assignment_id: int, number: int, base_version: int) -> int:
    """Makes an earlier answer the present one, as a new revision, whose number is returned; the draft is done with.

    Raises NotFound, NotAllowed, WrongState (accepted), RevisionConflict, InvalidInput (nothing was saved in it).
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_HISTORY, lock=True)
    owner_ids = owners_of(session, assignment)
    if person.user_id is None or not any(
        allowed(person, action, owner_ids=owner_ids) for action in (Action.ANNOTATE, Action.REVIEW)
    ):
        raise NotAllowed(f"{person.name} may not restore an answer here")
    earlier = session.exec(
        select(Revision).where(Revision.assignment_id == assignment_id, Revision.number == number)
    ).first()
    if earlier is None:
        raise NotFound(f"there is no revision {number}")
    answer = earlier.answer()
    if answer is None:
        raise InvalidInput(f"revision {number} withdrew the answer: there is nothing to restore")
    if base_version != assignment.version:
        raise RevisionConflict(base_version, assignment.version)
    check_saveable(session, assignment, answer)
    assignment.version += 1
    assignment.updated_at = moment(session)
    enter(session, person, assignment, Event.SAVE)
    restored = add_revision(
        session, assignment, RevisionKind.RESTORED, answer=answer, author=person, base_version=base_version
    )
    set_answer(session, assignment, restored)
    draft = session.exec(select(Draft).where(Draft.assignment_id == assignment_id)).first()
    if draft is not None:
        session.delete(draft)
    audit(session, person, "restore_revision", "assignment", assignment_id, earlier=number, revision=restored.number)
    publish_saved(session, person, assignment, restored)
    publish(
        session,
        "review.decided",
        "assignment",
        assignment_id,
        version=assignment.version,
        user_ids=sorted(owner_ids - {person.user_id}),
        by=person.name,
        by_id=person.user_id,
        state=assignment.state.value,
        excerpt="",
        decision="restored",
    )
    session.flush()
    return restored.number


_ORDER = {Kind.REVISION: 0, Kind.PROPOSAL: 1, Kind.DECISION: 2, Kind.REOPENING: 3, Kind.REMARK: 4}
"""Of what one transaction writes: a fix is saved before it is accepted."""


def _revisions(session: Session, assignment_id: int) -> list[Happened]:
    current = session.exec(select(Annotation.revision_id).where(Annotation.assignment_id == assignment_id)).first()
    rows = session.execute(
        select(Revision, User.name)
        .outerjoin(User, col(User.id) == Revision.author_id)
        .where(Revision.assignment_id == assignment_id)
    )
    return [
        Happened(
            kind=Kind.REVISION,
            id=revision.id,
            at=revision.at,
            author=author or "",
            word=revision.kind.value,
            number=revision.number,
            answer=revision.answer(),
            current=revision.id == current,
        )
        for revision, author in rows
    ]


def _proposals(session: Session, assignment_id: int) -> list[Happened]:
    rows = session.execute(
        select(Proposal, User.name)
        .join(User, col(User.id) == Proposal.author_id)
        .where(Proposal.assignment_id == assignment_id)
    )
    return [
        Happened(
            kind=Kind.PROPOSAL,
            id=proposal.id,
            at=proposal.at,
            author=author,
            word=ProposalState(proposal.state).value,
            answer=proposal.answer(),
            reason=proposal.comment,
            parts=tuple(Part(part) for part in proposal.parts),
        )
        for proposal, author in rows
    ]


def _decisions(session: Session, assignment_id: int) -> list[Happened]:
    rows = session.execute(
        select(Review, Revision.number, User.name)
        .join(Revision, col(Revision.id) == Review.revision_id)
        .outerjoin(User, col(User.id) == Review.reviewer_id)
        .where(Review.assignment_id == assignment_id)
    )
    return [
        Happened(
            kind=Kind.DECISION,
            id=review.id,
            at=review.at,
            author=reviewer or "",
            word=Decision(review.decision).value,
            number=number,
            reason=review.reason,
        )
        for review, number, reviewer in rows
    ]


def _remarks(session: Session, assignment_id: int) -> list[Happened]:
    """Each word of each thread; the first of a thread is the remark itself."""
    rows = session.execute(
        select(RemarkEntry, User.name)
        .join(Remark, col(Remark.id) == RemarkEntry.remark_id)
        .join(User, col(User.id) == RemarkEntry.author_id)
        .where(Remark.assignment_id == assignment_id)
        .order_by(col(RemarkEntry.id))
    ).all()
    first: dict[int, int | None] = {}
    for entry, _author in rows:
        first.setdefault(entry.remark_id, entry.id)
    return [
        Happened(
            kind=Kind.REMARK,
            id=entry.id,
            at=entry.at,
            author=author,
            word="begun" if first[entry.remark_id] == entry.id else "answered",
            reason=entry.text,
        )
        for entry, author in rows
    ]


def _reopenings(session: Session, assignment_id: int) -> list[Happened]:
    rows = session.exec(
        select(Audit).where(
            Audit.object_type == "assignment", Audit.object_id == assignment_id, Audit.action == "reopen"
        )
    )
    return [
        Happened(
            kind=Kind.REOPENING,
            id=row.id or 0,
            at=row.at,
            author=row.actor_name,
            word="reopened",
            number=row.detail.get("revision"),
            reason=row.detail.get("reason", ""),
        )
        for row in rows
    ]
