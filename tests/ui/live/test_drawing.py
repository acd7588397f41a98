"""From a pose message to the frame that answers it."""

import asyncio
import os
import signal

import cv2
import numpy as np
import pytest

from domain.pose import Pose
from domain.view import View
from rendering.request import Detail, OverlayMode, RenderRequest
from tests.ui.live.harness import BROKEN, CUBE, START, Server, Tab, wire_pose

pytestmark = pytest.mark.asyncio(loop_scope="session")


def outline(pose: Pose, view: View) -> np.ndarray:
    """Which pixels the cube covers, by its projected corners; bool (height, width)."""
    corners = view.camera(pose).project(CUBE).astype(np.float32)
    covered = np.zeros((view.height, view.width), np.uint8)
    cv2.fillConvexPoly(covered, np.rint(cv2.convexHull(corners)).astype(np.int32), 1)
    return covered.astype(bool)


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


async def test_a_pose_is_answered_by_its_frame_and_the_frame_says_whose_it_is(
    server: Server, assignment: int
) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        pose = START.pose.replace(azimuth=1.0, px=140.0)
        view = {"left": 40.5, "top": 20.25, "scale": 1.5, "width": 300, "height": 200}
        seq = await tab.pose(pose, view=view, detail="full")
        frame = await tab.frame(seq)
    assert frame.header["pose"] == wire_pose(pose)
    assert frame.header["view"] == view
    expected = {"seq": seq, "layer": "main", "assignment": assignment, "mode": "solid", "detail": "full"}
    assert {key: frame.header[key] for key in expected} == expected
    assert frame.header["media_type"] == "application/zlib"
    assert iou(frame.plane() > 0, outline(pose, View(**view))) > 0.97


async def test_the_frame_is_what_the_renderer_draws_alone(server: Server, assignment: int) -> None:
    services = server.home.services
    pose = START.pose.replace(elevation=-0.4)
    async with server.tab() as tab:
        await tab.open(assignment)
        seq = await tab.pose(pose, detail="full", mode="wireframe", cad_index=2)
        frame = await tab.frame(seq)
    (slab,) = [path for path in services.settings.cad_directory.rglob("*.off") if b"0.15" in path.read_bytes()]
    alone = await services.renderer.render(
        RenderRequest(
            mesh_path=slab, pose=pose, view=View.whole(320, 240), mode=OverlayMode.WIREFRAME, detail=Detail.FULL
        )
    )
    assert frame.payload == alone.payload
    assert (frame.header["x"], frame.header["y"]) == (alone.x, alone.y)
    assert (frame.header["width"], frame.header["height"]) == (alone.width, alone.height)


async def test_nothing_in_view_is_an_empty_frame(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        frame = await tab.frame(await tab.pose(START.pose.replace(px=9000.0)))
    assert frame.payload == b""
    assert frame.header["width"] * frame.header["height"] == 0


async def test_of_a_flood_of_poses_the_newest_is_drawn_and_no_older_one_follows(
    server: Server, assignment: int
) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        for step in range(299):
            await tab.pose(START.pose.replace(azimuth=step / 50))
        last = START.pose.replace(azimuth=4.0, px=100.0)
        seq = await tab.pose(last, detail="full")
        frame = await tab.frame(seq)
        await tab.ping()
        numbers = [each.header["seq"] for each in tab.frames]
    assert frame.header["pose"] == wire_pose(last)
    assert iou(frame.plane() > 0, outline(last, View.whole(320, 240))) > 0.97
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == seq
    assert len(numbers) < 300, "poses that were overtaken are not drawn"


async def test_an_order_older_than_one_asked_for_is_dropped(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        tab.seq = 50
        newer = await tab.pose(START.pose)
        tab.seq = 10
        await tab.pose(START.pose.replace(azimuth=2.0))
        tab.seq = newer
        newest = await tab.pose(START.pose)
        await tab.frame(newest)
    assert 11 not in [frame.header["seq"] for frame in tab.frames]


async def test_other_layers_have_their_own_newest_and_their_own_mesh(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        opened = await tab.open(assignment)
        other = f"other:{opened['others'][0]['item_id']}"
        main = await tab.pose(START.pose)
        reference = await tab.pose(START.pose.replace(theta=0.7), layer="reference")
        beside = await tab.pose(START.pose.replace(px=110.0), layer=other, mode="silhouette")
        frames = [await tab.frame(main), await tab.frame(reference, "reference"), await tab.frame(beside, other)]
    assert [frame.header["layer"] for frame in frames] == ["main", "reference", other]
    assert frames[2].header["mode"] == "silhouette"
    drawn = np.flatnonzero(frames[2].plane().any(axis=0))
    covered = np.flatnonzero(outline(START.pose.replace(px=110.0), View.whole(320, 240)).any(axis=0))
    assert [drawn[0], drawn[-1]] == pytest.approx([covered[0], covered[-1]], abs=3.0)


async def test_what_cannot_be_drawn_is_said_in_the_reader_s_language_and_the_other_models_are(
    server: Server, assignment: int
) -> None:
    async with server.tab(language="zh") as tab:
        await tab.open(assignment)
        seq = await tab.pose(START.pose, cad_index=BROKEN)
        refused = await tab.answer("not_drawn", seq=seq)
        unknown = await tab.pose(START.pose, cad_index=77)
        missing = await tab.answer("not_drawn", seq=unknown)
        stranger = await tab.pose(START.pose, layer="other:999999")
        not_here = await tab.answer("not_drawn", seq=stranger)
        frame = await tab.frame(await tab.pose(START.pose, cad_index=2))
    assert refused["code"] == "mesh_unreadable"
    assert refused["cad_index"] == BROKEN
    assert any("\u4e00" <= character <= "\u9fff" for character in refused["message"])
    assert missing["code"] == not_here["code"] == "not_found"
    assert (frame.plane() > 0).any()


async def test_after_another_assignment_is_opened_no_frame_of_the_former_comes(
    server: Server, assignment: int
) -> None:
    following = next(server.home.assignments)
    async with server.tab() as tab:
        await tab.open(assignment)
        for step in range(30):
            await tab.pose(START.pose.replace(azimuth=step / 10))
        await tab.send(type="open", assignment=following)
        await tab.answer("opened", assignment_id=following)
        there = len(tab.frames)
        await tab.frame(await tab.pose(START.pose))
        assert {frame.header["assignment"] for frame in tab.frames[there:]} == {following}


async def test_a_refused_open_leaves_the_present_assignment_at_work(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.send(type="open", assignment=next(server.home.of_ben))
        assert (await tab.answer("error"))["code"] == "not_allowed"
        frame = await tab.frame(await tab.pose(START.pose))
        assert frame.header["assignment"] == assignment


async def test_a_drag_goes_on_when_the_render_worker_is_killed(server: Server, assignment: int) -> None:
    pool = server.home.services.renderer

    async def drag(tab: Tab, steps: range) -> int:
        for step in steps:
            seq = await tab.pose(START.pose.replace(azimuth=step / 20))
            await tab.frame(seq)
        return seq

    async with server.tab() as tab:
        await tab.open(assignment)
        await drag(tab, range(5))
        killed = {worker["pid"] for worker in pool.workers_description()}
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        last = await asyncio.wait_for(drag(tab, range(5, 15)), 15)
        assert tab.frames[-1].header["seq"] == last
    successors = {worker["pid"] for worker in pool.workers_description() if "pid" in worker}
    assert successors
    assert not successors & killed
