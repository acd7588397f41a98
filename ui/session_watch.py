"""Ends what is open when a session runs out by itself: nobody writes a row then that the outbox could tell of."""

import asyncio
import time

from storage.use_cases.sessions import dead_sessions, end_expired, note_use
from ui.logs import log
from ui.services import Services

PAUSE_S = 0.75
"""With the guard's good-bye it stays below the 2 s that are promised. One look is one query by primary keys."""
NOTE_USE_S = 30.0
"""How long work on an open page may be known here only."""


class SessionWatch:
    """Asks for the sessions that have something open in this process whether they are over. That also catches an
    end that the outbox did not tell of."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._live = services.live_sessions
        self._noted = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._note_use()

    async def _watch(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:  # noqa: BLE001 - a database that is busy or restarting must not end the watch
                log.exception("the sessions cannot be looked at")
            await asyncio.sleep(PAUSE_S)

    async def _look(self) -> None:
        if time.monotonic() - self._noted >= NOTE_USE_S:
            await self._note_use()
        session_ids = self._live.open_session_ids()
        if not session_ids:
            return
        dead = await self._services.reading(dead_sessions, session_ids=session_ids)
        if any(self._live.was_used(session_id) for session_id in dead):
            await self._note_use()
            dead = await self._services.reading(dead_sessions, session_ids=session_ids)
        for session_id in dead:
            log.info("session %d is over", session_id)
            await self._live.end_session(session_id)
        if dead:
            await self._services.transact(end_expired, session_ids=dead)

    async def _note_use(self) -> None:
        self._noted = time.monotonic()
        seen = self._live.take_uses()
        if seen:
            await self._services.transact(note_use, seen=seen)
