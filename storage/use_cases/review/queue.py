"""Saved work that waits for a reviewer: filtered, sampled, the oldest first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import Answer, ObjectStatus
from domain.box import Box
from domain.natural_order import natural_key
from domain.permissions import Action
from domain.sampling import in_sample
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.record import moment
from storage.tables import (
    Annotation,
    Assignment,
    Category,
    Draft,
    Image,
    Item,
    Remark,
    Review,
    Revision,
    Task,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.tables.review import Decision
from storage.use_cases.archiving import in_work


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """None: all. `older_than`: saved so long ago at least. `per_cent` of them by chance, the same ones for a seed."""

    category_id: int | None = None
    user_id: int | None = None
    task_id: int | None = None
    quality: ObjectStatus | None = None
    older_than: timedelta | None = None
    per_cent: float = 100.0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A saved answer that nobody has accepted. `revision` is its number, `author` who saved it, `owner` whose work it
    is. `changed`: there are later changes that are not saved. `sent_back`: how often it was."""

    assignment_id: int
    revision: int
    revision_id: int
    author: str
    owner: str | None
    at: datetime
    task: str
    category: str
    image: str
    box: Box
    answer: Answer
    changed: bool
    sent_back: int
    remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of the queue. `total` counts all that the filter leaves; `waiting` all that wait, unfiltered."""

    items: tuple[Queued, ...]
    total: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChoices:
    """What the queue can be filtered by, each with its id and name: only what is in it now."""

    categories: tuple[tuple[int, str], ...]
    people: tuple[tuple[int, str], ...]
    tasks: tuple[tuple[int, str], ...]


def review_queue(session: Session, *, actor: Acting, chosen: QueueFilter, offset: int = 0, limit: int = 24) -> Queue:
    """Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    waiting = session.execute(_waiting(sa.func.count(col(Assignment.id)))).scalar_one()
    ids = session.execute(
        _waiting(col(Assignment.id), *_conditions(session, chosen)).order_by(col(Revision.at), col(Assignment.id))
    ).scalars()
    drawn = [id_ for id_ in ids if in_sample(id_, per_cent=chosen.per_cent, seed=chosen.seed)]
    return Queue(items=_details(session, drawn[offset : offset + limit]), total=len(drawn), waiting=waiting)


def queue_choices(session: Session, *, actor: Acting) -> QueueChoices:
    """Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)

    def named(id_: Any, name: Any) -> tuple[tuple[int, str], ...]:
        rows = session.execute(_waiting(id_, joined=name).add_columns(name).distinct())
        return tuple(sorted(((row[0], row[1]) for row in rows), key=lambda row: natural_key(row[1])))

    return QueueChoices(
        categories=named(col(Category.id), col(Category.name)),
        people=named(col(User.id), col(User.name)),
        tasks=named(col(Task.id), col(Task.name)),
    )


def _waiting(what: Any, *conditions: sa.ColumnElement[bool], joined: Any = None) -> sa.Select[Any]:
    """Of assignments that wait. Evaluations of pairs are no answers to be judged; of a photo that was taken down
    nothing is left to be judged, and an archived data set rests."""
    statement = (
        sa.select(what)
        .select_from(Assignment)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Image, col(Image.id) == Item.image_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(
            in_work(),
            col(Image.taken_down_at).is_(None),
            col(Assignment.state) == AssignmentState.SAVED,
            col(Revision.kind) != RevisionKind.IMPORTED,
            col(Task.kind) != TaskKind.EVALUATE,
            *conditions,
        )
    )
    if joined is not None:
        statement = statement.join(User, col(User.id) == Assignment.user_id)
    return statement


def _conditions(session: Session, chosen: QueueFilter) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if chosen.category_id is not None:
        conditions.append(col(Item.category_id) == chosen.category_id)
    if chosen.user_id is not None:
        conditions.append(col(Assignment.user_id) == chosen.user_id)
    if chosen.task_id is not None:
        conditions.append(col(Assignment.task_id) == chosen.task_id)
    if chosen.quality is not None:
        conditions.append(col(Revision.object_status) == chosen.quality)
    if chosen.older_than is not None:
        conditions.append(col(Revision.at) <= moment(session) - chosen.older_than)
    return conditions


def _details(session: Session, ids: list[int]) -> tuple[Queued, ...]:
    author, owner = sa.orm.aliased(User), sa.orm.aliased(User)
    names = (Category.name, Image.name, Task.name, author.name, owner.name)
    columns: tuple[Any, ...] = (Assignment, Revision, Item, *names, Draft.id)
    rows = session.execute(
        sa.select(*columns)
        .select_from(Assignment)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .outerjoin(author, col(author.id) == Revision.author_id)
        .outerjoin(owner, col(owner.id) == Assignment.user_id)
        .outerjoin(Draft, col(Draft.assignment_id) == Assignment.id)
        .where(col(Assignment.id).in_(ids))
    )
    sent_back = Counter(
        session.exec(
            select(Review.assignment_id).where(
                col(Review.assignment_id).in_(ids), Review.decision == Decision.CHANGES_REQUESTED
            )
        )
    )
    remarks = Counter(
        session.exec(
            select(Remark.assignment_id).where(col(Remark.assignment_id).in_(ids), col(Remark.resolved_at).is_(None))
        )
    )
    found = {}
    for assignment, revision, item, category, image, task, author_name, owner_name, draft_id in rows:
        answer = revision.answer()
        if answer is None:
            continue
        found[assignment.id] = Queued(
            assignment_id=assignment.id,
            revision=revision.number,
            revision_id=revision.id,
            author=author_name or "",
            owner=owner_name,
            at=revision.at,
            task=task,
            category=category,
            image=image,
            box=Box(item.x1, item.y1, item.x2, item.y2),
            answer=answer,
            changed=draft_id is not None,
            sent_back=sent_back[assignment.id],
            remarks=remarks[assignment.id],
        )
    return tuple(found[id_] for id_ in ids if id_ in found)
