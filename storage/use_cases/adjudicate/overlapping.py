"""Which items several people answered, and on which of them they may disagree: for many at once, without details."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col

from domain.adjudication import FAR_DEGREES, far_apart
from domain.answer import ObjectStatus
from domain.task_state import AssignmentState, TaskKind
from storage.tables import Adjudication, Annotation, Assignment, Dataset, Item, Revision, Task
from storage.tables.annotation import RevisionKind
from storage.tables.judgement import AdjudicationWay
from storage.use_cases.blind import still_to_answer
from storage.use_cases.chosen import latest_adjudications
from storage.use_cases.likeness import likenesses

COMPARED, AT_MOST = 16, 2000
"""Items whose rotations are compared at once, for each that is wanted; then, while they are too few, four times as
many."""


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


def answered() -> tuple[sa.ColumnElement[bool], ...]:
    """Of revisions joined to their assignments: the answers that somebody gave, outside tests and comparisons, and
    that stand."""
    labelling = sa.select(col(Task.id)).where(col(Task.kind) == TaskKind.ANNOTATE)
    return (
        col(Assignment.task_id).in_(labelling),
        col(Revision.kind) != RevisionKind.IMPORTED,
        col(Revision.azimuth).is_not(None),
        col(Assignment.state) != AssignmentState.WITHDRAWN,
    )


def overlapping(
    user_id: int | None, chosen: AdjudicationFilter, *, after: int = 0, upto: int | None = None
) -> sa.Select[Any]:
    """The items above `after`, up to `upto`, each with its id; without those that this person has still to answer."""
    # An index answers this, and most items have one place only: their answers need not be looked at.
    places = sa.orm.aliased(Assignment)
    several = sa.select(col(places.item_id)).group_by(col(places.item_id)).having(sa.func.count() > 1)
    in_work = (
        sa.select(col(Task.id))
        .join(Dataset, col(Dataset.id) == Task.dataset_id)
        .where(col(Task.kind) == TaskKind.ANNOTATE, col(Dataset.archived_at).is_(None))
    )
    if after:
        several = several.where(col(places.item_id) > after)
    if upto is not None:
        several = several.where(col(places.item_id) <= upto)
    statement: sa.Select[Any] = (
        sa.select(col(Assignment.item_id).label("item_id"))
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(col(Assignment.item_id).in_(several), *answered(), col(Assignment.task_id).in_(in_work))
        .group_by(col(Assignment.item_id))
        .having(sa.func.count() > 1)
    )
    if chosen.category_id is not None:
        of_category = sa.select(col(Item.id)).where(col(Item.category_id) == chosen.category_id)
        statement = statement.where(col(Assignment.item_id).in_(of_category))
    if chosen.task_id is not None:
        of_task = sa.select(col(Assignment.item_id)).where(col(Assignment.task_id) == chosen.task_id)
        statement = statement.where(col(Assignment.item_id).in_(of_task))
    if user_id is not None:
        statement = statement.where(col(Assignment.item_id).not_in(still_to_answer(user_id)))
    return statement


def stands() -> sa.Select[Any]:
    """The items whose last adjudication was not withdrawn."""
    latest = latest_adjudications()
    return (
        sa.select(col(Adjudication.item_id))
        .join(latest, sa.and_(latest.c.item_id == Adjudication.item_id, latest.c.number == Adjudication.number))
        .where(col(Adjudication.way) != AdjudicationWay.WITHDRAWN)
    )


def chosen_ids(
    session: Session,
    user_id: int | None,
    chosen: AdjudicationFilter,
    *,
    after: int = 0,
    limit: int,
    upto: int | None = None,
) -> list[int]:
    """In order; of `Which.DISAGREED` those that wait."""
    statement = _chosen(user_id, chosen, after=after, upto=upto)
    return list(session.execute(statement.order_by(col(Assignment.item_id)).limit(limit)).scalars())


def disagreeing_ids(
    session: Session, user_id: int | None, chosen: AdjudicationFilter, *, after: int = 0, portion: int
) -> Iterator[list[int]]:
    """In order, `portion` at once: of those that wait the ones on which people seem to disagree.

    The database leaves out those whose angles and words are alike, which are most; of the rest the rotations are
    compared by the symmetries. Where people are as far from the mean as one may be, to the last digits, the details
    decide.
    """
    found: list[int] = []
    whole, compared = False, COMPARED * portion
    while not whole:
        suspects = session.execute(
            _chosen(user_id, chosen, after=after)
            .add_columns(_words_differ().label("words_differ"))
            .having(sa.or_(_words_differ(), _angles_differ()))
            .order_by(col(Assignment.item_id))
            .limit(compared)
        ).all()
        apart = _far_apart(session, [item_id for item_id, words_differ in suspects if not words_differ])
        found += [item_id for item_id, words_differ in suspects if words_differ or item_id in apart]
        while len(found) >= portion:
            yield found[:portion]
            found = found[portion:]
        whole, compared = len(suspects) < compared, min(4 * compared, AT_MOST)
        after = suspects[-1][0] if suspects else after
    if found:
        yield found


def _chosen(
    user_id: int | None, chosen: AdjudicationFilter, *, after: int, upto: int | None = None
) -> sa.Select[Any]:
    statement = overlapping(user_id, chosen, after=after, upto=upto)
    if chosen.which in (Which.WAITING, Which.DISAGREED):
        return statement.where(col(Assignment.item_id).not_in(stands()))
    if chosen.which is Which.DECIDED:
        return statement.where(col(Assignment.item_id).in_(stands()))
    return statement


def _words_differ() -> sa.ColumnElement[bool]:
    """Of an item's revisions: whether they name more than one CAD model or quality."""
    model, status = col(Revision.cad_index), col(Revision.object_status)
    said = sa.func.count(status)
    return sa.or_(
        sa.func.min(model) != sa.func.max(model),
        sa.func.coalesce(sa.func.min(status) != sa.func.max(status), sa.false()),
        said.not_in((0, sa.func.count())),
    )


