"""The report of a piece of work: a CSV with what was counted, and a line for each file that was left out."""

from pathlib import Path

from storage.formats.csv_text import csv_text
from ui.jobs.context import Outcome

HEAD = ("what", "file", "detail")


def write_report(path: Path, outcome: Outcome) -> None:
    """Whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    counted = [("counted", name, str(number)) for name, number in outcome.result.get("counts", {}).items()]
    part = path.with_suffix(".part")
    part.write_text(csv_text(HEAD, [*counted, *outcome.findings]), encoding="utf-8", newline="")
    part.replace(path)
