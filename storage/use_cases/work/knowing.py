"""Who knows an answer to an item, or is to give one: such people never get the item a second time to answer blind.

It counts who has an assignment of the item in a task of the same kind, withdrawn or not, who had one that was moved
on, and who was put beside somebody as a collaborator.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col

from domain.task_state import TaskKind
from storage.database import Session
from storage.tables import Assignment, Collaborator, FormerHolder, Image, Item, Task


def knows(user_id: int, item_id: sa.SQLColumnExpression[int], kind: TaskKind) -> sa.ColumnElement[bool]:
    """For one person; `item_id` is a column of the query around it."""
    known = sa.orm.aliased(Assignment)
    of_kind = (
        sa.select(col(known.id))
        .join(Task, col(Task.id) == known.task_id)
        .where(col(known.item_id) == item_id, col(Task.kind) == kind)
    )
    return sa.or_(
        of_kind.where(col(known.user_id) == user_id).exists(),
        of_kind.join(FormerHolder, col(FormerHolder.assignment_id) == known.id)
        .where(col(FormerHolder.user_id) == user_id)
        .exists(),
        of_kind.join(Collaborator, col(Collaborator.assignment_id) == known.id)
        .where(col(Collaborator.user_id) == user_id)
        .exists(),
    )


def known_items(
    session: Session, *, user_ids: Collection[int], dataset_id: int, kind: TaskKind
) -> dict[int, set[int]]:
    """Of several people at once: each one's items of a data set."""
    known: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    holders = (
        (Assignment.user_id, None),
        (FormerHolder.user_id, FormerHolder.assignment_id),
        (Collaborator.user_id, Collaborator.assignment_id),
    )
    for holder, assignment_id in holders:
        statement = (
            sa.select(col(holder), col(Assignment.item_id))
            .join(Task, col(Task.id) == Assignment.task_id)
            .join(Item, col(Item.id) == Assignment.item_id)
            .join(Image, col(Image.id) == Item.image_id)
            .where(col(holder).in_(list(known)), col(Task.kind) == kind, col(Image.dataset_id) == dataset_id)
        )
        if assignment_id is not None:
            statement = statement.where(col(assignment_id) == Assignment.id)
        for user_id, item_id in session.execute(statement):
            known[user_id].add(item_id)
    return known
