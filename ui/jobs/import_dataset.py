"""`import_dataset`: an archive or a folder in any layout of ImageNet3D.

Parameters: `upload` or `place` (`ui.jobs.sources`), `dataset`, `labels_as`, `predictions` (a folder inside, or empty:
`predictions` where there is one).
"""

from meshes.limited import MeshChecker
from storage.formats.imagenet3d.objects import LabelsAs
from storage.use_cases.job_work import ClaimedJob
from ui.actions.import_imagenet3d import ImportReport, import_imagenet3d
from ui.jobs.context import Outcome, Progress, Workshop
from ui.jobs.lighten import lighten_later
from ui.jobs.sources import folder_inside, opened

PREDICTIONS = "predictions"


def import_dataset(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Raises what `import_imagenet3d` and `opened` raise."""
    given = job.parameters
    with opened(workshop, job.id, given, progress, categories=True) as folder, MeshChecker() as checker:
        named = str(given.get("predictions") or "")
        guessed = PREDICTIONS if (folder / PREDICTIONS).is_dir() else ""
        progress.phase("import")
        report = import_imagenet3d(
            database=workshop.database,
            images=workshop.images,
            cad_files=workshop.cad_files,
            folder=folder,
            dataset=str(given["dataset"]),
            predictions=folder_inside(folder, named or guessed) if named or guessed else None,
            labels_as=LabelsAs(given.get("labels_as", LabelsAs.ANNOTATIONS)),
            actor=job.actor,
            progress=progress.step,
            on_skipped=progress.left_out,
            note_made=progress.made,
            check_mesh=checker.check,
        )
    with workshop.database.transaction() as session:
        lighten_later(session, actor=job.actor, dataset=report.dataset)
    return outcome_of(report)


def outcome_of(report: ImportReport) -> Outcome:
    findings = [("left out", finding.where, finding.reason) for finding in report.skipped]
    findings += [("look at it", finding.where, finding.reason) for finding in report.warnings]
    counts = {
        f"{what}, {outcome.value}": number
        for what, outcomes in report.counts.items()
        for outcome, number in sorted(outcomes.items())
    }
    return Outcome(
        result={
            "dataset": report.dataset,
            "layout": report.layout.value,
            "counts": counts,
            "left_out": len(report.skipped),
            "warnings": len(report.warnings),
            "usable": report.usable,
        },
        findings=tuple(findings),
    )
