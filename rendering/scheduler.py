"""Which frame is drawn next, when many stages ask at once: newest wins, and stages take turns.

Nothing queues by time. A stage has one slot for each of its layers; a newer order replaces the one in the slot.
A stage has at most one frame on its way, from the worker until its `deliver` returns: a client that reads slowly is
therefore drawn for slowly, and costs the others nothing. Load is shed by frame rate, evenly, because every stage
that waits is served once before any is served twice; and where that gets too slow, by resolution, for all alike.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from rendering.request import RenderedFrame, RenderRequest

MAIN_LAYER = "main"
MAIN_FRAMES_IN_A_ROW = 4
"""The main layer goes before the others of its stage, but not more often than this while one of them waits."""
TOO_SLOW_S = 0.06
"""From a stage's turn to wait until its frame is drawn, on average: about fifteen a second are left then."""
FAST_AGAIN_S = 0.02
LONGEST_COUNTED_S = 0.25
"""A mesh that is parsed for the first time takes seconds and says nothing of the load."""
WEIGHT_OF_NEWEST = 0.1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameOrder:
    """What a stage wants to see in one of its layers; `seq` grows with every order of that layer."""

    layer: str
    seq: int
    request: RenderRequest


Order = TypeVar("Order", bound=FrameOrder)
Render = Callable[[RenderRequest], Awaitable[RenderedFrame]]


@dataclass(slots=True, kw_only=True, eq=False)
class Lane(Generic[Order]):
    """One stage's place in the scheduler.

    `deliver(order, frame)` and `refuse(order, error)` are awaited before the stage's next turn.
    """

    scheduler: "FrameScheduler[Order]"
    deliver: Callable[[Order, RenderedFrame], Awaitable[None]]
    refuse: Callable[[Order, Exception], Awaitable[None]]
    slots: dict[str, Order] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    busy: bool = False
    waiting: bool = False
    closed: bool = False
    main_in_a_row: int = 0
    waiting_since: float = 0.0

    def submit(self, order: Order) -> bool:
        """Ask for a frame; False where a newer one of the layer was asked for before."""
        if self.closed or order.seq <= self.newest.get(order.layer, -1):
            return False
        self.newest[order.layer] = order.seq
        self.slots[order.layer] = order
        self.scheduler._wait(self)
        return True

    def clear(self) -> None:
        """Forget everything asked for, the frame on its way too: the stage shows something else now."""
        self.epoch += 1
        self.slots.clear()
        self.newest.clear()
        self.main_in_a_row = 0

    def leave(self) -> None:
        """The stage is gone; nothing is delivered any more."""
        self.clear()
        self.closed = True

    def _take(self) -> Order:
        others = [layer for layer in self.slots if layer != MAIN_LAYER]
        main_is_due = MAIN_LAYER in self.slots and not (others and self.main_in_a_row >= MAIN_FRAMES_IN_A_ROW)
        if main_is_due:
            self.main_in_a_row += 1
            return self.slots.pop(MAIN_LAYER)
        self.main_in_a_row = 0
        return self.slots.pop(others[0])


class FrameScheduler(Generic[Order]):
    """Serves lanes by turns with at most `in_flight` requests at the renderer.

    `in_flight` is best twice the number of render workers and one: each has its next frame at hand, and one is on
    the way. `lighten` makes of an order one that is cheaper to draw; it is used while the average frame takes too
    long.
    """

    def __init__(
        self,
        render: Render,
        *,
        in_flight: int,
        lighten: Callable[[Order], Order] = lambda order: order,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        if in_flight < 1:
            raise ValueError("at least one frame must be allowed in flight")
        self._render = render
        self._lighten = lighten
        self._clock = clock
        self._average_s = 0.0
        self.overloaded = False
        self._free = in_flight
        self._turns: deque[Lane[Order]] = deque()
        self._drawing: set[asyncio.Task[None]] = set()
        self._closed = False

    def join(
        self,
        *,
        deliver: Callable[[Order, RenderedFrame], Awaitable[None]],
        refuse: Callable[[Order, Exception], Awaitable[None]],
    ) -> Lane[Order]:
        """A place for a new stage."""
        return Lane(scheduler=self, deliver=deliver, refuse=refuse)

    async def close(self) -> None:
        """Stop serving; frames on their way are abandoned."""
        self._closed = True
        self._turns.clear()
        for task in self._drawing:
            task.cancel()
        await asyncio.gather(*self._drawing, return_exceptions=True)

    def _wait(self, lane: Lane[Order]) -> None:
        if lane.slots and not (lane.busy or lane.waiting or lane.closed or self._closed):
            lane.waiting = True
            lane.waiting_since = self._clock()
            self._turns.append(lane)
        self._serve()

    def _serve(self) -> None:
        while self._free and self._turns and not self._closed:
            lane = self._turns.popleft()
            lane.waiting = False
            if not lane.slots:
                continue
            lane.busy = True
            self._free -= 1
            task = asyncio.create_task(self._draw(lane, lane._take()))
            self._drawing.add(task)
            task.add_done_callback(self._drawing.discard)

    async def _draw(self, lane: Lane[Order], order: Order) -> None:
        epoch = lane.epoch
        outcome: RenderedFrame | Exception
        if self.overloaded:
            order = self._lighten(order)
        try:
            try:
                outcome = await self._render(order.request)
            except asyncio.CancelledError:
                self._closed = True  # only the end of the scheduler, or of its loop, cancels a frame
                raise
            except Exception as error:  # noqa: BLE001  whatever went wrong is told to the stage that asked
                outcome = error
            finally:
                self._free += 1
                self._weigh(self._clock() - lane.waiting_since)
                self._serve()
            if lane.epoch == epoch:
                await self._hand_over(lane, order, outcome)
        finally:
            lane.busy = False
            self._wait(lane)

    def _weigh(self, took_s: float) -> None:
        self._average_s += WEIGHT_OF_NEWEST * (min(took_s, LONGEST_COUNTED_S) - self._average_s)
        self.overloaded = self._average_s > (FAST_AGAIN_S if self.overloaded else TOO_SLOW_S)

    async def _hand_over(self, lane: Lane[Order], order: Order, outcome: RenderedFrame | Exception) -> None:
        try:
            if isinstance(outcome, Exception):
                await lane.refuse(order, outcome)
            else:
                await lane.deliver(order, outcome)
        except Exception:  # one stage's trouble must not stop the turns of the others
            log.exception("frame %s of layer %s could not be handed over", order.seq, order.layer)
