"""Brings open queue pages what others save and decide meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

from storage.record import Event
from ui.logs import report
from ui.outbox_watch import OutboxWatch
from ui.services import Services

HEARD = ("assignment.saved", "review.decided", "assignment.moved", "dataset.changed", "image.taken_down")
PAUSE_S = 1.0
"""Between two looks of a page at the database, however much is saved meanwhile."""

Refresh = Callable[[], Awaitable[None]]


class QueueNews:
    """One for each process; used on the event loop only."""

    def __init__(self, services: Services, watch: OutboxWatch) -> None:
        self._services = services
        self._pages: dict[Refresh, asyncio.Event] = {}
        for topic in HEARD:
            watch.subscribe(topic, self._heard)

    def join(self, refresh: Refresh) -> Callable[[], None]:
        """`refresh` is called after each change from here on, never twice at once. Returns how to leave."""
        wanted = self._pages[refresh] = asyncio.Event()
        self._services.in_background(self._follow(refresh, wanted))

        def leave() -> None:
            if self._pages.pop(refresh, None) is not None:
                wanted.set()

        return leave

    async def _heard(self, event: Event) -> None:
        for wanted in self._pages.values():
            wanted.set()

    async def _follow(self, refresh: Refresh, wanted: asyncio.Event) -> None:
        while True:
            await wanted.wait()
            wanted.clear()
            if refresh not in self._pages:
                return
            try:
                await refresh()
            except Exception as error:  # noqa: BLE001  the next change looks again
                report(error, "bringing a queue page up to date")
            await asyncio.sleep(PAUSE_S)
