"""Opening an assignment: everything that the stage shows, in one look at the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain.answer import Answer, FieldGroup
from domain.box import Box
from domain.category import CategoryRule
from domain.errors import NotFound
from domain.ops import Op, undo_and_redo
from domain.permissions import Action, allowed
from domain.pool import RESERVED_STATES
from domain.qualification import Feedback
from domain.start import StartSource
from domain.task_state import TRANSITIONS, AssignmentState, Event, TaskKind
from storage.acting import Acting
from storage.ownership import owners_of
from storage.tables import Annotation, Assignment, CadModel, Category, Draft, ExamRule, Image, Item, Revision, Task
from storage.tables.annotation import RevisionKind
from storage.tables.work import FlagKind
from storage.use_cases.annotate.answers import (
    SavedAnswer,
    Started,
    assignment_for,
    box_of,
    draft_of,
    item_of,
    saved_answer,
    started,
)
from storage.use_cases.annotate.navigation import Progress, place_of
from storage.use_cases.annotate.oplog import all_ops, standing_of
from storage.use_cases.qualify.gate import check_may_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    kind: FlagKind
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTask:
    id: int
    name: str
    kind: TaskKind
    due_at: datetime | None
    is_pool: bool
    """Whether whoever is at the end of what is theirs draws the next."""
    tells: bool
    """Whether it is a test that tells of each answer as soon as it is saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImage:
    """Sides in stored pixels. `taken_down`: the picture was deleted for good, and only the facts are left."""

    id: int
    name: str
    sha256: str
    width: int
    height: int
    taken_down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    id: int
    category: str
    object_index: int
    box: Box
    viewport: float
    """Focal length in image pixels, as in `OpenedAssignment.answer`; not to be edited."""
    for_older_box: bool
    """Whether the answer that is shown was made before somebody corrected the box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCad:
    """`sha256` and `suffix` name the file in `CadFiles`."""

    id: int
    cad_index: int
    name: str
    sha256: str
    suffix: str
    readable: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPrediction:
    answer: Answer
    model_version: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherObject:
    """Another object of the photo; `cad` None where the model that the answer names is not there."""

    item_id: int
    category: str
    box: Box
    answer: Answer | None
    cad: OpenedCad | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAssignment:
    """All that the stage shows. What is gold, and what others answered who must not be seen, is not in it.

    `answer` is the working answer with what was last journalled of the actor's own drag (of anybody's for who only
    looks), `committed` without, and `journalled` with whoever's it is, which `draft_author_id` says; `unsaved`
    whether there is a draft; `reserved` whether it is the actor's from a pool for a while; looking at it renews it.
    `default` is where the item starts for everybody. `undo` and `redo` are the actor's own ops with their changes,
    the next one last; `of_others` the groups that show somebody else's change.
    """

    assignment_id: int
    version: int
    state: AssignmentState
    can_edit: bool
    user_id: int | None
    flag: Flag | None
    task: OpenedTask
    position: int
    total: int
    assignment_ids: tuple[int, ...]
    prev_id: int | None
    next_id: int | None
    next_open_id: int | None
    progress: Progress
    image: OpenedImage
    item: OpenedItem
    rule: CategoryRule
    cad_models: tuple[OpenedCad, ...]
    answer: Answer
    answer_source: StartSource
    committed: Answer
    journalled: Answer | None
    draft_author_id: int | None
    of_others: frozenset[FieldGroup]
    unsaved: bool
    reserved: bool
    default: Answer
    default_source: StartSource
    saved: SavedAnswer | None
    prediction: OpenedPrediction | None
    undo: tuple[Op, ...]
    redo: tuple[Op, ...]
    others: tuple[OtherObject, ...]


def open_assignment(session: Session, *, actor: Acting, assignment_id: int) -> OpenedAssignment:
    """Raises NotFound, NotAllowed; for who works on it NotQualified, WorkPaused."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    task, item = session.get(Task, assignment.task_id), item_of(session, assignment)
    image, category = session.get(Image, item.image_id), session.get(Category, item.category_id)
    assert task is not None
    assert task.id is not None
    if task.kind is TaskKind.EVALUATE:  # the stage would show what is compared, and whose it is
        raise NotFound(f"the assignment {assignment_id} is a comparison; it has a page of its own")
    assert image is not None
    assert image.id is not None
    assert category is not None
    assert item.id is not None
    start, saved, draft = started(session, item), saved_answer(session, assignment), draft_of(session, assignment)
    answer, source = start.answer, start.source
    if saved is not None:
        answer, source = saved.answer, StartSource.REVISION
    committed = answer
    works_on_it = person.user_id is not None and allowed(
        person, Action.ANNOTATE, owner_ids=owners_of(session, assignment)
    )
    if works_on_it:
        check_may_work(session, person.user_id, task.id)
    if draft is not None:
        committed, source = Answer.from_json(draft.committed), StartSource.DRAFT
        # What somebody has under their hand is not yet the answer of those who work on it with them.
        hides = works_on_it and draft.author_id != person.user_id
        answer = committed if hides else Answer.from_json(draft.answer)
    undo: list[Op] = []
    redo: list[Op] = []
    of_others: frozenset[FieldGroup] = frozenset()
    if person.user_id is not None:
        ops = all_ops(session, assignment)
        undo, redo = undo_and_redo(ops, person.user_id)
        if any(op.author_id != person.user_id for op in ops):
            of_others = standing_of(session, assignment).of_others(person.user_id)
    place = place_of(session, assignment, person.user_id)
    seen = [answer, committed, start.answer, *([saved.answer] if saved else [])]
    seen += [start.prediction.answer] if start.prediction else []
    named = {each.cad_index for each in seen} | _named_by(undo) | _named_by(redo)
    cads = _cads(session, {item.category_id}, named=named).get(item.category_id, ())
    editable = (assignment.state, Event.EDIT) in TRANSITIONS
    return OpenedAssignment(
        assignment_id=assignment_id,
        version=assignment.version,
        state=assignment.state,
        can_edit=editable and works_on_it,
        user_id=assignment.user_id,
        flag=_flag(assignment),
        task=OpenedTask(
            id=task.id,
            name=task.name,
            kind=task.kind,
            due_at=task.due_at,
            is_pool=task.is_pool,
            tells=_tells(session, task),
        ),
        position=place.position,
        total=place.total,
        assignment_ids=place.assignment_ids,
        prev_id=place.prev_id,
        next_id=place.next_id,
        next_open_id=place.next_open_id,
        progress=place.progress,
        image=OpenedImage(
            id=image.id,
            name=image.name,
            sha256=image.sha256,
            width=image.width,
            height=image.height,
            taken_down=image.taken_down_at is not None,
        ),
        item=OpenedItem(
            id=item.id,
            category=category.name,
            object_index=item.object_index,
            box=box_of(item),
            viewport=answer.pose.viewport,
            for_older_box=_is_for_older_box(item, source, draft, saved, start),
        ),
        rule=CategoryRule.from_json(category.rule),
        cad_models=cads,
        answer=answer,
        answer_source=source,
        committed=committed,
        journalled=Answer.from_json(draft.answer) if draft else None,
        draft_author_id=draft.author_id if draft else None,
        of_others=of_others,
        unsaved=draft is not None,
        reserved=assignment.drawn_at is not None
        and assignment.state in RESERVED_STATES
        and assignment.user_id == person.user_id,
        default=start.answer,
        default_source=start.source,
        saved=saved,
        prediction=OpenedPrediction(
            answer=start.prediction.answer,
            model_version=start.prediction.model_version,
            score=start.prediction.score,
        )
        if start.prediction
        else None,
        undo=tuple(undo),
        redo=tuple(redo),
        others=_others(session, item, assignment.user_id),
    )


