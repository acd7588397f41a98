"""Gestures, saves and drafts over the socket, and what other tabs see of them."""

import asyncio
import math
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.answer import Answer, Density, ObjectStatus
from storage.use_cases.annotate import open_assignment
from tests.ui.live.harness import START, Json, Server, Tab, change, op, until, wire_answer, wire_pose

pytestmark = pytest.mark.asyncio(loop_scope="session")

FARTHER = {"distance": change({"distance": 4.0}, {"distance": 5.5})}
RIGHTWARD = {"centre": change({"px": 160.0, "py": 120.0}, {"px": 171.25, "py": 120.0})}
ANSWERED = {
    "quality": change({"object_status": None}, {"object_status": "status_good"}),
    "density": change({"dense": None}, {"dense": "dense_no"}),
}
DONE = replace(
    START,
    pose=START.pose.replace(distance=5.5),
    object_status=ObjectStatus.GOOD,
    dense=Density.NO,
)


async def stored(server: Server, assignment: int) -> Answer:
    services = server.home.services
    opened = await services.reading(open_assignment, actor=server.home.ann, assignment_id=assignment)
    return opened.answer


async def save(tab: Tab, version: int, answer: Answer, save_id: str | None = None) -> str:
    save_id = save_id or str(uuid4())
    await tab.send(type="save", save_id=save_id, base_version=version, answer=wire_answer(answer))
    return save_id


async def done(tab: Tab, version: int = 0) -> int:
    """Two gestures that make the answer `DONE`; returns the version."""
    version = (await tab.edit(version, FARTHER))["version"]
    return (await tab.edit(version, ANSWERED))["version"]


def _drawn_azimuth(server: Server, assignment: int) -> float | None:
    """Of the draft on disk."""
    with server.home.services.database.reading() as session:
        opened = open_assignment(session, actor=server.home.ann, assignment_id=assignment)
        return opened.answer.pose.azimuth if opened.answer_source == "draft" else None


async def gone(server: Server, assignment: int) -> None:
    """Waits until nobody is in the room and everything in it is on disk."""
    await until(lambda: all(room.assignment_id != assignment for room in server.live.rooms))


