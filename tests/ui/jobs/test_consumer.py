"""Work survives the end of the process that does it, and what is cancelled leaves nothing behind."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from domain.jobs import JobState
from storage.tables import CadModel, Category, Dataset, Image, ImportedLabel, Item, JobPart
from storage.use_cases.job_work import claim_job, release_jobs
from tests.server import ROOT
from tests.storage.formats.folders import record, released, write_labels, write_photo
from tests.ui.jobs.conftest import PATIENCE_S, Home
from ui.jobs.context import Progress
from ui.jobs.run import run_job

PHOTOS = 90
TABLES = (Dataset, Category, CadModel, Image, Item, ImportedLabel)
WHOLE = {
    "Dataset": 1,
    "Category": 1,
    "CadModel": 2,
    "Image": PHOTOS,
    "Item": PHOTOS + 2,
    "ImportedLabel": PHOTOS + 2,
}


def big(home: Home, name: str = "big", photos: int = PHOTOS) -> str:
    """A data set that takes a second or more to import."""
    root = released(home.incoming / name)
    for number in range(2, photos):
        write_photo(root / f"images/car/p{number}.JPEG", shade=number % 250)
        write_labels(root / f"annotations/car/p{number}.npz", record(number % 7, bbox=[4.5, 3.25, 60.0, 44.0]))
    return str(root)


def test_what_is_killed_in_the_middle_is_completed_once_and_what_is_cancelled_leaves_nothing(home: Home) -> None:
    job_id = home.start("import_dataset", place=big(home), dataset="big")
    with home.consumer() as process:
        home.wait(job_id, lambda job: home.counts(JobPart)["JobPart"] > 5)
        process.kill()
        process.wait()
    partly = home.counts(Image)["Image"]
    assert 0 < partly < PHOTOS
    assert home.job(job_id).state is JobState.RUNNING
    with home.consumer():
        job = home.wait(job_id, lambda job: not job.unfinished)
        assert (job.state, job.attempts, job.message) == (JobState.DONE, 2, "")
        assert home.counts(*TABLES) == WHOLE
        assert (job.done, job.total) == (PHOTOS + 2, PHOTOS + 2)
        assert job.result["counts"]["photos, unchanged"] >= partly

        other = home.start("import_dataset", place=big(home, "bigger", 3 * PHOTOS), dataset="other")
        home.send(other)
        home.wait(other, lambda job: home.counts(JobPart)["JobPart"] > 5)
        home.cancel(other)
        cancelled = home.wait(other, lambda job: not job.unfinished)
    assert (cancelled.state, cancelled.result["stays"]) == (JobState.CANCELLED, 0)
    assert cancelled.result["taken_back"] > 5
    assert home.counts(*TABLES) == WHOLE
    assert home.counts(JobPart) == {"JobPart": 0}
    assert not home.paths.work(other).exists()


def test_a_cancellation_takes_back_what_an_attempt_before_has_made_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = home.start("import_dataset", place=big(home, photos=20), dataset="big")

    class CutOff(Progress):
        def step(self, done: int, total: int, what: str = "") -> None:
            if done == 10:
                raise SystemExit
            super().step(done, total, what)

    class Cancelling(Progress):
        def step(self, done: int, total: int, what: str = "") -> None:
            if done == 15:
                home.cancel(job_id)
                self._stop.set()
            super().step(done, total, what)

    monkeypatch.setattr("ui.jobs.run.Progress", CutOff)
    with pytest.raises(SystemExit):
        run_job(home.workshop, job_id, give_up=lambda: None)
    assert home.counts(Image) == {"Image": 8}
    with home.database.transaction() as session:
        release_jobs(session, worker=home.workshop.worker)
    monkeypatch.setattr("ui.jobs.run.Progress", Cancelling)
    run_job(home.workshop, job_id, give_up=lambda: None)
    job = home.job(job_id)
    assert (job.state, job.attempts) == (JobState.CANCELLED, 2)
    assert set(home.counts(*TABLES, JobPart).values()) == {0}


def test_a_step_that_does_not_end_is_cut_off_and_the_next_process_brings_the_cancellation_about(home: Home) -> None:
    job_id = home.start("import_dataset", place="x", dataset="x")
    with home.database.transaction() as session:
        job = claim_job(session, job_id=job_id, worker="here")
    assert job is not None
    given_up = threading.Event()
    with Progress(home.workshop, job, given_up.set):
        home.cancel(job_id)
        assert given_up.wait(PATIENCE_S)
    assert home.job(job_id).state is JobState.CANCELLING
    with home.database.transaction() as session:
        release_jobs(session, worker="here")
    run_job(replace(home.workshop, worker="there"), job_id, give_up=lambda: None)
    assert home.job(job_id).state is JobState.CANCELLED


def test_the_consumer_knows_nothing_of_pages() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", "import ui.jobs.consumer, ui.jobs.photos, sys; print('nicegui' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "False"
