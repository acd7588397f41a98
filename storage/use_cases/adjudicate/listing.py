"""Items that several people answered: what each said, the mean, who is out, and what was decided."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.adjudication import Together, commonest, together
from domain.answer import Answer
from domain.box import Box
from domain.errors import NotFound
from domain.flips import FlipKind
from domain.permissions import Action
from domain.task_state import TaskKind
from storage.acting import Acting, acting_with
from storage.tables import Adjudication, Annotation, Assignment, Category, Dataset, Image, Item, Revision, Task, User
from storage.tables.judgement import AdjudicationWay
from storage.use_cases.adjudicate.overlapping import (
    AdjudicationFilter,
    Which,
    answered,
    chosen_ids,
    disagreeing_ids,
    overlapping,
    stands,
)
from storage.use_cases.likeness import Likenesses, likenesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What somebody answered. `degrees` from the mean, None where the object was called bad; `out`: no part of the
    mean, by the flip `kind` where it is one."""

    assignment_id: int
    revision_id: int
    revision: int
    author: str
    at: datetime
    task: str
    answer: Answer
    degrees: float | None
    out: bool
    kind: FlipKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The adjudicated answer that stands. `changed`: people have answered otherwise since."""

    id: int
    number: int
    way: AdjudicationWay
    revision_id: int | None
    author: str
    at: datetime
    answer: Answer
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """`mean`: None where nobody gave a pose. `spread_degrees`: root mean square distance of its members.
    `last_number` of its adjudications, withdrawn ones too; 0 where there is none."""

    item_id: int
    category: str
    image: str
    box: Box
    labels: tuple[Label, ...]
    mean: Answer | None
    majority: bool
    members: int
    spread_degrees: float
    agree: bool
    standing: Standing | None
    last_number: int

    @property
    def revision_ids(self) -> tuple[int, ...]:
        return tuple(label.revision_id for label in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    waiting: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationChoices:
    """Categories and tasks with items that several people answered, each with its id."""

    categories: tuple[tuple[int, str], ...]
    tasks: tuple[tuple[int, str], ...]


def disputed(
    session: Session, *, actor: Acting, chosen: AdjudicationFilter, after: int = 0, limit: int = 24
) -> tuple[Disputed, ...]:
    """In the order of items, those after the item `after`. Raises NotAllowed.

    Items that the person has still to answer themselves are left out: that answer must be blind to these.
    """
    person = acting_with(session, actor, Action.ADJUDICATE)
    alike: dict[int, Likenesses] = {}
    if chosen.which is not Which.DISAGREED:
        return tuple(_details(session, chosen_ids(session, person.user_id, chosen, after=after, limit=limit), alike))
    found: list[Disputed] = []
    for ids in disagreeing_ids(session, person.user_id, chosen, after=after, portion=limit):
        found += [each for each in _details(session, ids, alike) if not each.agree]
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def disputed_item(session: Session, *, actor: Acting, item_id: int) -> Disputed:
    """One of them. Raises NotAllowed, NotFound."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    everything = AdjudicationFilter(which=Which.ALL)
    ids = chosen_ids(session, person.user_id, everything, after=item_id - 1, limit=1, upto=item_id)
    found = _details(session, ids, {})
    if not found:
        raise NotFound(f"there is no item {item_id} that several people answered")
    return found[0]


