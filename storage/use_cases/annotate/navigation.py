"""Where an assignment stands in its task: the neighbours, what is open next, and how far the person is."""

from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from domain.task_state import DONE_STATES, OPEN_STATES, AssignmentState
from storage.ownership import belongs_to, owners_of
from storage.tables import Assignment
from storage.use_cases.changed import changed_since_save
from storage.use_cases.tasks import NOT_OPEN, open_rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of the same person's assignments in the task; saved ones include the accepted.

    `changed` counts those among the saved that have changes which are not saved; `first_changed_id` is one of them.
    """

    saved: int
    total: int
    changed: int
    first_changed_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`position` counts from 1 among the same person's assignments in the task, in the task's order.

    `next_open_id`: what was sent back first, then what is open after this one, then from the beginning; skipped
    items last. None when nothing else is open.
    """

    position: int
    total: int
    prev_id: int | None
    next_id: int | None
    next_open_id: int | None
    assignment_ids: tuple[int, ...]
    """All of them in order, for the jump to a number."""
    progress: Progress


def place_of(session: Session, assignment: Assignment, user_id: int | None) -> Place:
    """Among what this person works on, as a collaborator too; for others, among what its own person has."""
    works_on_it = user_id in owners_of(session, assignment)
    same_persons = and_(
        col(Assignment.task_id) == assignment.task_id,
        belongs_to(user_id) if works_on_it else col(Assignment.user_id).is_not_distinct_from(assignment.user_id),
        # One that was withdrawn stands among the others only while it is looked at.
        or_(col(Assignment.state) != AssignmentState.WITHDRAWN, col(Assignment.id) == assignment.id),
    )
    rows = session.execute(
        sa_select(col(Assignment.id), col(Assignment.state), open_rank())
        .where(same_persons)
        .order_by(col(Assignment.position))
    ).all()
    changed = changed_since_save(session, same_persons)
    ids = tuple(row[0] for row in rows)
    here = ids.index(assignment.id)
    total = len(ids)
    others = sorted(
        (rank, (index - here) % total, id_)
        for index, (id_, state, rank) in enumerate(rows)
        if state in OPEN_STATES and rank < NOT_OPEN and index != here
    )
    return Place(
        position=here + 1,
        total=total,
        prev_id=ids[here - 1] if here > 0 else None,
        next_id=ids[here + 1] if here + 1 < total else None,
        next_open_id=others[0][2] if others else None,
        assignment_ids=ids,
        progress=Progress(
            saved=sum(state in DONE_STATES for _id, state, _rank in rows),
            total=total,
            changed=len(changed),
            first_changed_id=changed[0].assignment_id if changed else None,
        ),
    )
