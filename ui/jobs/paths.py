"""Where long work keeps its files in the home; every name is our own."""

import re
import shutil
import time
from collections.abc import Collection
from pathlib import Path

from domain.errors import NotFound
from ui.settings import Settings

UPLOAD_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{1,5}){1,2}")
UPLOADS_KEPT_S = 24 * 3600.0
"""An upload that nobody has made anything of is deleted after this time."""
RESULTS_KEPT_S = 14 * 24 * 3600.0
"""Exports that can be downloaded."""


class JobPaths:
    def __init__(self, settings: Settings) -> None:
        self.uploads = settings.uploads_directory
        self._work = settings.home / "jobs"
        self._reports = settings.home / "reports"

    def upload(self, name: str) -> Path:
        """An uploaded archive. Raises NotFound for a name that is none of ours, or of a file that is gone."""
        path = self.uploads / name
        if not UPLOAD_NAME.fullmatch(name) or not path.is_file():
            raise NotFound("this upload is not here any more; upload the archive again")
        return path

    def work(self, job_id: int) -> Path:
        """A folder for as long as the work lasts."""
        return self._work / f"{job_id}"

    def results(self, job_id: int) -> Path:
        """A folder for what stays when the work is done: an export, the pictures of a preview."""
        return self._work / f"{job_id}-results"

    def forget_everything(self, queue: Path) -> None:
        """Clears the line and all results: their numbers mean other work in a database that was restored."""
        for folder in (self._work, self._reports):
            shutil.rmtree(folder, ignore_errors=True)
        for path in queue.parent.glob(f"{queue.name}*"):
            path.unlink(missing_ok=True)

    def report(self, job_id: int) -> Path:
        return self._reports / f"{job_id}.csv"

    def make(self) -> None:
        for folder in (self.uploads, self._work, self._reports):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def tidy(self, *, needed_uploads: Collection[str], now: float | None = None) -> None:
        """Deletes uploads and results that have outlived their time."""
        now = time.time() if now is None else now
        for path in self.uploads.iterdir():
            if path.name not in needed_uploads and now - path.stat().st_mtime > UPLOADS_KEPT_S:
                path.unlink(missing_ok=True)
        for path in self._work.glob("*-results"):
            if now - path.stat().st_mtime > RESULTS_KEPT_S:
                shutil.rmtree(path, ignore_errors=True)
