"""Archived data sets: hidden from work, nothing lost, brought back at any time."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import audit, moment, publish
from storage.tables import Assignment, Dataset, Task


def archive_dataset(session: Session, *, actor: Acting, dataset_id: int, archived: bool) -> None:
    """Hides a data set's tasks from everybody's work and from what new work is made of, or brings them back.

    Whoever has one of its items open can still save it. Exports and backups hold it as before. Raises NotFound.
    """
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    dataset = session.get(Dataset, dataset_id)
    if dataset is None:
        raise NotFound(f"there is no data set {dataset_id}")
    if (dataset.archived_at is not None) == archived:
        return
    dataset.archived_at = moment(session) if archived else None
    action = "archive_dataset" if archived else "bring_back_dataset"
    audit(session, person, action, "dataset", dataset_id, name=dataset.name)
    publish(session, "dataset.changed", "dataset", dataset_id, archived=archived)


def in_work() -> sa.ColumnElement[bool]:
    """Of an assignment: its data set is not archived."""
    tasks = (
        select(Task.id).join(Dataset, col(Dataset.id) == Task.dataset_id).where(col(Dataset.archived_at).is_(None))
    )
    return col(Assignment.task_id).in_(tasks)


def in_work_task() -> sa.ColumnElement[bool]:
    """Of a task: its data set is not archived."""
    datasets = select(Dataset.id).where(col(Dataset.archived_at).is_(None))
    return col(Task.dataset_id).in_(datasets)