def _tells(session: Session, task: Task) -> bool:
    if task.kind is not TaskKind.QUALIFY:
        return False
    feedback = session.exec(select(ExamRule.feedback).where(ExamRule.task_id == task.id)).first()
    return feedback is Feedback.EACH


def _is_for_older_box(
    item: Item, source: StartSource, draft: Draft | None, saved: SavedAnswer | None, start: Started
) -> bool:
    """Whether what is shown is older than the last correction of the item's box."""
    if item.box_corrected_at is None or source is StartSource.DEFAULT:
        return False
    made_at = {
        StartSource.DRAFT: draft.at if draft else None,
        StartSource.REVISION: saved.at if saved else None,
        StartSource.PREDICTION: start.prediction.created_at if start.prediction else None,
    }.get(source)
    return made_at is None or made_at < item.box_corrected_at


def _flag(assignment: Assignment) -> Flag | None:
    if assignment.flag_kind is None or assignment.flagged_at is None:
        return None
    return Flag(kind=assignment.flag_kind, reason=assignment.flag_reason, at=assignment.flagged_at)


def _named_by(ops: Sequence[Op]) -> set[int]:
    """The CAD models that undoing or redoing these could bring back."""
    changes = [op.changes[FieldGroup.MODEL] for op in ops if FieldGroup.MODEL in op.changes]
    return {values["cad_index"] for change in changes for values in (change.before, change.after)}


