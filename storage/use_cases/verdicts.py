"""Looking through the annotations that exist: a word on each, lists to work through, counts by category."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.box import Box
from domain.errors import NotAllowed, NotFound, RevisionConflict
from domain.permissions import Action, Actor
from domain.verdict import Verdict
from storage.acting import Acting, acting_with
from storage.record import audit, moment, publish
from storage.tables import Category, Dataset, Image, Item, QualityVerdict, User
from storage.use_cases.blind import check_answered, still_to_answer
from storage.use_cases.chosen import RANKS, ChosenFrom, answer_of, chosen_answers, has_answer

SOURCES = {rank: source for source, rank in RANKS.items()}

PORTION = 240
"""Items that are looked through at once for those whose answer has changed since."""


class Listed(StrEnum):
    """UNJUDGED: annotations that nobody has said anything of; CHANGED: another answer stands than was judged."""

    UNJUDGED = "unjudged"
    CHANGED = "changed"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictFilter:
    """`verdict`: only those of which this was said last, in place of `listed`."""

    dataset_id: int | None = None
    category_id: int | None = None
    listed: Listed = Listed.UNJUDGED
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The last verdict. `number` counts from 1 for each item; `of_this`: it was said of the answer that stands."""

    verdict: Verdict
    number: int
    author: str
    at: datetime
    of_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """An item with the answer that stands, by `author` (None: imported)."""

    item_id: int
    category: str
    image: str
    box: Box
    source: ChosenFrom
    author: str | None
    at: datetime
    cad_index: int
    revision_id: int | None
    adjudication_id: int | None
    said: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCounts:
    """Of a category, or of all: how many annotations there are, and of how many which verdict was the last."""

    category_id: int | None
    category: str
    annotations: int
    of: Mapping[Verdict, int]

    @property
    def judged(self) -> int:
        return sum(self.of.values())


def annotations_to_judge(
    session: Session, *, actor: Acting, chosen: VerdictFilter, after: int = 0, limit: int = 24
) -> tuple[Annotated, ...]:
    """In the order of items, those after the item `after`; none that the person has still to answer themselves.
    Raises NotAllowed."""
    person = acting_with(session, actor, Action.REVIEW)
    found: list[Annotated] = []
    portion = PORTION if chosen.verdict is None and chosen.listed is Listed.CHANGED else limit
    while len(found) < limit:
        ids = _candidates(session, person, chosen, after=after, limit=portion)
        found += _listed(session, chosen, ids)
        if len(ids) < portion:
            break
        after = ids[-1]
    return tuple(found[:limit])


def annotation_to_judge(session: Session, *, actor: Acting, item_id: int) -> Annotated:
    """Raises NotAllowed, NotFound."""
    check_answered(session, acting_with(session, actor, Action.REVIEW), item_id)
    found = _listed(session, VerdictFilter(listed=Listed.ALL), [item_id])
    if not found:
        raise NotFound(f"there is no annotation of the item {item_id}")
    return found[0]


def judge_annotation(
    session: Session,
    *,
    actor: Acting,
    item_id: int,
    verdict: Verdict,
    revision_id: int | None,
    adjudication_id: int | None,
) -> int:
    """Says it of the annotation that was looked at, and returns the verdict's number. Raises NotAllowed, NotFound,
    RevisionConflict where another answer stands by now."""
    person = acting_with(session, actor, Action.REVIEW)
    if person.user_id is None:
        raise NotAllowed("a verdict needs a person as its author")
    session.exec(select(Item).where(Item.id == item_id).with_for_update()).first()
    stands = annotation_to_judge(session, actor=actor, item_id=item_id)
    if (stands.revision_id, stands.adjudication_id) != (revision_id, adjudication_id):
        raise RevisionConflict(revision_id or adjudication_id or 0, stands.revision_id or stands.adjudication_id or 0)
    number = (stands.said.number if stands.said else 0) + 1
    session.add(
        QualityVerdict(
            item_id=item_id,
            number=number,
            verdict=verdict,
            revision_id=revision_id,
            adjudication_id=adjudication_id,
            author_id=person.user_id,
            at=moment(session),
        )
    )
    session.flush()
    audit(session, person, "judge_annotation", "item", item_id, verdict=verdict.value, number=number)
    publish(session, "item.judged", "item", item_id, version=number)
    return number


def verdict_counts(session: Session, *, actor: Acting, dataset_id: int | None = None) -> list[VerdictCounts]:
    """Of each category that has annotations, then of all. Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    conditions = [
        col(Dataset.archived_at).is_(None),
        col(Image.taken_down_at).is_(None),
        has_answer(imported=True),
        *([col(Dataset.id) == dataset_id] if dataset_id is not None else []),
    ]
    answered: Any = (
        sa.select(col(Category.id), col(Category.name), sa.func.count())
        .select_from(Item)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .join(Image, col(Image.id) == Item.image_id)
        .where(*conditions)
        .group_by(col(Category.id), col(Category.name))
        .order_by(col(Category.name))
    )
    last = _last()
    judged: Any = (
        sa.select(col(Category.id), last.c.verdict, sa.func.count())
        .select_from(last)
        .join(Item, col(Item.id) == last.c.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .join(Image, col(Image.id) == Item.image_id)
        .where(*conditions)
        .group_by(col(Category.id), last.c.verdict)
    )
    of: dict[int, dict[Verdict, int]] = defaultdict(lambda: dict.fromkeys(Verdict, 0))
    for category_id, verdict, number in session.execute(judged):
        of[category_id][Verdict(verdict)] = number
    lines = [
        VerdictCounts(category_id=category_id, category=name, annotations=number, of=of[category_id])
        for category_id, name, number in session.execute(answered)
    ]
    if not lines:
        return []
    whole = VerdictCounts(
        category_id=None,
        category="",
        annotations=sum(line.annotations for line in lines),
        of={verdict: sum(line.of[verdict] for line in lines) for verdict in Verdict},
    )
    return [*lines, whole]


def judged_categories(session: Session, *, actor: Acting) -> list[tuple[int, str]]:
    """Id and name of the categories whose annotations can be looked through. Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    with_items = sa.select(col(Item.id)).where(col(Item.category_id) == Category.id).exists()
    rows = session.exec(
        select(Category.id, Category.name)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .where(col(Dataset.archived_at).is_(None), with_items)
        .order_by(Category.name)
    )
    return [(id_ or 0, name) for id_, name in rows]


