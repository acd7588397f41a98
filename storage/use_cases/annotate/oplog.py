"""The rows of ops: one for each gesture, in the order of versions. Only ever added to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from domain.answer import Answer, FieldGroup
from domain.ops import Change, Op, OpKind
from domain.standing import Put, Standing
from storage.record import moment, publish
from storage.tables import Assignment, OpRow, Revision
from storage.tables.annotation import ClearingEffect, RevisionKind
from storage.use_cases.effort import count_op


def all_ops(session: Session, assignment: Assignment) -> list[Op]:
    """Everybody's ops of an assignment, in the order of versions."""
    return [_op(row) for row in _rows(session, assignment)]


def standing_of(session: Session, assignment: Assignment) -> Standing:
    """Which changes stand at this moment: ops, and what came into the answer without one."""
    ops: dict[int, Op | Put] = {row.version: as_gesture(_op(row), row.effect) for row in _rows(session, assignment)}
    revisions = session.exec(
        select(Revision).where(Revision.assignment_id == assignment.id, Revision.kind != RevisionKind.IMPORTED)
    )
    for revision in revisions:
        answer = revision.answer()
        if answer is not None and revision.version not in ops:
            ops[revision.version] = Put(author_id=revision.author_id, answer=answer)
    return Standing.after(ops[version] for version in sorted(ops))


def as_gesture(op: Op, effect: ClearingEffect | None) -> Op:
    """A clearing that is done again by a redo clears what there is by then: a gesture of its own."""
    if op.kind is OpKind.REDO and effect is ClearingEffect.CLEARED:
        return replace(op, kind=OpKind.CLEAR, undoes=None)
    return op


def ops_since(session: Session, assignment: Assignment, version: int) -> list[Op]:
    """Everybody's ops after this version, in the order of versions."""
    statement = select(OpRow).where(OpRow.assignment_id == assignment.id, OpRow.version > version)
    return [_op(row) for row in session.exec(statement.order_by(col(OpRow.version)))]


def _rows(session: Session, assignment: Assignment) -> Sequence[OpRow]:
    statement = select(OpRow).where(OpRow.assignment_id == assignment.id)
    return session.exec(statement.order_by(col(OpRow.version))).all()


def record_op(
    session: Session,
    assignment: Assignment,
    op: Op,
    *,
    changes: Mapping[FieldGroup, Change],
    answer: Answer,
    effect: ClearingEffect | None,
    undo_state: dict[str, Any] | None = None,
) -> OpRow:
    """Adds the row of an op that made the version that the assignment is at now, and tells others of it."""
    assert assignment.id is not None
    assignment.updated_at = moment(session)
    row = OpRow(
        op_id=op.op_id,
        assignment_id=assignment.id,
        version=assignment.version,
        author_id=op.author_id,
        kind=op.kind,
        base_version=op.base_version,
        changes={group.value: {"before": change.before, "after": change.after} for group, change in changes.items()},
        answer=answer.to_json(),
        undoes=op.undoes,
        effect=effect,
        undo_state=undo_state,
        started_at=op.started_at,
        ended_at=op.ended_at,
        at=moment(session),
    )
    session.add(row)
    publish(
        session,
        "assignment.op",
        "assignment",
        assignment.id,
        version=assignment.version,
        op_id=op.op_id,
        kind=op.kind.value,
        author_id=op.author_id,
        state=assignment.state.value,
    )
    session.flush()
    count_op(session, row)
    return row


def _op(row: OpRow) -> Op:
    return Op(
        op_id=row.op_id,
        kind=row.kind,
        author_id=row.author_id,
        base_version=row.base_version,
        changes={
            FieldGroup(group): Change(before=change["before"], after=change["after"])
            for group, change in row.changes.items()
        },
        undoes=row.undoes,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
