"""Frames for whoever looks on: what two want alike is drawn once, and after everything that people drag.

`join` is the frame scheduler's, so that a watcher's stage asks for frames as any other stage does.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from rendering.request import RenderedFrame, RenderRequest
from ui.live.frames import StageOrder
from ui.logs import report

MOST_KEPT = 128
"""Frames of some ten kilobytes each."""

Render = Callable[[RenderRequest], Awaitable[RenderedFrame]]


class SharedFrames:
    """One for each process. `render` is best the renderer's background line."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._frames: OrderedDict[RenderRequest, asyncio.Task[RenderedFrame]] = OrderedDict()
        self.drawn = 0
        """How often anything was really drawn."""

    async def frame(self, request: RenderRequest) -> RenderedFrame:
        """Raises what the renderer raises; a failure is not kept."""
        task = self._frames.get(request)
        if task is None:
            task = self._frames[request] = asyncio.create_task(self._draw(request))
            while len(self._frames) > MOST_KEPT:
                self._frames.popitem(last=False)
        self._frames.move_to_end(request)
        # One who loses patience must not take the frame away from the others.
        return await asyncio.shield(task)

    def join(
        self,
        *,
        deliver: Callable[[StageOrder, RenderedFrame], Awaitable[None]],
        refuse: Callable[[StageOrder, Exception], Awaitable[None]],
    ) -> "SharedLane":
        return SharedLane(frames=self, deliver=deliver, refuse=refuse)

    async def _draw(self, request: RenderRequest) -> RenderedFrame:
        try:
            self.drawn += 1
            return await self._render(request)
        except BaseException:
            self._frames.pop(request, None)
            raise


@dataclass(slots=True, kw_only=True, eq=False)
class SharedLane:
    """One watcher's wishes: on each layer the newest only, one at a time."""

    frames: SharedFrames
    deliver: Callable[[StageOrder, RenderedFrame], Awaitable[None]]
    refuse: Callable[[StageOrder, Exception], Awaitable[None]]
    slots: dict[str, StageOrder] = field(default_factory=dict)
    epoch: int = 0
    serving: asyncio.Task[None] | None = None

    def submit(self, order: StageOrder) -> bool:
        self.slots[order.layer] = order
        if self.serving is None or self.serving.done():
            self.serving = asyncio.create_task(self._serve())
        return True

    def clear(self) -> None:
        """Forget everything asked for, what is being drawn too."""
        self.epoch += 1
        self.slots.clear()

    def leave(self) -> None:
        self.clear()
        if self.serving is not None:
            self.serving.cancel()

    async def _serve(self) -> None:
        while self.slots:
            order, epoch = self.slots.pop(next(iter(self.slots))), self.epoch
            try:
                frame = await self.frames.frame(order.request)
            except Exception as error:  # noqa: BLE001  whatever went wrong is told to the stage that asked
                if epoch == self.epoch:
                    await self._hand_over(self.refuse(order, error))
                continue
            if epoch == self.epoch:
                await self._hand_over(self.deliver(order, frame))

    async def _hand_over(self, handing: Awaitable[None]) -> None:
        try:
            await handing
        except Exception as error:  # noqa: BLE001  the next frame may be taken
            report(error, "handing a frame to a watcher")
