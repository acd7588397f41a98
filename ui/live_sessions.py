"""Who has pages and sockets open in this process, so that the end of a session can end them."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ui.logs import report

Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    session_id: int
    user_id: int
    close: Close


class LiveSessions:
    """Each open page and stage socket registers how to close it; used on the event loop only."""

    def __init__(self) -> None:
        self._connections: set[_Connection] = set()
        self._uses: dict[int, datetime] = {}

    def register(self, session_id: int, user_id: int, close: Close) -> Callable[[], None]:
        """`close` ends the connection on the server, whatever the browser does. Returns how to take it back."""
        connection = _Connection(session_id, user_id, close)
        self._connections.add(connection)
        return lambda: self._connections.discard(connection)

    async def end_session(self, session_id: int) -> int:
        """Closes what this session has open; returns how many connections that were."""
        return await self._end({c for c in self._connections if c.session_id == session_id})

    async def end_user(self, user_id: int, *, keep_session_id: int | None = None) -> int:
        """Closes everything that this person has open, but for one session."""
        return await self._end(
            {c for c in self._connections if c.user_id == user_id and c.session_id != keep_session_id}
        )

    def open_by_user(self) -> dict[int, int]:
        """Number of open connections by person."""
        counts: defaultdict[int, int] = defaultdict(int)
        for connection in self._connections:
            counts[connection.user_id] += 1
        return dict(counts)

    def open_session_ids(self) -> set[int]:
        """The sessions with something open."""
        return {connection.session_id for connection in self._connections}

    def used(self, session_id: int) -> None:
        """The person did something on an open page or socket of this session."""
        self._uses[session_id] = datetime.now(UTC)

    def was_used(self, session_id: int) -> bool:
        """Since `take_uses` was asked."""
        return session_id in self._uses

    def take_uses(self) -> dict[int, datetime]:
        """The last use of each session since this was asked before."""
        uses, self._uses = self._uses, {}
        return uses

    async def _end(self, connections: set[_Connection]) -> int:
        self._connections -= connections
        outcomes = await asyncio.gather(*(connection.close() for connection in connections), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):  # one socket that is gone already must not keep the others open
                report(outcome, "closing a connection")
        return len(connections)
