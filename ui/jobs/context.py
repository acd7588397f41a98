"""What each kind of work is given: the stores, its parameters, and how to tell how far it is."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.jobs import JobState
from storage.cad_files import CadFiles
from storage.database import Database, Session
from storage.images import ImageStore
from storage.use_cases.job_work import ClaimedJob, Made, job_state, note_made, note_progress
from ui.jobs.paths import JobPaths
from ui.settings import Settings

WRITE_PAUSE_S: Final = 0.3
"""Progress is written this seldom: each is a transaction, and the database is everybody's."""

WATCH_PAUSE_S: Final = 0.4
PATIENCE_S: Final = 1.0
"""Work that was asked to stop and is still in one long step after this time ends with its process."""

HEARTBEAT_S: Final = 10.0


class JobCancelled(Exception):
    """The person has asked for the end, or the work is not ours any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """One for each consumer."""

    settings: Settings
    database: Database
    images: ImageStore
    cad_files: CadFiles
    paths: JobPaths
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How work ended. `result` is small JSON for the page; `findings` are the lines of the report: (what, where,
    why)."""

    result: Mapping[str, Any]
    findings: tuple[tuple[str, str, str], ...] = ()


class Progress:
    """Tells how far the work is, at most some three times a second, and hears whether it is to stop.

    A thread of its own listens too, because one step (a mesh of a hundred megabytes) may take long: when the work
    has not stopped a moment after it was asked to, `give_up` is called, which ends the process. The next one goes on.
    """

    def __init__(self, workshop: Workshop, job: ClaimedJob, give_up: Callable[[], None]) -> None:
        self._workshop = workshop
        self._job = job
        self._give_up = give_up
        self._phase, self._done, self._total, self._bad = "", 0, 0, 0
        self._written_at = 0.0
        self._stop = threading.Event()
        self._over = threading.Event()
        self._listener = threading.Thread(target=self._listen, name=f"job-{job.id}", daemon=True)

    def __enter__(self) -> "Progress":
        self._listener.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._listener.join()

    @property
    def bad(self) -> int:
        return self._bad

    def phase(self, name: str, total: int = 0) -> None:
        """A new part of the work begins. Raises JobCancelled."""
        self._phase, self._done, self._total = name, 0, total
        self._write()

    def step(self, done: int, total: int, _what: str = "") -> None:
        """So many of so many are done. Raises JobCancelled."""
        self._done, self._total = done, total
        if 0 < total <= done or self._stop.is_set() or time.monotonic() >= self._written_at + WRITE_PAUSE_S:
            self._write()

    def tell(self, phase: str, done: int, total: int) -> None:
        """So many of so many are done in this part of the work. Raises JobCancelled."""
        if phase != self._phase:
            self.phase(phase, total)
        self.step(done, total)

    def left_out(self, *_finding: object) -> None:
        self._bad += 1

    def made(self, session: Session, made: Made) -> None:
        """Notes rows in the transaction that makes them."""
        note_made(session, job_id=self._job.id, made=made)

    def check(self) -> None:
        """Raises JobCancelled where the work is to stop."""
        if self._stop.is_set():
            raise JobCancelled

    def _write(self) -> None:
        self.check()
        self._written_at = time.monotonic()
        with self._workshop.database.transaction() as session:
            state = note_progress(
                session,
                job_id=self._job.id,
                worker=self._workshop.worker,
                phase=self._phase,
                done=self._done,
                total=self._total,
                bad=self._bad,
            )
        if state is not JobState.RUNNING:
            self._stop.set()
            raise JobCancelled

    def _listen(self) -> None:
        beat_at = time.monotonic()
        while not self._over.wait(WATCH_PAUSE_S):
            with self._workshop.database.reading() as session:
                state = job_state(session, job_id=self._job.id)
            if state is not JobState.RUNNING:
                self._stop.set()
                if not self._over.wait(PATIENCE_S):
                    self._give_up()
                return
            if time.monotonic() >= max(beat_at, self._written_at) + HEARTBEAT_S:
                beat_at = time.monotonic()
                self._beat()

    def _beat(self) -> None:
        with self._workshop.database.transaction() as session:
            note_progress(
                session,
                job_id=self._job.id,
                worker=self._workshop.worker,
                phase=self._phase,
                done=self._done,
                total=self._total,
                bad=self._bad,
            )
