"""What a person has still to answer for themselves: until then they see nothing that others say of it."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.errors import NotFound
from domain.permissions import Actor
from domain.task_state import OPEN_STATES, TaskKind
from storage.ownership import belongs_to
from storage.tables import Assignment, Task


def still_to_answer(user_id: int | None) -> sa.Select[Any]:
    """The items, each with its id. Of nobody there are none."""
    return (
        sa.select(col(Assignment.item_id))
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(belongs_to(user_id), col(Assignment.state).in_(OPEN_STATES), col(Task.kind) != TaskKind.EVALUATE)
    )


def check_answered(session: Session, person: Actor, item_id: int) -> None:
    """Raises NotFound where the person has the item still to answer. Checks no right: for use cases that have."""
    mine = still_to_answer(person.user_id).where(col(Assignment.item_id) == item_id)
    if session.execute(mine.limit(1)).first() is not None:
        raise NotFound(f"{person.name} has the item {item_id} still to answer: others' answers to it stay hidden")
