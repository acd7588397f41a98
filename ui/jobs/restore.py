"""`restore`: unpacks and checks a backup beside the present state, which it does not touch. Parameter `archive`: the
backup's name. Putting it in place is the server's (`ui.restoring`), at its next start."""

from storage.backup.in_place import drop, prepare
from storage.use_cases.backups import check_may_back_up
from storage.use_cases.job_work import ClaimedJob
from ui.actions.backups import BackupFolder
from ui.jobs.context import Outcome, Progress, Workshop


def restore(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Raises NotFound, NotAllowed, and what `prepare` raises."""
    home = workshop.settings.home
    archive = BackupFolder(home).path(str(job.parameters.get("archive", "")))
    _check_right(workshop, job)
    manifest = prepare(archive, home, progress=progress.tell)
    try:
        progress.check()
        _check_right(workshop, job)
    except BaseException:
        drop(home)
        raise
    return Outcome(
        result={"archive": archive.name, "counts": {"photos": manifest.images, "CAD models": manifest.cad_models}}
    )


def _check_right(workshop: Workshop, job: ClaimedJob) -> None:
    """Before and after: whoever ordered it may have lost the right while it was checked."""
    with workshop.database.reading() as session:
        check_may_back_up(session, actor=job.actor)
