"""`task`: make and list tasks from the command line of the server."""

from typing import Annotated

import typer

from domain.permissions import CONSOLE
from ui.cli.workspace import HomeOption, open_workspace, say_first_user


def register(app: typer.Typer) -> None:
    tasks = typer.Typer(help="Tasks: create, list.", no_args_is_help=True)
    tasks.command("create", help="Give the items of a data set to a person, in tasks of a size.")(create)
    tasks.command("list", help="List all tasks with their progress.")(list_)
    app.add_typer(tasks, name="task")


def create(
    dataset: Annotated[str, typer.Option(help="Name of the data set.")],
    assign: Annotated[str, typer.Option(help="Name of the person who gets the items.")],
    category: Annotated[str | None, typer.Option(help="Only items of this category.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Items a task; else all in one.")] = None,
    home: HomeOption = None,
) -> None:
    from storage.use_cases.accounts import count_users, user_named
    from storage.use_cases.tasks import create_tasks

    with open_workspace(home) as workspace, workspace.database.transaction() as session:
        if not count_users(session):
            say_first_user(home)
            raise typer.Exit(2)
        user = user_named(session, actor=CONSOLE, name=assign)
        made = create_tasks(session, actor=CONSOLE, dataset=dataset, category=category, user_id=user.id, size=size)
    for task in made:
        typer.echo(f"task {task.id}: {task.name}, {task.total} items for {user.name}")


def list_(home: HomeOption = None) -> None:
    from storage.use_cases.accounts import count_users
    from storage.use_cases.tasks import list_tasks

    with open_workspace(home) as workspace, workspace.database.reading() as session:
        tasks = list_tasks(session, actor=CONSOLE)
        if not count_users(session):
            say_first_user(home)
    for task in tasks:
        typer.echo(f"{task.id:>4}  {task.name:<32}  {task.person or '-':<16}  {task.saved}/{task.total} saved")
