"""Tasks of the old app with what was answered there: added once, however often they are brought."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.answer import Answer, ObjectStatus
from domain.errors import NotFound
from domain.permissions import Action
from domain.task_state import AssignmentState, Event, TaskKind, transition
from storage.acting import Acting, acting_with
from storage.formats import exact
from storage.formats.imagenet3d.record import plain_text
from storage.record import audit, moment, publish
from storage.tables import (
    Annotation,
    Assignment,
    CadModel,
    Category,
    Image,
    ImportedLabel,
    Item,
    Revision,
    Task,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import answer_values
from storage.use_cases.imported import add_imported_revision

SAVE_IDS: Final = uuid.UUID("5d6c9a53-6a0e-4f0b-9a5e-0d5e9a1f7c11")
"""The namespace of the ids of saves that were moved: the same answer is never saved twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedQuestion:
    """A question of the old app: the photo by its name in the data set. `saved_at`: when its file was last written,
    as far as that is known."""

    key: str
    photo: str
    category: str
    finished: bool
    rejected: bool
    saved_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class MovedTask:
    """What became of a task. `left_out` pairs a question with the reason."""

    task_id: int
    is_new: bool
    assignments: int = 0
    assignments_known: int = 0
    answers: int = 0
    answers_known: int = 0
    sent_back: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def move_task(
    session: Session,
    *,
    actor: Acting,
    dataset_id: int,
    name: str,
    user_id: int,
    questions: Sequence[MovedQuestion],
    people: Mapping[str, int],
) -> MovedTask:
    """The old app's task as a task of this person, with assignments in the order of the questions.

    A finished question becomes a saved answer of whoever the file names (`people`, by the name of the old app), else
    of the task's person; a rejected one goes back to its person. What was saved or changed here since stays as it
    is. Raises NotFound for a person that is not there.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"there is no user {user_id}")
    task = session.exec(select(Task).where(Task.dataset_id == dataset_id, Task.name == name)).first()
    is_new = task is None
    if task is None:
        task = Task(dataset_id=dataset_id, name=name, kind=TaskKind.ANNOTATE, created_at=moment(session))
        session.add(task)
        session.flush()
    assert task.id is not None
    moved = MovedTask(task_id=task.id, is_new=is_new)
    items = _items(session, dataset_id, questions)
    last = session.exec(select(func.max(Assignment.position)).where(Assignment.task_id == task.id)).one() or 0
    seen: set[int] = set()
    for question in questions:
        item_id = items.get((question.photo, question.category))
        if item_id is None or item_id in seen:
            reason = "its photo did not come over" if item_id is None else "asks about the same object again"
            moved.left_out.append((question.key, reason))
            continue
        seen.add(item_id)
        # Whoever has it now: an assignment that was given to somebody else since is not made again.
        assignment = session.exec(
            select(Assignment)
            .where(Assignment.task_id == task.id, Assignment.item_id == item_id)
            .order_by(col(Assignment.user_id) != user_id)
        ).first()
        label = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == item_id)).first()
        if assignment is None:
            last += 1
            assignment = _assign(session, task.id, item_id, last, user_id, label)
            moved.assignments += 1
        else:
            moved.assignments_known += 1
        if question.finished:
            _bring_answer(session, assignment, question, label, people, moved)
    if moved.assignments or moved.answers:
        audit(
            session, person, "move_in_task", "task", task.id, name=name, person=user.name, items=moved.assignments,
            answers=moved.answers,
        )  # fmt: skip
        publish(session, "task.added", "task", task.id, user_id=user_id)
    session.flush()
    return moved


def _items(session: Session, dataset_id: int, questions: Sequence[MovedQuestion]) -> dict[tuple[str, str], int]:
    """The first item of each photo and category: the old app had one object in a file."""
    names = sorted({question.photo for question in questions})
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(names), 500):
        rows = session.exec(
            select(Image.name, Category.name, Item.id)
            .join(Item, col(Item.image_id) == Image.id)
            .join(Category, col(Category.id) == Item.category_id)
            .where(Image.dataset_id == dataset_id, col(Image.name).in_(names[start : start + 500]))
            .order_by(col(Item.object_index))
        )
        for photo, category, item_id in rows:
            if item_id is not None:
                found.setdefault((photo, category), item_id)
    return found


def _assign(
    session: Session, task_id: int, item_id: int, position: int, user_id: int, label: ImportedLabel | None
) -> Assignment:
    assignment = Assignment(
        task_id=task_id, item_id=item_id, position=position, user_id=user_id, updated_at=moment(session)
    )
    session.add(assignment)
    session.flush()
    if label is not None:
        add_imported_revision(session, assignment, label.answer())
    return assignment


def _bring_answer(
    session: Session,
    assignment: Assignment,
    question: MovedQuestion,
    label: ImportedLabel | None,
    people: Mapping[str, int],
    moved: MovedTask,
) -> None:
    by_people = select(Revision).where(
        Revision.assignment_id == assignment.id, Revision.kind != RevisionKind.IMPORTED
    )
    if session.exec(by_people).first() is not None:
        moved.answers_known += 1
        return
    if assignment.version or assignment.state is not AssignmentState.NEW:
        moved.left_out.append((question.key, "is worked on here already, so the old answer is not saved over it"))
        return
    if label is None:
        moved.left_out.append((question.key, "is called finished, but its answer is not there or cannot be read"))
        return
    answer = label.answer()
    if (reason := _unsaveable(session, assignment, answer)) is not None:
        moved.left_out.append((question.key, f"{reason}; the pose is where its person starts"))
        return
    _save(session, assignment, answer, author_id=_author(label, people, assignment), at=question.saved_at)
    moved.answers += 1
    if question.rejected:
        assignment.state = transition(assignment.state, Event.SEND_BACK)
        moved.sent_back += 1


def _unsaveable(session: Session, assignment: Assignment, answer: Answer) -> str | None:
    """Why an answer cannot be saved here, by the rules of every save."""
    if missing := answer.missing():
        return f"its answer lacks {' and '.join(missing)}"
    item = session.get_one(Item, assignment.item_id)
    model = select(CadModel.id).where(
        CadModel.category_id == item.category_id, CadModel.cad_index == answer.cad_index
    )
    if answer.object_status is not ObjectStatus.BAD and session.exec(model).first() is None:
        return f"its answer names CAD model {answer.cad_index}, which the category does not have"
    return None


def _author(label: ImportedLabel, people: Mapping[str, int], assignment: Assignment) -> int:
    """In the old app anybody could write any task; the file says who did."""
    original: dict[str, Any] = exact.from_json(label.original) if label.original else {}
    name = plain_text(original.get("annotator"))
    author = people.get(name or "") or assignment.user_id
    assert author is not None
    return author


def _save(session: Session, assignment: Assignment, answer: Answer, *, author_id: int, at: datetime | None) -> None:
    assert assignment.id is not None
    number = session.exec(select(func.max(Revision.number)).where(Revision.assignment_id == assignment.id)).one()
    assignment.version = 1
    assignment.state = transition(assignment.state, Event.SAVE)
    assignment.updated_at = moment(session)
    revision = Revision(
        assignment_id=assignment.id,
        number=(number or 0) + 1,
        kind=RevisionKind.SAVED,
        author_id=author_id,
        version=1,
        base_version=0,
        save_id=str(uuid.uuid5(SAVE_IDS, f"assignment {assignment.id}")),
        at=min(at or moment(session), moment(session)),
        **answer_values(answer),
    )
    session.add(revision)
    session.flush()
    annotation = session.exec(select(Annotation).where(Annotation.assignment_id == assignment.id)).first()
    if annotation is None:
        annotation = Annotation(assignment_id=assignment.id)
        session.add(annotation)
    annotation.revision_id = revision.id
