"""A home with data sets to import, and the consumer as a process of its own, as the server starts it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, func, select

from domain.permissions import CONSOLE
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.use_cases.jobs import JobView, cancel_job, one_job, start_job
from tests.empty_database import empty_tables
from tests.server import ROOT, clean_environment
from ui.jobs.context import Workshop
from ui.jobs.paths import JobPaths
from ui.jobs.queue import add_task, only_sent, open_queue
from ui.jobs.run import run_job
from ui.settings import load_settings, prepare_home

PATIENCE_S = 60.0


class Home:
    def __init__(self, home: Path) -> None:
        self.settings = load_settings(home=home)
        prepare_home(self.settings)
        self.incoming = home / "incoming"
        self.database = Database(self.settings.database)
        self.paths = JobPaths(self.settings)
        self.paths.make()

    def start(self, kind: str, actor: Any = CONSOLE, **parameters: Any) -> int:
        with self.database.transaction() as session:
            return start_job(session, actor=actor, kind=kind, parameters=parameters)

    def send(self, job_id: int) -> None:
        """Into the queue, as the server does."""
        add_task(open_queue(self.settings), only_sent)(job_id)

    def cancel(self, job_id: int) -> None:
        with self.database.transaction() as session:
            cancel_job(session, actor=CONSOLE, job_id=job_id)

    def job(self, job_id: int) -> JobView:
        with self.database.reading() as session:
            return one_job(session, actor=CONSOLE, job_id=job_id)

    def do(self, kind: str, actor: Any = CONSOLE, **parameters: Any) -> JobView:
        """The work, done in this process."""
        job_id = self.start(kind, actor, **parameters)
        run_job(self.workshop, job_id, give_up=lambda: None)
        return self.job(job_id)

    @property
    def workshop(self) -> Workshop:
        return Workshop(
            settings=self.settings,
            database=self.database,
            images=ImageStore(self.settings.images_directory),
            cad_files=CadFiles(self.settings.cad_directory),
            paths=self.paths,
            worker="here",
        )

    def counts(self, *tables: type[SQLModel]) -> Mapping[str, int]:
        with self.database.reading() as session:
            return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in tables}

    def wait(self, job_id: int, until: Callable[[JobView], bool]) -> JobView:
        deadline = time.monotonic() + PATIENCE_S
        while not until(job := self.job(job_id)):
            assert time.monotonic() < deadline, job
            time.sleep(0.02)
        return job

    @contextmanager
    def consumer(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.jobs.consumer"],
            cwd=ROOT,
            env=clean_environment(self.settings.home),
            stdin=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in ("DATABASE_URL", "REDIS_URL", "POSEWRIGHT_IMPORT_DIRS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "posewright.sqlite3").write_bytes(empty_tables())
    home = Home(tmp_path / "home")
    yield home
    home.database.close()
