"""Items that annotators set aside or want help with, for supervisors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from domain.permissions import Action
from domain.task_state import AssignmentState
from storage.acting import Acting, acting_with
from storage.tables import Assignment, Category, Image, Item, Task, User
from storage.tables.work import FlagKind
from storage.use_cases.archiving import in_work


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedItem:
    """An assignment with a flag. `person` is None where nobody has it."""

    assignment_id: int
    task_name: str
    category: str
    image_name: str
    person: str | None
    kind: FlagKind
    reason: str
    flagged_at: datetime


def flagged_items(session: Session, *, actor: Acting, limit: int = 200) -> list[FlaggedItem]:
    """Calls for help before skipped items, the newest first."""
    acting_with(session, actor, Action.SEE_FLAGS)
    rows = session.execute(
        select(Assignment, col(Task.name), col(Category.name), col(Image.name), col(User.name))
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .outerjoin(User, col(User.id) == Assignment.user_id)
        .where(in_work(), col(Assignment.flag_kind).is_not(None), col(Assignment.state) != AssignmentState.WITHDRAWN)
        .order_by(col(Assignment.flag_kind) != FlagKind.HELP, col(Assignment.flagged_at).desc(), col(Assignment.id))
        .limit(limit)
    )
    return [
        FlaggedItem(
            assignment_id=assignment.id,
            task_name=task_name,
            category=category,
            image_name=image_name,
            person=person,
            kind=assignment.flag_kind,
            reason=assignment.flag_reason,
            flagged_at=assignment.flagged_at,
        )
        for assignment, task_name, category, image_name, person in rows
        if assignment.id is not None and assignment.flag_kind is not None and assignment.flagged_at is not None
    ]
