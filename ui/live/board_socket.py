"""The board's socket, `/ws/board`: facts and miniatures down, which cards are in sight up."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from nicegui import App
from pydantic import Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from domain.errors import PosewrightError
from storage.use_cases.board import may_see_board
from ui.auth import SignedIn
from ui.i18n import _
from ui.live.admission import admit
from ui.live.board import Board
from ui.live.hub import Live
from ui.live.mailbox import Closing, Mailbox
from ui.live.miniatures import Miniatures
from ui.live.wire import Id, Message
from ui.logs import report
from ui.outbox_watch import OutboxWatch

PATH = "/ws/board"
MOST_IN_SIGHT = 100
LARGEST_MESSAGE = 4096
ENDED = Closing(4401, "session ended")
NOT_UNDERSTOOD = Closing(1008, "bad message")


class InSight(Message):
    """The people whose cards can be seen."""

    type: Literal["in_sight"]
    people: Annotated[list[Id], Field(max_length=MOST_IN_SIGHT)]


class Ping(Message):
    type: Literal["ping"]
    t: float


_upward: TypeAdapter[InSight | Ping] = TypeAdapter(Annotated[InSight | Ping, Field(discriminator="type")])


def add_board_socket(app: App, live: Live, watch: OutboxWatch) -> Board:
    """Registers the socket, and what keeps the board."""
    board = Board(live.services, live.rooms, watch)
    miniatures = Miniatures(live.services, live.rooms, live.shared_frames)

    @app.websocket(PATH)
    async def serve(websocket: WebSocket) -> None:
        await serve_board(websocket, live, board, miniatures)

    return board


async def serve_board(websocket: WebSocket, live: Live, board: Board, miniatures: Miniatures) -> None:
    async def may(person: SignedIn) -> bool:
        try:
            await live.services.reading(may_see_board, actor=person.actor)
        except PosewrightError:
            return False
        return True

    await admit(websocket, live.services, lambda _person: BoardSocket(websocket, board, miniatures), may)


class BoardSocket:
    """One open board."""

    def __init__(self, websocket: WebSocket, board: Board, miniatures: Miniatures) -> None:
        self._websocket = websocket
        self._board = board
        self._miniatures = miniatures
        self._mailbox = Mailbox()

    def post(self, message: Mapping[str, Any]) -> None:
        self._mailbox.post(message)

    def put_frame(self, layer: str, frame: bytes) -> None:
        self._mailbox.put_frame(layer, frame)

    async def end(self) -> None:
        self.post({"type": "ended", "reason": _("You were logged out.")})
        self._mailbox.close(ENDED)

    async def run(self) -> None:
        sender = asyncio.create_task(self._mailbox.send_all(self._websocket))
        reader = asyncio.create_task(self._read())
        try:
            await self._board.join(self)
            await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
            if self._mailbox.closing:
                await asyncio.wait({sender})
        finally:
            self._board.leave(self)
            self._miniatures.leave(self)
            self._mailbox.abandon()
            sender.cancel()
            reader.cancel()
            for end in await asyncio.gather(sender, reader, return_exceptions=True):
                if isinstance(end, Exception) and not isinstance(end, (WebSocketDisconnect, WebSocketDisconnected)):
                    report(end, "serving a board")

    async def _read(self) -> None:
        while not self._mailbox.closing:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text") or ""
            try:
                message = _upward.validate_json(text if len(text) <= LARGEST_MESSAGE else "")
            except ValidationError:
                self._mailbox.close(NOT_UNDERSTOOD)
                return
            if isinstance(message, Ping):
                self.post({"type": "pong", "t": message.t})
            else:
                self._miniatures.look(self, frozenset(message.people))
