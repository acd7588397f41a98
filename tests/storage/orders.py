"""Orders and handed-over work, for tests: asked as the admin, looked at row by row."""

from sqlmodel import col, select

from domain.permissions import CONSOLE, Role
from domain.task_state import AssignmentState
from storage.tables import Assignment, Draft, OpRow, Revision
from storage.use_cases import accounts, tasks
from storage.use_cases.work.creating import WorkOrder
from storage.use_cases.work.selection import Selection
from tests.storage.world import UNUSABLE, World

W = AssignmentState.WITHDRAWN


def do(world: World, use_case, **given):
    with world.database.transaction() as session:
        return use_case(session, actor=world.ada, **given)


def look(world: World, use_case, **given):
    with world.database.reading() as session:
        return use_case(session, actor=world.ada, **given)


def add_people(world: World, *names: str) -> list[int]:
    with world.database.transaction() as session:
        return [
            accounts.add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=UNUSABLE).id
            for name in names
        ]


def order_of(world: World, **given) -> WorkOrder:
    selection = Selection(dataset_id=world.dataset_id, **given.pop("selection", {}))
    return WorkOrder(selection=selection, **given)


def rows_of(world: World, task_id: int) -> list[Assignment]:
    with world.database.reading() as session:
        return list(
            session.exec(select(Assignment).where(Assignment.task_id == task_id).order_by(col(Assignment.position)))
        )


def ids_of(world: World, task_id: int, user_id: int | None = None) -> list[int]:
    return [row.id for row in rows_of(world, task_id) if user_id is None or row.user_id == user_id]


def tasks_of(world: World, user_id: int):
    with world.database.reading() as session:
        return tasks.my_tasks(session, actor=user_id)


def state_of(row: Assignment) -> tuple:
    return (row.id, row.item_id, row.position, row.user_id, row.state, row.version, row.withdrawn_from)


def everything(world: World) -> dict[str, list[tuple]]:
    """All drafts, gestures and revisions, whole."""
    with world.database.reading() as session:
        return {
            table.__tablename__: sorted(
                tuple(str(value) for value in row.model_dump().values()) for row in session.exec(select(table))
            )
            for table in (Draft, OpRow, Revision)
        }
