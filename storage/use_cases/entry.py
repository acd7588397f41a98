"""Where a task is entered."""

from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.permissions import Action
from domain.task_state import AssignmentState
from storage.acting import Acting, acting, may
from storage.ownership import belongs_to
from storage.tables import Assignment
from storage.use_cases.tasks import open_rank


def entry_of_task(session: Session, *, actor: Acting, task_id: int) -> int:
    """The actor's next open assignment in the task, else their first; whoever may see all tasks enters any.

    Raises NotFound where there is none, or none that this person may know of.
    """
    person = acting(session, actor)
    statement = (
        select(Assignment.id)
        .where(Assignment.task_id == task_id, Assignment.state != AssignmentState.WITHDRAWN)
        .order_by(~belongs_to(person.user_id), open_rank(), col(Assignment.position))
        .limit(1)
    )
    if not may(person, Action.SEE_TASKS):
        statement = statement.where(belongs_to(person.user_id))
    assignment_id = session.exec(statement).first()
    if assignment_id is None:
        raise NotFound(f"there is no task {task_id} for {person.name}")
    return assignment_id
