"""The command line: one module a command (or family), each adding itself by `register`.

Heavy imports happen inside the commands, so that `--help` answers at once.
"""

import os
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from domain.errors import PosewrightError

COMMANDS = ("serve", "import_export", "user", "task", "report", "render", "backup", "move_in", "doctor")


class Program(TyperGroup):
    """Turns a broken rule into one line and exit code 2, whichever command met it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except PosewrightError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(2) from None
        except typer.BadParameter as error:
            # What an option's type says of a value that is none of its words begins with the exception's own name.
            error.message = error.message.removeprefix("Value error, ")
            raise


app = typer.Typer(
    cls=Program,
    name="posewright",
    help="A team labels the 3D pose of objects in photographs, live and together.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# NumPy reads it when it is imported, which the commands do. Its matrices are small here: threads that wait for each
# other's part of one take five times the work of one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

for command in COMMANDS:
    import_module(f"ui.cli.{command}").register(app)
