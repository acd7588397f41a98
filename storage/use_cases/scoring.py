"""A model's predictions against the labels that people made, category by category."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from domain.answer import ObjectStatus
from domain.errors import NotFound
from domain.metrics.scoring import Errors, Summary, summary
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import moment
from storage.tables import Audit, Category, Dataset, Image, Item, Prediction
from storage.tables.answer_columns import POSE_COLUMNS
from storage.use_cases.chosen import chosen_answers
from storage.use_cases.gold_answers import compared
from storage.use_cases.library import dataset_id_of
from storage.use_cases.likeness import likenesses
from storage.use_cases.release import Only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """`labels`: how many objects have a label; of them `missing` have no prediction by the model and count nowhere.

    `release`: the newest release of the data set, None where there was no export yet. `errors` has a row for each of
    `item_ids`; `category`, its name.
    """

    dataset: str
    model_version: str
    only: Only
    release: str | None
    released_at: datetime | None
    at: datetime
    labels: int
    missing: int
    whole: Summary
    categories: Mapping[str, Summary]
    errors: Errors
    item_ids: NDArray[np.int64]
    category: NDArray[np.object_]

    def worst(self, number: int) -> list[int]:
        """The items with the largest errors of rotation, the worst first."""
        order = np.lexsort((self.item_ids, -self.errors.rotation))[:number]
        return [int(item_id) for item_id in self.item_ids[order]]


def scored_datasets(session: Session, *, actor: Acting) -> list[str]:
    """The data sets that are not archived, by name."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    return sorted(session.exec(select(Dataset.name).where(col(Dataset.archived_at).is_(None))))


def model_versions(session: Session, *, actor: Acting, dataset: str) -> list[str]:
    """Whose predictions the data set has."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    statement = (
        select(Prediction.model_version)
        .join(Item, col(Item.id) == Prediction.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .where(Category.dataset_id == dataset_id_of(session, dataset))
        .distinct()
    )
    return sorted(session.exec(statement))


def score(session: Session, *, actor: Acting, dataset: str, model_version: str, only: Only = Only.ACCEPTED) -> Scored:
    """Against the answers that an export of the same choice holds. Raises NotFound, NotAllowed."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    dataset_id = dataset_id_of(session, dataset)
    known = model_versions(session, actor=actor, dataset=dataset)
    if model_version not in known:
        there_are = f"there are: {', '.join(known)}" if known else "there are none at all"
        raise NotFound(f"the data set {dataset} has no predictions by {model_version!r}; {there_are}")
    rows = _labels(session, dataset_id, model_version, only)
    labels = len(rows)
    rows = [row for row in rows if row[4] is not None]
    numbers = np.array([row[3:] for row in rows], dtype=np.float64).reshape(len(rows), 4 + 2 * len(POSE_COLUMNS))
    category_id = np.array([row[2] for row in rows], dtype=np.int64)
    names = {row.id or 0: row.name for row in session.exec(select(Category).where(Category.dataset_id == dataset_id))}
    category = np.array([names[id_] for id_ in category_id.tolist()], dtype=object)
    errors = compared(
        likenesses(session, dataset_id=dataset_id),
        numbers[:, 11:],
        numbers[:, 4:11],
        np.hypot(numbers[:, 2], numbers[:, 3]),
        category_id=category_id,
        cad_index=numbers[:, 1].astype(np.int64),
        true_index=numbers[:, 0].astype(np.int64),
    )
    release, released_at = _newest_release(session, dataset_id)
    return Scored(
        dataset=dataset,
        model_version=model_version,
        only=only,
        release=release,
        released_at=released_at,
        at=moment(session),
        labels=labels,
        missing=labels - len(rows),
        whole=summary(errors),
        categories={
            name: summary(errors.chosen(np.flatnonzero(category == name))) for name in sorted(set(category.tolist()))
        },
        errors=errors,
        item_ids=np.array([row[0] for row in rows], dtype=np.int64),
        category=category,
    )


def scores(session: Session, *, actor: Acting, dataset: str, only: Only = Only.ACCEPTED) -> list[Scored]:
    """Every model's, by name. Raises NotFound, NotAllowed."""
    known = model_versions(session, actor=actor, dataset=dataset)
    return [score(session, actor=actor, dataset=dataset, model_version=name, only=only) for name in known]


def _labels(session: Session, dataset_id: int, model_version: str, only: Only) -> list[Any]:
    """One row an item, of the answer that an export takes.

    (item, source, category, cad_index of label and prediction, width and height of the box, pose of the label, pose
    of the prediction; those of the prediction are None where there is none.)
    """
    label = chosen_answers(dataset_id=dataset_id, only=only).c
    statement: Any = (
        sa.select(
            label.item_id, label.source, col(Item.category_id),
            label.cad_index, col(Prediction.cad_index),
            col(Item.x2) - col(Item.x1), col(Item.y2) - col(Item.y1),
            *(label[name] for name in POSE_COLUMNS),
            *(getattr(Prediction, name) for name in POSE_COLUMNS),
        )
        .join(Item, col(Item.id) == label.item_id)
        .join(Image, col(Image.id) == Item.image_id)
        .outerjoin(
            Prediction, sa.and_(col(Prediction.item_id) == Item.id, col(Prediction.model_version) == model_version)
        )
        .where(
            col(Image.taken_down_at).is_(None),
            sa.or_(label.object_status.is_(None), label.object_status != ObjectStatus.BAD),
        )
        .order_by(label.item_id)
    )  # fmt: skip
    return list(session.execute(statement).all())


def _newest_release(session: Session, dataset_id: int) -> tuple[str | None, datetime | None]:
    row = session.exec(
        select(Audit)
        .where(Audit.action == "export", Audit.object_type == "dataset", Audit.object_id == dataset_id)
        .order_by(col(Audit.id).desc())
        .limit(1)
    ).first()
    return (None, None) if row is None else (str(row.detail.get("release")), row.at)
