"""The process that works off the queue: `python -m ui.jobs.consumer`, started and watched over by the server.

One for each home (a lock file sees to it), at a low priority. It ends when its standard
input does: whoever started it is gone. What it was at is begun again by the next one; `storage.use_cases.job_work`
says how often. With `REDIS_URL` there may be one on each of several machines.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.use_cases.job_work import kept_files, open_jobs, release_jobs
from ui.jobs.context import Workshop
from ui.jobs.orphans import delete_orphans
from ui.jobs.paths import JobPaths
from ui.jobs.queue import STOPPED_SHORT, Send, add_task, open_queue
from ui.jobs.run import run_job
from ui.logs import log, logging_to
from ui.settings import Settings, load_settings, prepare_home

if TYPE_CHECKING:
    from huey import Huey

NICENESS = 10
AT_ONCE = 3
"""An import need not wait for an export, and neither for lighter meshes, which take hours for a large library:
one of the three at most makes those (`domain.jobs.ONE_AT_A_TIME`)."""
LOOK_PAUSE_S = 0.4
"""How often the queue is asked while it is empty."""
SWEEP_PAUSE_S = 30.0
LOCK_PAUSE_S = 0.5


def main() -> int:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    settings = load_settings()
    prepare_home(settings)
    with logging_to(settings.log_directory, name="jobs.log", console=False), only_one(settings.home / "jobs.lock"):
        database = Database(settings.database)
        try:
            _work(settings, database)
        finally:
            database.close()
    return 0


def _work(settings: Settings, database: Database) -> None:
    workshop = Workshop(
        settings=settings,
        database=database,
        images=ImageStore(settings.images_directory),
        cad_files=CadFiles(settings.cad_directory),
        paths=JobPaths(settings),
        worker=worker_name(settings),
    )
    workshop.paths.make()
    queue = open_queue(settings)
    send = add_task(queue, partial(run_job, workshop, give_up=_give_up))
    with database.transaction() as session:
        release_jobs(session, worker=workshop.worker)
    threading.Thread(target=_sweep, args=(workshop, queue, send), daemon=True).start()
    from huey.consumer import Consumer

    log.info("the consumer is ready")
    Consumer(queue, workers=AT_ONCE, periodic=False, initial_delay=0.05, max_delay=LOOK_PAUSE_S, backoff=1.3).run()


def worker_name(settings: Settings) -> str:
    """The same after each start: what the one before left unfinished is known by it."""
    return f"{socket.gethostname()}:{settings.home}"[-128:]


def _sweep(workshop: Workshop, queue: "Huey", send: Send) -> None:
    """Puts what waits into an empty queue: at the start, and in case a number was lost on its way. Tidies up."""
    tidied_at = 0.0
    while True:
        try:
            with workshop.database.reading() as session:
                waiting = open_jobs(session) if not queue.pending_count() else []
                needed = kept_files(session)
            for job_id in waiting:
                send(job_id)
            if time.monotonic() > tidied_at + 3600 or not tidied_at:
                tidied_at = time.monotonic()
                workshop.paths.tidy(needed_uploads=needed)
                if gone := delete_orphans(workshop):
                    log.info("%d files that nothing names are deleted", gone)
        except Exception:  # noqa: BLE001 - a database that is busy for once must not end the sweep
            log.exception("the queue cannot be looked through")
        time.sleep(SWEEP_PAUSE_S)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Waits until no other consumer of this home runs. The system frees the lock however a process ends."""
    with lock.open("a+b") as file:
        if sys.platform != "win32":
            import fcntl

            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(LOCK_PAUSE_S)
        yield


def _give_up() -> None:
    log.warning("one step takes too long to wait for its end; starting afresh")
    os._exit(STOPPED_SHORT)


def _end_with_standard_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
