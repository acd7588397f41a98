"""One piece of work from its claim to its end, whichever end that is."""

import shutil
from collections.abc import Callable
from importlib import import_module
from typing import Final, Protocol

from domain.errors import PosewrightError
from domain.jobs import JobState
from storage.record import acting_from
from storage.use_cases.job_work import ClaimedJob, claim_job, finish_job, take_back
from ui.jobs.context import JobCancelled, Outcome, Progress, Workshop
from ui.jobs.report import write_report
from ui.logs import about, log, report

MODULES: Final = {
    "import_dataset": "ui.jobs.import_dataset",
    "preview_photos": "ui.jobs.photos",
    "import_photos": "ui.jobs.photos",
    "export_dataset": "ui.jobs.export_dataset",
    "lighten": "ui.jobs.lighten",
    "back_up": "ui.jobs.back_up",
    "restore": "ui.jobs.restore",
}
"""Where each kind is done, by a function of its name: imported when one comes."""


class Work(Protocol):
    def __call__(self, workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome: ...


def run_job(workshop: Workshop, job_id: int, *, give_up: Callable[[], None]) -> JobState | None:
    """Does the work, unless somebody else does or it is over; returns how it ended."""
    with workshop.database.transaction() as session:
        job = claim_job(session, job_id=job_id, worker=workshop.worker)
    if job is None:
        return None
    with about(item=f"job {job.id}"), acting_from(job.address):
        log.info("%s begins", job.kind)
        try:
            state = _cancelled(workshop, job) if job.cancelling else _run(workshop, job, give_up)
        finally:
            shutil.rmtree(workshop.paths.work(job.id), ignore_errors=True)
        log.info("%s is %s", job.kind, state.value)
        return state


def _run(workshop: Workshop, job: ClaimedJob, give_up: Callable[[], None]) -> JobState:
    try:
        shutil.rmtree(workshop.paths.work(job.id), ignore_errors=True)  # of an attempt that was cut off
        work: Work = getattr(import_module(MODULES[job.kind]), job.kind)
        with Progress(workshop, job, give_up) as progress:
            outcome = work(workshop, job, progress)
            progress.check()
    except JobCancelled:
        return _cancelled(workshop, job)
    except PosewrightError as error:
        return _failed(workshop, job, error.code, str(error))
    except Exception as error:  # noqa: BLE001 - the next piece of work must not suffer for this one
        return _failed(workshop, job, "unexpected", report(error, f"work {job.id} ({job.kind})"))
    path = workshop.paths.report(job.id)
    write_report(path, outcome)
    with workshop.database.transaction() as session:
        ended = finish_job(
            session,
            job_id=job.id,
            worker=workshop.worker,
            state=JobState.DONE,
            result=outcome.result,
            report=path.name,
        )
    return JobState.DONE if ended else JobState.CANCELLED


def _failed(workshop: Workshop, job: ClaimedJob, code: str, message: str) -> JobState:
    log.warning("%s: %s", job.kind, message)
    with workshop.database.transaction() as session:
        finish_job(
            session,
            job_id=job.id,
            worker=workshop.worker,
            state=JobState.FAILED,
            error_code=code,
            message=message,
        )
    return JobState.FAILED


def _cancelled(workshop: Workshop, job: ClaimedJob) -> JobState:
    """Takes back what was made, a little at a time, so that nobody waits for the database meanwhile."""
    gone = stays = 0
    done = False
    while not done:
        with workshop.database.transaction() as session:
            back, kept, done = take_back(session, job_id=job.id)
        gone, stays = gone + back, stays + kept
    shutil.rmtree(workshop.paths.results(job.id), ignore_errors=True)
    with workshop.database.transaction() as session:
        finish_job(
            session,
            job_id=job.id,
            worker=workshop.worker,
            state=JobState.CANCELLED,
            result={"taken_back": gone, "stays": stays},
        )
    return JobState.CANCELLED
