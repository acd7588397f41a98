"""What the log-in refused unread, gathered for a second and then written to the audit log as one line each."""

import asyncio
from collections import Counter

from storage.use_cases.login import Refused, note_refusals
from ui.services import Services

GATHER_S = 1.0


class Refusals:
    """Used on the event loop only. A flood of guesses so costs one transaction a second."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counts: Counter[Refused] = Counter()
        self._gathering = False

    def note(self, refused: Refused) -> None:
        self._counts[refused] += 1
        if not self._gathering:
            self._gathering = True
            self._services.in_background(self._write_soon())

    async def write(self) -> None:
        """At once; for the end of the server."""
        counts, self._counts = self._counts, Counter()
        if counts:
            await self._services.transact(note_refusals, counts=counts)

    async def _write_soon(self) -> None:
        try:
            await asyncio.sleep(GATHER_S)
        finally:
            self._gathering = False
        await self.write()
