"""What can be changed of a task: its name, when it is due, how urgent it is, and whether it is a pool."""

from datetime import datetime

from sqlmodel import Session, select

from domain.errors import AlreadyExists, InvalidInput, NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import audit, publish
from storage.tables import Task
from storage.use_cases.work.creating import LONGEST_NAME, check_priority


def edit_task(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    name: str,
    due_at: datetime | None,
    priority: int,
    is_pool: bool,
) -> bool:
    """Returns whether anything changed. What somebody has drawn from a pool stays theirs when it is one no more.

    Raises NotFound, InvalidInput, AlreadyExists where another task of the data set has the name.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    task = session.exec(select(Task).where(Task.id == task_id).with_for_update()).first()
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"the name of a task has 1 to {LONGEST_NAME} characters", rule="task_name", most=LONGEST_NAME
        )
    check_priority(priority)
    namesake = select(Task.id).where(Task.dataset_id == task.dataset_id, Task.name == name, Task.id != task_id)
    if session.exec(namesake).first() is not None:
        raise AlreadyExists(f"there is a task called {name} already")
    new = {"name": name, "due_at": due_at, "priority": priority, "is_pool": is_pool}
    changed = {key: value for key, value in new.items() if getattr(task, key) != value}
    if not changed:
        return False
    before = {key: _plain(getattr(task, key)) for key in changed}
    for key, value in changed.items():
        setattr(task, key, value)
    after = {key: _plain(value) for key, value in changed.items()}
    audit(session, person, "edit_task", "task", task_id, before=before, after=after)
    publish(session, "task.changed", "task", task_id)
    return True


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
