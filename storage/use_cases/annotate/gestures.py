"""Ops: each gesture is recorded once, with the answer that it found and the one that it left.

An op never conflicts: its groups are set on top of whatever is there. Undo takes one's own gesture out from among
everybody's (`domain.standing`). Where an op replaces a change of somebody else that its author had not seen, the
answer says so, for that person to take it back. Beside the op's own row there is no audit row: it is append-only and
names author, time and change itself. Clearing a saved answer, undoing that, and each change of state is audited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from domain.answer import Answer, FieldGroup, Values, apply, difference, values_of
from domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from domain.ops import Change, Op, OpKind, undo_and_redo
from domain.permissions import Action, Actor
from domain.task_state import AssignmentState, Event, transition
from storage.acting import Acting
from storage.errors import IdTaken
from storage.record import audit, moment
from storage.tables import Assignment, Draft, OpRow, Revision
from storage.tables.annotation import ClearingEffect, RevisionKind
from storage.use_cases.annotate.answers import (
    SavedAnswer,
    assignment_for,
    check_cad_index,
    draft_of,
    item_of,
    saved_answer,
    saved_revision,
    started,
    working_answer,
)
from storage.use_cases.annotate.oplog import all_ops, ops_since, record_op, standing_of
from storage.use_cases.annotate.revisions import add_revision, set_answer
from storage.use_cases.annotate.states import enter, note_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Another person's change of a group that an op took the place of, unseen by the op's author."""

    group: FieldGroup
    author_id: int
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An op that is recorded. `answer` is what is to be seen after it. `duplicate`: it had been recorded before;
    `version` and `answer` are those of then, `state` and `saved` those of now.

    `groups`: those that it changed. `of_others`, after an undo or redo: those that show somebody else's change now.
    """

    op_id: str
    version: int
    answer: Answer
    state: AssignmentState
    saved: SavedAnswer | None
    duplicate: bool
    groups: frozenset[FieldGroup]
    replaced: tuple[Replaced, ...] = ()
    of_others: frozenset[FieldGroup] | None = None


def apply_op(session: Session, *, actor: Acting, assignment_id: int, op: Op) -> Applied:
    """Records a gesture and changes the working answer, which is kept as the draft.

    An undo or redo without changes takes those of the op that it names, reversed. Undoing a clearing brings the
    saved answer back as a new revision, unless another has been saved since. Raises NotFound, NotAllowed,
    WrongState (accepted, or undone already), InvalidInput, IdTaken.
    """
    person, assignment = assignment_for(session, actor, assignment_id, Action.ANNOTATE, lock=True)
    if (recorded := _recorded(session, person, assignment, op)) is not None:
        return recorded
    if op.kind is OpKind.CLEAR:
        return _clear(session, person, assignment, op)
    undone = _undone(session, assignment, op)
    if undone is not None and undone.effect is ClearingEffect.RESTORED:
        return _clear(session, person, assignment, op)
    transition(assignment.state, Event.EDIT)
    draft, committed = draft_of(session, assignment), working_answer(session, assignment)
    seen = Answer.from_json(draft.answer) if draft else committed
    replaced: tuple[Replaced, ...] = ()
    of_others = None
    if undone is None:
        after = _after(op)
        replaced = _replaced(session, assignment, op, {group: values_of(committed, group) for group in after}, after)
    else:
        after, of_others = _turned(session, assignment, op, committed, seen)
    seen = apply(seen, after)
    changes = {group: Change(before=values_of(committed, group), after=values) for group, values in after.items()}
    committed = apply(committed, after)
    if FieldGroup.MODEL in after:
        check_cad_index(session, assignment, committed, newly=op.kind is OpKind.EDIT)
    effect = None
    if undone is not None and undone.effect is ClearingEffect.CLEARED:
        effect = ClearingEffect.RESTORED
        viewport = (undone.undo_state or {})["viewport"]
        seen, committed = _with_viewport(seen, viewport), _with_viewport(committed, viewport)
    assignment.version += 1
    if undone is not None and effect is not None:
        _restore(session, person, assignment, op, undone)
    else:
        enter(session, person, assignment, Event.EDIT)
    row = record_op(session, assignment, op, changes=changes, answer=seen, effect=effect)
    _keep_draft(session, person, assignment, draft, seen=seen, committed=committed)
    return _applied(session, assignment, row, replaced=replaced, of_others=of_others)


def clear_answer(session: Session, *, actor: Acting, assignment_id: int, op: Op) -> Applied:
    """Withdraws answer and draft: the item is open again at its starting pose. `op` has kind CLEAR; its changes are
    worked out here. An undo of it (`apply_op`) brings everything back. Raises like `apply_op`."""
    if op.kind is not OpKind.CLEAR:
        raise InvalidInput(f"clearing is an op of kind clear, not {op.kind.value}")
    return apply_op(session, actor=actor, assignment_id=assignment_id, op=op)


def _recorded(session: Session, person: Actor, assignment: Assignment, op: Op) -> Applied | None:
    """What this op did when it first came. Raises IdTaken where its id is not this person's, here."""
    if person.user_id is None or op.author_id != person.user_id:
        raise NotAllowed("an op is its author's own")
    if op.started_at.tzinfo is None or op.ended_at.tzinfo is None:
        raise InvalidInput("the times of an op need a time zone")
    row = session.exec(select(OpRow).where(OpRow.op_id == op.op_id)).first()
    if row is None:
        return None
    if row.author_id != person.user_id or row.assignment_id != assignment.id:
        raise IdTaken(f"the op id {op.op_id} is in use")
    return _applied(session, assignment, row, duplicate=True)


