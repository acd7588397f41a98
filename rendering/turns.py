"""Which worker draws what next: whoever drags goes first, in the order of asking, and a worker has its next at hand.

A worker that has finished would else wait until the web process has read its answer and sent it more: with a room
full of people that is as long as a picture takes. Only frames of drags are handed out ahead, behind others of their
kind: nobody's drag should wait behind a large mesh that is parsed for a thumbnail while another worker is free.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from rendering.errors import RenderFailed
from rendering.worker_process import WorkerProcess

IN_HAND = 2


@dataclass(slots=True, eq=False)
class _Wish:
    """Somebody who waits for a worker; `light`: for a frame of a drag."""

    light: bool
    turn: asyncio.Future[WorkerProcess]


class Turns:
    """The workers that are up, what each has in hand, and who waits. Belongs to one event loop."""

    def __init__(self) -> None:
        self._in_hand: dict[WorkerProcess, list[bool]] = {}
        """For each request in hand whether it is light."""
        self._waiting: deque[_Wish] = deque()
        self._waiting_in_background: deque[_Wish] = deque()

    def join(self, worker: WorkerProcess) -> None:
        """From now on it takes requests."""
        self._in_hand[worker] = []
        self._serve()

    def leave(self, worker: WorkerProcess) -> None:
        """It is gone."""
        self._in_hand.pop(worker, None)

    async def take(self, *, light: bool, background: bool) -> WorkerProcess:
        """A worker for one request, to be given back. Raises RenderFailed when `fail` is called meanwhile."""
        wish = _Wish(light, asyncio.get_running_loop().create_future())
        (self._waiting_in_background if background else self._waiting).append(wish)
        self._serve()
        try:
            return await wish.turn
        except asyncio.CancelledError:
            if wish.turn.done() and not wish.turn.cancelled() and wish.turn.exception() is None:
                self.give_back(wish.turn.result(), light=light)
            raise

    def give_back(self, worker: WorkerProcess, *, light: bool) -> None:
        """It has answered."""
        if (in_hand := self._in_hand.get(worker)) is not None:
            in_hand.remove(light)
            self._serve()

    def fail(self, reason: str) -> None:
        """Nobody who waits will be served."""
        for line in (self._waiting, self._waiting_in_background):
            while line:
                wish = line.popleft()
                if not wish.turn.done():
                    wish.turn.set_exception(RenderFailed(reason))

    def _serve(self) -> None:
        """Strictly by turns: what finds no worker is not overtaken."""
        for line in (self._waiting, self._waiting_in_background):
            while line:
                wish = line[0]
                if not wish.turn.done():
                    worker = self._worker_for(light=wish.light and line is self._waiting)
                    if worker is None:
                        return
                    self._in_hand[worker].append(wish.light)
                    wish.turn.set_result(worker)
                line.popleft()

    def _worker_for(self, *, light: bool) -> WorkerProcess | None:
        def has_room(in_hand: list[bool]) -> bool:
            return not in_hand or (light and len(in_hand) < IN_HAND and all(in_hand))

        free = [worker for worker, in_hand in self._in_hand.items() if worker.alive and has_room(in_hand)]
        return min(free, key=lambda worker: len(self._in_hand[worker]), default=None)
