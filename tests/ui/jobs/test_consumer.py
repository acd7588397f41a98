"""Work survives the end of the process that does it, and what is cancelled leaves nothing behind."""

import subprocess
import sys

from domain.jobs import JobState
from storage.tables import CadModel, Category, Dataset, Image, ImportedLabel, Item, JobPart
from tests.server import ROOT
from tests.storage.formats.folders import record, released, write_labels, write_photo
from tests.ui.jobs.conftest import Home

PHOTOS = 100
TABLES = (Dataset, Category, CadModel, Image, Item, ImportedLabel)


def big(home: Home) -> str:
    """A data set that takes a few seconds to import."""
    root = released(home.incoming / "big")
    for number in range(2, PHOTOS):
        write_photo(root / f"images/car/p{number}.JPEG", shade=number % 250)
        write_labels(root / f"annotations/car/p{number}.npz", record(number % 7, bbox=[4.5, 3.25, 60.0, 44.0]))
    return str(root)


def test_an_import_that_is_killed_in_the_middle_is_completed_and_not_doubled(home: Home) -> None:
    job_id = home.start("import_dataset", place=big(home), dataset="big")
    with home.consumer() as process:
        home.wait(job_id, lambda job: job.phase == "import" and job.done > 10)
        process.kill()
        process.wait()
    partly = home.counts(Image)["Image"]
    assert 0 < partly < PHOTOS
    assert home.job(job_id).state is JobState.RUNNING
    with home.consumer():
        job = home.wait(job_id, lambda job: not job.unfinished)
    assert (job.state, job.attempts, job.message) == (JobState.DONE, 2, "")
    assert home.counts(*TABLES) == {
        "Dataset": 1,
        "Category": 1,
        "CadModel": 2,
        "Image": PHOTOS,
        "Item": PHOTOS + 2,
        "ImportedLabel": PHOTOS + 2,
    }
    assert (job.done, job.total) == (PHOTOS + 2, PHOTOS + 2)
    assert home.counts(JobPart) == {"JobPart": 0}
    assert job.result["counts"]["photos, unchanged"] >= partly


def test_a_cancelled_import_leaves_nothing_also_of_an_attempt_that_was_killed(home: Home) -> None:
    job_id = home.start("import_dataset", place=big(home), dataset="big")
    with home.consumer() as process:
        home.wait(job_id, lambda job: job.phase == "import" and job.done > 5)
        process.kill()
        process.wait()
    assert home.counts(Image)["Image"] > 0
    with home.consumer():
        home.wait(job_id, lambda job: job.attempts == 2 and job.done > 5)
        home.cancel(job_id)
        job = home.wait(job_id, lambda job: not job.unfinished)
    assert job.state is JobState.CANCELLED
    assert set(home.counts(*TABLES, JobPart).values()) == {0}
    assert not home.paths.work(job_id).exists()


def test_the_consumer_knows_nothing_of_pages() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", "import ui.jobs.consumer, ui.jobs.photos, sys; print('nicegui' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "False"
