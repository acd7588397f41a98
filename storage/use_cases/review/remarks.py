"""Remarks on an assignment: threads that either side begins, answers, resolves and opens again."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.permissions import Action, Actor
from domain.remarks import MeshPin, PhotoPin, Pin, clean_text
from storage.acting import Acting
from storage.errors import IdTaken
from storage.record import audit, moment
from storage.tables import Assignment, CadModel, Remark, RemarkEntry, RemarkRead
from storage.use_cases.annotate.answers import assignment_for, item_of
from storage.use_cases.review.telling import tell


def add_remark(
    session: Session, *, actor: Acting, assignment_id: int, pin: Pin | None, text: str, entry_id: str
) -> int:
    """Begins a thread and returns its id. `entry_id` is a UUID by the client: the same remark sent twice is one.

    Raises NotFound, NotAllowed, InvalidInput, IdTaken.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.REMARK, lock=True)
    author_id, text, entry_id = _author(person), clean_text(text), _uuid(entry_id)
    if (repeated := _entry(session, entry_id, author_id)) is not None:
        return repeated.remark_id
    if isinstance(pin, MeshPin):
        _check_model(session, assignment, pin.cad_index)
    remark = Remark(assignment_id=assignment_id, author_id=author_id, at=moment(session))
    match pin:
        case PhotoPin():
            remark.u, remark.v = pin.u, pin.v
        case MeshPin():
            remark.x, remark.y, remark.z, remark.cad_index = pin.x, pin.y, pin.z, pin.cad_index
    session.add(remark)
    session.flush()
    assert remark.id is not None
    _say(session, remark, author_id, text, entry_id)
    audit(session, person, "remark", "assignment", assignment_id, remark=remark.id)
    tell(session, "remark.added", person, assignment, text, remark=remark.id)
    return remark.id


def reply_to_remark(session: Session, *, actor: Acting, remark_id: int, text: str, entry_id: str) -> None:
    """Raises like `add_remark`."""
    person, assignment, remark = _thread(session, actor, remark_id)
    author_id, text, entry_id = _author(person), clean_text(text), _uuid(entry_id)
    if _entry(session, entry_id, author_id) is not None:
        return
    _say(session, remark, author_id, text, entry_id)
    audit(session, person, "reply", "assignment", assignment.id, remark=remark_id)
    tell(session, "remark.added", person, assignment, text, remark=remark_id, answers=True)


def resolve_remark(session: Session, *, actor: Acting, remark_id: int, resolved: bool) -> None:
    """Done with, or open again. Raises NotFound, NotAllowed."""
    person, assignment, remark = _thread(session, actor, remark_id)
    if resolved is (remark.resolved_at is not None):
        return
    remark.resolved_at, remark.resolved_by = (moment(session), _author(person)) if resolved else (None, None)
    action = "resolve_remark" if resolved else "reopen_remark"
    audit(session, person, action, "assignment", assignment.id, remark=remark_id)
    tell(session, "remark.changed", person, assignment, remark=remark_id)


def read_remarks(session: Session, *, actor: Acting, assignment_id: int, remark_ids: Collection[int]) -> None:
    """The person has seen these threads to their ends. Those of other assignments are passed over.

    Raises NotFound, NotAllowed.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.REMARK, lock=True)
    reader_id = _author(person)
    for remark_id in session.exec(
        select(Remark.id).where(Remark.assignment_id == assignment_id, col(Remark.id).in_(remark_ids))
    ):
        assert remark_id is not None
        mark_read(session, remark_id, reader_id)
    tell(session, "review.read", person, assignment)


def mark_read(session: Session, remark_id: int, reader_id: int) -> None:
    newest = session.exec(
        select(RemarkEntry.id).where(RemarkEntry.remark_id == remark_id).order_by(col(RemarkEntry.id).desc()).limit(1)
    ).first()
    if newest is None:
        return
    mark = session.exec(
        select(RemarkRead).where(RemarkRead.remark_id == remark_id, RemarkRead.user_id == reader_id)
    ).first()
    if mark is None:
        session.add(RemarkRead(remark_id=remark_id, user_id=reader_id, entry_id=newest))
    else:
        mark.entry_id = max(mark.entry_id, newest)
    session.flush()


def _say(session: Session, remark: Remark, author_id: int, text: str, entry_id: str) -> None:
    assert remark.id is not None
    session.add(
        RemarkEntry(remark_id=remark.id, entry_id=entry_id, author_id=author_id, text=text, at=moment(session))
    )
    session.flush()
    mark_read(session, remark.id, author_id)


def _thread(session: Session, actor: Acting, remark_id: int) -> tuple[Actor, Assignment, Remark]:
    remark = session.get(Remark, remark_id)
    # One that is not there looks like one of an assignment that is not there: who has no right learns nothing.
    person, assignment = assignment_for(
        session, actor, remark.assignment_id if remark else 0, Action.REMARK, lock=True
    )
    if remark is None:
        raise NotFound(f"there is no remark {remark_id}")
    return person, assignment, remark


def _author(person: Actor) -> int:
    if person.user_id is None:
        raise NotAllowed("a remark needs a person as its author")
    return person.user_id


def _uuid(entry_id: str) -> str:
    try:
        return str(UUID(entry_id))
    except ValueError:
        raise InvalidInput(f"an id must be a UUID, not {entry_id!r}") from None


def _entry(session: Session, entry_id: str, author_id: int) -> RemarkEntry | None:
    entry = session.exec(select(RemarkEntry).where(RemarkEntry.entry_id == entry_id)).first()
    if entry is not None and entry.author_id != author_id:
        raise IdTaken(f"the id {entry_id} is in use")
    return entry


def _check_model(session: Session, assignment: Assignment, cad_index: int) -> None:
    category_id = item_of(session, assignment).category_id
    statement = select(CadModel.id).where(CadModel.category_id == category_id, CadModel.cad_index == cad_index)
    if session.exec(statement).first() is None:
        raise InvalidInput(f"the category has no CAD model {cad_index}")
