"""The server's side of long work: puts it in line, and keeps a consumer alive while there is any.

The consumer is started with the first piece of work, not with the server: an installation that never imports from
the page pays nothing for it.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from domain.jobs import JobState
from domain.permissions import Actor
from rendering.worker_process import Child
from storage.record import Event
from storage.use_cases.job_work import unfinished_jobs
from storage.use_cases.jobs import cancel_job, start_job
from ui.jobs.queue import STOPPED_SHORT, Send, add_task, only_sent, open_queue
from ui.logs import log
from ui.services import Services

RESTART_PAUSES_S = (0.5, 30.0)
"""The first and the longest pause before a consumer that ended is started again."""
LIVED_LONG_S = 20.0
FIRST_LOOK_S = 3.0
"""Work that was left over can wait until the server and its renderer have started."""
TO_BE_DONE = frozenset({JobState.WAITING.value, JobState.CANCELLING.value})


class JobOffice:
    """One for each web process; belongs to its event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._wanted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._child: Child | None = None

    async def start(self) -> None:
        """Looks for work that was left over, and keeps the consumer from here on. Waits for nothing."""
        self._keeper = asyncio.create_task(self._keep())
        self._services.in_background(self._look())

    async def close(self) -> None:
        """Ends the consumer; what it was at is begun again at the next start."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper

    async def begin(self, actor: Actor, kind: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Starts work; returns its number at once. Raises what `start_job` raises."""
        return await self._services.transact(start_job, actor=actor, kind=kind, parameters=parameters)

    async def cancel(self, actor: Actor, job_id: int) -> None:
        """Raises what `cancel_job` raises."""
        await self._services.transact(cancel_job, actor=actor, job_id=job_id)

    async def heard(self, event: Event) -> None:
        """Sends what somebody is to do to the queue, whoever started it: a page, or the command line."""
        if event.payload.get("state") not in TO_BE_DONE:
            return
        self._wanted.set()
        try:
            await asyncio.to_thread(self._put, event.object_id)
        except Exception:  # noqa: BLE001 - it is in the table, and the consumer looks there too
            log.exception("the queue cannot be reached; the work waits in the database")

    def _put(self, job_id: int) -> None:
        self._send(job_id)

    @cached_property
    def _send(self) -> Send:
        return add_task(open_queue(self._services.settings), only_sent)

    async def _look(self) -> None:
        await asyncio.sleep(FIRST_LOOK_S)
        if await self._services.reading(unfinished_jobs):
            self._wanted.set()

    async def _keep(self) -> None:
        pause, longest = RESTART_PAUSES_S
        while True:
            await self._wanted.wait()
            started_at = time.monotonic()
            status = await self._one_life()
            if status == STOPPED_SHORT or time.monotonic() > started_at + LIVED_LONG_S:
                pause = RESTART_PAUSES_S[0]
            if status != STOPPED_SHORT:
                await asyncio.sleep(pause)
                pause = min(2 * pause, longest)

    async def _one_life(self) -> int | None:
        environment = {**os.environ, "POSEWRIGHT_HOME": str(self._services.settings.home)}
        try:
            child = Child([sys.executable, "-m", "ui.jobs.consumer"], environment)
        except OSError as error:
            log.error("the consumer of long work does not start: %s", error)
            return None
        self._child = child
        log.info("consumer of long work started as process %d", child.pid)
        try:
            await child.gone.wait()
        finally:
            await child.end()
        words = " ".join(child.last_words)
        log.warning("the consumer of long work ended with %s %s", child.status, words)
        return child.status