def _undone(session: Session, assignment: Assignment, op: Op) -> OpRow | None:
    """The op that this one takes back. Raises NotFound, NotAllowed, InvalidInput, WrongState."""
    if op.undoes is None:
        return None
    row = session.exec(select(OpRow).where(OpRow.op_id == op.undoes)).first()
    if row is None or row.assignment_id != assignment.id:
        raise NotFound(f"there is no op {op.undoes} of this assignment")
    if row.author_id != op.author_id:
        raise NotAllowed("everybody undoes their own ops only")
    if (row.kind is OpKind.UNDO) != (op.kind is OpKind.REDO):
        raise InvalidInput("an undo takes back a gesture or a redo; a redo takes back an undo")
    undo, redo = undo_and_redo(all_ops(session, assignment), op.author_id)
    if all(other.op_id != op.undoes for other in (redo if op.kind is OpKind.REDO else undo)):
        raise WrongState(f"the op {op.undoes} is taken back already, or can be no more")
    return row


def _after(op: Op) -> dict[FieldGroup, Values]:
    """The values that a gesture sets."""
    if not op.changes:
        raise InvalidInput("an op changes at least one group")
    return {FieldGroup(group): change.after for group, change in op.changes.items()}


def _turned(
    session: Session, assignment: Assignment, op: Op, committed: Answer, seen: Answer
) -> tuple[dict[FieldGroup, Values], frozenset[FieldGroup]]:
    """(what an undo or redo changes, the groups that then show somebody else's change): where another's change lies
    on top, nothing."""
    standing = standing_of(session, assignment)
    shown = {group: standing.values(group) for group in standing.add(op)}
    after = {
        group: values
        for group, values in shown.items()
        if values is not None and (values != values_of(committed, group) or values != values_of(seen, group))
    }
    return after, standing.of_others(op.author_id)


def _replaced(
    session: Session,
    assignment: Assignment,
    op: Op,
    before: Mapping[FieldGroup, Values],
    after: Mapping[FieldGroup, Values],
) -> tuple[Replaced, ...]:
    """What others had set since the version that the author saw, and is set to something else now."""
    newest = {group: other for other in ops_since(session, assignment, op.base_version) for group in other.changes}
    return tuple(
        Replaced(group=group, author_id=newest[group].author_id, values=dict(before[group]))
        for group in after
        if group in newest
        and newest[group].author_id != op.author_id
        and newest[group].changes[group].after == before[group] != after[group]
    )