def _cads(
    session: Session, category_ids: set[int], *, named: Collection[int] | None = None
) -> dict[int, tuple[OpenedCad, ...]]:
    """The models of each category, by index. Withdrawn ones are among them where they are `named`; None: all."""
    models: dict[int, list[OpenedCad]] = {category_id: [] for category_id in category_ids}
    rows = session.exec(
        select(CadModel).where(col(CadModel.category_id).in_(category_ids)).order_by(col(CadModel.cad_index))
    )
    for row in rows:
        assert row.id is not None
        if named is not None and row.withdrawn_at is not None and row.cad_index not in named:
            continue
        models[row.category_id].append(
            OpenedCad(
                id=row.id,
                cad_index=row.cad_index,
                name=row.name,
                sha256=row.sha256,
                suffix=row.suffix,
                readable=row.readable,
                reason=row.reason,
            )
        )
    return {category_id: tuple(found) for category_id, found in models.items()}


def _others(session: Session, item: Item, user_id: int | None) -> tuple[OtherObject, ...]:
    """The other objects of the photo: as the assignment's person answered them, else as they start for everybody.

    Never as another person answered them: assignments of one item are blind to each other.
    """
    rows = session.exec(
        select(Item, Category.name)
        .join(Category, col(Category.id) == Item.category_id)
        .where(Item.image_id == item.image_id, Item.id != item.id)
        .order_by(col(Category.name), col(Item.object_index))
    ).all()
    if not rows:
        return ()
    cads = _cads(session, {other.category_id for other, _name in rows})
    own = _own_answers(session, item.image_id, user_id) if user_id is not None else {}
    others = []
    for other, category in rows:
        assert other.id is not None
        answer = own.get(other.id)
        if answer is None:
            start = started(session, other)
            answer = None if start.source is StartSource.DEFAULT else start.answer
        cad = next((cad for cad in cads[other.category_id] if answer and cad.cad_index == answer.cad_index), None)
        others.append(OtherObject(item_id=other.id, category=category, box=box_of(other), answer=answer, cad=cad))
    return tuple(others)


def _own_answers(session: Session, image_id: int, user_id: int) -> dict[int, Answer]:
    """What a person saved of a photo's items, by item; the latest where they have an item in several tasks."""
    rows = session.exec(
        select(Assignment.item_id, Revision)
        .join(Item, col(Item.id) == Assignment.item_id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(
            Item.image_id == image_id,
            Assignment.user_id == user_id,
            Revision.kind != RevisionKind.IMPORTED,
        )
        .order_by(col(Revision.at), col(Revision.id))
    )
    answers = {}
    for item_id, revision in rows:
        if (answer := revision.answer()) is not None:
            answers[item_id] = answer
    return answers
