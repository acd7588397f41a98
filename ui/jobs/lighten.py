"""`lighten`: makes the lighter meshes of a data set, so that the first drag of each model is a light one already.

Parameter: `dataset`. Each mesh is a process of its own at the lowest priority (`rendering.lighten`).
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from rendering.request import FEWEST_FACES_TO_LIGHTEN
from rendering.worker_process import ROOT, child_environment
from storage.database import Session
from storage.use_cases.job_work import ClaimedJob, heavy_models
from ui.jobs.context import Outcome, Progress, Workshop

LOOK_PAUSE_S = 0.2
LONGEST_S = 900.0


def anything_heavy(session: Session, dataset: str) -> bool:
    return bool(heavy_models(session, dataset=dataset, faces=FEWEST_FACES_TO_LIGHTEN))


def lighten(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """What cannot be made lighter is drawn as it is: no model fails the work."""
    dataset = str(job.parameters["dataset"])
    with workshop.database.reading() as session:
        files = heavy_models(session, dataset=dataset, faces=FEWEST_FACES_TO_LIGHTEN)
    progress.phase("lighten", len(files))
    cache = workshop.settings.cache_directory / "meshes"
    left_out = []
    for done, (sha256, suffix) in enumerate(files):
        progress.step(done, len(files))
        with suppress(FileNotFoundError):
            path = workshop.cad_files.path(sha256, suffix)
            if not _lightened(path, cache, progress):
                left_out.append(("left out", path.name, "it could not be made lighter; it is drawn as it is"))
                progress.left_out()
    progress.step(len(files), len(files))
    return Outcome(
        result={"dataset": dataset, "counts": {"CAD models": len(files) - len(left_out)}, "left_out": len(left_out)},
        findings=tuple(left_out),
    )


def _lightened(path: Path, cache: Path, progress: Progress) -> bool:
    command = [sys.executable, "-m", "rendering.lighten", "--watched", str(cache.absolute()), str(path.absolute())]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=child_environment(threads=1),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + LONGEST_S
        try:
            while process.poll() is None and time.monotonic() < deadline:
                progress.check()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_PAUSE_S)
            return process.returncode == 0
        finally:
            process.kill()
