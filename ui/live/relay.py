"""What somebody does, for whoever else is in the room: poses and frames while the hand moves, newest wins.

The frames are the very ones that the person's own browser gets: drawn once, encoded once, sent to all. So being
watched costs no drawing, and a watcher's browser moves them to its own view.
"""

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar

from rendering.request import RenderedFrame
from ui.live.frames import StageOrder, frame_bytes
from ui.live.members import Member

LOOKS_PERIOD_S = 1 / 30
FRAMES_PERIOD_S = 1 / 50
"""Frames come when they are drawn, which is after the pose that they show: each kind keeps its own time, so that a
frame never waits for the turn that its pose has used up."""
MOST_FRAMES = 100
"""In a second, of one person, to all who look on together: what many watchers cost is bounded."""

News = TypeVar("News")


class Newest(Generic[News]):
    """Hands on what comes: the first at once, then the newest, at most once a period."""

    def __init__(self, hand_on: Callable[[News], None]) -> None:
        self._hand_on = hand_on
        self._period_s = 0.0
        self._news: News | None = None
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def put(self, news: News, period_s: float) -> None:
        self._news, self._period_s = news, period_s
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next_at:
            self._flush()
        else:
            self._timer = loop.call_at(self._next_at, self._flush)

    def drop(self) -> None:
        """What waits is not wanted any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._news = None

    def _flush(self) -> None:
        self._timer = None
        self._next_at = asyncio.get_running_loop().time() + self._period_s
        news, self._news = self._news, None
        if news is not None:
            self._hand_on(news)


class Relay:
    """One for each room; `members` is the room's own set."""

    def __init__(self, members: Collection[Member]) -> None:
        self._members = members
        self._looks: dict[int, dict[str, Any]] = {}
        self._news: dict[int, Newest[dict[str, Any]]] = {}
        self._frames: dict[int, Newest[tuple[StageOrder, RenderedFrame]]] = {}

    def tell(self, user_id: int, look: dict[str, Any]) -> None:
        """What this person has on the screen now: a message `moving`."""
        self._looks[user_id] = look
        if self._others(user_id):
            if user_id not in self._news:
                self._news[user_id] = Newest(partial(self._send_look, user_id))
            self._news[user_id].put(look, LOOKS_PERIOD_S)

    def frame(self, user_id: int, order: StageOrder, frame: RenderedFrame) -> None:
        """What was drawn for this person."""
        if others := len(self._others(user_id)):
            if user_id not in self._frames:
                self._frames[user_id] = Newest(partial(self._send_frame, user_id))
            self._frames[user_id].put((order, frame), max(FRAMES_PERIOD_S, others / MOST_FRAMES))

    def rests(self, user_id: int) -> None:
        """This person's hand is empty."""
        look = self._looks.get(user_id)
        if look is not None and look["groups"]:
            self.tell(user_id, {**look, "groups": []})

    def forget(self, user_id: int) -> None:
        """This person has left."""
        for waiting in (self._news.pop(user_id, None), self._frames.pop(user_id, None)):
            if waiting is not None:
                waiting.drop()
        if (look := self._looks.pop(user_id, None)) is not None:
            self._send_look(user_id, {**look, "groups": [], "left": True})

    def welcome(self, member: Member) -> None:
        """Whoever comes is told what everybody has on the screen."""
        for user_id, look in self._looks.items():
            if user_id != member.actor.user_id:
                member.post_latest(ghost_layer(user_id), _text(look))

    def _others(self, user_id: int) -> list[Member]:
        return [member for member in self._members if member.actor.user_id != user_id]

    def _send_look(self, user_id: int, look: dict[str, Any]) -> None:
        text = _text(look)
        for member in self._others(user_id):
            member.post_latest(ghost_layer(user_id), text)

    def _send_frame(self, user_id: int, drawn: tuple[StageOrder, RenderedFrame]) -> None:
        order, frame = drawn
        layer = ghost_layer(user_id)
        encoded = frame_bytes(replace(order, layer=layer), frame)
        for member in self._others(user_id):
            member.put_frame(layer, encoded)


def ghost_layer(user_id: int) -> str:
    return f"ghost:{user_id}"


def _text(look: dict[str, Any]) -> str:
    return json.dumps(look, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