def _angles_differ() -> sa.ColumnElement[bool]:
    """Of an item's revisions: whether somebody may be far from the mean.

    Two rotations are no farther apart than their angles' differences add up to; nobody is farther from the mean than
    from one of the others, and of two each is half as far.
    """
    ranges = [
        sa.func.max(angle) - sa.func.min(angle)
        for angle in (col(Revision.azimuth), col(Revision.elevation), col(Revision.theta))
    ]
    far = math.radians(FAR_DEGREES)
    return ranges[0] + ranges[1] + ranges[2] >= sa.case((sa.func.count() == 2, 2 * far), else_=far)


def _far_apart(session: Session, item_ids: Sequence[int]) -> set[int]:
    """Of these items, whose answers name one CAD model and one quality, those on which somebody is far from the
    mean."""
    if not item_ids:
        return set()
    status = col(Revision.object_status)
    posed = sa.or_(status.is_(None), status != ObjectStatus.BAD)
    columns: tuple[Any, ...] = (
        Assignment.item_id, Item.category_id, Revision.cad_index,
        Revision.azimuth, Revision.elevation, Revision.theta,
    )  # fmt: skip
    rows = session.execute(
        sa.select(*columns)
        .select_from(Assignment)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(col(Assignment.item_id).in_(item_ids), *answered(), posed)
        .order_by(col(Assignment.item_id), col(Assignment.id))
    ).all()
    if not rows:
        return set()
    items, begins = np.unique(np.array([row[0] for row in rows]), return_index=True)
    alike = likenesses(session)
    apart = far_apart(
        np.array([row[3:] for row in rows], dtype=np.float64),
        begins,
        [alike.of(rows[begin][1], rows[begin][2]) for begin in begins.tolist()],
    )
    return set(items[apart].tolist())
