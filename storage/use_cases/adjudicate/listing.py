"""Items that several people answered: what each said, the mean, who is out, and what was decided."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.adjudication import Together, commonest, together
from domain.answer import Answer
from domain.box import Box
from domain.errors import NotFound
from domain.flips import FlipKind
from domain.permissions import Action, Actor
from domain.task_state import OPEN_STATES, AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.ownership import belongs_to
from storage.tables import Adjudication, Annotation, Assignment, Category, Dataset, Image, Item, Revision, Task, User
from storage.tables.annotation import RevisionKind
from storage.tables.judgement import AdjudicationWay
from storage.use_cases.archiving import in_work
from storage.use_cases.chosen import latest_adjudications
from storage.use_cases.likeness import Likenesses, likenesses

PORTION = 60
"""Items that are looked through at once for those that people disagree on."""
MOST_LOOKED_THROUGH = 3000
"""For one page: enough to find one where few disagree, and less than a second of work."""


class Which(StrEnum):
    WAITING = "waiting"
    """Nothing stands that was decided."""
    DISAGREED = "disagreed"
    """Of these, where somebody is out or far from the mean, or another model or quality was chosen."""
    DECIDED = "decided"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationFilter:
    """None: all."""

    which: Which = Which.WAITING
    category_id: int | None = None
    task_id: int | None = None


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
    found: list[Disputed] = []
    looked = 0
    alike: dict[int, Likenesses] = {}
    while len(found) < limit and looked < MOST_LOOKED_THROUGH:
        portion = max(limit - len(found), PORTION if chosen.which is Which.DISAGREED else 0)
        ids = _ids(session, person, chosen, after=after, limit=portion)
        for each in _details(session, ids, alike):
            if chosen.which is not Which.DISAGREED or not each.agree:
                found.append(each)
        looked += len(ids)
        if len(ids) < portion:
            break
        after = ids[-1]
    return tuple(found[:limit])


def disputed_item(session: Session, *, actor: Acting, item_id: int) -> Disputed:
    """One of them. Raises NotAllowed, NotFound."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    everything = AdjudicationFilter(which=Which.ALL)
    ids = _ids(session, person, everything, after=item_id - 1, limit=1, upto=item_id)
    found = _details(session, ids, {})
    if not found:
        raise NotFound(f"there is no item {item_id} that several people answered")
    return found[0]


def adjudication_counts(session: Session, *, actor: Acting, chosen: AdjudicationFilter) -> Counts:
    """With the filter, whatever its `which`. Raises NotAllowed."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    items = _overlapping(person, chosen).subquery()
    is_decided = sa.case((items.c.item_id.in_(_stands()), 1), else_=0)
    counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(is_decided), 0)).select_from(items)
    total, decided = session.execute(counted).one()
    return Counts(waiting=total - decided, decided=decided)


def adjudication_choices(session: Session, *, actor: Acting) -> AdjudicationChoices:
    """Raises NotAllowed."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    where_found = session.execute(
        sa.select(col(Item.category_id), col(Assignment.task_id))
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(col(Assignment.item_id).in_(_overlapping(person, AdjudicationFilter())))
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
        .order_by(col(Task.name))
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


def _answered() -> tuple[sa.ColumnElement[bool], ...]:
    """Of revisions joined to their assignments and tasks: the answers that somebody gave and that stand."""
    return (
        col(Task.kind) == TaskKind.ANNOTATE,
        col(Revision.kind) != RevisionKind.IMPORTED,
        col(Revision.azimuth).is_not(None),
        col(Assignment.state) != AssignmentState.WITHDRAWN,
    )


def _overlapping(person: Actor, chosen: AdjudicationFilter) -> sa.Select[Any]:
    """The items, each with its id."""
    # An index answers this, and most items have one place only: their answers need not be looked at.
    places = sa.orm.aliased(Assignment)
    several = sa.select(col(places.item_id)).group_by(col(places.item_id)).having(sa.func.count() > 1)
    statement: sa.Select[Any] = (
        sa.select(col(Assignment.item_id).label("item_id"))
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(col(Assignment.item_id).in_(several), *_answered(), in_work())
        .group_by(col(Assignment.item_id))
        .having(sa.func.count() > 1)
    )
    if chosen.category_id is not None:
        of_category = sa.select(col(Item.id)).where(col(Item.category_id) == chosen.category_id)
        statement = statement.where(col(Assignment.item_id).in_(of_category))
    if chosen.task_id is not None:
        of_task = sa.select(col(Assignment.item_id)).where(col(Assignment.task_id) == chosen.task_id)
        statement = statement.where(col(Assignment.item_id).in_(of_task))
    if person.user_id is not None:
        to_do = (
            sa.select(col(Assignment.item_id))
            .join(Task, col(Task.id) == Assignment.task_id)
            .where(
                belongs_to(person.user_id),
                col(Assignment.state).in_(OPEN_STATES),
                col(Task.kind) == TaskKind.ANNOTATE,
            )
        )
        statement = statement.where(col(Assignment.item_id).not_in(to_do))
    return statement


def _stands() -> sa.Select[Any]:
    """The items whose last adjudication was not withdrawn."""
    latest = latest_adjudications()
    return (
        sa.select(col(Adjudication.item_id))
        .join(latest, sa.and_(latest.c.item_id == Adjudication.item_id, latest.c.number == Adjudication.number))
        .where(col(Adjudication.way) != AdjudicationWay.WITHDRAWN)
    )


def _ids(
    session: Session, person: Actor, chosen: AdjudicationFilter, *, after: int, limit: int, upto: int | None = None
) -> list[int]:
    statement = _overlapping(person, chosen).where(col(Assignment.item_id) > after)
    if upto is not None:
        statement = statement.where(col(Assignment.item_id) <= upto)
    if chosen.which in (Which.WAITING, Which.DISAGREED):
        statement = statement.where(col(Assignment.item_id).not_in(_stands()))
    elif chosen.which is Which.DECIDED:
        statement = statement.where(col(Assignment.item_id).in_(_stands()))
    return list(session.execute(statement.order_by(col(Assignment.item_id)).limit(limit)).scalars())


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
            .where(col(Assignment.item_id).in_(ids), *_answered())
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
        agree=bool(seen and seen.agree and alike_words and len(seen.rows) == len(rows)),
        standing=standing,
        last_number=adjudication.number if adjudication else 0,
    )
