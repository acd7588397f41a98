"""What a command works with: the home's files and its database, brought up to date. No server, no renderer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storage.cad_files import CadFiles
    from storage.database import Database
    from storage.images import ImageStore
    from ui.settings import Settings

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of the installation: database, images, cache, secret. Else POSEWRIGHT_HOME, else ./workspace.",
    ),
]

FIRST_USER = "python main.py user add NAME --role admin"
"""What to type where nobody has an account yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An installation, opened by a command."""

    settings: "Settings"
    database: "Database"
    images: "ImageStore"
    cad_files: "CadFiles"


@contextmanager
def open_workspace(home: Path | None) -> Iterator[Workspace]:
    """Raises SettingsRefused where the settings or the home cannot be used."""
    from storage.cad_files import CadFiles
    from storage.database import Database
    from storage.images import ImageStore
    from ui.settings import load_settings, prepare_home

    settings = load_settings(home=home)
    prepare_home(settings)
    database = Database(settings.database)
    try:
        database.migrate()
        yield Workspace(
            settings=settings,
            database=database,
            images=ImageStore(settings.images_directory),
            cad_files=CadFiles(settings.cad_directory),
        )
    finally:
        database.close()


def say_first_user(home: Path | None) -> None:
    """Beside the command's own output: programs read that."""
    typer.echo(f"Nobody has an account yet. First:\n\n    {FIRST_USER}{home_argument(home)}", err=True)


def home_argument(home: Path | None) -> str:
    """` --home DIR` for a line that is to be typed, where one was given."""
    return f" --home {home}" if home else ""
