"""`backup` and `restore`: everything that cannot be made again, in one archive, and back from it."""

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.import_export import ProgressLine
from ui.cli.workspace import HomeOption, open_workspace

BACKUP_HELP = """Write a backup: the database, photos and CAD models, in one archive that is read again at the end.

People may go on working: the archive holds one moment of the database, and everything that was saved before the
command began. It holds everybody's answers and the hashes of their passwords: keep it where only you can read it.
"""

RESTORE_HELP = """Restore a backup into a new home, or in place of the present one.

Everything is unpacked, compared with the archive's own list and brought up to date beside the home, before anything
that is there is touched. Stop the server first. Everybody logs in again afterwards.
"""


def register(app: typer.Typer) -> None:
    app.command("backup", help=BACKUP_HELP)(backup)
    app.command("restore", help=RESTORE_HELP)(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as posewright.zip.")],
    with_secret: Annotated[
        bool,
        typer.Option(
            "--with-secret",
            help="Put the key in that signs log-ins. Only needed to keep people logged in after a move; whoever "
            "has it can make log-ins of their own.",
        ),
    ] = False,
    home: HomeOption = None,
) -> None:
    from ui.actions.backups import make_backup
    from ui.settings import signing_secret

    with open_workspace(home) as workspace, ProgressLine("backing up") as line:
        made = make_backup(
            database=workspace.database,
            home=workspace.settings.home,
            target=file.expanduser().absolute(),
            secret=signing_secret(workspace.settings) if with_secret else None,
            progress=lambda phase, done, total: line.show(done, total, PHASES.get(phase, phase)),
        )
    manifest = made.manifest
    typer.echo(
        f"{made.path}: {made.size / 2**20:.1f} MiB, {manifest.images} photos and {manifest.cad_models} CAD models, "
        f"tables of migration {manifest.revision}; read again and whole"
    )
    if manifest.missing:
        typer.echo(f"{len(manifest.missing)} files were missing or damaged on the disk and are not in it:", err=True)
        for name in manifest.missing[:50]:
            typer.echo(f"  {name}", err=True)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Where there is work already: keep it aside and take its place.")
    ] = False,
    home: HomeOption = None,
) -> None:
    from storage.backup.restoring import restore_backup
    from storage.errors import RestoreRefused
    from ui.settings import load_settings

    settings = load_settings(home=home)
    if settings.database_url:
        raise RestoreRefused(
            "DATABASE_URL names the database of this installation, and a backup is restored into a home of its own: "
            "leave DATABASE_URL out (PostgreSQL is restored with pg_restore; docs/operations.md says how)"
        )
    with ProgressLine("restoring") as line:
        done = restore_backup(
            file.expanduser(),
            settings.home,
            replace=replace,
            progress=lambda phase, done, total: line.show(done, total, PHASES.get(phase, phase)),
        )
    manifest = done.manifest
    typer.echo(
        f"{done.home} holds the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC: {manifest.images} photos, "
        f"{manifest.cad_models} CAD models, tables of migration {done.revision}"
        + (f" (brought up from {manifest.revision})" if done.revision != manifest.revision else "")
    )
    if done.aside:
        typer.echo(f"what was there before is kept in {done.aside}")
    if manifest.missing:
        typer.echo(f"{len(manifest.missing)} photos or CAD models were missing already when it was made", err=True)


PHASES = {"database": "database", "files": "photos and CAD models", "checking": "reading it again"}
