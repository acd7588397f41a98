"""`import` and `export`: data sets into the installation and out of it."""

import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storage.exports import export_formats
from storage.exports.format import ExportFormat
from ui.cli.workspace import FIRST_USER, HomeOption, home_argument, open_workspace

if TYPE_CHECKING:
    from collections import Counter

    from storage.record import Outcome
    from ui.actions.import_imagenet3d import Finding, ImportReport
    from ui.actions.write_export import Choice

SHOWN_FINDINGS = 200
"""Lines of left-out files that are printed; beyond them the count says enough."""


class LabelsAs(StrEnum):
    """The choices of `--labels-as`, written down here so that `--help` need not load the importer."""

    ANNOTATIONS = "annotations"
    GOLD = "gold"
    PREDICTIONS = "predictions"
    IGNORE = "ignore"


class Only(StrEnum):
    SAVED = "saved"
    ACCEPTED = "accepted"


def register(app: typer.Typer) -> None:
    importing = typer.Typer(help="Bring a data set in: imagenet3d.", no_args_is_help=True)
    importing.command("imagenet3d", help=IMPORT_HELP)(import_)
    importing.callback()(_several)
    formats = export_formats()
    exporting = typer.Typer(help=f"Get a data set out: {', '.join(formats)}.", no_args_is_help=True)
    for each in formats.values():
        exporting.command(each.name, help=EXPORT_HELP % {"title": each.title})(_export_command(each))
    exporting.callback()(_several)
    app.add_typer(importing, name="import")
    app.add_typer(exporting, name="export")


def _several() -> None:
    """The format's name stays part of the command, although there is only one format yet."""


IMPORT_HELP = """Import an ImageNet3D folder.

DIR may have the released layout (images/ annotations/ lists/ CAD/), photos and npz files side by side in
<category>/, or the Flask app's with annotations_new/. It is recognised by itself. Nothing in DIR is changed or run.

Repeating an import changes nothing that is there already, and completes one that was cut off. Files that cannot be
used are left out and listed with the reason.
"""

EXPORT_HELP = """Export a data set as %(title)s.

OUT must be new or empty. Each object goes out once: its adjudicated answer, else its accepted one, else the one saved
by the first person who had it, else the imported label as it was read. manifest.json says which, by whom, and of
which revision. The pose of a gold item is never exported, only what people answered to it.
"""


def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The data set's folder.", show_default=False)],
    predictions: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Poses by a model, <category>/<name>.npz, with model_version and score."),
    ] = None,
    labels_as: Annotated[
        LabelsAs,
        typer.Option(help="What the labels become: starting answers, hidden gold, predictions, or nothing."),
    ] = LabelsAs.ANNOTATIONS,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="The data set to fill; else named like the folder.")
    ] = None,
    home: HomeOption = None,
) -> None:
    from domain.permissions import CONSOLE
    from storage.formats.imagenet3d.objects import LabelsAs as Labels
    from storage.use_cases.accounts import count_users
    from ui.actions.import_imagenet3d import import_imagenet3d
    from ui.jobs.lighten import lighten_later

    with open_workspace(home) as workspace, ProgressLine("importing") as line:
        report = import_imagenet3d(
            database=workspace.database,
            images=workspace.images,
            cad_files=workspace.cad_files,
            folder=folder,
            dataset=dataset or folder.resolve().name,
            predictions=predictions,
            labels_as=Labels(labels_as),
            progress=line.show,
        )
        with workspace.database.reading() as session:
            nobody = not count_users(session)
        if report.usable:
            with workspace.database.transaction() as session:  # a server that runs, or the next one, will do it
                lighten_later(session, actor=CONSOLE, dataset=report.dataset)
    _show_import(report)
    if not report.usable:
        raise typer.Exit(2)
    if nobody:
        typer.echo(f"Nobody has an account yet. Next:\n\n    {FIRST_USER}{home_argument(home)}")


def _export_command(format: ExportFormat) -> Callable[..., None]:
    """`export NAME` of one format."""
    layouts = " or ".join(f"{each.name} ({each.title.removeprefix(f'{each.name}: ')})" for each in format.layouts)
    layout_option = typer.Option(
        metavar="|".join(each.name for each in format.layouts),
        help=f"How files are laid out: {layouts}.",
        hidden=len(format.layouts) < 2,
    )

    def export(
        out: Annotated[Path, typer.Argument(metavar="OUT", help="A new or empty folder.", show_default=False)],
        dataset: Annotated[
            str | None, typer.Option(metavar="NAME", help="The data set; may be left out where there is only one.")
        ] = None,
        only: Annotated[
            Only | None, typer.Option(help="Only what people saved, or only what was accepted.", show_default="all")
        ] = None,
        layout: Annotated[str, layout_option] = format.layouts[0].name,
        without_gold: Annotated[bool, typer.Option("--without-gold", help="Leave gold items out.")] = False,
        all_answers: Annotated[
            bool,
            typer.Option(
                "--all-answers", help="Add answers.jsonl: all answers and predictions, with authors and times."
            ),
        ] = False,
        home: HomeOption = None,
    ) -> None:
        from storage.use_cases.release import Only as Chosen
        from ui.actions.write_export import Choice

        choice = Choice(
            only=Chosen(only) if only else None,
            format=format.name,
            layout=layout,
            without_gold=without_gold,
            all_answers=all_answers,
        )
        _export(out, dataset, choice, home)

    return export


def _export(out: Path, dataset: str | None, choice: "Choice", home: Path | None) -> None:
    from ui.actions.write_export import write_export

    with open_workspace(home) as workspace, ProgressLine("exporting") as line:
        report = write_export(
            database=workspace.database,
            images=workspace.images,
            cad_files=workspace.cad_files,
            target=out,
            dataset=dataset,
            choice=choice,
            progress=line.show,
        )
    typer.echo(f"{report.release}: {report.objects} objects in {report.photos} photos written to {out}")
    for reason, count in sorted(report.left_out.items()):
        typer.echo(f"  {count} left out: {reason}")


class ProgressLine:
    """One line on a terminal that says how far it is; nothing where output goes to a file."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._percent = -1

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *error: object) -> None:
        if self._percent >= 0:
            sys.stderr.write("\r\x1b[K")

    def show(self, done: int, total: int, name: str) -> None:
        percent = 100 * done // max(total, 1)
        if sys.stderr.isatty() and percent != self._percent:
            self._percent = percent
            sys.stderr.write(f"\r\x1b[K{self._what} {percent:3d} %  {done}/{total}  {name[-60:]}")
            sys.stderr.flush()


def _show_import(report: "ImportReport") -> None:
    typer.echo(f"data set {report.dataset!r} from a folder in the {report.layout} layout")
    for what, outcomes in report.counts.items():
        typer.echo(f"  {what}: {_counted(outcomes)}")
    _show_findings("left out", report.skipped)
    _show_findings("imported, but look at them", report.warnings)
    if not report.usable:
        typer.echo("nothing could be imported", err=True)


def _counted(outcomes: "Counter[Outcome]") -> str:
    return ", ".join(f"{count} {outcome.value}" for outcome, count in sorted(outcomes.items()))


def _show_findings(title: str, findings: "Sequence[Finding]") -> None:
    if findings:
        typer.echo(f"{len(findings)} {title}:", err=True)
    for finding in findings[:SHOWN_FINDINGS]:
        typer.echo(f"  {finding.where}: {finding.reason}", err=True)
    if len(findings) > SHOWN_FINDINGS:
        typer.echo(f"  and {len(findings) - SHOWN_FINDINGS} more", err=True)
