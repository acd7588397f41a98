"""Has lighter meshes made, one at a time, by a process beside the render workers; see `rendering.lighten`."""

import asyncio
import logging
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from rendering.worker_process import ROOT, Child, child_environment

LONGEST_S = 900.0
"""After it a mesh is given up. 110,000 faces take about ten seconds of one core."""
AGAIN_AFTER_S = 900.0
"""A mesh that was asked for is not taken up again before: its result may be impossible to keep (a full disk)."""
REMEMBERED = 10_000
AT_ONCE = 50

log = logging.getLogger(__name__)


class Lightener:
    """A line of mesh files and at most one process that works on them. Belongs to one event loop."""

    def __init__(self, mesh_cache_dir: Path) -> None:
        self._mesh_cache_dir = mesh_cache_dir
        self._line: OrderedDict[Path, None] = OrderedDict()
        self._asked: OrderedDict[Path, float] = OrderedDict()
        self._work: asyncio.Task[None] | None = None
        self._closed = False

    def ask(self, mesh_path: Path) -> None:
        """Put a file into the line, unless it was there a short while ago."""
        now = asyncio.get_running_loop().time()
        if self._closed or now < self._asked.get(mesh_path, -AGAIN_AFTER_S) + AGAIN_AFTER_S:
            return
        self._asked[mesh_path] = now
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        self._line[mesh_path] = None
        if self._work is None:
            self._work = asyncio.create_task(self._empty_the_line())

    async def finished(self) -> None:
        """Waits until the line is empty."""
        while self._work is not None:
            await asyncio.wait([self._work])

    async def close(self) -> None:
        """Ends the process; what it was at is begun anew some other time."""
        self._closed = True
        self._line.clear()
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work

    async def _empty_the_line(self) -> None:
        try:
            while self._line:
                mesh_path, _ = self._line.popitem(last=False)
                await self._lighten(mesh_path)
        finally:
            self._work = None

    async def _lighten(self, mesh_path: Path) -> None:
        try:
            child = Child(_command(self._mesh_cache_dir, [mesh_path], watched=True), child_environment(threads=1))
        except OSError as error:
            log.warning("%s is not made lighter: %s", mesh_path.name, error)
            return
        try:
            async with asyncio.timeout(LONGEST_S):
                await child.gone.wait()
        except TimeoutError:
            child.kill()
            log.warning("%s takes too long to be made lighter; it is drawn as it is", mesh_path.name)
        finally:
            await child.end()
        if child.status:
            log.warning("%s is not made lighter: %s", mesh_path.name, " ".join(child.last_words))


def lighten_now(mesh_paths: Sequence[Path], mesh_cache_dir: Path) -> None:
    """Have lighter meshes made and wait: for the command line, after an import. What cannot be made is left out."""
    for first in range(0, len(mesh_paths), AT_ONCE):
        command = _command(mesh_cache_dir.absolute(), mesh_paths[first : first + AT_ONCE], watched=False)
        subprocess.run(command, cwd=ROOT, env=child_environment(threads=None), stdin=subprocess.DEVNULL, check=False)


def _command(mesh_cache_dir: Path, mesh_paths: Iterable[Path], *, watched: bool) -> list[str]:
    options = ["--watched"] if watched else []
    paths = [str(path.absolute()) for path in mesh_paths]
    return [sys.executable, "-m", "rendering.lighten", *options, str(mesh_cache_dir), *paths]