async def test_opened_says_all_that_the_stage_shows(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        opened = await tab.open(assignment)
    assert opened["answer"] == wire_answer(START)
    assert opened["answer_source"] == "prediction"
    assert opened["can_edit"] is True
    assert opened["item"]["bbox"] == [110.0, 70.0, 210.0, 170.0]
    assert opened["item"]["viewport"] == 400.0
    assert opened["photo_url"] == f"/images/{opened['image']['id']}"
    assert [cad["thumbnail_url"] for cad in opened["cad_models"]] == [
        f"/thumbnails/{cad['id']}.png" for cad in opened["cad_models"]
    ]
    assert opened["rule"]["ignored"] == ["theta"]
    assert opened["history"] == {"undo": [], "redo": []}
    assert opened["prediction"]["model_version"] == "m1"
    assert opened["saved"] is None
    assert opened["state"] == "new"


async def test_gesture_save_clear_and_taking_it_back(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        version = await done(tab)
        save_id = await save(tab, version, DONE)
        saved = await tab.answer("saved", save_id=save_id)
        assert saved["revision"] == 1
        assert saved["version"] == version + 1
        assert saved["answer"] == wire_answer(DONE)
        assert saved["progress"]["saved"] >= 1
        assert saved["next_open_id"] not in (None, assignment)
        assert await stored(server, assignment) == DONE

        clearing = str(uuid4())
        await tab.send(type="clear", op_id=clearing, base_version=saved["version"])
        cleared = await tab.answer("cleared", op_id=clearing)
        assert cleared["answer"] == wire_answer(START)
        assert cleared["state"] == "new"
        assert (await tab.open(assignment))["saved"] is None

        restored = await tab.edit(cleared["version"], {}, kind="undo", undoes=clearing)
        assert restored["saved"]["answer"] == wire_answer(DONE)
        assert restored["state"] == "saved"
        opened = await tab.open(assignment)
        assert opened["answer"] == opened["saved"]["answer"] == wire_answer(DONE)


async def test_undo_and_redo_are_there_after_a_reload(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        first = await tab.edit(0, FARTHER)
        second = await tab.edit(first["version"], RIGHTWARD)
        back = {"centre": change(RIGHTWARD["centre"]["after"], RIGHTWARD["centre"]["before"])}
        undone = await tab.edit(second["version"], back, kind="undo", undoes=second["op_id"])
    async with server.tab() as tab:
        opened = await tab.open(assignment)
        assert [each["op_id"] for each in opened["history"]["undo"]] == [first["op_id"]]
        assert [each["op_id"] for each in opened["history"]["redo"]] == [undone["op_id"]]
        assert opened["answer"]["pose"]["distance"] == 5.5
        assert opened["answer"]["pose"]["px"] == 160.0
        again = await tab.edit(opened["version"], RIGHTWARD, kind="redo", undoes=undone["op_id"])
        assert again["version"] == opened["version"] + 1
    assert (await stored(server, assignment)).pose.px == 171.25


async def test_the_same_gesture_sent_twice_counts_once(server: Server, assignment: int) -> None:
    message = op(0, FARTHER)
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.send(**message)
        first = await tab.answer("op_ok")
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.send(**message)
        second = await tab.answer("op_ok")
        opened = await tab.open(assignment)
    assert second == first
    assert opened["version"] == 1
    assert len(opened["history"]["undo"]) == 1


async def test_the_same_save_sent_twice_is_one_revision(server: Server, assignment: int) -> None:
    save_id = str(uuid4())
    async with server.tab() as tab:
        await tab.open(assignment)
        version = await done(tab)
        await save(tab, version, DONE, save_id)
        first = await tab.answer("saved")
    async with server.tab() as tab:
        opened = await tab.open(assignment)
        await save(tab, opened["version"], DONE, save_id)
        second = await tab.answer("saved")
    assert (second["revision"], second["version"]) == (first["revision"], first["version"])
    assert opened["saved"]["revision"] == 1


async def test_a_save_of_something_else_than_the_server_holds_is_refused(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        version = await done(tab)
        other = replace(DONE, pose=DONE.pose.replace(distance=math.nextafter(5.5, 6)))
        save_id = await save(tab, version, other)
        refused = await tab.answer("save_refused", save_id=save_id)
        assert refused["code"] == "conflict"
        assert refused["answer"] == wire_answer(DONE)
        assert refused["version"] == version
        save_id = await save(tab, version - 1, DONE)
        assert (await tab.answer("save_refused", save_id=save_id))["code"] == "conflict"
        assert (await tab.open(assignment))["saved"] is None


async def test_a_save_without_answers_says_what_is_missing(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        save_id = await save(tab, 0, START)
        refused = await tab.answer("save_refused", save_id=save_id)
    assert refused["code"] == "answer_incomplete"
    assert refused["missing"] == ["object_status", "dense"]
    assert "quality" in refused["message"]


async def test_a_gesture_that_makes_no_sense_is_refused_with_what_holds(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        changes: list[Json] = [
            {"distance": change({"distance": 4.0}, {"distance": -1.0})},
            {"centre": change({"px": 1.0}, {"px": 2.0})},
            {"model": change({"cad_index": 1}, {"cad_index": 99})},
            {"quality": change({"object_status": None}, {"object_status": "superb"})},
            {},
        ]
        for each in changes:
            message = op(0, each)
            await tab.send(**message)
            refused = await tab.answer("op_refused", op_id=message["op_id"])
            assert refused["answer"] == wire_answer(START)
            assert refused["version"] == 0
        message = op(0, {}, kind="undo", undoes=str(uuid4()))
        await tab.send(**message)
        assert (await tab.answer("op_refused", op_id=message["op_id"]))["code"] == "not_found"


async def test_a_drag_cut_off_in_the_middle_is_there_afterwards(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        for step in range(1, 40):
            held = START.pose.replace(azimuth=0.5 + step / 100)
            await tab.pose(held)
            await asyncio.sleep(0.02)
        written_on_the_way = (await stored(server, assignment)).pose.azimuth
        await tab.ping()
        tab.connection.transport.abort()
    assert 0.5 < written_on_the_way <= held.azimuth
    await gone(server, assignment)
    assert (await stored(server, assignment)).pose == held
    async with server.tab() as tab:
        opened = await tab.open(assignment)
        assert opened["answer"]["pose"] == wire_pose(held)
        assert opened["unsaved"] is True
        assert opened["history"]["undo"] == []


async def test_looking_changes_nothing(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.frame(await tab.pose(START.pose, detail="full"))
        await tab.pose(START.pose.replace(azimuth=3.0), layer="reference")
        await tab.ping()
    await gone(server, assignment)
    async with server.tab() as tab:
        opened = await tab.open(assignment)
    assert opened["unsaved"] is False
    assert opened["state"] == "new"


async def test_a_gesture_given_up_leaves_no_trace_in_the_draft(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.pose(START.pose.replace(azimuth=3.0))
        await asyncio.sleep(0.3)
        await tab.pose(START.pose)
        await tab.ping()
    await gone(server, assignment)
    assert await stored(server, assignment) == START


async def test_the_op_of_a_drag_replaces_the_poses_that_led_to_it(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        for step in range(10):
            await tab.pose(START.pose.replace(distance=4.0 + step / 10))
        await tab.edit(0, FARTHER)
        await tab.ping()
    await gone(server, assignment)
    assert (await stored(server, assignment)).pose == START.pose.replace(distance=5.5)


async def test_a_drag_given_up_does_not_come_back_with_the_next_gesture(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.pose(START.pose.replace(azimuth=2.0))
        await until(lambda: _drawn_azimuth(server, assignment) == 2.0)
        await tab.pose(START.pose)
        version = (await tab.edit(0, FARTHER))["version"]
        assert (await stored(server, assignment)).pose == DONE.pose
        version = (await tab.edit(version, ANSWERED))["version"]
        await save(tab, version, DONE)
        await tab.answer("saved")


async def test_a_line_that_broke_without_a_word_brings_no_old_pose_back(server: Server, assignment: int) -> None:
    """The old socket is still there, in mid-drag, when the same person works on over a new one."""
    turned = {"azimuth": 1.0, "elevation": START.pose.elevation, "theta": START.pose.theta}
    before = {name: getattr(START.pose, name) for name in turned}
    async with server.tab() as old, server.tab() as new:
        await old.open(assignment)
        await old.pose(START.pose.replace(azimuth=2.0))
        await old.ping()
        await new.open(assignment)
        version = (await new.edit(0, {"rotation": change(before, turned)}))["version"]
        version = (await new.edit(version, ANSWERED))["version"]
        answer = replace(
            START, pose=START.pose.replace(azimuth=1.0), object_status=DONE.object_status, dense=DONE.dense
        )
        await save(new, version, answer)
        await new.answer("saved")
        [room] = [room for room in server.live.rooms if room.assignment_id == assignment]
        assert room.live_answer == answer
        await until(lambda: room.unwritten() is None)
        assert await stored(server, assignment) == answer


async def test_a_pose_that_was_not_a_gesture_yet_can_be_saved_after_a_reload(server: Server, assignment: int) -> None:
    """What is seen is what is saved, whether or not its gesture came to an end."""
    held = START.pose.replace(azimuth=2.25)
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.pose(held)
        await tab.ping()
    await gone(server, assignment)
    async with server.tab() as tab:
        opened = await tab.open(assignment)
        version = (await tab.edit(opened["version"], ANSWERED))["version"]
        answer = replace(START, pose=held, object_status=ObjectStatus.GOOD, dense=Density.NO)
        save_id = await save(tab, version, answer)
        await tab.answer("saved", save_id=save_id)
    assert await stored(server, assignment) == answer


async def test_two_tabs_of_one_person_see_each_other_s_changes(server: Server, assignment: int) -> None:
    async with server.tab() as one, server.tab() as two:
        await one.open(assignment)
        await two.open(assignment)
        await one.edit(0, FARTHER)
        seen = await two.answer("changed", version=1)
        assert seen["answer"]["pose"]["distance"] == 5.5
        assert seen["by"] == "ann"
        assert seen["saved"] is None
        await two.edit(1, ANSWERED)
        assert (await one.answer("changed", version=2))["answer"] == wire_answer(DONE)
        await save(one, 2, DONE)
        await one.answer("saved")
        seen = await two.answer("changed", version=3)
        assert seen["state"] == "saved"
        assert seen["saved"]["answer"] == wire_answer(DONE)
        await two.send(type="clear", op_id=str(uuid4()), base_version=3)
        await two.answer("cleared")
        seen = await one.answer("changed", version=4)
        assert seen["saved"] is None
        assert seen["answer"] == wire_answer(START)
        await one.ping()
        assert [message for message in one.messages if message["type"] == "changed"] == []


async def test_interleaved_gestures_of_two_tabs_all_count(server: Server, assignment: int) -> None:
    async with server.tab() as one, server.tab() as two:
        await one.open(assignment)
        await two.open(assignment)

        async def work(tab: Tab, group: str, field: str, start: float) -> None:
            for step in range(1, 11):
                after = {field: start + step} if field == "distance" else {"px": start + step, "py": 120.0}
                await tab.edit(0, {group: change({}, after)})

        await asyncio.gather(work(one, "distance", "distance", 4.0), work(two, "centre", "px", 160.0))
        opened = await one.open(assignment)
    assert opened["version"] == 20
    assert opened["answer"]["pose"]["distance"] == 14.0
    assert opened["answer"]["pose"]["px"] == 170.0
    assert len(opened["history"]["undo"]) == 20


async def test_flags_are_told_to_every_tab_and_kept(server: Server, assignment: int) -> None:
    async with server.tab() as one, server.tab() as two:
        await one.open(assignment)
        await two.open(assignment)
        await one.send(type="flag", kind="skip", reason="too small")
        for tab in (one, two):
            assert (await tab.answer("flagged"))["reason"] == "too small"
        assert (await two.open(assignment))["flag"]["kind"] == "skip"
        await two.send(type="flag", kind="none")
        assert (await one.answer("flagged"))["kind"] == "none"
        await two.send(type="flag", kind="skip")
        assert (await two.answer("error"))["code"] == "invalid_input"
        assert (await one.open(assignment))["flag"] is None


async def test_work_without_an_open_assignment_is_refused(server: Server) -> None:
    async with server.tab() as tab:
        await tab.pose(START.pose)
        message = op(0, FARTHER)
        await tab.send(**message)
        refused = await tab.answer("op_refused", op_id=message["op_id"])
        assert refused["answer"] is None
        save_id = await save(tab, 0, DONE)
        assert (await tab.answer("save_refused", save_id=save_id))["code"] == "nothing_open"


async def test_what_was_sent_before_the_tab_was_closed_is_still_done(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        for step in range(20):
            await tab.send(**op(step, {"distance": change({"distance": 4.0}, {"distance": 5.0 + step})}))
    await gone(server, assignment)
    assert (await stored(server, assignment)).pose.distance == 24.0
