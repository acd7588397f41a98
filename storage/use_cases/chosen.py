"""The answer that stands for an item, of all that there are: what an export takes, in SQL for many items at once."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from domain.answer import Answer
from domain.pose import Pose
from domain.task_state import AssignmentState, TaskKind
from storage.tables import Adjudication, Annotation, Assignment, Category, ImportedLabel, Item, Revision, Task
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import POSE_COLUMNS
from storage.use_cases.release import Only

ANSWER_COLUMNS = (*POSE_COLUMNS, "cad_index", "object_status", "dense")


class ChosenFrom(StrEnum):
    """In the order in which an export takes them (`ReleaseItem.chosen`); IMPORTED where nobody has answered."""

    ADJUDICATED = "adjudicated"
    ACCEPTED = "accepted"
    SAVED = "saved"
    IMPORTED = "imported"


RANKS = {source: rank for rank, source in enumerate(ChosenFrom)}


def chosen_answers(
    *,
    dataset_id: int | None = None,
    only: Only = Only.SAVED,
    imported: bool = False,
    item_ids: Any = None,
) -> sa.Subquery:
    """One row an item that has an answer: as `possible_answers`, the one that stands."""
    every = possible_answers(dataset_id=dataset_id, only=only, imported=imported, item_ids=item_ids)
    c = every.c
    place = sa.func.row_number().over(partition_by=c.item_id, order_by=(c.source, c.tie))
    ranked = sa.select(*c, place.label("place")).subquery()
    return sa.select(*(column for column in ranked.c if column.name not in ("tie", "place"))).where(
        ranked.c.place == 1
    ).subquery("chosen")  # fmt: skip


def possible_answers(
    *,
    dataset_id: int | None = None,
    only: Only = Only.SAVED,
    imported: bool = False,
    item_ids: Any = None,
) -> sa.Subquery:
    """All answers to each item, of which the first by `source` (`RANKS`), then by `tie`, stands: item_id, both,
    revision_id, adjudication_id, author_id, at, and the answer's columns. With `imported` also imported labels.
    `item_ids`, a list or a query, narrows it.

    For whoever reads a whole data set and ranks them itself: the database takes longer to sort so many rows.
    """
    parts = [_adjudicated(), _answered(only)]
    if imported:
        parts.append(_imported())
    if dataset_id is not None:
        of_dataset = (
            sa.select(col(Item.id))
            .join(Category, col(Category.id) == Item.category_id)
            .where(col(Category.dataset_id) == dataset_id)
        )
        parts = [part.where(part.selected_columns[0].in_(of_dataset)) for part in parts]
    if item_ids is not None:
        parts = [part.where(part.selected_columns[0].in_(item_ids)) for part in parts]
    return sa.union_all(*parts).subquery()


def has_answer(*, imported: bool = False) -> sa.ColumnElement[bool]:
    """Of an item, whether `chosen_answers` has a row for it: for whoever looks at few items, or only counts."""
    later = sa.orm.aliased(Adjudication)
    adjudicated = (
        sa.select(col(Adjudication.id))
        .where(
            col(Adjudication.item_id) == Item.id,
            col(Adjudication.azimuth).is_not(None),
            ~sa.select(col(later.id))
            .where(col(later.item_id) == Adjudication.item_id, col(later.number) > col(Adjudication.number))
            .exists(),
        )
        .exists()
    )
    answered = _answered(Only.SAVED).where(col(Assignment.item_id) == Item.id).exists()
    label = sa.select(col(ImportedLabel.id)).where(col(ImportedLabel.item_id) == Item.id).exists()
    return sa.or_(answered, adjudicated, *([label] if imported else []))


def answer_of(row: sa.Row[Any]) -> Answer:
    """Of a row with `ANSWER_COLUMNS`."""
    values = row._mapping
    return Answer(
        pose=Pose(**{name: values[name] for name in POSE_COLUMNS}),
        cad_index=values["cad_index"],
        object_status=values["object_status"],
        dense=values["dense"],
    )


def latest_adjudications() -> sa.Subquery:
    """(item_id, number) of each item's last adjudication, withdrawn or not."""
    return (
        sa.select(col(Adjudication.item_id), sa.func.max(col(Adjudication.number)).label("number"))
        .group_by(col(Adjudication.item_id))
        .subquery()
    )


def _adjudicated() -> sa.Select[Any]:
    latest = latest_adjudications()
    return (
        _part(
            Adjudication,
            col(Adjudication.item_id),
            source=RANKS[ChosenFrom.ADJUDICATED],
            tie=col(Adjudication.id),
            adjudication_id=col(Adjudication.id),
        )
        .join(
            latest,
            sa.and_(latest.c.item_id == Adjudication.item_id, latest.c.number == Adjudication.number),
        )
        .where(col(Adjudication.azimuth).is_not(None))
    )


def _answered(only: Only) -> sa.Select[Any]:
    accepted = col(Assignment.state) == AssignmentState.ACCEPTED
    statement = (
        _part(
            Revision,
            col(Assignment.item_id),
            source=sa.case((accepted, RANKS[ChosenFrom.ACCEPTED]), else_=RANKS[ChosenFrom.SAVED]),
            tie=col(Assignment.id),
            revision_id=col(Revision.id),
        )
        .join(Annotation, col(Annotation.revision_id) == Revision.id)
        .join(Assignment, col(Assignment.id) == Annotation.assignment_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(
            col(Task.kind) == TaskKind.ANNOTATE,
            col(Revision.kind) != RevisionKind.IMPORTED,
            col(Assignment.state) != AssignmentState.WITHDRAWN,
        )
    )
    return statement.where(accepted) if only is Only.ACCEPTED else statement


def _imported() -> sa.Select[Any]:
    return _part(
        ImportedLabel,
        col(ImportedLabel.item_id),
        source=RANKS[ChosenFrom.IMPORTED],
        tie=col(ImportedLabel.id),
        at=col(ImportedLabel.created_at),
    )


def _part(
    table: Any,
    item_id: Any,
    *,
    source: Any,
    tie: Any,
    revision_id: Any = None,
    adjudication_id: Any = None,
    at: Any = None,
) -> sa.Select[Any]:
    nothing = sa.cast(sa.null(), sa.Integer())
    return sa.select(
        item_id.label("item_id"),
        (sa.literal(source) if isinstance(source, int) else source).label("source"),
        tie.label("tie"),
        (nothing if revision_id is None else revision_id).label("revision_id"),
        (nothing if adjudication_id is None else adjudication_id).label("adjudication_id"),
        (table.author_id if hasattr(table, "author_id") else nothing).label("author_id"),
        (table.at if at is None else at).label("at"),
        *(getattr(table, name) for name in ANSWER_COLUMNS),
    ).select_from(table)
