"""`lighten`: makes the lighter meshes of a data set, so that the first drag of each model is a light one already.

Parameter: `dataset`. It is done by processes of the lowest priority (`rendering.lighten`).
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from domain.permissions import Actor
from rendering.request import FEWEST_FACES_TO_LIGHTEN
from rendering.worker_process import ROOT, child_environment
from storage.database import Session
from storage.use_cases.job_work import ClaimedJob, heavy_models
from storage.use_cases.jobs import start_job
from ui.jobs.context import Outcome, Progress, Workshop

LOOK_PAUSE_S = 0.2
LONGEST_S = 900.0
AT_ONCE = 5
"""Meshes for one process, which takes a second to start."""


def lighten_later(session: Session, *, actor: Actor, dataset: str) -> None:
    """Puts the lighter meshes of a data set in line, where one of its models is heavy enough to need one."""
    if heavy_models(session, dataset=dataset, faces=FEWEST_FACES_TO_LIGHTEN):
        start_job(session, actor=actor, kind="lighten", parameters={"dataset": dataset})


def lighten(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """What cannot be made lighter is drawn as it is: no model fails the work."""
    dataset = str(job.parameters["dataset"])
    with workshop.database.reading() as session:
        files = heavy_models(session, dataset=dataset, faces=FEWEST_FACES_TO_LIGHTEN)
    progress.phase("lighten", len(files))
    left_out = []
    for first in range(0, len(files), AT_ONCE):
        progress.step(first, len(files))
        paths = list(_there(workshop, files[first : first + AT_ONCE]))
        if not _lightened(paths, workshop.settings.cache_directory / "meshes", progress):
            left_out += [("look at it", path.name, "it may be drawn as it is while it is dragged") for path in paths]
    progress.step(len(files), len(files))
    return Outcome(
        result={"dataset": dataset, "counts": {"CAD models": len(files)}, "warnings": len(left_out)},
        findings=tuple(left_out),
    )


def _there(workshop: Workshop, files: list[tuple[str, str]]) -> Iterator[Path]:
    for sha256, suffix in files:
        with suppress(FileNotFoundError):
            yield workshop.cad_files.path(sha256, suffix)


def _lightened(paths: list[Path], cache: Path, progress: Progress) -> bool:
    names = [str(path.absolute()) for path in paths]
    command = [sys.executable, "-m", "rendering.lighten", "--watched", str(cache.absolute()), *names]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=child_environment(threads=1),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + LONGEST_S * len(names)
        try:
            while process.poll() is None and time.monotonic() < deadline:
                progress.check()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_PAUSE_S)
            return process.returncode == 0
        finally:
            process.kill()
