"""`move-in`: people, tasks and answers of the old ImageNet3D Flask app."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.import_export import ProgressLine
from ui.cli.workspace import HomeOption, open_workspace

if TYPE_CHECKING:
    from ui.actions.move_in import MoveInReport

SHOWN_FINDINGS = 500

HELP = """Move in from the old ImageNet3D Flask app.

OLD_APP_DIR is its folder, with the database and the folder of images/, annotations/ and annotations_new/ in it or
below; --database and --data name them where they lie elsewhere. Nothing there is changed or run. Repeating it doubles
nothing. What cannot come is listed with the reason; docs/move-in.md says how the old database is read.
"""


def register(app: typer.Typer) -> None:
    app.command("move-in", help=HELP)(move_in_)


def move_in_(
    folder: Annotated[Path, typer.Argument(metavar="OLD_APP_DIR", help="The old app's folder.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come; write nothing.")] = False,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="The data set to fill; else named like the data folder.")
    ] = None,
    database: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its SQLite file; else the one that was written last.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder with images/ and annotations/; else looked for.")
    ] = None,
    home: HomeOption = None,
) -> None:
    from ui.actions.move_in import move_in
    from ui.cli.passwords import made_password

    with open_workspace(home) as workspace, ProgressLine("moving in") as line:
        report = move_in(
            database=workspace.database,
            images=workspace.images,
            cad_files=workspace.cad_files,
            folder=folder.expanduser(),
            make_password=made_password,
            dataset=dataset,
            old_database=database,
            data=data,
            dry_run=dry_run,
            progress=line.show,
        )
    _show(report)


def _show(report: "MoveInReport") -> None:
    places = report.places
    typer.echo(f"database {places.database}")
    for other in places.others:
        typer.echo(f"  not read, an older copy: {other}")
    typer.echo(f"photos and answers {places.data}, data set {report.dataset!r}")
    typer.echo("would come:" if report.dry_run else "came:")
    for imported in report.imported:
        for what, outcomes in imported.counts.items():
            counted = ", ".join(f"{count} {outcome.value}" for outcome, count in sorted(outcomes.items()))
            typer.echo(f"  {what}: {counted}")
    for what in dict.fromkeys((*report.new, *report.known)):
        if report.new[what] or report.known[what]:
            here = f", {report.known[what]} here already" if report.known[what] else ""
            typer.echo(f"  {what}: {report.new[what]}{here}")
    for what, count in sorted(report.left_behind.items()):
        typer.echo(f"left behind: {count} {what}; there is no place for them (docs/move-in.md)")
    findings = [*report.left_out, *(finding for imported in report.imported for finding in imported.skipped)]
    doubts = [finding for imported in report.imported for finding in imported.warnings]
    for title, listed in (("could not come", findings), ("came, but look at them", doubts)):
        if listed:
            typer.echo(f"{len(listed)} {title}:", err=True)
        for finding in listed[:SHOWN_FINDINGS]:
            typer.echo(f"  {finding.where}: {finding.reason}", err=True)
        if len(listed) > SHOWN_FINDINGS:
            typer.echo(f"  and {len(listed) - SHOWN_FINDINGS} more", err=True)
    if report.passwords:
        width = max(len(name) for name in report.passwords)
        typer.echo("\ntemporary passwords, shown this once; each must be changed at the first log-in:")
        for name, password in report.passwords.items():
            typer.echo(f"  {name:<{width}}  {password}")
