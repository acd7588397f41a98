"""The rows of ops: one for each gesture, in the order of versions. Only ever added to."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from domain.answer import Answer, FieldGroup
from domain.ops import Change, Op
from storage.record import moment, publish
from storage.tables import Assignment, OpRow
from storage.tables.annotation import ClearingEffect


def own_ops(session: Session, assignment: Assignment, author_id: int) -> list[Op]:
    """One person's ops of an assignment, in the order of versions."""
    rows = session.exec(
        select(OpRow)
        .where(OpRow.assignment_id == assignment.id, OpRow.author_id == author_id)
        .order_by(col(OpRow.version))
    )
    return [_op(row) for row in rows]


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
