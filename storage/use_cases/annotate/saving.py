"""Saving: the answer that was seen becomes a revision, if nothing has changed since it was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.answer import Answer, ObjectStatus
from domain.errors import InvalidInput, RevisionConflict
from domain.permissions import Action, Actor
from domain.pose import wrap_new_angles
from domain.task_state import AssignmentState, Event, transition
from storage.acting import Acting
from storage.record import audit, moment
from storage.tables import Assignment, ImportedLabel, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.work import FlagKind
from storage.use_cases.annotate.answers import (
    assignment_for,
    check_cad_index,
    draft_of,
    saved_revision,
    working_answer,
)
from storage.use_cases.annotate.navigation import Progress, place_of
from storage.use_cases.annotate.offers import settle_taken
from storage.use_cases.annotate.revisions import add_revision, publish_saved, set_answer
from storage.use_cases.annotate.sent_once import sent_before
from storage.use_cases.annotate.states import note_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A save that is recorded. `answer` is as it is kept. `duplicate`: it had been recorded before; `revision`,
    `version`, `answer` and `at` are those of then."""

    save_id: str
    revision: int
    version: int
    answer: Answer
    at: datetime
    author_id: int
    author: str
    state: AssignmentState
    progress: Progress
    next_open_id: int | None
    duplicate: bool


def save_annotation(
    session: Session, *, actor: Acting, assignment_id: int, answer: Answer, base_version: int, save_id: str
) -> Saved:
    """Makes the answer the assignment's own, as its next revision; the draft is done with.

    `base_version` is the version that the person saw, `save_id` a UUID by the client: the same save sent twice is
    one revision. New angles are wrapped into [0, 2π). Raises NotFound, NotAllowed, WrongState (accepted),
    RevisionConflict, InvalidAnswer (what is missing), InvalidInput, IdTaken.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.ANNOTATE, lock=True)
    save_id, repeated = sent_before(session, Revision, "save_id", save_id, author=person, assignment_id=assignment_id)
    if repeated is not None:
        return _saved(session, person, assignment, repeated, duplicate=True)
    before, state = assignment.state, transition(assignment.state, Event.SAVE)
    if base_version != assignment.version:
        raise RevisionConflict(base_version, assignment.version)
    check_saveable(session, assignment, answer)
    answer = as_kept(session, assignment, answer)
    _take_version(session, assignment, base_version, state)
    revision = add_revision(
        session,
        assignment,
        RevisionKind.SAVED,
        answer=answer,
        author=person,
        base_version=base_version,
        save_id=save_id,
    )
    set_answer(session, assignment, revision)
    if (draft := draft_of(session, assignment)) is not None:
        session.delete(draft)
    settle_taken(session, person, assignment)
    if assignment.flag_kind is FlagKind.SKIP:  # it was done after all; a call for help stands until it is answered
        assignment.flag_kind, assignment.flag_reason, assignment.flagged_at = None, "", None
    note_state(session, person, assignment, Event.SAVE, before)
    audit(
        session,
        person,
        "save",
        "assignment",
        assignment_id,
        version=assignment.version,
        revision=revision.number,
    )
    publish_saved(session, person, assignment, revision)
    session.flush()
    return _saved(session, person, assignment, revision)


def check_saveable(session: Session, assignment: Assignment, answer: Answer) -> None:
    """Raises InvalidAnswer (what is missing), InvalidInput (a CAD model that the category does not have)."""
    answer.check_complete()
    if answer.object_status is not ObjectStatus.BAD:
        check_cad_index(session, assignment, answer)


def as_kept(session: Session, assignment: Assignment, answer: Answer) -> Answer:
    """New angles in [0, 2π); those that were read, or saved before, to the last bit as they were.

    Raises InvalidInput for another viewport than the one that the pose was seen with: nobody edits it.
    """
    viewport = working_answer(session, assignment).pose.viewport
    if answer.pose.viewport != viewport:
        raise InvalidInput(f"the viewport is {viewport!r} and cannot be changed to {answer.pose.viewport!r}")
    label = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == assignment.item_id)).first()
    revision = saved_revision(session, assignment)
    last = revision.answer() if revision else None
    pose = wrap_new_angles(answer.pose, label.answer().pose if label else None, last.pose if last else None)
    return Answer(pose=pose, cad_index=answer.cad_index, object_status=answer.object_status, dense=answer.dense)


def _take_version(session: Session, assignment: Assignment, base_version: int, state: AssignmentState) -> None:
    """Compare-and-swap, so that of two saves at once one wins on every database. Raises RevisionConflict."""
    swapped = session.execute(
        update(Assignment)
        .where(col(Assignment.id) == assignment.id, col(Assignment.version) == base_version)
        .values(version=base_version + 1, state=state, updated_at=moment(session))
        .execution_options(synchronize_session=False)
    )
    session.refresh(assignment)
    if swapped.rowcount != 1:  # type: ignore[attr-defined]
        raise RevisionConflict(base_version, assignment.version)


def _saved(
    session: Session, person: Actor, assignment: Assignment, revision: Revision, *, duplicate: bool = False
) -> Saved:
    place, answer = place_of(session, assignment, person.user_id), revision.answer()
    assert answer is not None
    assert person.user_id is not None
    return Saved(
        save_id=revision.save_id or "",
        revision=revision.number,
        version=revision.version,
        answer=answer,
        at=revision.at,
        author_id=person.user_id,
        author=person.name,
        state=assignment.state,
        progress=place.progress,
        next_open_id=place.next_open_id,
        duplicate=duplicate,
    )
