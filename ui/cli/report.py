"""`report` and `score`: what the labels are worth, and what models are worth against them."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import InvalidInput
from domain.permissions import CONSOLE
from ui.cli.workspace import HomeOption, open_workspace

if TYPE_CHECKING:
    from domain.intervals import Interval
    from storage.use_cases.agreement import Part


def register(app: typer.Typer) -> None:
    reports = typer.Typer(help="Reports: agreement, recount.", no_args_is_help=True)
    reports.command("agreement", help="How well people agree on a data set, and how long an object takes.")(agreement)
    reports.command("recount", help="Count active time and changes anew from the record of all work.")(recount_)
    app.add_typer(reports, name="report")
    app.command("score", help="A model's predictions against the labels, by category and in all.")(score_)


def agreement(
    dataset: Annotated[str, typer.Option(metavar="NAME", help="The data set.")],
    json_: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write all numbers as JSON too.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="People by name instead of by number, in the JSON.")] = False,
    home: HomeOption = None,
) -> None:
    from storage.use_cases.agreement import agreement_report
    from storage.use_cases.effort import ensure_counted

    with open_workspace(home) as workspace:
        with workspace.database.transaction() as session:
            ensure_counted(session)
        with workspace.database.reading() as session:
            report = agreement_report(session, actor=CONSOLE, dataset=dataset)
    whole = report.whole
    typer.echo(
        f"{report.dataset}: {whole.rotation.items} objects labelled by two or more of {len(report.people)} people, "
        f"{whole.rotation.pairs} pairs of labels; {whole.timed} of the labels timed"
    )
    header = ("", "objects", "within 30°", "within 10°", "median difference", "flips", "seconds per object")
    parts = [*report.categories.items(), ("all", whole)]
    _table([header, *(_agreement_row(name, part) for name, part in parts)])
    if not whole.rotation.items:
        typer.echo("Nobody shares an object with somebody else yet: give a task to a second person.", err=True)
    if json_ is not None:
        _write(json_, json.dumps(report.to_json(names=names), indent=1, allow_nan=False) + "\n")


def recount_(home: HomeOption = None) -> None:
    from storage.use_cases.effort import recount

    with open_workspace(home) as workspace, workspace.database.transaction() as session:
        events = recount(session, actor=CONSOLE)
    typer.echo(f"{events} gestures, saves and reviews counted")


def score_(
    predictions: Annotated[str, typer.Option(metavar="MODEL", help="The model_version of the predictions.")],
    dataset: Annotated[str, typer.Option(metavar="NAME", help="The data set.")],
    saved: Annotated[bool, typer.Option("--saved", help="Against what was saved, not only accepted labels.")] = False,
    json_: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the table as JSON.")] = None,
    csv_: Annotated[Path | None, typer.Option("--csv", metavar="OUT", help="Write the table as CSV.")] = None,
    home: HomeOption = None,
) -> None:
    from storage.use_cases.release import Only
    from storage.use_cases.scoring import score
    from ui.actions.score_files import scored_csv, scored_json

    with open_workspace(home) as workspace, workspace.database.reading() as session:
        scored = score(
            session,
            actor=CONSOLE,
            dataset=dataset,
            model_version=predictions,
            only=Only.SAVED if saved else Only.ACCEPTED,
        )
    typer.echo(
        f"{scored.model_version} on {scored.dataset}: {scored.labels} {scored.only.value} labels, {scored.missing} "
        f"of them without a prediction; release {scored.release or 'none yet'}, {scored.at:%Y-%m-%d}"
    )
    header = ("", "objects", "acc π/6", "acc π/18", "median", "without symmetry", "model", "flips")
    parts = [*scored.categories.items(), ("all", scored.whole)]
    rows = [
        (
            name,
            str(part.n),
            _percent(part.acc_pi_6),
            _percent(part.acc_pi_18),
            _span(part.median_degrees, "°"),
            _share(part.plain_acc_pi_6, 1),
            _share(part.model_right, 0),
            _share(part.flips, 1),
        )
        for name, part in parts
    ]
    _table([header, *rows])
    if json_ is not None:
        _write(json_, json.dumps(scored_json(scored), indent=1, allow_nan=False) + "\n")
    if csv_ is not None:
        _write(csv_, scored_csv([scored]), newline="")


def _agreement_row(name: str, part: "Part") -> tuple[str, ...]:
    return (
        name,
        str(part.rotation.items),
        _percent(part.rotation.within),
        _percent(part.within_10),
        _span(part.rotation.median_degrees, "°"),
        str(part.rotation.flips),
        _span(part.median_seconds, " s"),
    )


def _percent(interval: "Interval") -> str:
    if interval.value != interval.value:
        return "-"
    return f"{interval.value:.1%} ({interval.low:.0%} to {interval.high:.0%})"


def _share(value: float, digits: int) -> str:
    return "-" if value != value else f"{value:.{digits}%}"


def _span(interval: "Interval", unit: str) -> str:
    if interval.value != interval.value:
        return "-"
    return f"{interval.value:.1f}{unit} ({interval.low:.1f} to {interval.high:.1f})"


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.ljust(width) if not n else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _write(path: Path, text: str, *, newline: str | None = None) -> None:
    """`newline` as `open` takes it: CSV brings line ends of its own."""
    try:
        path.write_text(text, encoding="utf-8", newline=newline)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}") from None
