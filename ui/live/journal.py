"""The draft journal: what is under people's hands is on disk within a fifth of a second, all stages in one go."""

import asyncio
import contextlib

from storage.use_cases.annotate import journal_drafts
from ui.live.rooms import Rooms
from ui.logs import report
from ui.services import Services

PERIOD_S = 0.2
RETRY_S = 2.0
"""After a failure, so that a full disk is not asked five times a second."""


class Journal:
    """Writes the live answers of all rooms that changed, in one transaction a period; at once when a room empties."""

    def __init__(self, rooms: Rooms, services: Services) -> None:
        self._rooms = rooms
        self._services = services
        self._closing = False
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Writes what is left and stops."""
        self._closing = True
        self._rooms.changed.set()
        self._rooms.left.set()
        if self._running is not None:
            await self._running
        await self._write()

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        next_at = 0.0
        while not self._closing:
            await self._rooms.changed.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(next_at):
                    await self._rooms.left.wait()
            self._rooms.changed.clear()
            self._rooms.left.clear()
            next_at = clock() + PERIOD_S
            if not await self._write():
                self._rooms.changed.set()
                next_at = clock() + RETRY_S

    async def _write(self) -> bool:
        """False where storage failed and it has to be tried again."""
        rooms = {room.assignment_id: room for room in self._rooms}
        entries = [entry for room in rooms.values() if (entry := room.unwritten())]
        if entries:
            try:
                await self._services.transact(journal_drafts, entries=entries)
            except Exception as error:  # noqa: BLE001  whatever it is, the poses are still here to be written later
                report(error, f"journalling {len(entries)} drafts")
                return False
            for entry in entries:
                rooms[entry.assignment_id].wrote(entry)
        self._rooms.sweep()
        return True
