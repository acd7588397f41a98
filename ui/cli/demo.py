"""The first start of an empty installation: builds the demo workspace and says how to log in."""

import sys
from typing import TYPE_CHECKING

import typer

from ui.cli.passwords import made_password

if TYPE_CHECKING:
    from ui.services import Services


def build_first_demo(services: "Services") -> None:
    """Prints the accounts once it is there; passwords that were made here are shown this one time."""
    from domain.permissions import CONSOLE
    from storage.passwords import check_password_rules
    from ui.actions.demo import ACCOUNTS, DATASET, build_demo
    from ui.jobs.lighten import lighten_later

    given = services.settings.demo_password
    passwords = {name: given.get_secret_value() if given else made_password() for name in ACCOUNTS}
    for name, password in passwords.items():
        check_password_rules(name, password)  # at once, not after the photos
    typer.echo("First start: building the demo workspace. This happens once, and takes 20 s to 2 min.")
    progress = _Progress()
    built = build_demo(
        database=services.database,
        images=services.images,
        cad_files=services.cad_files,
        passwords=passwords,
        report=progress.show,
    )
    progress.done()
    with services.database.transaction() as session:
        lighten_later(session, actor=CONSOLE, dataset=DATASET)
    typer.echo(
        f"{built.items} items on {built.photos} photos in {built.tasks} tasks, "
        f"{built.cad_models} CAD models of {built.categories} categories"
    )
    shown = dict.fromkeys(ACCOUNTS, "(POSEWRIGHT_DEMO_PASSWORD)") if given else passwords
    typer.echo(_box(f"Log in at {services.settings.address} as one of", shown, shown_once=not given))


class _Progress:
    """One line that is written over at a terminal; silent in a file, which needs only the outcome."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._width = 0

    def show(self, line: str) -> None:
        if self._terminal:
            self._width = max(self._width, len(line))
            typer.echo(f"\r  {line:<{self._width}}", nl=False)

    def done(self) -> None:
        if self._terminal and self._width:
            typer.echo(f"\r{'':<{self._width + 2}}\r", nl=False)


def _box(title: str, accounts: dict[str, str], *, shown_once: bool) -> str:
    lines = [title, "", *(f"  {name:<12} {password}" for name, password in accounts.items())]
    if shown_once:
        lines += ["", "These passwords are shown this once. `user passwd NAME` gives a new one."]
    width = max(len(line) for line in lines)
    rule = "+" + "-" * (width + 4) + "+"
    return "\n".join(["", rule, *(f"|  {line:<{width}}  |" for line in lines), rule, ""])
