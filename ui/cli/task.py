"""`task`: make and list tasks from the command line of the server."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from domain.permissions import CONSOLE
from ui.cli.workspace import HomeOption, open_workspace, say_first_user


def register(app: typer.Typer) -> None:
    tasks = typer.Typer(help="Tasks: create, list.", no_args_is_help=True)
    tasks.command("create", help="Give the items of a data set to people, or to a pool, in tasks of a size.")(create)
    tasks.command("list", help="List all tasks with their progress.")(list_)
    app.add_typer(tasks, name="task")


def create(
    dataset: Annotated[str, typer.Option(help="Name of the data set.")],
    assign: Annotated[
        list[str] | None,
        typer.Option(help="Name of a person who gets items; several share evenly. Without: nobody yet."),
    ] = None,
    pool: Annotated[bool, typer.Option("--pool", help="Annotators draw the next item for themselves.")] = False,
    category: Annotated[str | None, typer.Option(help="Only items of this category.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Items a task; else all in one.")] = None,
    overlap: Annotated[int, typer.Option(min=1, help="How many different people each item is for.")] = 1,
    due: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day at whose end (UTC) it is due.")
    ] = None,
    priority: Annotated[int, typer.Option(help="Higher comes first in people's lists.")] = 0,
    name: Annotated[str, typer.Option(help="Else after the data set and the category.")] = "",
    home: HomeOption = None,
) -> None:
    from storage.use_cases.accounts import count_users, user_named
    from storage.use_cases.library import dataset_named
    from storage.use_cases.work.creating import Handing, WorkOrder, place_order
    from storage.use_cases.work.overview import task_line
    from storage.use_cases.work.selection import Selection

    if pool and assign:
        raise typer.BadParameter("people draw from a pool by themselves: give --assign or --pool, not both")
    with open_workspace(home) as workspace, workspace.database.transaction() as session:
        if not count_users(session):
            say_first_user(home)
            raise typer.Exit(2)
        people = [user_named(session, actor=CONSOLE, name=each) for each in assign or ()]
        order = WorkOrder(
            selection=Selection(
                dataset_id=dataset_named(session, actor=CONSOLE, name=dataset),
                categories=() if category is None else (category,),
            ),
            handing=Handing.POOL if pool else Handing.PEOPLE if people else Handing.NOBODY,
            user_ids=tuple(person.id for person in people),
            overlap=overlap,
            size=size,
            name=name,
            due_at=None if due is None else due.replace(tzinfo=UTC) + timedelta(days=1, seconds=-1),
            priority=priority,
        )
        task_ids = place_order(session, actor=CONSOLE, order=order)
        made = [task_line(session, actor=CONSOLE, task_id=task_id) for task_id in task_ids]
    whom = "a pool" if pool else " and ".join(person.name for person in people) or "nobody yet"
    for task in made:
        each = f", {task.overlap} people for each," if task.overlap > 1 else ""
        typer.echo(f"task {task.id}: {task.name}, {task.items} items{each} for {whom}")


def list_(home: HomeOption = None) -> None:
    from storage.use_cases.accounts import count_users
    from storage.use_cases.tasks import list_tasks

    with open_workspace(home) as workspace, workspace.database.reading() as session:
        tasks = list_tasks(session, actor=CONSOLE)
        if not count_users(session):
            say_first_user(home)
    for task in tasks:
        person = "pool" if task.is_pool else task.person or "-"
        typer.echo(f"{task.id:>4}  {task.name:<32}  {person:<16}  {task.saved}/{task.total} saved")
