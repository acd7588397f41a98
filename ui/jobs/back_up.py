"""`back_up`: a backup into the home's own folder. Parameter `with_secret`: whether the signing key goes in."""

from storage.use_cases.job_work import ClaimedJob
from ui.actions.backups import BackupFolder, make_backup
from ui.jobs.context import Outcome, Progress, Workshop
from ui.settings import signing_secret


def back_up(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Raises what `make_backup` raises."""
    settings = workshop.settings
    made = make_backup(
        database=workshop.database,
        home=settings.home,
        target=BackupFolder(settings.home).new_path(),
        secret=signing_secret(settings) if job.parameters.get("with_secret") else None,
        actor=job.actor,
        progress=progress.tell,
    )
    return Outcome(
        result={
            "archive": made.path.name,
            "size": made.size,
            "counts": {"photos": made.manifest.images, "CAD models": made.manifest.cad_models},
            "left_out": len(made.manifest.missing),
        },
        findings=tuple(
            ("missing or damaged", name, "not on the disk as it was put there") for name in made.manifest.missing
        ),
    )