def _last(ids: Sequence[int] | None = None) -> sa.Subquery:
    """Of each item, or of these, the last verdict."""
    numbers = sa.select(col(QualityVerdict.item_id), sa.func.max(col(QualityVerdict.number)).label("number"))
    if ids is not None:
        numbers = numbers.where(col(QualityVerdict.item_id).in_(ids))
    newest = numbers.group_by(col(QualityVerdict.item_id)).subquery()
    verdict = QualityVerdict
    columns: tuple[Any, ...] = (
        verdict.item_id, verdict.number, verdict.verdict, verdict.revision_id, verdict.adjudication_id,
        verdict.author_id, verdict.at,
    )  # fmt: skip
    return (
        sa.select(*columns)
        .join(newest, sa.and_(newest.c.item_id == verdict.item_id, newest.c.number == verdict.number))
        .subquery("said")
    )


def _candidates(session: Session, person: Actor, wanted: VerdictFilter, *, after: int, limit: int) -> list[int]:
    """The next items that have an answer and of which the right thing, or nothing, was said; by id.

    Looked for one by one from `after` on: ranking the answers of all items, for a page of 24, takes too long.
    """
    said = sa.select(col(QualityVerdict.id)).where(col(QualityVerdict.item_id) == Item.id).exists()
    statement = (
        sa.select(col(Item.id))
        .join(Image, col(Image.id) == Item.image_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .where(
            col(Item.id) > after,
            col(Dataset.archived_at).is_(None),
            col(Image.taken_down_at).is_(None),
            has_answer(imported=True),
            col(Item.id).not_in(still_to_answer(person.user_id)),
        )
        .order_by(col(Item.id))
        .limit(limit)
    )
    if wanted.dataset_id is not None:
        statement = statement.where(col(Category.dataset_id) == wanted.dataset_id)
    if wanted.category_id is not None:
        statement = statement.where(col(Item.category_id) == wanted.category_id)
    if wanted.verdict is not None:
        last = _last()
        statement = statement.where(
            col(Item.id).in_(sa.select(last.c.item_id).where(last.c.verdict == wanted.verdict))
        )
    elif wanted.listed is Listed.UNJUDGED:
        statement = statement.where(sa.not_(said))
    elif wanted.listed is Listed.CHANGED:
        statement = statement.where(said)
    return list(session.execute(statement).scalars())


def _listed(session: Session, wanted: VerdictFilter, ids: Sequence[int]) -> tuple[Annotated, ...]:
    """Of these items those that fit, with the answer that stands."""
    chosen = chosen_answers(imported=True, item_ids=ids)
    last = _last(ids)
    author, judge = sa.orm.aliased(User), sa.orm.aliased(User)
    same = sa.and_(
        last.c.revision_id.is_not_distinct_from(chosen.c.revision_id),
        last.c.adjudication_id.is_not_distinct_from(chosen.c.adjudication_id),
    )
    columns: tuple[Any, ...] = (Item, Category.name, Image.name, author.name, judge.name)
    statement = (
        sa.select(
            *columns,
            *(
                column.label(f"chosen_{column.name}") if column.name in ("item_id", "at") else column
                for column in chosen.c
            ),
            last.c.verdict,
            last.c.number.label("said_number"),
            last.c.at.label("said_at"),
            same.label("of_this"),
        )
        .select_from(chosen)
        .join(Item, col(Item.id) == chosen.c.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .join(Image, col(Image.id) == Item.image_id)
        .outerjoin(author, col(author.id) == chosen.c.author_id)
        .outerjoin(last, last.c.item_id == chosen.c.item_id)
        .outerjoin(judge, col(judge.id) == last.c.author_id)
        .where(col(Dataset.archived_at).is_(None), col(Image.taken_down_at).is_(None))
        .order_by(col(Item.id))
    )
    if wanted.verdict is not None:
        statement = statement.where(last.c.verdict == wanted.verdict)
    elif wanted.listed is Listed.UNJUDGED:
        statement = statement.where(last.c.verdict.is_(None))
    elif wanted.listed is Listed.CHANGED:
        statement = statement.where(last.c.verdict.is_not(None), sa.not_(same))
    return tuple(_annotated(row) for row in session.execute(statement))


def _annotated(row: Any) -> Annotated:
    item, category, image, author, judge = row[:5]
    said = None
    if row.verdict is not None:
        said = Said(
            verdict=Verdict(row.verdict),
            number=row.said_number,
            author=judge or "",
            at=row.said_at,
            of_this=bool(row.of_this),
        )
    return Annotated(
        item_id=item.id,
        category=category,
        image=image,
        box=Box(item.x1, item.y1, item.x2, item.y2),
        source=SOURCES[row.source],
        author=author,
        at=row.chosen_at,
        cad_index=answer_of(row).cad_index,
        revision_id=row.revision_id,
        adjudication_id=row.adjudication_id,
        said=said,
    )
