"""What others have said to a person on their work, and the person has not looked at yet."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.errors import NotAllowed
from domain.permissions import Action
from domain.task_state import AssignmentState
from storage.acting import Acting, acting, acting_with
from storage.ownership import belongs_to
from storage.tables import Assignment, Remark, RemarkEntry, RemarkRead
from storage.use_cases.archiving import in_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """`assignment_id`: where the oldest of them is; None where there are none."""

    remarks: int
    assignment_id: int | None


def unread_remarks(session: Session, *, actor: Acting) -> Unread:
    """Threads on the actor's own work, and on work that they help with. Raises NotAllowed."""
    person = acting(session, actor)
    if person.user_id is None:
        raise NotAllowed("the console has no work of its own")
    acting_with(session, actor, Action.SEE_TASKS, owner_id=person.user_id)
    read_to = sa.and_(col(RemarkRead.remark_id) == Remark.id, col(RemarkRead.user_id) == person.user_id)
    threads = session.execute(
        sa.select(col(Remark.id), col(Remark.assignment_id))
        .join(RemarkEntry, col(RemarkEntry.remark_id) == Remark.id)
        .join(Assignment, col(Assignment.id) == Remark.assignment_id)
        .outerjoin(RemarkRead, read_to)
        .where(
            belongs_to(person.user_id),
            in_work(),
            col(Assignment.state) != AssignmentState.WITHDRAWN,
            col(RemarkEntry.author_id) != person.user_id,
            col(RemarkEntry.id) > sa.func.coalesce(RemarkRead.entry_id, 0),
        )
        .group_by(col(Remark.id), col(Remark.assignment_id))
        .order_by(sa.func.min(RemarkEntry.id))
    ).all()
    return Unread(remarks=len(threads), assignment_id=threads[0][1] if threads else None)
