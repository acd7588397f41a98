"""What people answered to items whose right answer is known, and how far it is from that. Never leaves as poses."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session

from domain.answer import ObjectStatus
from domain.metrics.scoring import Errors, errors_of
from storage.tables import Annotation, Assignment, Category, Gold, Item, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import POSE_COLUMNS
from storage.use_cases.likeness import Likenesses, likenesses

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GoldAnswers:
    """Arrays of one length: the errors, and of each whose, in which task and category, and on which day (UTC)."""

    errors: Errors
    user_id: Ids
    task_id: Ids
    category_id: Ids
    day: NDArray[np.object_]


def gold_answers(
    session: Session,
    *,
    user_id: int | None = None,
    dataset_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    first: bool = False,
) -> GoldAnswers:
    """The answers that stand, or each person's `first` ones, which nothing that they do later changes.

    What was called a bad object has no pose to speak of and is left out.

    Other use cases call it after they have checked who asks.
    """
    # Tables instead of classes: no objects are wanted, and the rows come out twice as fast.
    gold, item, assignment, annotation, revision, category = (
        cast(Any, table).__table__.c for table in (Gold, Item, Assignment, Annotation, Revision, Category)
    )
    statement: Any = (
        sa.select(
            revision.author_id, assignment.task_id, item.category_id, revision.at,
            revision.cad_index, gold.cad_index, item.x2 - item.x1, item.y2 - item.y1,
            *(revision[name] for name in POSE_COLUMNS),
            *(gold[name] for name in POSE_COLUMNS),
        )
        .select_from(Gold)
        .join(Item, item.id == gold.item_id)
        .join(Assignment, assignment.item_id == gold.item_id)
        .join(Annotation, annotation.assignment_id == assignment.id)
        .join(Revision, _first_of_each(assignment.id) if first else revision.id == annotation.revision_id)
        .where(
            revision.kind.not_in((RevisionKind.IMPORTED, RevisionKind.CLEARED)),
            sa.or_(revision.object_status.is_(None), revision.object_status != ObjectStatus.BAD),
        )
    )  # fmt: skip
    if user_id is not None:
        statement = statement.where(revision.author_id == user_id)
    if dataset_id is not None:
        statement = statement.join(Category, category.id == item.category_id).where(category.dataset_id == dataset_id)
    if since:
        statement = statement.where(revision.at >= midnight(since))
    if until:
        statement = statement.where(revision.at < midnight(until + timedelta(days=1)))
    rows = session.execute(statement).all()
    numbers = np.array([row[4:] for row in rows], dtype=np.float64).reshape(len(rows), 4 + 2 * len(POSE_COLUMNS))
    given, truth = numbers[:, 4:11], numbers[:, 11:]
    categories = np.array([row[2] for row in rows], dtype=np.int64)
    return GoldAnswers(
        errors=compared(
            likenesses(session, dataset_id=dataset_id) if rows else None,
            given,
            truth,
            np.hypot(numbers[:, 2], numbers[:, 3]),
            category_id=categories,
            cad_index=numbers[:, 0].astype(np.int64),
            true_index=numbers[:, 1].astype(np.int64),
        ),
        user_id=np.array([row[0] for row in rows], dtype=np.int64),
        task_id=np.array([row[1] for row in rows], dtype=np.int64),
        category_id=categories,
        day=np.array([row[3].date() for row in rows], dtype=object),
    )


def _first_of_each(assignment_id: Any) -> Any:
    """A revision is its author's first on the assignment."""
    revision = cast(Any, Revision).__table__
    earlier = revision.alias()
    return sa.and_(
        revision.c.assignment_id == assignment_id,
        ~sa.exists().where(
            earlier.c.assignment_id == revision.c.assignment_id,
            earlier.c.author_id == revision.c.author_id,
            earlier.c.number < revision.c.number,
        ),
    )


def compared(
    alike: Likenesses | None,
    given: NDArray[np.float64],
    truth: NDArray[np.float64],
    diagonals: NDArray[np.float64],
    *,
    category_id: Ids,
    cad_index: Ids,
    true_index: Ids,
) -> Errors:
    """Errors of poses (N, 7) against right ones, each by the symmetry of the right CAD model. Of none, `alike` is
    None."""
    kinds, inverse = np.unique(
        np.stack([category_id, true_index], axis=1).reshape(-1, 2), axis=0, return_inverse=True
    )
    return errors_of(
        given,
        truth,
        diagonals,
        likeness=[alike.of(int(category), int(index)) for category, index in kinds] if alike else [],
        kind=inverse.reshape(-1),
        model_right=cad_index == true_index,
    )


def midnight(day: date) -> datetime:
    """The moment (UTC) in which a day begins."""
    return datetime.combine(day, time(), UTC)
