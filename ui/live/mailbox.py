"""What waits to go down one socket: answers in order and none lost; news and frames newest wins.

A browser that stops reading costs a bounded amount of memory: one frame a layer and a bounded number of answers; then
the socket is closed, and the browser, if it lives, connects again and gets the state.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket

MOST_UNSENT_MESSAGES = 256
MOST_UNSENT_CHARACTERS = 4 * 1024 * 1024
LONGEST_STALL_S = 20.0
"""A network that takes nothing for so long is taken for gone."""
CLOSE_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Closing:
    """Why a socket is closed; the code is from RFC 6455, or ours from 4400."""

    code: int
    reason: str


TOO_SLOW = Closing(1013, "not reading")


class Mailbox:
    """One sender takes out what anybody on the event loop puts in."""

    def __init__(self, *, longest_stall_s: float = LONGEST_STALL_S) -> None:
        self._longest_stall_s = longest_stall_s
        self._messages: deque[str] = deque()
        self._characters = 0
        self._latest: dict[str, str] = {}
        self._frames: dict[str, tuple[bytes, asyncio.Future[None] | None]] = {}
        self._closing: Closing | None = None
        self._abandoned = False
        self._wake = asyncio.Event()

    @property
    def closing(self) -> Closing | None:
        """Why the socket is about to be closed from here, if it is."""
        return self._closing

    def post(self, message: Mapping[str, Any]) -> None:
        """An answer; sent after those before it and before any waiting frame."""
        if self._closing or self._abandoned:
            return
        text = json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        self._messages.append(text)
        self._characters += len(text)
        if len(self._messages) > MOST_UNSENT_MESSAGES or self._characters > MOST_UNSENT_CHARACTERS:
            self.drop_everything()
            self.close(TOO_SLOW)
        self._wake.set()

    def post_latest(self, key: str, text: str) -> None:
        """News, as JSON, of which only the newest of a key counts; sent before frames, after answers."""
        if self._closing or self._abandoned:
            return
        self._latest.pop(key, None)
        self._latest[key] = text
        self._wake.set()

    def put_frame(self, layer: str, frame: bytes) -> None:
        """A frame that nobody waits for; one of the layer that was not sent yet is replaced."""
        if self._closing or self._abandoned:
            return
        if replaced := self._frames.pop(layer, None):
            _release(replaced[1])
        self._frames[layer] = (frame, None)
        self._wake.set()

    async def post_frame(self, layer: str, frame: bytes) -> None:
        """A frame; returns when it was sent, was replaced by a newer one of its layer, or was dropped."""
        if self._closing or self._abandoned:
            return
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if replaced := self._frames.pop(layer, None):
            _release(replaced[1])
        self._frames[layer] = (frame, gone)
        self._wake.set()
        await gone

    def drop_frames(self) -> None:
        """What was drawn is no longer wanted."""
        for _, gone in self._frames.values():
            _release(gone)
        self._frames.clear()

    def drop_everything(self) -> None:
        self.drop_frames()
        self._latest.clear()
        self._messages.clear()
        self._characters = 0

    def close(self, closing: Closing) -> None:
        """Close the socket after the answers that wait; only the first reason counts."""
        if not self._closing:
            self._closing = closing
            self.drop_frames()
            self._wake.set()

    def abandon(self) -> None:
        """The socket is gone: nothing is kept and nobody waits any more."""
        self._abandoned = True
        self.drop_everything()

    async def send_all(self, websocket: WebSocket) -> Closing:
        """The sender: runs until the socket is to be closed, closes it, and says why.

        Raises WebSocketDisconnect or RuntimeError where the connection is lost.
        """
        try:
            while not self._closing or self._messages:
                await self._wake.wait()
                self._wake.clear()
                await self._send_waiting(websocket)
        except TimeoutError:
            self.drop_everything()
            self._closing = TOO_SLOW
        # It may not read the close either; the server cuts the connection when the endpoint returns.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_PATIENCE_S):
                await websocket.close(self._closing.code, self._closing.reason)
        return self._closing

    async def _send_waiting(self, websocket: WebSocket) -> None:
        while self._messages or self._latest or self._frames:
            if self._latest and not self._messages:
                news = self._latest.pop(next(iter(self._latest)))
                async with asyncio.timeout(self._longest_stall_s):
                    await websocket.send_text(news)
                continue
            if self._messages:
                text = self._messages.popleft()
                self._characters -= len(text)
                async with asyncio.timeout(self._longest_stall_s):
                    await websocket.send_text(text)
                continue
            frame, gone = self._frames.pop(next(iter(self._frames)))
            try:
                async with asyncio.timeout(self._longest_stall_s):
                    await websocket.send_bytes(frame)
            finally:
                _release(gone)


def _release(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
