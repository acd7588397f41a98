"""How well people agree on a data set, and how long an object takes them: what its users must know."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import ObjectStatus
from domain.consensus import Agreement, Difference, Labelled, agreement, differences, share_within
from domain.intervals import Interval, clustered_proportion, mean_interval, median_interval
from domain.metrics.rotation import FINE, matrices
from domain.permissions import Action
from domain.task_state import TaskKind
from storage.acting import Acting, acting_with
from storage.record import moment
from storage.tables import Annotation, Assignment, Category, Effort, Image, Item, Revision, Task, User
from storage.tables.annotation import RevisionKind
from storage.use_cases.library import dataset_id_of
from storage.use_cases.likeness import likenesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A category, or all. `within_10`: share of pairs of labels that differ by less than 10°; that of 30° and more is
    in `rotation`. `same_model`: share of pairs that chose one CAD model. Seconds of active time for an object."""

    rotation: Agreement
    within_10: Interval
    same_model: Interval
    median_centre: float
    median_distance: float
    timed: int
    median_seconds: Interval
    mean_seconds: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """One object's labels: the median and the largest of the pairs' differences, and how many pairs are flips."""

    item_id: int
    image: str
    object_index: int
    category: str
    labels: int
    median_degrees: float
    largest_degrees: float
    flips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """`items`: those on which people differ most come first."""

    dataset: str
    at: datetime
    labels: int
    people: Mapping[int, str]
    whole: Part
    categories: Mapping[str, Part]
    items: Sequence[ItemAgreement]

    def to_json(self, *, names: bool = False) -> dict[str, Any]:
        """For publishing: people by number, unless their names are asked for. What could not be measured is None."""
        shown = {
            id_: name if names else f"annotator {number}" for number, (id_, name) in enumerate(self.people.items(), 1)
        }

        def part(given: Part) -> dict[str, Any]:
            values = asdict(given)
            values["rotation"]["of_pairs"] = [
                {**pair, "people": [shown[id_] for id_ in pair["people"]]} for pair in values["rotation"]["of_pairs"]
            ]
            return values

        whole: dict[str, Any] = _finite({
            "format": "posewright-agreement",
            "dataset": self.dataset,
            "at": self.at.isoformat(),
            "labels": self.labels,
            "annotators": list(shown.values()),
            "all": part(self.whole),
            "categories": {name: part(given) for name, given in self.categories.items()},
            "items": [asdict(item) for item in self.items],
        })  # fmt: skip
        return whole


def agreement_report(session: Session, *, actor: Acting, dataset: str) -> AgreementReport:
    """Of the answers that stand in tasks of labelling. Raises NotFound, NotAllowed.

    A label is its author's; objects that somebody called bad have no pose and are left out.
    """
    acting_with(session, actor, Action.SEE_STATISTICS)
    dataset_id = dataset_id_of(session, dataset)
    alike = likenesses(session, dataset_id=dataset_id)
    labels = _labels(session, dataset_id)
    seconds = _seconds(session, dataset_id)
    of_category: dict[str, list[list[Any]]] = defaultdict(list)
    for item in labels:
        of_category[item[0].category].append(item)
    names = sorted({*of_category, *seconds})

    def with_symmetry(items: Sequence[list[Any]]) -> list[Labelled]:
        return [
            Labelled(
                rotations={row.author_id: R for row, R in zip(item, Rs, strict=True)},
                symmetry=alike.of(item[0].category_id, _commonest([row.cad_index for row in item])).symmetry,
            )
            for item, Rs in zip(items, _rotations(items), strict=True)
        ]

    def part(items: Sequence[list[Any]], times: Sequence[float]) -> Part:
        compared = differences(with_symmetry(items))
        pairs = [(a, b) for item in items for number, a in enumerate(item) for b in item[number + 1 :]]
        return Part(
            rotation=agreement(compared),
            within_10=share_within(compared, FINE),
            same_model=_shared(items, lambda a, b: a.cad_index == b.cad_index),
            median_centre=_median([
                math.hypot(a.px - b.px, a.py - b.py) / math.hypot(a.width, a.height) for a, b in pairs
            ]),
            median_distance=_median([
                abs(math.log(a.distance / a.viewport * b.viewport / b.distance)) for a, b in pairs
            ]),
            timed=len(times),
            median_seconds=median_interval(times),
            mean_seconds=mean_interval(times),
        )  # fmt: skip

    everybody = {row.author_id: row.author for item in labels for row in item}
    return AgreementReport(
        dataset=dataset,
        at=moment(session),
        labels=sum(map(len, labels)),
        people=dict(sorted(everybody.items())),
        whole=part(labels, [time for times in seconds.values() for time in times]),
        categories={name: part(of_category[name], seconds.get(name, [])) for name in names},
        items=_of_items(labels, differences(with_symmetry(labels))),
    )


