"""Where the answers come from that are compared: a model, people's answers, somebody's, what was imported."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import ObjectStatus
from domain.errors import InvalidInput
from domain.permissions import Action
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.tables import (
    Annotation,
    Assignment,
    Category,
    Evaluation,
    EvaluationPair,
    ImportedLabel,
    Item,
    Prediction,
    Revision,
    Task,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.use_cases.chosen import ANSWER_COLUMNS, answer_of, chosen_answers

Rows = sa.Select[Any]


class SourceKind(StrEnum):
    ANSWER = "answer"
    """The one that an export takes."""
    PREDICTION = "prediction"
    """By the model that is named."""
    PERSON = "person"
    """Whose user id is named."""
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`of`: the model_version, or the person's id. Written as `prediction:net-2`, `person:7`, `answer`, `imported`.

    `name` is for people to read and no part of what is compared: a model's or person's.
    """

    kind: SourceKind
    of: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.of}" if self.of else self.kind.value

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises InvalidInput."""
        kind, _, of = text.partition(":")
        named = kind in (SourceKind.PREDICTION, SourceKind.PERSON)
        if kind not in set(SourceKind) or named is not bool(of) or (kind == SourceKind.PERSON and not of.isdecimal()):
            raise InvalidInput(f"{text!r} is no source of answers")
        return cls(kind=SourceKind(kind), of=of)


def source_choices(session: Session, *, actor: Acting, dataset_id: int) -> list[Source]:
    """What of a data set can be compared."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    of_dataset = _items_of(dataset_id)
    models = session.exec(select(Prediction.model_version).where(col(Prediction.item_id).in_(of_dataset)).distinct())
    people = session.exec(
        select(User.id, User.name)
        .where(
            col(User.id).in_(
                sa.select(col(Assignment.user_id))
                .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
                .join(Revision, col(Revision.id) == Annotation.revision_id)
                .join(Task, col(Task.id) == Assignment.task_id)
                .where(col(Task.dataset_id) == dataset_id, *_answered())
            )
        )
        .order_by(col(User.sort_key))
    )
    imported = session.exec(
        select(ImportedLabel.id).where(col(ImportedLabel.item_id).in_(of_dataset)).limit(1)
    ).first()
    return [
        *(Source(kind=SourceKind.PREDICTION, of=model, name=model) for model in sorted(models)),
        Source(kind=SourceKind.ANSWER),
        *(Source(kind=SourceKind.PERSON, of=str(id_), name=name) for id_, name in people),
        *([Source(kind=SourceKind.IMPORTED)] if imported else []),
    ]


def named(session: Session, text: str) -> Source:
    """With its name. Checks no right: for use cases that have."""
    source = Source.read(text)
    if source.kind is SourceKind.PERSON:
        person = session.get(User, int(source.of))
        return Source(kind=source.kind, of=source.of, name=person.name if person else "")
    return Source(kind=source.kind, of=source.of, name=source.of)


def comparable(session: Session, items: Sequence[int], compares: tuple[str, str], dataset_id: int) -> list[int]:
    """Those of the items that both sources have an answer to. Checks no right: for use cases that have.

    Raises InvalidInput where there are no two different sources.
    """
    first, second = (Source.read(text) for text in compares)
    if (first.kind, first.of) == (second.kind, second.of):
        raise InvalidInput("two different sources are compared: choose another one", rule="same_sources")
    both = set(items)
    for source in (first, second):
        rows = _rows(source, dataset_id).subquery()
        both &= set(session.execute(sa.select(rows.c.item_id)).scalars())
    return [item for item in items if item in both]


def keep_pairs(
    session: Session, *, task_id: int, dataset_id: int, items: Sequence[int], compares: tuple[str, str]
) -> None:
    """Writes down what the task compares, as it is now. Checks no right: for use cases that have."""
    session.add(Evaluation(task_id=task_id, first=compares[0], second=compares[1], seed=secrets.randbits(62)))
    session.flush()
    first, second = (
        {row.item_id: answer_of(row).to_json() for row in session.execute(_rows(Source.read(text), dataset_id))}
        for text in compares
    )
    session.execute(
        sa.insert(EvaluationPair),
        [{"task_id": task_id, "item_id": item, "first": first[item], "second": second[item]} for item in items],
    )


def _rows(source: Source, dataset_id: int) -> Rows:
    """item_id and answer of each item of the data set; none of objects that were called bad, which have no pose."""
    table: Any
    match source.kind:
        case SourceKind.ANSWER:
            table = chosen_answers(dataset_id=dataset_id).c
            return sa.select(table.item_id, *(table[name] for name in ANSWER_COLUMNS)).where(_posed(table))
        case SourceKind.PREDICTION:
            table = Prediction
            statement = sa.select(table.item_id, *(getattr(table, name) for name in ANSWER_COLUMNS))
            return statement.where(table.model_version == source.of, table.item_id.in_(_items_of(dataset_id)))
        case SourceKind.IMPORTED:
            table = ImportedLabel
            statement = sa.select(table.item_id, *(getattr(table, name) for name in ANSWER_COLUMNS))
            return statement.where(_posed(table), table.item_id.in_(_items_of(dataset_id)))
        case SourceKind.PERSON:
            return (
                sa.select(
                    col(Assignment.item_id).label("item_id"), *(getattr(Revision, name) for name in ANSWER_COLUMNS)
                )
                .join(Annotation, col(Annotation.revision_id) == Revision.id)
                .join(Assignment, col(Assignment.id) == Annotation.assignment_id)
                .join(Task, col(Task.id) == Assignment.task_id)
                .where(
                    col(Task.dataset_id) == dataset_id,
                    col(Assignment.user_id) == int(source.of),
                    _posed(Revision),
                    *_answered(),
                )
                .order_by(col(Assignment.id))
            )


def _posed(table: Any) -> sa.ColumnElement[bool]:
    return sa.or_(table.object_status.is_(None), table.object_status != ObjectStatus.BAD)


def _answered() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Task.kind) == TaskKind.ANNOTATE,
        col(Revision.kind) != RevisionKind.IMPORTED,
        col(Assignment.state) != AssignmentState.WITHDRAWN,
    )


def _items_of(dataset_id: int) -> Rows:
    return (
        sa.select(col(Item.id))
        .join(Category, col(Category.id) == Item.category_id)
        .where(col(Category.dataset_id) == dataset_id)
    )
