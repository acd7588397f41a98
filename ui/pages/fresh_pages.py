"""Brings open pages what changes meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from storage.record import Event
from ui.logs import report
from ui.outbox_watch import EVERY_TOPIC, OutboxWatch
from ui.services import Services

PAUSE_S = 1.0
"""Between two looks of a page at the database, however much happens meanwhile."""

Refresh = Callable[[], Awaitable[None]]
Concerns = Callable[[Event], bool]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenPage:
    refresh: Refresh
    concerns: Concerns
    wanted: asyncio.Event = field(default_factory=asyncio.Event)


class FreshPages:
    """One for each process; used on the event loop only."""

    def __init__(self, services: Services, watch: OutboxWatch) -> None:
        self._services = services
        self._pages: set[OpenPage] = set()
        watch.subscribe(EVERY_TOPIC, self._heard)

    def join(self, refresh: Refresh, concerns: Concerns) -> Callable[[], None]:
        """`refresh` is called after each change that `concerns` the page, never twice at once.

        Returns how to leave.
        """
        page = OpenPage(refresh=refresh, concerns=concerns)
        self._pages.add(page)
        self._services.in_background(self._follow(page))

        def leave() -> None:
            self._pages.discard(page)
            page.wanted.set()

        return leave

    async def _heard(self, event: Event) -> None:
        for page in self._pages:
            if page.concerns(event):
                page.wanted.set()

    async def _follow(self, page: OpenPage) -> None:
        while True:
            await page.wanted.wait()
            page.wanted.clear()
            if page not in self._pages:
                return
            try:
                await page.refresh()
            except Exception as error:  # noqa: BLE001  the next change looks again
                report(error, "bringing an open page up to date")
            await asyncio.sleep(PAUSE_S)
