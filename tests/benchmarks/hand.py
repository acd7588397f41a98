"""A hand at a mouse: real pointer events through Chromium's own input, 125 a second as a common mouse gives them."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

from playwright.async_api import CDPSession

RATE = 125.0
MOST_UNANSWERED = 8
"""Where the browser is slower than the mouse, events are left out, as a mouse's driver does."""
ALT, SHIFT = 1, 8
"""Modifiers of the Chrome DevTools Protocol, Input.dispatchMouseEvent."""

Point = tuple[float, float]


class Hand:
    """One pointer. Positions are CSS pixels of the page."""

    def __init__(self, browser: CDPSession) -> None:
        self._browser = browser
        self._sending: set[asyncio.Task[None]] = set()

    async def drag(self, path: Callable[[float], Point], seconds: float, *, modifiers: int = 0) -> None:
        """Presses at path(0), follows the path for so long, and releases."""
        await self.press(path(0), modifiers)
        await self.follow(path, seconds, modifiers)
        await self.release(path(seconds), modifiers)

    async def press(self, at: Point, modifiers: int = 0) -> None:
        await self._mouse("mouseMoved", at, modifiers=modifiers)
        await self._mouse("mousePressed", at, button="left", buttons=1, clickCount=1, modifiers=modifiers)

    async def follow(self, path: Callable[[float], Point], seconds: float, modifiers: int = 0) -> None:
        """Moves with the button down."""

        async def move(elapsed: float) -> None:
            await self._mouse("mouseMoved", path(elapsed), button="left", buttons=1, modifiers=modifiers)

        await self._at_rate(RATE, move, seconds)

    async def release(self, at: Point, modifiers: int = 0) -> None:
        await self._mouse("mouseReleased", at, button="left", clickCount=1, modifiers=modifiers)

    async def move(self, to: Point) -> None:
        await self._mouse("mouseMoved", to)

    async def _at_rate(self, rate: float, act: Callable[[float], Coroutine[Any, Any, None]], seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        began = due = clock()
        while (elapsed := clock() - began) < seconds:
            if len(self._sending) < MOST_UNANSWERED:
                task = asyncio.ensure_future(act(elapsed))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            due = max(due + 1 / rate, clock() - 1 / rate)
            await asyncio.sleep(due - clock())
        await asyncio.gather(*self._sending)

    async def _mouse(self, kind: str, at: Point, **parameters: object) -> None:
        await self._browser.send("Input.dispatchMouseEvent", {"type": kind, "x": at[0], "y": at[1], **parameters})


def swinging(centre: Point, reach: Point, periods_s: Point = (2.5, 1.7)) -> Callable[[float], Point]:
    """To and fro in both directions at once, never the same way twice in a few seconds; begins at the centre."""

    def path(elapsed: float) -> Point:
        right, down = (math.sin(2 * math.pi * elapsed / period) for period in periods_s)
        return centre[0] + reach[0] * right, centre[1] + reach[1] * down

    return path
