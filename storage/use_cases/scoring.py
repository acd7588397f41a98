"""A model's predictions against the labels that people made, category by category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, cast

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
from storage.use_cases.chosen import possible_answers
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
    known = model_versions(session, actor=actor, dataset=dataset)
    if model_version not in known:
        there_are = f"there are: {', '.join(known)}" if known else "there are none at all"
        raise NotFound(f"the data set {dataset} has no predictions by {model_version!r}; {there_are}")
    return _scores(session, dataset, [model_version], only)[0]


def scores(session: Session, *, actor: Acting, dataset: str, only: Only = Only.ACCEPTED) -> list[Scored]:
    """Every model's, by name. Raises NotFound, NotAllowed."""
    return _scores(session, dataset, model_versions(session, actor=actor, dataset=dataset), only)


def _scores(session: Session, dataset: str, models: Sequence[str], only: Only) -> list[Scored]:
    dataset_id = dataset_id_of(session, dataset)
    labels = _labels(session, dataset_id, only)
    names = {row.id or 0: row.name for row in session.exec(select(Category).where(Category.dataset_id == dataset_id))}
    alike = likenesses(session, dataset_id=dataset_id)
    release, released_at = _newest_release(session, dataset_id)
    found = []
    for model_version in models:
        predicted = _predictions(session, dataset_id, model_version)
        item_ids, mine, theirs = np.intersect1d(
            labels.item_ids, predicted.item_ids, assume_unique=True, return_indices=True
        )
        label, prediction = labels.values[mine], predicted.values[theirs]
        category_id = labels.category_id[mine]
        errors = compared(
            alike,
            prediction[:, 1:],
            label[:, 1:],
            labels.diagonal[mine],
            category_id=category_id,
            cad_index=prediction[:, 0].astype(np.int64),
            true_index=label[:, 0].astype(np.int64),
        )
        present, of = np.unique(category_id, return_inverse=True)
        rows = np.split(np.argsort(of, kind="stable"), np.cumsum(np.bincount(of, minlength=len(present)))[:-1])
        parts = {names[id_]: summary(errors.chosen(part)) for id_, part in zip(present.tolist(), rows, strict=False)}
        found.append(
            Scored(
                dataset=dataset,
                model_version=model_version,
                only=only,
                release=release,
                released_at=released_at,
                at=moment(session),
                labels=len(labels.item_ids),
                missing=len(labels.item_ids) - len(item_ids),
                whole=summary(errors),
                categories=dict(sorted(parts.items())),
                errors=errors,
                item_ids=item_ids,
                category=np.array([names[id_] for id_ in present.tolist()], dtype=object)[of],
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Labels:
    """One row an item, in their order, of the answer that an export takes. `values`: (N, 8), CAD model and pose."""

    item_ids: NDArray[np.int64]
    category_id: NDArray[np.int64]
    diagonal: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Predictions:
    """One row an item, in their order; `values` as those of labels."""

    item_ids: NDArray[np.int64]
    values: NDArray[np.float64]


def _labels(session: Session, dataset_id: int, only: Only) -> _Labels:
    # Tables instead of classes: no objects are wanted, and the rows come out twice as fast.
    label = possible_answers(dataset_id=dataset_id, only=only).c
    item, image = (cast(Any, table).__table__ for table in (Item, Image))
    bad = sa.case((label.object_status == ObjectStatus.BAD, 1), else_=0)
    statement: Any = (
        sa.select(
            label.item_id, label.source, label.tie, bad, item.c.category_id,
            item.c.x2 - item.c.x1, item.c.y2 - item.c.y1,
            label.cad_index, *(label[name] for name in POSE_COLUMNS),
        )
        .join(item, item.c.id == label.item_id)
        .join(image, image.c.id == item.c.image_id)
        .where(image.c.taken_down_at.is_(None))
    )  # fmt: skip
    rows = _numbers(session, statement, 7 + 1 + len(POSE_COLUMNS))
    item_id, source, tie = rows[:, 0], rows[:, 1], rows[:, 2]
    rows = rows[np.lexsort((tie, source, item_id))]
    rows = rows[np.diff(rows[:, 0], prepend=0) != 0]
    rows = rows[rows[:, 3] == 0]
    return _Labels(
        item_ids=rows[:, 0].astype(np.int64),
        category_id=rows[:, 4].astype(np.int64),
        diagonal=np.hypot(rows[:, 5], rows[:, 6]),
        values=rows[:, 7:],
    )


def _predictions(session: Session, dataset_id: int, model_version: str) -> _Predictions:
    prediction, item, category = (cast(Any, table).__table__ for table in (Prediction, Item, Category))
    statement: Any = (
        sa.select(
            prediction.c.item_id, prediction.c.cad_index, *(prediction.c[name] for name in POSE_COLUMNS)
        )
        .join(item, item.c.id == prediction.c.item_id)
        .join(category, category.c.id == item.c.category_id)
        .where(prediction.c.model_version == model_version, category.c.dataset_id == dataset_id)
    )  # fmt: skip
    rows = _numbers(session, statement, 2 + len(POSE_COLUMNS))
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return _Predictions(item_ids=rows[:, 0].astype(np.int64), values=rows[:, 1:])


def _numbers(session: Session, statement: Any, columns: int) -> NDArray[np.float64]:
    rows = session.connection().execute(statement).all()
    return np.fromiter(chain.from_iterable(rows), dtype=np.float64, count=len(rows) * columns).reshape(-1, columns)


def _newest_release(session: Session, dataset_id: int) -> tuple[str | None, datetime | None]:
    row = session.exec(
        select(Audit)
        .where(Audit.action == "export", Audit.object_type == "dataset", Audit.object_id == dataset_id)
        .order_by(col(Audit.id).desc())
        .limit(1)
    ).first()
    return (None, None) if row is None else (str(row.detail.get("release")), row.at)
