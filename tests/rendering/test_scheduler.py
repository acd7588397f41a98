"""The scheduler's promises: newest wins, turns are fair, nobody starves, trouble stays where it happened.

The renderer here is a small asynchronous function that waits until the test lets it go, so no test depends on time.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.pose import Pose
from domain.view import View
from rendering.request import Detail, OverlayMode, RenderedFrame, RenderRequest
from rendering.scheduler import MAIN_FRAMES_IN_A_ROW, TOO_SLOW_S, FrameOrder, FrameScheduler, Lane

VIEW = View.whole(64, 48)
POSE = Pose(azimuth=0.0, elevation=0.0, theta=0.0, distance=3.0, px=10.0, py=10.0)


def request(name: str = "mesh", detail: Detail = Detail.DRAG) -> RenderRequest:
    return RenderRequest(mesh_path=Path(name), pose=POSE, view=VIEW, mode=OverlayMode.SOLID, detail=detail)


def order(seq: int, layer: str = "main", name: str = "mesh", detail: Detail = Detail.DRAG) -> FrameOrder:
    return FrameOrder(layer=layer, seq=seq, request=request(name, detail))


FRAME = RenderedFrame(x=0, y=0, width=0, height=0, payload=b"", media_type="image/png")


class Gate:
    """A renderer that finishes frames when told to, and remembers how many were with it at once."""

    def __init__(self) -> None:
        self.waiting: list[tuple[RenderRequest, asyncio.Future[RenderedFrame]]] = []
        self.most_at_once = 0
        self.drawn: list[RenderRequest] = []

    async def render(self, request: RenderRequest) -> RenderedFrame:
        done: asyncio.Future[RenderedFrame] = asyncio.get_running_loop().create_future()
        self.waiting.append((request, done))
        self.most_at_once = max(self.most_at_once, len(self.waiting))
        return await done

    async def finish_one(self, error: Exception | None = None) -> RenderRequest:
        request, done = self.waiting.pop(0)
        self.drawn.append(request)
        if error:
            done.set_exception(error)
        else:
            done.set_result(FRAME)
        await settle()
        return request


async def settle() -> None:
    """Lets every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


class Stage:
    """Keeps what it was given; `on_frame` may ask for more at once, as a dragging browser does."""

    def __init__(self, scheduler: FrameScheduler[FrameOrder], on_frame: Callable[[], Awaitable[None]] | None = None):
        self.frames: list[FrameOrder] = []
        self.errors: list[tuple[FrameOrder, Exception]] = []
        self.on_frame = on_frame
        self.lane: Lane[FrameOrder] = scheduler.join(deliver=self._deliver, refuse=self._refuse)

    async def _deliver(self, order: FrameOrder, frame: RenderedFrame) -> None:
        self.frames.append(order)
        if self.on_frame:
            await self.on_frame()

    async def _refuse(self, order: FrameOrder, error: Exception) -> None:
        self.errors.append((order, error))


async def test_the_newest_order_replaces_the_one_that_waits() -> None:
    gate = Gate()
    stage = Stage(FrameScheduler(gate.render, in_flight=1))
    for seq in range(100):
        assert stage.lane.submit(order(seq))
        await settle()
    await gate.finish_one()
    await gate.finish_one()
    assert [done.seq for done in stage.frames] == [0, 99]
    assert gate.waiting == []


async def test_an_older_order_neither_replaces_nor_follows_a_newer_one() -> None:
    gate = Gate()
    stage = Stage(FrameScheduler(gate.render, in_flight=1))
    stage.lane.submit(order(1))
    await settle()
    stage.lane.submit(order(10, detail=Detail.FULL))
    assert not stage.lane.submit(order(9))
    assert not stage.lane.submit(order(10))
    await gate.finish_one()
    await gate.finish_one()
    assert [done.seq for done in stage.frames] == [1, 10]
    assert stage.frames[-1].request.detail is Detail.FULL
    assert not stage.lane.submit(order(9))
    assert gate.waiting == []


async def test_a_stage_has_one_request_on_its_way_and_all_together_at_most_in_flight() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=3)
    stages = [Stage(scheduler) for _ in range(5)]
    for stage in stages:
        for layer in ("main", "reference", "other:1"):
            stage.lane.submit(order(1, layer))
    await settle()
    assert gate.most_at_once == 3
    while gate.waiting:
        await gate.finish_one()
    assert gate.most_at_once == 3
    assert all(len(stage.frames) == 3 for stage in stages)

    alone = Stage(scheduler)
    for layer in ("main", "reference", "other:1"):
        alone.lane.submit(order(1, layer))
    await settle()
    assert len(gate.waiting) == 1


async def test_every_stage_that_drags_is_drawn_equally_often() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=2)
    counts: Counter[int] = Counter()
    stages: list[Stage] = []

    def dragging(number: int) -> Stage:
        async def again() -> None:
            counts[number] += 1
            stages[number].lane.submit(order(counts[number] + 1, name=str(number)))

        return Stage(scheduler, again)

    stages += [dragging(number) for number in range(7)]
    for number, stage in enumerate(stages):
        stage.lane.submit(order(0, name=str(number)))
    for _ in range(70):
        await settle()
        await gate.finish_one()
    assert max(counts.values()) - min(counts.values()) <= 1
    await scheduler.close()


async def test_a_flood_of_one_stage_does_not_delay_the_turn_of_another() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=1)
    flooding, patient = Stage(scheduler), Stage(scheduler)
    flooding.lane.submit(order(0))
    patient.lane.submit(order(0))
    for seq in range(1, 1000):
        flooding.lane.submit(order(seq))
    await settle()
    await gate.finish_one()
    await gate.finish_one()
    assert len(flooding.frames) == 1
    assert len(patient.frames) == 1
    await scheduler.close()


