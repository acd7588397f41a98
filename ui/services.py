"""What pages, routes and sockets work with: storage, renderer, live sessions; reached without blocking the loop."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from domain.errors import PosewrightError
from rendering.pool import RenderPool
from storage.cad_files import CadFiles
from storage.database import Database, Session
from storage.images import ImageStore
from storage.record import has_published
from ui.live_sessions import LiveSessions
from ui.logs import log, report
from ui.settings import Settings, prepare_home, signing_secret

P = ParamSpec("P")
R = TypeVar("R")

READERS = 4
PASSWORD_CHECKS = 2
"""Argon2 takes a core and 0.15-0.35 s a time: this many at once, and no more than these in line."""
PASSWORD_QUEUE = 32


class TooBusy(PosewrightError):
    """More people are logging in than passwords can be checked; trying again in a moment helps."""

    code = "too_busy"


class Services:
    """One for each process. `start` and `close` belong to the server's life; the rest is ready at once."""

    def __init__(self, settings: Settings) -> None:
        prepare_home(settings)
        self.settings = settings
        self.secret = signing_secret(settings)
        self.database = Database(settings.database)
        self.images = ImageStore(settings.images_directory)
        self.cad_files = CadFiles(settings.cad_directory)
        self.mesh_cache_dir = settings.cache_directory / "meshes"
        self.renderer = RenderPool(mesh_cache_dir=self.mesh_cache_dir, workers=settings.render_workers)
        self.live_sessions = LiveSessions()
        self.to_restart = False
        """Whether the program is to begin anew once the server has ended."""
        self.published = asyncio.Event()
        """Set when this process has written an outbox row: whoever reads the outbox need not wait for its turn."""
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        # SQLite admits one writer. Waiting for it here, in order, leaves the readers' threads to the readers.
        writers = 1 if settings.database.startswith("sqlite") else READERS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="db-write")
        self._passwords = ThreadPoolExecutor(PASSWORD_CHECKS, thread_name_prefix="password")
        self._passwords_waiting = 0
        self._background: set[asyncio.Task[object]] = set()

    async def transact(
        self, use_case: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a use case in a transaction of its own, on a database thread; it is on disk when this returns."""
        loop = asyncio.get_running_loop()
        return await _run(self._writers, partial(self._in_transaction, loop, use_case, *args, **kwargs))

    async def reading(
        self, use_case: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a use case that only reads, on a database thread."""
        return await _run(self._readers, partial(self._in_reading, use_case, *args, **kwargs))

    async def check_password(self, work: Callable[[], R]) -> R:
        """Runs what hashes a password: few at once, never on the loop. Raises TooBusy when too many wait."""
        if self._passwords_waiting >= PASSWORD_QUEUE:
            raise TooBusy("too many people are logging in at this moment")
        self._passwords_waiting += 1
        try:
            return await _run(self._passwords, work)
        finally:
            self._passwords_waiting -= 1

    def in_background(self, work: Coroutine[object, object, object]) -> None:
        """Runs what nobody waits for; an error is logged."""
        task = asyncio.create_task(work)
        self._background.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(self._forget)

    async def start(self) -> None:
        """Starts the renderer in the background: pages that draw wait for it, all others do not."""
        self.in_background(self._start_renderer())

    async def close(self) -> None:
        await self.renderer.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for pool in (self._readers, self._writers, self._passwords):
            pool.shutdown(wait=True)
        self.database.close()

    @property
    def renderer_usable(self) -> bool:
        """Whether a worker draws, or is on its way up."""
        return any(worker["state"] != "failed" for worker in self.renderer.workers_description())

    async def _start_renderer(self) -> None:
        try:
            await self.renderer.start()
        except PosewrightError as error:
            log.error("the renderer does not start: %s; `python main.py doctor` says what is missing", error)
            return
        for worker in self.renderer.workers_description():
            log.info("renderer ready: %s", ", ".join(f"{key} {value}" for key, value in worker.items()))

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            report(error, "in the background")

    def _in_transaction(
        self, loop: asyncio.AbstractEventLoop, use_case: Callable[..., R], /, *args: object, **kwargs: object
    ) -> R:
        with self.database.transaction() as session:
            result = use_case(session, *args, **kwargs)
        if has_published(session):
            loop.call_soon_threadsafe(self.published.set)
        return result

    def _in_reading(self, use_case: Callable[..., R], /, *args: object, **kwargs: object) -> R:
        with self.database.reading() as session:
            return use_case(session, *args, **kwargs)


async def _run(pool: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    """On the pool's thread, with this task's language and log context."""
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(pool, lambda: context.run(work))
