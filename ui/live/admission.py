"""The handshake of a socket of ours: whose session, from our own page, and told when the session ends."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.websockets import WebSocket

from ui.auth import SignedIn, comes_from_us, signed_in
from ui.services import Services

REFUSED = 1008


class LiveSocket(Protocol):
    async def end(self) -> None:
        """The session is over."""

    async def run(self) -> None:
        """Serves until either side closes."""


async def admit(
    websocket: WebSocket,
    services: Services,
    make: Callable[[SignedIn], LiveSocket],
    may: Callable[[SignedIn], Awaitable[bool]] | None = None,
) -> None:
    """One connection from handshake to end. Closing before `accept` answers the handshake with 403."""
    person = await signed_in(websocket, services)
    if person is None or not comes_from_us(websocket.headers, websocket=True) or (may and not await may(person)):
        await websocket.close(REFUSED)
        return
    socket = make(person)
    forget = services.live_sessions.register(person.session_id, person.user_id, socket.end)
    try:
        # Asked again now that the end of the session would reach us: it may have ended in between.
        if await signed_in(websocket, services) is None:
            await websocket.close(REFUSED)
            return
        await websocket.accept()
        await socket.run()
    finally:
        forget()
