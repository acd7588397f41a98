"""The flip guard's questions: what it needs to know of a save, what it asked, and what the person said.

It asks once for an assignment and person, and knows nothing of gold: whoever is asked must not learn of it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from domain.answer import FieldGroup, ObjectStatus, values_of
from domain.box import Box
from domain.category import CategoryRule
from domain.errors import NotFound, RevisionConflict
from domain.flip_guard import Verdict
from domain.flips import FlipKind, candidate_flips
from domain.metrics.scoring import Likeness
from domain.ops import Change, Op, OpKind
from domain.permissions import Action, Actor
from domain.pose import Pose
from domain.symmetry import Symmetry, of_rule
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting
from storage.record import audit, moment
from storage.tables import (
    Annotation,
    Assignment,
    CadModel,
    Category,
    FlipQuestion,
    Image,
    Item,
    Prediction,
    Revision,
    Task,
)
from storage.tables.annotation import RevisionKind
from storage.tables.qualification import FlipChoice
from storage.use_cases.annotate.answers import assignment_for, box_of, draft_of, saved_revision
from storage.use_cases.annotate.gestures import Applied, apply_op
from storage.use_cases.annotate.saving import Saved, save_annotation
from storage.use_cases.likeness import likeness_of
from storage.use_cases.review.pictured import Pictured, pictured_answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlipCase:
    """A saved pose and the evidence for or against it. `photo_sha256` names the file in `ImageStore`, `mesh_sha256`
    and `suffix` that in `CadFiles`."""

    assignment_id: int
    revision: int
    photo_sha256: str
    mesh_sha256: str
    suffix: str
    box: Box
    pose: Pose
    others: tuple[Pose, ...]
    predictions: tuple[Pose, ...]
    likeness: Likeness
    near_symmetry: Symmetry


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`revision_id` and `id` name the two pictures."""

    id: int
    assignment_id: int
    revision_id: int
    kind: FlipKind
    because: tuple[str, ...]


