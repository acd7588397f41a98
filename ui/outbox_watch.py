"""Hears of what was changed: at once where this process did it, and within half a second where another one did (the
command line, a second server)."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable

from storage.record import Event, events_after, last_event_id
from ui.logs import log
from ui.services import Services

PAUSE_S = 0.5
"""An ended session must be noticed within 2 s. One look costs a primary-key search, well under a millisecond."""

Handler = Callable[[Event], Awaitable[object]]
EVERY_TOPIC = "*"


class OutboxWatch:
    """Calls the handlers of a topic for each event, in order, in this process's event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, topic: str, handler: Handler) -> None:
        self._handlers[topic].append(handler)

    async def start(self) -> None:
        """From here on; what was written before is known to every page that is opened from now."""
        last = await self._services.reading(last_event_id)
        self._task = asyncio.create_task(self._watch(last))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self, last: int) -> None:
        while True:
            try:
                events = await self._services.reading(events_after, after_id=last)
            except Exception:  # noqa: BLE001 - a database that is busy or restarting must not end the watch
                log.exception("the outbox cannot be read")
                events = []
            for event in events:
                last = max(last, event.id)
                await self._tell(event)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_S):
                    await self._services.published.wait()
            self._services.published.clear()

    async def _tell(self, event: Event) -> None:
        """Who hears everything only takes notes, and need not wait for those who ask the database."""
        for handler in (*self._handlers[EVERY_TOPIC], *self._handlers[event.topic]):
            try:
                await handler(event)
            except Exception:  # noqa: BLE001 - one handler's mistake must not cost the others their event
                log.exception("the handler of %s failed", event.topic)
