"""Going on before everything is delivered: work on an item that was left, and what is fetched ahead."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.answer import Density, ObjectStatus
from domain.box import Box
from domain.view import View
from rendering.request import Detail, OverlayMode, RenderRequest
from storage.use_cases.annotate import open_assignment
from tests.ui.live.harness import BROKEN, HEIGHT, START, WIDTH, Server, Tab, change, op, until, wire_answer
from ui.live.first_look import first_look, fitted
from ui.live.frames import StageOrder, lightened

pytestmark = pytest.mark.asyncio(loop_scope="session")

DONE = replace(START, object_status=ObjectStatus.GOOD, dense=Density.NO)
ANSWERED = {
    "quality": change({"object_status": None}, {"object_status": "status_good"}),
    "density": change({"dense": None}, {"dense": "dense_no"}),
}


def second(server: Server) -> int:
    return next(server.home.assignments)


async def fetch(tab: Tab, *assignments: int, **more: object) -> None:
    await tab.send(type="prefetch", assignments=list(assignments), width=2 * WIDTH, height=300, mode="solid", **more)


async def test_what_was_done_on_an_item_is_taken_after_the_tab_went_on(server: Server, assignment: int) -> None:
    following = second(server)
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.open(following)
        gesture = {**op(0, ANSWERED), "assignment": assignment}
        await tab.send(**gesture)
        applied = await tab.answer("op_ok", op_id=gesture["op_id"])
        assert applied["assignment"] == assignment
        save_id = str(uuid4())
        await tab.send(type="save", save_id=save_id, assignment=assignment, base_version=1, answer=wire_answer(DONE))
        saved = await tab.answer("saved", save_id=save_id)
        assert (saved["assignment"], saved["revision"]) == (assignment, 1)
        frame = await tab.frame(await tab.pose(START.pose))
        assert frame.header["assignment"] == following
    kept = await server.home.services.reading(open_assignment, actor=server.home.ann, assignment_id=assignment)
    assert kept.saved is not None
    assert kept.saved.answer == DONE
    await until(lambda: all(room.assignment_id != assignment for room in server.live.rooms))


async def test_a_refused_save_says_which_item_it_belongs_to(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.edit(0, ANSWERED)
        await tab.open(second(server))
        await tab.send(
            type="save", save_id=str(uuid4()), assignment=assignment, base_version=0, answer=wire_answer(DONE)
        )
        refused = await tab.answer("save_refused")
    assert (refused["assignment"], refused["code"], refused["version"]) == (assignment, "conflict", 1)


async def test_work_on_somebody_elses_item_is_refused(server: Server, assignment: int) -> None:
    of_ben = next(server.home.of_ben)
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.send(**op(0, ANSWERED), assignment=of_ben)
        refused = await tab.answer("op_refused")
        assert (refused["code"], refused["assignment"]) == ("not_allowed", of_ben)
        assert (refused["answer"], refused["version"]) == (None, None)
    untouched = await server.home.services.reading(open_assignment, actor=server.home.ben, assignment_id=of_ben)
    assert untouched.version == 0


async def test_the_next_item_is_fetched_with_its_first_frame(server: Server, assignment: int) -> None:
    services, following = server.home.services, second(server)
    async with server.tab() as tab:
        await tab.open(assignment)
        await fetch(tab, following)
        state = await tab.answer("prefetched", assignment_id=following)
        frame = await tab.frame(0, layer="ahead")
        opened = await tab.open(following)
    assert {**state, "type": "opened"} == opened
    view = fitted((WIDTH, HEIGHT), (2 * WIDTH, 300))
    assert frame.header["assignment"] == following
    assert (frame.header["detail"], frame.header["cad_index"]) == ("full", START.cad_index)
    assert View(**frame.header["view"]) == view
    cad = next(cad for cad in state["cad_models"] if cad["cad_index"] == START.cad_index)
    path = next(
        path
        for path in services.settings.cad_directory.rglob("*.off")
        if b"-0.5 -0.5 -0.5" in path.read_bytes() and cad["readable"]
    )
    alone = await services.renderer.render(
        RenderRequest(mesh_path=path, pose=START.pose, view=view, mode=OverlayMode.SOLID, detail=Detail.FULL)
    )
    assert frame.payload == alone.payload


async def test_nothing_is_fetched_of_what_one_may_not_open(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await fetch(tab, next(server.home.of_ben), 10**6, assignment)
        await tab.answer("prefetched", assignment_id=assignment)
        await tab.frame(0, layer="ahead")
        assert not [message for message in tab.messages if message["type"] == "prefetched"]


async def test_an_item_whose_model_is_broken_is_fetched_without_a_frame(server: Server, assignment: int) -> None:
    following = second(server)
    async with server.tab() as tab:
        await tab.open(following)
        broken = {"model": change({"cad_index": 1}, {"cad_index": BROKEN})}
        await tab.edit(0, broken)
        await tab.open(assignment)
        await fetch(tab, following, assignment)
        assert (await tab.answer("prefetched", assignment_id=following))["answer"]["cad_index"] == BROKEN
        assert (await tab.frame(0, layer="ahead")).header["assignment"] == assignment


def order(detail: Detail, server: Server) -> StageOrder:
    view = View(left=3.5, top=-2.0, scale=1.5, width=301, height=200)
    request = RenderRequest(mesh_path=server.home.services.settings.home, pose=START.pose, view=view, detail=detail)
    return StageOrder(layer="main", seq=1, request=request, assignment=1, cad_index=1, asked_at=0.0)


async def test_what_is_fetched_for_who_looks_near_is_as_near(server: Server, assignment: int) -> None:
    following = second(server)
    async with server.tab() as tab:
        await tab.open(assignment)
        await fetch(tab, following, room=1.5)
        state = await tab.answer("prefetched", assignment_id=following)
        frame = await tab.frame(0, layer="ahead")
        box = Box(**dict(zip(("x1", "y1", "x2", "y2"), state["item"]["bbox"], strict=True)))
    near = first_look(1.5, box, (WIDTH, HEIGHT), (2 * WIDTH, 300))
    assert View(**frame.header["view"]) == near != fitted((WIDTH, HEIGHT), (2 * WIDTH, 300))


async def test_a_lightened_frame_shows_the_same_at_half_the_resolution(server: Server) -> None:
    whole, light = order(Detail.DRAG, server), lightened(order(Detail.DRAG, server))
    corner = [[0.3, -0.2, 0.1]]
    seen, small = (each.request.view.camera(START.pose).project(corner)[0] + 0.5 for each in (whole, light))
    assert small == pytest.approx(seen / 2)
    assert (light.request.view.width, light.request.view.height) == (151, 100)
    assert lightened(order(Detail.FULL, server)) == order(Detail.FULL, server)