def _of_items(labels: Sequence[list[Any]], found: Sequence[Sequence[Difference]]) -> list[ItemAgreement]:
    items = [
        ItemAgreement(
            item_id=item[0].item_id,
            image=item[0].image,
            object_index=item[0].object_index,
            category=item[0].category,
            labels=len(item),
            median_degrees=_median([pair.degrees for pair in pairs]),
            largest_degrees=max(pair.degrees for pair in pairs),
            flips=sum(pair.flip is not None for pair in pairs),
        )
        for item, pairs in zip(labels, found, strict=True)
    ]
    return sorted(items, key=lambda item: (-item.largest_degrees, item.item_id))


def _labels(session: Session, dataset_id: int) -> list[list[Any]]:
    """The labels of each item that has two or more, by different people; of one person the last."""
    statement: Any = (
        sa.select(
            col(Assignment.item_id), col(Item.category_id), col(Category.name).label("category"),
            col(Image.name).label("image"), col(Item.object_index),
            col(Revision.author_id), col(User.name).label("author"), col(Revision.cad_index),
            (col(Item.x2) - col(Item.x1)).label("width"), (col(Item.y2) - col(Item.y1)).label("height"),
            col(Revision.azimuth), col(Revision.elevation), col(Revision.theta), col(Revision.distance),
            col(Revision.px), col(Revision.py), col(Revision.viewport),
        )
        .select_from(Assignment)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .join(User, col(User.id) == Revision.author_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .join(Image, col(Image.id) == Item.image_id)
        .where(
            col(Task.dataset_id) == dataset_id,
            col(Task.kind) == TaskKind.ANNOTATE,
            col(Revision.kind) != RevisionKind.IMPORTED,
            sa.or_(col(Revision.object_status).is_(None), col(Revision.object_status) != ObjectStatus.BAD),
        )
        .order_by(col(Assignment.item_id), col(Revision.author_id), col(Revision.id))
    )  # fmt: skip
    of_item: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in session.execute(statement):
        of_item[row.item_id][row.author_id] = row
    return [list(rows.values()) for rows in of_item.values() if len(rows) > 1]


def _seconds(session: Session, dataset_id: int) -> dict[str, list[float]]:
    """Active seconds of each finished assignment, by category: all of those who worked on it."""
    statement = (
        select(Category.name, sa.func.sum(Effort.active_seconds))
        .select_from(Effort)
        .join(Assignment, col(Assignment.id) == Effort.assignment_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Category, col(Category.id) == Item.category_id)
        .where(Task.dataset_id == dataset_id, Task.kind == TaskKind.ANNOTATE)
        .group_by(col(Assignment.id), col(Category.name))
        .having(sa.func.sum(Effort.saves) > 0)
    )
    found: dict[str, list[float]] = defaultdict(list)
    for name, seconds in session.exec(statement):
        found[name].append(float(seconds))
    return dict(found)


def _rotations(items: Sequence[list[Any]]) -> list[Any]:
    """Of each item its labels' R_camera_object, in one computation."""
    angles = np.array([(row.azimuth, row.elevation, row.theta) for item in items for row in item]).reshape(-1, 3)
    ends = np.cumsum([len(item) for item in items])
    return np.split(matrices(angles), ends[:-1]) if len(items) else []


def _shared(items: Sequence[list[Any]], same: Any) -> Interval:
    outcomes = [[same(a, b) for number, a in enumerate(item) for b in item[number + 1 :]] for item in items]
    return clustered_proportion([sum(each) for each in outcomes], [len(each) for each in outcomes])


def _commonest(numbers: Sequence[int]) -> int:
    return max(sorted(set(numbers)), key=numbers.count)


def _median(values: Sequence[float]) -> float:
    return float(median(values)) if values else math.nan


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