def adjudication_counts(session: Session, *, actor: Acting, chosen: AdjudicationFilter) -> Counts:
    """With the filter, whatever its `which`. Raises NotAllowed."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    items = overlapping(person.user_id, chosen).subquery()
    is_decided = sa.case((items.c.item_id.in_(stands()), 1), else_=0)
    counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(is_decided), 0)).select_from(items)
    total, decided = session.execute(counted).one()
    return Counts(waiting=total - decided, decided=decided)


def adjudication_choices(session: Session, *, actor: Acting) -> AdjudicationChoices:
    """The same for everybody. Raises NotAllowed."""
    acting_with(session, actor, Action.ADJUDICATE)
    where_found = session.execute(
        sa.select(col(Item.category_id), col(Assignment.task_id))
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(col(Assignment.item_id).in_(overlapping(None, AdjudicationFilter())))
        .distinct()
    ).all()
    categories = session.execute(
        sa.select(col(Category.id), col(Category.name), col(Dataset.name))
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .where(col(Category.id).in_({category_id for category_id, _ in where_found}))
        .order_by(col(Category.name), col(Dataset.name))
    ).all()
    several = len({name for _, _, name in categories}) > 1
    tasks = session.execute(
        sa.select(col(Task.id), col(Task.name))
        .where(col(Task.kind) == TaskKind.ANNOTATE, col(Task.id).in_({task_id for _, task_id in where_found}))
        .order_by(col(Task.sort_key), col(Task.id))
    ).all()
    return AdjudicationChoices(
        categories=tuple((id_, f"{name} ({dataset})" if several else name) for id_, name, dataset in categories),
        tasks=tuple((id_, name) for id_, name in tasks),
    )


def answers_of_item(session: Session, item_id: int) -> list[Any]:
    """(assignment, revision, its author's name, task's name) of the answers that stand, by assignment. Checks no
    right: for use cases that have."""
    return _answers(session, [item_id])


def mean_of(session: Session, item: Item, answers: Sequence[Answer]) -> Together | None:
    """As it is shown. Checks no right: for use cases that have."""
    category = session.get(Category, item.category_id)
    assert category is not None
    return _together(likenesses(session, dataset_id=category.dataset_id), item, answers)


def _together(alike: Likenesses, item: Item, answers: Sequence[Answer]) -> Together | None:
    if not answers:
        return None
    return together(answers, alike.of(item.category_id, commonest([answer.cad_index for answer in answers])))


def _answers(session: Session, ids: Sequence[int]) -> list[Any]:
    columns: tuple[Any, ...] = (Assignment, Revision, User.name, Task.name)
    return list(
        session.execute(
            sa.select(*columns)
            .select_from(Assignment)
            .join(Task, col(Task.id) == Assignment.task_id)
            .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
            .join(Revision, col(Revision.id) == Annotation.revision_id)
            .outerjoin(User, col(User.id) == Revision.author_id)
            .where(col(Assignment.item_id).in_(ids), *answered())
            .order_by(col(Assignment.item_id), col(Assignment.id))
        ).all()
    )


def _details(session: Session, ids: Sequence[int], alike: dict[int, Likenesses]) -> list[Disputed]:
    """`alike` keeps, by data set, what counts as the same."""
    given: dict[int, list[Any]] = defaultdict(list)
    for row in _answers(session, ids):
        given[row[0].item_id].append(row)
    decided: dict[int, tuple[Adjudication, str]] = {}
    for adjudication, name in session.exec(
        select(Adjudication, User.name)
        .join(User, col(User.id) == Adjudication.author_id)
        .where(col(Adjudication.item_id).in_(ids))
        .order_by(col(Adjudication.number))
    ):
        decided[adjudication.item_id] = adjudication, name
    columns: tuple[Any, ...] = (Item, Category, Image.name)
    found = []
    for item, category, image in session.execute(
        sa.select(*columns)
        .select_from(Item)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .where(col(Item.id).in_(ids))
        .order_by(col(Item.id))
    ):
        if category.dataset_id not in alike:
            alike[category.dataset_id] = likenesses(session, dataset_id=category.dataset_id)
        found.append(
            _disputed(item, category.name, image, given[item.id], decided.get(item.id), alike[category.dataset_id])
        )
    return found


def _disputed(
    item: Item,
    category: str,
    image: str,
    rows: Sequence[Any],
    decided: tuple[Adjudication, str] | None,
    alike: Likenesses,
) -> Disputed:
    answers = [row[1].answer() for row in rows]
    seen = _together(alike, item, answers)
    degrees = dict(zip(seen.rows, seen.degrees, strict=True)) if seen else {}
    out = {seen.rows[each.index]: each.kind for each in seen.found.outliers} if seen else {}
    labels = tuple(
        Label(
            assignment_id=assignment.id,
            revision_id=revision.id,
            revision=revision.number,
            author=author or "",
            at=revision.at,
            task=task,
            answer=answer,
            degrees=degrees.get(number),
            out=number in out,
            kind=out.get(number),
        )
        for number, ((assignment, revision, author, task), answer) in enumerate(zip(rows, answers, strict=True))
    )
    alike_words = len({(answer.cad_index, answer.object_status) for answer in answers}) == 1
    adjudication, author = decided or (None, "")
    answer = adjudication.answer() if adjudication else None
    standing = None
    if adjudication is not None and adjudication.id is not None and answer is not None:
        standing = Standing(
            id=adjudication.id,
            number=adjudication.number,
            way=adjudication.way,
            revision_id=adjudication.revision_id,
            author=author,
            at=adjudication.at,
            answer=answer,
            changed=sorted(adjudication.seen) != sorted(label.revision_id for label in labels),
        )
    return Disputed(
        item_id=item.id or 0,
        category=category,
        image=image,
        box=Box(item.x1, item.y1, item.x2, item.y2),
        labels=labels,
        mean=seen.answer if seen else None,
        majority=bool(seen and seen.found.majority),
        members=len(seen.found.members) if seen else 0,
        spread_degrees=math.degrees(seen.found.spread) if seen else 0.0,
        agree=alike_words and (seen is None or seen.agree),
        standing=standing,
        last_number=adjudication.number if adjudication else 0,
    )
