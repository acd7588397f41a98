"""Read a data set for an export: photos, objects, and everybody's answers to them.

The gold pose is never read here. Of a gold item only the fact that it is one is known, and what an import kept of
its label besides the answer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import NotFound
from domain.permissions import Action
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.record import audit
from storage.tables import (
    Adjudication,
    Annotation,
    Assignment,
    CadModel,
    Category,
    Dataset,
    Gold,
    Image,
    ImportedLabel,
    Item,
    Prediction,
    Revision,
    Task,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.tables.judgement import AdjudicationWay

Row = TypeVar("Row", bound=SQLModel)

BATCH: Final = 200
"""Photos that are read at once: memory stays small however large the data set is."""


class Only(StrEnum):
    """SAVED: what people saved. ACCEPTED: what a supervisor accepted or adjudicated."""

    SAVED = "saved"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One revision of one assignment. `author` is who saved it, None for "import"; `assignee` whose work it is.

    `current`: it is the assignment's answer now. `answer` is None where the answer was withdrawn.
    """

    assignment_id: int
    task: str
    task_kind: TaskKind
    state: AssignmentState
    assignee: str | None
    author: str | None
    revision: int
    kind: RevisionKind
    current: bool
    at: datetime
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAdjudication:
    """What a supervisor decided from several people's answers, with its number among the item's."""

    author: str
    number: int
    way: AdjudicationWay
    at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPrediction:
    model_version: str
    score: float | None
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLabel:
    """What an imported file said of an item; `original` is in the form of `storage.formats.exact`."""

    answer: Answer
    original: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseItem:
    """`extra` is what the import kept of the item besides an answer. A gold item has no label here.
    `adjudicated`: the adjudication that stands, if one does."""

    category: str
    object_index: int
    box: Box
    extra: dict[str, Any]
    is_gold: bool
    label: ReadLabel | None
    answers: tuple[GivenAnswer, ...]
    predictions: tuple[GivenPrediction, ...]
    adjudicated: GivenAdjudication | None = None

    def chosen(self, only: Only | None = None) -> GivenAdjudication | GivenAnswer | None:
        """The answer that goes out: adjudicated, else accepted, else saved by the first assignee. None: nobody has
        answered. `storage.use_cases.chosen` says the same in SQL.

        What was only imported is no answer of a person's. Tests of people are not work on the data set, and what was
        withdrawn from somebody is not their answer any more.
        """
        if self.adjudicated is not None:
            return self.adjudicated
        usable = [
            given
            for given in self.answers
            if given.current
            and given.answer is not None
            and given.author is not None
            and given.task_kind is TaskKind.ANNOTATE
            and given.state is not AssignmentState.WITHDRAWN
            and (only is not Only.ACCEPTED or given.state is AssignmentState.ACCEPTED)
        ]
        return min(
            usable, key=lambda given: (given.state is not AssignmentState.ACCEPTED, given.assignment_id), default=None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePhoto:
    """A photo and its objects, in the order of the file that they came from."""

    name: str
    sha256: str
    width: int
    height: int
    media_type: str
    items: tuple[ReleaseItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseMesh:
    category: str
    cad_index: int
    sha256: str
    suffix: str
    readable: bool


def dataset_for_export(session: Session, *, actor: Acting, name: str | None = None) -> str:
    """The data set of this name, or the only one there is. Raises NotFound naming those that there are."""
    acting_with(session, actor, Action.EXPORT)
    names = sorted(session.exec(select(Dataset.name)))
    if name in names:
        return name
    if name is None and len(names) == 1:
        return names[0]
    there_are = f"there are: {', '.join(names)}" if names else "nothing was imported yet"
    raise NotFound(f"no data set is called {name!r}; {there_are}" if name else f"name a data set; {there_are}")


def count_photos(session: Session, *, actor: Acting, dataset: str) -> int:
    """How many photos `release_photos` gives."""
    acting_with(session, actor, Action.EXPORT)
    statement = select(func.count()).select_from(Image).join(Dataset)
    return session.exec(statement.where(col(Dataset.name) == dataset, col(Image.taken_down_at).is_(None))).one()


def count_taken_down(session: Session, *, actor: Acting, dataset: str) -> int:
    """How many objects are in photos that were taken down: no release has them any more."""
    acting_with(session, actor, Action.EXPORT)
    statement = select(func.count()).select_from(Item).join(Image).join(Dataset)
    return session.exec(statement.where(col(Dataset.name) == dataset, col(Image.taken_down_at).is_not(None))).one()


def release_meshes(session: Session, *, actor: Acting, dataset: str) -> list[ReleaseMesh]:
    """The CAD models of all categories, by category and number."""
    acting_with(session, actor, Action.EXPORT)
    statement = (
        select(Category.name, CadModel)
        .join(Category, col(CadModel.category_id) == col(Category.id))
        .join(Dataset, col(Category.dataset_id) == col(Dataset.id))
        .where(col(Dataset.name) == dataset)
    )
    meshes = [
        ReleaseMesh(
            category=category,
            cad_index=model.cad_index,
            sha256=model.sha256,
            suffix=model.suffix,
            readable=model.readable,
        )
        for category, model in session.exec(statement)
    ]
    return sorted(meshes, key=lambda mesh: (mesh.category, mesh.cad_index))


def release_photos(session: Session, *, actor: Acting, dataset: str) -> Iterator[ReleasePhoto]:
    """The photos by name, each with its objects and all that was answered to them; not those taken down."""
    acting_with(session, actor, Action.EXPORT)
    # In Python, because databases disagree on the order of names, and the order shows in the export's bytes.
    statement = select(Image.name, Image.id).join(Dataset)
    statement = statement.where(col(Dataset.name) == dataset, col(Image.taken_down_at).is_(None))
    image_ids = [image_id for _, image_id in sorted(session.exec(statement))]
    for start in range(0, len(image_ids), BATCH):
        images = _in(session, Image, col(Image.id), image_ids[start : start + BATCH])
        yield from _photos(session, sorted(images, key=lambda image: image.name))


def note_export(session: Session, *, actor: Acting, dataset: str, release: str, objects: int) -> None:
    """Writes into the audit log that a release went out."""
    person = acting_with(session, actor, Action.EXPORT)
    dataset_id = session.exec(select(Dataset.id).where(col(Dataset.name) == dataset)).one()
    audit(session, person, "export", "dataset", dataset_id, release=release, objects=objects)


def _photos(session: Session, images: Sequence[Image]) -> Iterator[ReleasePhoto]:
    items = _in(session, Item, col(Item.image_id), [image.id for image in images])
    item_ids = [item.id for item in items]
    gold = _gold_items(session, item_ids)
    categories = {
        row.id: row.name for row in _in(session, Category, col(Category.id), [i.category_id for i in items])
    }
    labels = {row.item_id: row for row in _in(session, ImportedLabel, col(ImportedLabel.item_id), item_ids)}
    predictions = _grouped(_in(session, Prediction, col(Prediction.item_id), item_ids), "item_id")
    answers = _answers(session, item_ids)
    adjudicated = _adjudicated(session, item_ids)
    of_image = _grouped(items, "image_id")
    for image in images:
        yield ReleasePhoto(
            name=image.name,
            sha256=image.sha256,
            width=image.width,
            height=image.height,
            media_type=image.media_type,
            items=tuple(
                ReleaseItem(
                    category=categories[item.category_id],
                    object_index=item.object_index,
                    box=Box(item.x1, item.y1, item.x2, item.y2),
                    extra=item.extra,
                    is_gold=item.id in gold,
                    label=None if item.id in gold else _label(labels.get(item.id or 0)),
                    answers=tuple(answers[item.id]),
                    predictions=tuple(_predictions(predictions[item.id])),
                    adjudicated=adjudicated.get(item.id),
                )
                for item in sorted(of_image[image.id], key=lambda item: (item.object_index, item.category_id))
            ),
        )


def _gold_items(session: Session, item_ids: Sequence[int | None]) -> set[int]:
    """Which of the items are gold; nothing else of that table is read."""
    return set(session.exec(select(Gold.item_id).where(col(Gold.item_id).in_(item_ids))))


def _label(row: ImportedLabel | None) -> ReadLabel | None:
    return None if row is None else ReadLabel(answer=row.answer(), original=row.original, at=row.created_at)


def _predictions(rows: Sequence[Prediction]) -> list[GivenPrediction]:
    return [
        GivenPrediction(model_version=row.model_version, score=row.score, answer=row.answer())
        for row in sorted(rows, key=lambda row: row.model_version)
    ]


def _answers(session: Session, item_ids: Sequence[int | None]) -> dict[int | None, list[GivenAnswer]]:
    """All revisions by item, in the order of assignments and numbers."""
    assignments = {row.id: row for row in _in(session, Assignment, col(Assignment.item_id), item_ids)}
    tasks = {row.id: row for row in _in(session, Task, col(Task.id), [row.task_id for row in assignments.values()])}
    annotations = _in(session, Annotation, col(Annotation.assignment_id), list(assignments))
    current = {row.revision_id for row in annotations}
    revisions = _in(session, Revision, col(Revision.assignment_id), list(assignments))
    people = {row.author_id for row in revisions} | {row.user_id for row in assignments.values()}
    names = {row.id: row.name for row in _in(session, User, col(User.id), list(people))}
    answers: dict[int | None, list[GivenAnswer]] = defaultdict(list)
    for revision in sorted(revisions, key=lambda row: (row.assignment_id, row.number)):
        assignment = assignments[revision.assignment_id]
        task = tasks[assignment.task_id]
        answers[assignment.item_id].append(
            GivenAnswer(
                assignment_id=revision.assignment_id,
                task=task.name,
                task_kind=task.kind,
                state=assignment.state,
                assignee=names.get(assignment.user_id),
                author=names.get(revision.author_id),
                revision=revision.number,
                kind=revision.kind,
                current=revision.id in current,
                at=revision.at,
                answer=revision.answer(),
            )
        )
    return answers


def _adjudicated(session: Session, item_ids: Sequence[int | None]) -> dict[int | None, GivenAdjudication]:
    """Of each item the last one, unless that took back the one before."""
    rows = _in(session, Adjudication, col(Adjudication.item_id), item_ids)
    last = {row.item_id: row for row in sorted(rows, key=lambda row: row.number)}
    names = {row.id: row.name for row in _in(session, User, col(User.id), [row.author_id for row in last.values()])}
    return {
        item_id: GivenAdjudication(
            author=names[row.author_id], number=row.number, way=row.way, at=row.at, answer=answer
        )
        for item_id, row in last.items()
        if (answer := row.answer()) is not None
    }


def _in(session: Session, table: type[Row], column: Any, values: Sequence[Any]) -> list[Row]:
    """The rows whose column has one of the values, by id; in portions that any database takes."""
    wanted = sorted({value for value in values if value is not None})
    rows: list[Row] = []
    for start in range(0, len(wanted), 500):
        rows += session.exec(select(table).where(column.in_(wanted[start : start + 500])))
    return rows


def _grouped(rows: Sequence[Row], column: str) -> dict[Any, list[Row]]:
    grouped: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, column)].append(row)
    return grouped
