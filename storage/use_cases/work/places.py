"""Places: assignments as somebody's, nobody's or withdrawn; the few moves from which sharing and pools are made.

No place is ever deleted. One that is not needed any more is *spare*: withdrawn and nobody's; it is used again when
its item needs a place in its task.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.task_state import AssignmentState, Event, transition
from storage.record import moment, publish
from storage.tables import Assignment, FormerHolder, ImportedLabel
from storage.use_cases.imported import add_imported_revision


def is_untouched(assignment: Assignment) -> bool:
    """Whether nobody has done anything on it: no gesture, no draft, no flag."""
    return assignment.state is AssignmentState.NEW and assignment.version == 0 and assignment.flag_kind is None


def untouched() -> sa.ColumnElement[bool]:
    """`is_untouched` in a query."""
    return sa.and_(
        col(Assignment.state) == AssignmentState.NEW,
        col(Assignment.version) == 0,
        col(Assignment.flag_kind).is_(None),
    )


def free() -> sa.ColumnElement[bool]:
    """Nobody's, and waiting for somebody."""
    return sa.and_(col(Assignment.user_id).is_(None), col(Assignment.state) == AssignmentState.NEW)


def give(session: Session, assignment: Assignment, user_id: int, *, drawn: bool = False) -> None:
    """Makes it this person's, with what is on it. Its person until now will not get the item again."""
    former = assignment.user_id
    if former is not None and former != user_id and not is_untouched(assignment):
        remember_holder(session, assignment, former)
    assignment.user_id = user_id
    assignment.drawn_at = moment(session) if drawn else None
    assignment.updated_at = moment(session)
    tell(session, assignment)


def release(session: Session, assignment: Assignment) -> None:
    """Makes one that is untouched nobody's again."""
    assignment.user_id = assignment.drawn_at = None
    assignment.updated_at = moment(session)
    tell(session, assignment)


def withdraw(session: Session, assignment: Assignment, *, lapsed: bool = False) -> None:
    """Takes it from its person, to the end of the task; what they did stays on it and theirs. Raises WrongState."""
    was = assignment.state
    assignment.state = transition(was, Event.WITHDRAW)
    assignment.withdrawn_from = was
    assignment.position = last_position(session, assignment.task_id) + 1
    assignment.updated_at = moment(session)
    if not lapsed:
        assignment.drawn_at = None
    session.flush()
    tell(session, assignment)


def bring_back(session: Session, assignment: Assignment) -> None:
    """One that was withdrawn, as it was."""
    assert assignment.withdrawn_from is not None
    assignment.state, assignment.withdrawn_from = assignment.withdrawn_from, None
    assignment.updated_at = moment(session)
    session.flush()
    tell(session, assignment)


def spare(session: Session, assignment: Assignment) -> None:
    """Puts one aside that is untouched and not needed."""
    assignment.user_id = None
    withdraw(session, assignment)


def place_at(session: Session, task_id: int, item_id: int, position: int) -> Assignment:
    """A place for an item that is nobody's yet, at a position that must be free: a spare one, else a new one."""
    place = session.exec(
        select(Assignment).where(
            Assignment.task_id == task_id,
            Assignment.item_id == item_id,
            Assignment.state == AssignmentState.WITHDRAWN,
            col(Assignment.user_id).is_(None),
        )
    ).first()
    if place is None:
        place = Assignment(task_id=task_id, item_id=item_id, position=position, updated_at=moment(session))
        session.add(place)
        session.flush()
        label = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == item_id)).first()
        if label is not None:
            add_imported_revision(session, place, label.answer())
    else:
        place.position = position
        bring_back(session, place)
    return place


def remember_holder(session: Session, assignment: Assignment, user_id: int) -> None:
    known = session.exec(
        select(FormerHolder).where(FormerHolder.user_id == user_id, FormerHolder.assignment_id == assignment.id)
    ).first()
    if known is None:
        assert assignment.id is not None
        session.add(FormerHolder(assignment_id=assignment.id, user_id=user_id, until=moment(session)))


def last_position(session: Session, task_id: int) -> int:
    return session.exec(select(sa.func.max(Assignment.position)).where(Assignment.task_id == task_id)).one() or 0


def tell(session: Session, assignment: Assignment) -> None:
    """Whoever has it open must hear that it is somebody else's, or nobody's."""
    assert assignment.id is not None
    publish(
        session,
        "assignment.moved",
        "assignment",
        assignment.id,
        version=assignment.version,
        user_id=assignment.user_id,
        state=assignment.state.value,
    )


def in_words(ids: Sequence[int | None]) -> str:
    """Ids for the audit log, runs of them in short: `3-7, 12`."""
    runs: list[list[int]] = []
    for id_ in sorted(id_ for id_ in ids if id_ is not None):
        if runs and runs[-1][1] == id_ - 1:
            runs[-1][1] = id_
        else:
            runs.append([id_, id_])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
