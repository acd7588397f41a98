"""What is said about an assignment, for one person: remarks with what they have not read, proposals, the decision."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.permissions import Action, allowed
from domain.proposal import Part
from domain.remarks import MeshPin, PhotoPin, Pin
from domain.task_state import TRANSITIONS, AssignmentState, Event
from storage.acting import Acting
from storage.ownership import owners_of
from storage.tables import Assignment, Remark, RemarkEntry, RemarkRead, Review, Revision, User
from storage.tables.review import Decision
from storage.use_cases.annotate.answers import SavedAnswer, assignment_for, item_of, saved_answer
from storage.use_cases.annotate.offers import open_proposals
from storage.use_cases.review.ready import ready_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: int
    author_id: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A remark. `number` counts from 1 in the assignment; `unread` says whether others have spoken since the person
    looked."""

    id: int
    number: int
    pin: Pin | None
    entries: tuple[Entry, ...]
    resolved: bool
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An open proposal; `parts` are those that were taken already."""

    id: int
    author_id: int
    author: str
    answer: Answer
    comment: str
    at: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """The newest review; `unread` where those who work on it have not said yet that they know."""

    id: int
    revision: int
    decision: Decision
    reason: str
    reviewer: str
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`can_*`: what this person may do now. `owner`: whose work it is. `ready`: the category's own ready-made
    remarks, empty where the general ones stand."""

    assignment_id: int
    version: int
    state: AssignmentState
    can_edit: bool
    can_review: bool
    can_remark: bool
    can_propose: bool
    owner: str | None
    saved: SavedAnswer | None
    threads: tuple[Thread, ...]
    proposals: tuple[Offered, ...]
    decision: LastDecision | None
    ready: tuple[str, ...]


def talk_of(session: Session, *, actor: Acting, assignment_id: int) -> Talk:
    """Raises NotFound, NotAllowed."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    owner_ids = owners_of(session, assignment)
    is_person, editable = person.user_id is not None, (assignment.state, Event.EDIT) in TRANSITIONS
    can_review = is_person and allowed(person, Action.REVIEW, owner_ids=owner_ids)
    owner = session.get(User, assignment.user_id) if assignment.user_id is not None else None
    return Talk(
        assignment_id=assignment_id,
        version=assignment.version,
        state=assignment.state,
        can_edit=editable and is_person and allowed(person, Action.ANNOTATE, owner_ids=owner_ids),
        can_review=can_review,
        can_remark=is_person and allowed(person, Action.REMARK, owner_ids=owner_ids),
        can_propose=editable and is_person and allowed(person, Action.PROPOSE, owner_ids=owner_ids),
        owner=owner.name if owner else None,
        saved=saved_answer(session, assignment),
        threads=_threads(session, assignment, person.user_id),
        proposals=_proposals(session, assignment),
        decision=last_decision(session, assignment),
        ready=ready_texts(session, item_of(session, assignment).category_id) if can_review else (),
    )


def last_decision(session: Session, assignment: Assignment) -> LastDecision | None:
    row = session.execute(
        select(Review, Revision.number, User.name)
        .join(Revision, col(Revision.id) == Review.revision_id)
        .outerjoin(User, col(User.id) == Review.reviewer_id)
        .where(Review.assignment_id == assignment.id)
        .order_by(col(Review.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    review, revision, reviewer = row
    return LastDecision(
        id=review.id,
        revision=revision,
        decision=review.decision,
        reason=review.reason,
        reviewer=reviewer or "",
        at=review.at,
        unread=review.read_at is None,
    )


def pin_of(remark: Remark) -> Pin | None:
    if remark.u is not None and remark.v is not None:
        return PhotoPin(u=remark.u, v=remark.v)
    if remark.x is not None and remark.y is not None and remark.z is not None and remark.cad_index is not None:
        return MeshPin(x=remark.x, y=remark.y, z=remark.z, cad_index=remark.cad_index)
    return None


def _threads(session: Session, assignment: Assignment, reader_id: int | None) -> tuple[Thread, ...]:
    remarks = session.exec(select(Remark).where(Remark.assignment_id == assignment.id).order_by(col(Remark.id))).all()
    if not remarks:
        return ()
    ids = [remark.id for remark in remarks]
    entries: defaultdict[int, list[Entry]] = defaultdict(list)
    rows = session.execute(
        select(RemarkEntry, User.name)
        .join(User, col(User.id) == RemarkEntry.author_id)
        .where(col(RemarkEntry.remark_id).in_(ids))
        .order_by(col(RemarkEntry.id))
    )
    for entry, author in rows:
        entries[entry.remark_id].append(
            Entry(id=entry.id, author_id=entry.author_id, author=author, text=entry.text, at=entry.at)
        )
    marks = session.exec(
        select(RemarkRead).where(col(RemarkRead.remark_id).in_(ids), RemarkRead.user_id == reader_id)
    )
    read_to = {mark.remark_id: mark.entry_id for mark in marks}
    return tuple(
        Thread(
            id=remark.id,
            number=number,
            pin=pin_of(remark),
            entries=tuple(entries[remark.id]),
            resolved=remark.resolved_at is not None,
            unread=any(
                entry.id > read_to.get(remark.id, 0) and entry.author_id != reader_id for entry in entries[remark.id]
            ),
        )
        for number, remark in enumerate(remarks, start=1)
        if remark.id is not None
    )


def _proposals(session: Session, assignment: Assignment) -> tuple[Offered, ...]:
    offered = []
    for row in open_proposals(session, assignment):
        author = session.get(User, row.author_id)
        assert row.id is not None
        offered.append(
            Offered(
                id=row.id,
                author_id=row.author_id,
                author=author.name if author else "",
                answer=row.answer(),
                comment=row.comment,
                at=row.at,
                parts=tuple(Part(part) for part in row.parts),
            )
        )
    return tuple(offered)