def _clear(session: Session, person: Actor, assignment: Assignment, op: Op) -> Applied:
    """Clears, or clears again after an undo."""
    transition(assignment.state, Event.CLEAR)
    draft, revision = draft_of(session, assignment), saved_revision(session, assignment)
    seen = Answer.from_json(draft.answer) if draft else working_answer(session, assignment)
    start = started(session, item_of(session, assignment)).answer
    undo_state = {
        "revision_id": revision.id if revision else None,
        "state": assignment.state.value,
        "viewport": seen.pose.viewport,
    }
    assignment.version += 1
    enter(session, person, assignment, Event.CLEAR)
    changes = {
        group: Change(before=before, after=after) for group, (before, after) in difference(seen, start).items()
    }
    replaced = _replaced(
        session,
        assignment,
        op,
        {group: change.before for group, change in changes.items()},
        {group: change.after for group, change in changes.items()},
    )
    row = record_op(
        session, assignment, op, changes=changes, answer=start, effect=ClearingEffect.CLEARED, undo_state=undo_state
    )
    if draft is not None:
        session.delete(draft)
    if revision is not None:
        add_revision(
            session, assignment, RevisionKind.CLEARED, answer=None, author=person, base_version=op.base_version
        )
        set_answer(session, assignment, None)
    session.flush()
    audit(
        session,
        person,
        "clear_answer",
        "assignment",
        assignment.id,
        version=assignment.version,
        revision=revision.number if revision else None,
    )
    return _applied(session, assignment, row, replaced=replaced)


def _restore(session: Session, person: Actor, assignment: Assignment, op: Op, cleared: OpRow) -> None:
    """Brings the answer back that `cleared` withdrew, unless another has taken its place since."""
    before: Mapping[str, Any] = cleared.undo_state or {}
    earlier = session.get(Revision, before["revision_id"]) if before["revision_id"] is not None else None
    if earlier is not None and saved_revision(session, assignment) is None:
        restored = add_revision(
            session,
            assignment,
            RevisionKind.RESTORED,
            answer=earlier.answer(),
            author=person,
            base_version=op.base_version,
        )
        set_answer(session, assignment, restored)
        audit(
            session,
            person,
            "restore_answer",
            "assignment",
            assignment.id,
            version=assignment.version,
            revision=restored.number,
        )
    if assignment.state in (AssignmentState.NEW, AssignmentState.DRAFTED):
        # What comes back is unsaved at least, even where nothing had been done before.
        cleared_to = assignment.state
        assignment.state = transition(AssignmentState(before["state"]), Event.EDIT)
        note_state(session, person, assignment, Event.EDIT, cleared_to)


def _keep_draft(
    session: Session,
    person: Actor,
    assignment: Assignment,
    draft: Draft | None,
    *,
    seen: Answer,
    committed: Answer,
) -> None:
    """Keeps what is not saved; nothing where the gesture led back to what is."""
    revision = saved_revision(session, assignment)
    if revision is not None and seen == committed == revision.answer():
        if draft is not None:
            session.delete(draft)
            session.flush()
        return
    assert assignment.id is not None
    assert person.user_id is not None
    if draft is None:
        draft = Draft(
            assignment_id=assignment.id, version=0, author_id=0, answer={}, committed={}, at=moment(session)
        )
        session.add(draft)
    draft.answer = seen.to_json()
    draft.committed = committed.to_json()
    draft.version = assignment.version
    draft.author_id = person.user_id
    draft.at = moment(session)
    session.flush()


def _applied(
    session: Session,
    assignment: Assignment,
    row: OpRow,
    *,
    duplicate: bool = False,
    replaced: tuple[Replaced, ...] = (),
    of_others: frozenset[FieldGroup] | None = None,
) -> Applied:
    return Applied(
        op_id=row.op_id,
        version=row.version,
        answer=Answer.from_json(row.answer),
        state=assignment.state,
        saved=saved_answer(session, assignment),
        duplicate=duplicate,
        groups=frozenset(FieldGroup(group) for group in row.changes),
        replaced=replaced,
        of_others=of_others,
    )


def _with_viewport(answer: Answer, viewport: float) -> Answer:
    return Answer(
        pose=answer.pose.replace(viewport=viewport),
        cad_index=answer.cad_index,
        object_status=answer.object_status,
        dense=answer.dense,
    )