async def test_main_goes_first_but_the_other_layers_of_the_stage_do_not_starve() -> None:
    gate = Gate()
    stage = Stage(FrameScheduler(gate.render, in_flight=1))
    stage.lane.submit(order(0))
    await settle()
    stage.lane.submit(order(0, "other:1"))
    stage.lane.submit(order(0, "other:2"))
    stage.lane.submit(order(1))
    for seq in range(2, 12):
        await gate.finish_one()
        stage.lane.submit(order(seq))
    while gate.waiting:
        await gate.finish_one()
    layers = [done.layer for done in stage.frames]
    assert layers.index("other:1") == MAIN_FRAMES_IN_A_ROW
    assert layers[:MAIN_FRAMES_IN_A_ROW] == ["main"] * MAIN_FRAMES_IN_A_ROW
    assert layers.count("other:1") == layers.count("other:2") == 1
    assert stage.frames[-1].seq == 11


async def test_what_was_asked_for_before_clear_is_not_delivered() -> None:
    gate = Gate()
    stage = Stage(FrameScheduler(gate.render, in_flight=2))
    stage.lane.submit(order(5, name="former"))
    await settle()
    stage.lane.submit(order(6, name="former"))
    stage.lane.clear()
    assert stage.lane.submit(order(1, name="next")), "numbers start again after clear"
    while gate.waiting:
        await gate.finish_one()
    assert [done.request.mesh_path.name for done in stage.frames] == ["next"]


async def test_a_stage_that_leaves_gets_nothing_and_gives_its_turn_away() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=1)
    gone, staying = Stage(scheduler), Stage(scheduler)
    gone.lane.submit(order(0))
    await settle()
    gone.lane.submit(order(1))
    staying.lane.submit(order(0))
    gone.lane.leave()
    assert not gone.lane.submit(order(2))
    while gate.waiting:
        await gate.finish_one()
    assert gone.frames == []
    assert len(staying.frames) == 1
    assert len(gate.drawn) == 2


async def test_a_failure_is_told_to_the_stage_that_asked_and_work_goes_on() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=1)
    unlucky, lucky = Stage(scheduler), Stage(scheduler)
    unlucky.lane.submit(order(0))
    lucky.lane.submit(order(0))
    await settle()
    unlucky.lane.submit(order(1))
    trouble = RuntimeError("the worker died")
    await gate.finish_one(trouble)
    await gate.finish_one()
    await gate.finish_one()
    assert [(failed.seq, error) for failed, error in unlucky.errors] == [(0, trouble)]
    assert [done.seq for done in unlucky.frames] == [1]
    assert [done.seq for done in lucky.frames] == [0]


async def test_a_stage_whose_delivery_fails_keeps_its_place(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=1)

    async def broken() -> None:
        raise ValueError("socket gone")

    stage = Stage(scheduler, broken)
    stage.lane.submit(order(0))
    await settle()
    stage.lane.submit(order(1))
    await gate.finish_one()
    await gate.finish_one()
    assert [done.seq for done in stage.frames] == [0, 1]
    assert "socket gone" in caplog.text


async def test_a_slow_reader_is_drawn_for_no_faster_than_it_reads() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=2)
    reads = asyncio.Event()

    async def slowly() -> None:
        await reads.wait()

    slow, quick = Stage(scheduler, slowly), Stage(scheduler)
    slow.lane.submit(order(0))
    await settle()
    await gate.finish_one()
    for seq in range(1, 50):
        slow.lane.submit(order(seq))
        quick.lane.submit(order(seq))
        await settle()
        await gate.finish_one()
    assert [done.seq for done in slow.frames] == [0]
    assert len(quick.frames) == 49
    reads.set()
    await settle()
    await gate.finish_one()
    assert [done.seq for done in slow.frames] == [0, 49]


async def test_close_abandons_what_is_on_its_way() -> None:
    gate = Gate()
    scheduler: FrameScheduler[FrameOrder] = FrameScheduler(gate.render, in_flight=1)
    stage = Stage(scheduler)
    stage.lane.submit(order(0))
    await settle()
    await scheduler.close()
    stage.lane.submit(order(1))
    await settle()
    assert stage.frames == []
    assert gate.waiting[0][1].cancelled()
    assert len(gate.waiting) == 1


async def test_where_frames_take_too_long_they_are_made_lighter_for_all_until_they_are_fast_again() -> None:
    now, frame_s, drawn, delivered = 0.0, 2 * TOO_SLOW_S, [], 0

    async def render(request: RenderRequest) -> RenderedFrame:
        nonlocal now
        now += frame_s
        drawn.append(request.mesh_path.name)
        return FRAME

    async def deliver(_order: FrameOrder, _frame: RenderedFrame) -> None:
        nonlocal delivered
        delivered += 1

    async def refuse(_order: FrameOrder, error: Exception) -> None:
        raise error

    def lighten(order: FrameOrder) -> FrameOrder:
        return replace(order, request=request("light"))

    scheduler = FrameScheduler(render, in_flight=1, lighten=lighten, clock=lambda: now)
    lanes = [scheduler.join(deliver=deliver, refuse=refuse) for _ in range(2)]

    async def draw(seqs: range) -> list[str]:
        """The last frame of either stage."""
        for seq in seqs:
            for lane in lanes:
                lane.submit(order(seq, name="whole"))
            await settle()
        return drawn[-2:]

    assert await draw(range(1)) == ["whole", "whole"]
    assert await draw(range(1, 8)) == ["light", "light"]
    frame_s = 0.0
    assert await draw(range(8, 40)) == ["whole", "whole"]
    assert delivered == len(drawn) == 80
    await scheduler.close()
