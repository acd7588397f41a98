"""What somebody does, for whoever else is in the room: poses and frames while the hand moves, newest wins.

The frames are the very ones that the person's own browser gets: drawn once, encoded once, sent to all. So being
watched costs no drawing, and a watcher's browser moves them to its own view.
"""

import asyncio
import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from rendering.request import RenderedFrame
from ui.live.frames import StageOrder, frame_bytes
from ui.live.members import Member

PERIOD_S = 1 / 30


def ghost_layer(user_id: int) -> str:
    return f"ghost:{user_id}"


class Relay:
    """One for each room; `members` is the room's own set."""

    def __init__(self, members: Collection[Member]) -> None:
        self._members = members
        self._looks: dict[int, dict[str, Any]] = {}
        self._news: dict[int, dict[str, Any]] = {}
        self._frames: dict[int, tuple[StageOrder, RenderedFrame]] = {}
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def tell(self, user_id: int, look: dict[str, Any]) -> None:
        """What this person has on the screen now: a message `moving`."""
        self._looks[user_id] = look
        if self._others(user_id):
            self._news[user_id] = look
            self._flush_soon()

    def frame(self, user_id: int, order: StageOrder, frame: RenderedFrame) -> None:
        """What was drawn for this person."""
        if self._others(user_id):
            self._frames[user_id] = (order, frame)
            self._flush_soon()

    def rests(self, user_id: int) -> None:
        """This person's hand is empty."""
        look = self._looks.get(user_id)
        if look is not None and look["groups"]:
            self.tell(user_id, {**look, "groups": []})

    def forget(self, user_id: int) -> None:
        """This person has left."""
        if (look := self._looks.pop(user_id, None)) is not None and self._others(user_id):
            self._news[user_id] = {**look, "groups": [], "left": True}
            self._flush_soon()

    def welcome(self, member: Member) -> None:
        """Whoever comes is told what everybody has on the screen."""
        for user_id, look in self._looks.items():
            if user_id != member.actor.user_id:
                member.post_latest(ghost_layer(user_id), _text(look))

    def _others(self, user_id: int) -> list[Member]:
        return [member for member in self._members if member.actor.user_id != user_id]

    def _flush_soon(self) -> None:
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next_at:
            self._flush()
        else:
            self._timer = loop.call_at(self._next_at, self._flush)

    def _flush(self) -> None:
        self._timer = None
        self._next_at = asyncio.get_running_loop().time() + PERIOD_S
        for user_id, look in self._news.items():
            text = _text(look)
            for member in self._others(user_id):
                member.post_latest(ghost_layer(user_id), text)
        for user_id, (order, frame) in self._frames.items():
            layer = ghost_layer(user_id)
            drawn = frame_bytes(replace(order, layer=layer), frame)
            for member in self._others(user_id):
                member.put_frame(layer, drawn)
        self._news.clear()
        self._frames.clear()


def _text(look: dict[str, Any]) -> str:
    return json.dumps(look, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