def flip_case(session: Session, *, actor: Acting, assignment_id: int, revision: int) -> FlipCase | None:
    """None where there is nothing to ask: a test, a bad object, a model without flips, or it was asked before.

    Raises NotFound, NotAllowed.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_ASSIGNMENT)
    saved = _current(session, assignment, revision)
    answer = saved.answer() if saved else None
    task, item = session.get_one(Task, assignment.task_id), session.get_one(Item, assignment.item_id)
    if saved is None or answer is None or saved.author_id != person.user_id:
        return None
    if task.kind is not TaskKind.ANNOTATE or answer.object_status is ObjectStatus.BAD:
        return None
    if _asked(session, assignment_id, saved.author_id):
        return None
    image = session.get_one(Image, item.image_id)
    cad = session.exec(
        select(CadModel).where(CadModel.category_id == item.category_id, CadModel.cad_index == answer.cad_index)
    ).first()
    likeness = likeness_of(session, item.category_id, answer.cad_index)
    near = _near_symmetry(session, item.category_id)
    if image.taken_down_at is not None or cad is None or not cad.readable:
        return None
    if not candidate_flips(answer.pose.rotation(), likeness.symmetry, near):
        return None
    return FlipCase(
        assignment_id=assignment_id,
        revision=revision,
        photo_sha256=image.sha256,
        mesh_sha256=cad.sha256,
        suffix=cad.suffix,
        box=box_of(item),
        pose=answer.pose,
        others=_others(session, assignment, saved.author_id),
        predictions=tuple(
            row.answer().pose for row in session.exec(select(Prediction).where(Prediction.item_id == item.id))
        ),
        likeness=likeness,
        near_symmetry=near,
    )


def ask(session: Session, *, actor: Acting, case: FlipCase, verdict: Verdict) -> Question | None:
    """Writes the question down; None where the answer is another one by now, or it was asked meanwhile."""
    person, assignment = assignment_for(session, actor, case.assignment_id, Action.ANNOTATE, lock=True)
    saved = _current(session, assignment, case.revision)
    if not verdict.asks or verdict.flip is None or saved is None or saved.id is None or person.user_id is None:
        return None
    if saved.version != assignment.version or _asked(session, case.assignment_id, person.user_id):
        return None
    if assignment.state is not AssignmentState.SAVED:
        return None
    pose = verdict.flip.pose(case.pose)
    row = FlipQuestion(
        assignment_id=case.assignment_id, revision_id=saved.id, user_id=person.user_id, kind=verdict.flip.kind,
        probability=verdict.probability, because=list(verdict.because), at=moment(session),
        azimuth=pose.azimuth, elevation=pose.elevation, theta=pose.theta,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return Question(
        id=row.id, assignment_id=case.assignment_id, revision_id=saved.id, kind=row.kind, because=verdict.because
    )


def keep_pose(session: Session, *, actor: Acting, question_id: int) -> None:
    """The person says that it is right as it is. Raises NotFound, NotAllowed."""
    _person, row = _question(session, actor, question_id, Action.ANNOTATE)
    row.choice = row.choice or FlipChoice.KEPT
    session.flush()


def swap_pose(session: Session, *, actor: Acting, question_id: int) -> tuple[Applied, Saved]:
    """The flipped pose becomes the answer: one gesture of the person's and one save, so that both can be undone.

    Raises NotFound, NotAllowed, WrongState, RevisionConflict where something has changed since it was asked.
    """
    person, row = _question(session, actor, question_id, Action.ANNOTATE)
    _person, assignment = assignment_for(session, actor, row.assignment_id, Action.ANNOTATE, lock=True)
    saved = saved_revision(session, assignment)
    answer = saved.answer() if saved else None
    unchanged = draft_of(session, assignment) is None and saved is not None and saved.version == assignment.version
    if saved is None or answer is None or not unchanged or saved.id != row.revision_id:
        raise RevisionConflict(saved.version if saved else 0, assignment.version)
    assert person.user_id is not None
    at = moment(session)
    turned = {"azimuth": row.azimuth, "elevation": row.elevation, "theta": row.theta}
    op = Op(
        op_id=str(uuid.uuid4()), kind=OpKind.EDIT, author_id=person.user_id, base_version=assignment.version,
        changes={FieldGroup.ROTATION: Change(before=values_of(answer, FieldGroup.ROTATION), after=turned)},
        started_at=at, ended_at=at,
    )  # fmt: skip
    applied = apply_op(session, actor=actor, assignment_id=row.assignment_id, op=op)
    done = save_annotation(
        session, actor=actor, assignment_id=row.assignment_id, answer=applied.answer, base_version=applied.version,
        save_id=str(uuid.uuid4()),
    )  # fmt: skip
    row.choice = FlipChoice.SWAPPED
    audit(session, person, "swap_flip", "assignment", row.assignment_id, kind=row.kind.value, version=done.version)
    session.flush()
    return applied, done


def pictured_flip(session: Session, *, actor: Acting, question_id: int) -> Pictured:
    """Of the flipped pose. Raises NotFound, NotAllowed."""
    _person, row = _question(session, actor, question_id, Action.SEE_HISTORY)
    revision = session.get_one(Revision, row.revision_id)
    answer = revision.answer()
    assert answer is not None
    turned = answer.pose.replace(azimuth=row.azimuth, elevation=row.elevation, theta=row.theta)
    return pictured_answer(session, session.get_one(Assignment, row.assignment_id), replace(answer, pose=turned))


def _question(session: Session, actor: Acting, question_id: int, action: Action) -> tuple[Actor, FlipQuestion]:
    row = session.get(FlipQuestion, question_id)
    person, _assignment = assignment_for(session, actor, row.assignment_id if row else 0, action)
    if row is None or (action is Action.ANNOTATE and row.user_id != person.user_id):
        raise NotFound(f"there is no question {question_id} for {person.name}")
    return person, row


def _current(session: Session, assignment: Assignment, number: int) -> Revision | None:
    """The revision of this number, where it is the answer."""
    saved = saved_revision(session, assignment)
    return saved if saved is not None and saved.number == number else None


def _asked(session: Session, assignment_id: int, user_id: int | None) -> bool:
    statement = select(FlipQuestion.id).where(
        FlipQuestion.assignment_id == assignment_id, FlipQuestion.user_id == user_id
    )
    return session.exec(statement.limit(1)).first() is not None


def _others(session: Session, assignment: Assignment, user_id: int | None) -> tuple[Pose, ...]:
    """What other people saved of the item, in tasks of labelling; whoever is asked sees none of it."""
    rows: Sequence[Revision] = session.exec(
        select(Revision)
        .join(Annotation, col(Annotation.revision_id) == Revision.id)
        .join(Assignment, col(Assignment.id) == Annotation.assignment_id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(
            Assignment.item_id == assignment.item_id,
            Assignment.id != assignment.id,
            Assignment.state != AssignmentState.WITHDRAWN,
            Task.kind == TaskKind.ANNOTATE,
            Revision.kind != RevisionKind.IMPORTED,
            Revision.author_id != user_id,
        )
        .order_by(col(Revision.id))
    ).all()
    answers = [row.answer() for row in rows]
    return tuple(each.pose for each in answers if each and each.object_status is not ObjectStatus.BAD)


def _near_symmetry(session: Session, category_id: int) -> Symmetry:
    return of_rule(CategoryRule.from_json(session.get_one(Category, category_id).rule).near_symmetry)
