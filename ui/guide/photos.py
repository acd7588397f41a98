"""The guide's photos: shots of the demo, taken by our own renderer when they are first asked for, then kept.

They do not come from the database: a workspace with other data has the same guide.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import NotFound
from rendering.errors import RenderFailed
from rendering.scene_manifest import PhotoObject, PhotoRecord
from rendering.worker_process import ROOT, child_environment
from ui.logs import log
from ui.thumbnails import write_kept

SEED = 7
AGAIN_AFTER_S = 120.0
"""Photos that could not be taken are tried again after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePhoto:
    """A photo's file and the truth about the objects in it."""

    file: Path
    objects: tuple[PhotoObject, ...]


class GuidePhotos:
    """One process at low priority takes all that are missing; whoever waits for one gets it as soon as it is there.

    folder: where they are kept. numbers: the shots that the guide shows, those that are seen first in front.
    """

    def __init__(self, folder: Path, numbers: Iterable[int]) -> None:
        self._folder = folder
        self._numbers = tuple(dict.fromkeys(numbers))
        self._work: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._progress = asyncio.Event()
        self._failed_at: dict[int, float] = {}

    async def of(self, number: int, *, alone: bool = False) -> GuidePhoto:
        """`alone`: without the others, which are otherwise taken at the same time. Raises NotFound for a shot that
        the guide does not show, RenderFailed where it cannot be taken."""
        if number not in self._numbers:
            raise NotFound(f"the guide has no photo {number}")
        while True:
            progress = self._progress  # before looking: what comes in between is not missed
            if (photo := await asyncio.to_thread(self._kept, number)) is not None:
                return photo
            now = asyncio.get_running_loop().time()
            if self._work is None:
                if now < self._failed_at.get(number, -AGAIN_AFTER_S) + AGAIN_AFTER_S:
                    raise RenderFailed(f"photo {number} of the guide could not be taken")
                self._work = asyncio.create_task(self._take_missing((number,) if alone else self._numbers))
            await progress.wait()

    async def close(self) -> None:
        """Ends the process; what is missing is taken some other time."""
        if self._process is not None:
            self._process.kill()
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work

    def _kept(self, number: int) -> GuidePhoto | None:
        try:
            record = PhotoRecord.from_json(json.loads((self._folder / f"{number:02d}.json").read_text("utf-8")))
        except FileNotFoundError:
            return None
        return GuidePhoto(file=self._folder / f"{number:02d}.jpg", objects=record.objects)

    async def _take_missing(self, numbers: tuple[int, ...]) -> None:
        loop = asyncio.get_running_loop()
        missing = [n for n in numbers if not (self._folder / f"{n:02d}.json").exists()]
        try:
            await asyncio.to_thread(self._run, missing, loop)
        except OSError as error:
            log.warning("no photos for the guide: %s", error)
        finally:
            self._work = None
            self._failed_at.update(dict.fromkeys(missing, loop.time()))
            self._advance()

    def _run(self, missing: list[int], loop: asyncio.AbstractEventLoop) -> None:
        with TemporaryDirectory(prefix="posewright-guide-") as folder:
            command = [sys.executable, "-m", "rendering.scene_worker", folder, f"--seed={SEED}", "--background"]
            command.append(f"--numbers={','.join(map(str, missing))}")
            with subprocess.Popen(
                command, cwd=ROOT, env=child_environment(threads=1), text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            ) as self._process:  # fmt: skip
                assert self._process.stdout is not None
                for line in self._process.stdout:
                    record = PhotoRecord.from_json(json.loads(line))
                    photo = Path(folder, record.file).read_bytes()
                    write_kept(self._folder / f"{record.number:02d}.jpg", photo)
                    write_kept(self._folder / f"{record.number:02d}.json", line.encode())
                    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                        loop.call_soon_threadsafe(self._advance)
            self._process = None

    def _advance(self) -> None:
        """Wakes everybody who waits for a photo."""
        self._progress.set()
        self._progress = asyncio.Event()
