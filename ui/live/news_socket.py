"""The news socket, `/ws/news`: what concerns a person reaches all their pages, not the stage alone. Down only."""

import asyncio
from collections.abc import Mapping
from typing import Any

from nicegui import App
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from ui.auth import SignedIn
from ui.i18n import _
from ui.live.admission import admit
from ui.live.hub import Live
from ui.live.mailbox import Closing, Mailbox
from ui.logs import report

PATH = "/ws/news"
ENDED = Closing(4401, "session ended")
NOTHING_TO_SAY = Closing(1008, "nothing is taken here")


def add_news_socket(app: App, live: Live) -> None:
    @app.websocket(PATH)
    async def news(websocket: WebSocket) -> None:
        await admit(websocket, live.services, lambda person: NewsSocket(websocket, person, live))


class NewsSocket:
    """One open page."""

    def __init__(self, websocket: WebSocket, person: SignedIn, live: Live) -> None:
        self.actor = person.actor
        self._websocket = websocket
        self._live = live
        self._mailbox = Mailbox()

    def post(self, message: Mapping[str, Any]) -> None:
        self._mailbox.post(message)

    async def end(self) -> None:
        self.post({"type": "ended", "reason": _("You were logged out.")})
        self._mailbox.close(ENDED)

    async def run(self) -> None:
        self._live.pages.add(self)
        sender = asyncio.create_task(self._mailbox.send_all(self._websocket))
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
            if self._mailbox.closing:
                await asyncio.wait({sender})
        finally:
            self._live.pages.discard(self)
            self._mailbox.abandon()
            sender.cancel()
            reader.cancel()
            for end in await asyncio.gather(sender, reader, return_exceptions=True):
                if isinstance(end, Exception) and not isinstance(end, (WebSocketDisconnect, WebSocketDisconnected)):
                    report(end, "serving a news socket")

    async def _read(self) -> None:
        """Notices that the page is gone."""
        event = await self._websocket.receive()
        if event["type"] != "websocket.disconnect":
            self._mailbox.close(NOTHING_TO_SAY)
