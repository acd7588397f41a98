"""`user`: accounts from the command line of the server."""

import sys
from typing import Annotated

import typer

from domain.errors import InvalidInput
from domain.permissions import CONSOLE, Role
from ui.cli.passwords import made_password
from ui.cli.workspace import HomeOption, open_workspace, say_first_user

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]
Name = Annotated[str, typer.Argument(help="The person's name, as typed at the log-in.")]


def register(app: typer.Typer) -> None:
    users = typer.Typer(help="Accounts: add, list, change the password, deactivate.", no_args_is_help=True)
    users.command("add", help="Make an account.")(add)
    users.command("list", help="List all accounts.")(list_)
    users.command("passwd", help="Give a person a new password; ends all their sessions.")(passwd)
    users.command("reset-link", help="Make a one-time link by which a person chooses a new password.")(reset_link)
    users.command("deactivate", help="Let a person in no more; ends what they have open.")(deactivate)
    app.add_typer(users, name="user")


def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    password_stdin: PasswordStdin = False,
    home: HomeOption = None,
) -> None:
    from storage.passwords import hashed
    from storage.use_cases.accounts import add_user

    with open_workspace(home) as workspace:
        password, generated = _password(password_stdin)
        hashed_password = hashed(name, password)  # before the transaction: it takes a while
        with workspace.database.transaction() as session:
            user = add_user(
                session, actor=CONSOLE, name=name, role=role, password=hashed_password, must_change=generated
            )
        typer.echo(f"added {user.name} ({user.role.value})")
        _show_generated(password, generated)


def list_(home: HomeOption = None) -> None:
    from storage.use_cases.accounts import list_users

    with open_workspace(home) as workspace, workspace.database.reading() as session:
        users = list_users(session, actor=CONSOLE)
    if not users:
        say_first_user(home)
    width = max((len(user.name) for user in users), default=0)
    for user in users:
        typer.echo(f"{user.name:<{width}}  {user.role.value:<10}  {'active' if user.active else 'deactivated'}")


def passwd(name: Name, password_stdin: PasswordStdin = False, home: HomeOption = None) -> None:
    from storage.passwords import hashed
    from storage.use_cases.accounts import set_password, user_named

    with open_workspace(home) as workspace:
        with workspace.database.reading() as session:
            user = user_named(session, actor=CONSOLE, name=name)
        password, generated = _password(password_stdin)
        hashed_password = hashed(user.name, password)
        with workspace.database.transaction() as session:
            set_password(session, actor=CONSOLE, user_id=user.id, password=hashed_password, must_change=generated)
        typer.echo(f"{user.name} has a new password and must log in again")
        _show_generated(password, generated)


def reset_link(name: Name, home: HomeOption = None) -> None:
    from storage.use_cases.accounts import user_named
    from storage.use_cases.password_links import LIFETIME, make_password_link

    with open_workspace(home) as workspace, workspace.database.transaction() as session:
        user = user_named(session, actor=CONSOLE, name=name)
        link = make_password_link(session, actor=CONSOLE, user_id=user.id)
        typer.echo(f"for {user.name}, once, within {LIFETIME.days} days:")
        typer.echo(f"{workspace.settings.address}/reset?token={link.token}")


def deactivate(name: Name, home: HomeOption = None) -> None:
    from storage.use_cases.accounts import deactivate_user, user_named

    with open_workspace(home) as workspace, workspace.database.transaction() as session:
        user = user_named(session, actor=CONSOLE, name=name)
        deactivate_user(session, actor=CONSOLE, user_id=user.id)
    typer.echo(f"{user.name} is deactivated; what they had open ends now")


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether we made it: piped in, typed twice at a terminal, or made where nobody can type."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise InvalidInput("--password-stdin: standard input holds no password")
        return password, False
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password (empty: make one)", default="", hide_input=True, show_default=False)
        if typed:
            if typer.prompt("Once more", hide_input=True) != typed:
                raise InvalidInput("the two passwords differ")
            return typed, False
    return made_password(), True


def _show_generated(password: str, generated: bool) -> None:
    if generated:
        typer.echo(f"password, shown this once, and to be changed at the first log-in: {password}")
