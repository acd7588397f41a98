"""Saved work with changes that are not saved: the saved answer stands, but it is not what the person sees."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.task_state import AssignmentState
from storage.tables import Annotation, Assignment, Draft, Revision, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSinceSave:
    task_id: int
    assignment_id: int


def changed_since_save(session: Session, which: sa.ColumnElement[bool]) -> list[ChangedSinceSave]:
    """Of the assignments (and their tasks) that `which` chooses, in the order of tasks and positions.

    One query. The answers are compared here and not by the database, whose reading of numbers in JSON need not be
    exact to the last bit; there are few drafts on saved work.
    """
    rows = session.execute(
        select(Assignment, Draft, Revision)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Draft, col(Draft.assignment_id) == Assignment.id)
        .join(Annotation, col(Annotation.assignment_id) == Assignment.id)
        .join(Revision, col(Revision.id) == Annotation.revision_id)
        .where(which, col(Assignment.state) == AssignmentState.SAVED)
        .order_by(col(Assignment.task_id), col(Assignment.position))
    )
    return [
        ChangedSinceSave(task_id=assignment.task_id, assignment_id=assignment.id)
        for assignment, draft, revision in rows
        if assignment.id is not None and Answer.from_json(draft.answer) != revision.answer()
    ]
