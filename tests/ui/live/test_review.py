"""Remarks, proposals and decisions over the socket: everybody in the room hears, and whom it concerns elsewhere."""

from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from domain.answer import Answer
from tests.ui.live.harness import START, Json, Server, Tab, change, wire_answer, wire_pose

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = {
    "quality": change({"object_status": None}, {"object_status": "status_good"}),
    "density": change({"dense": None}, {"dense": "dense_no"}),
}
DONE = replace(START, object_status="status_good", dense="dense_no")
OFFERED = replace(START, pose=START.pose.replace(azimuth=1.25, distance=5.0))


async def opened(tab: Tab, assignment: int) -> Json:
    """Opens it; returns what is said about it."""
    await tab.open(assignment)
    return await tab.answer("talk", assignment=assignment)


async def saved(tab: Tab, version: int = 0, answer: Answer = DONE) -> Json:
    if version == 0:
        version = (await tab.edit(0, ANSWERED))["version"]
    await tab.send(type="save", save_id=str(uuid4()), base_version=version, answer=wire_answer(answer))
    return await tab.answer("saved")


async def propose(tab: Tab, assignment: int, answer: Answer = OFFERED) -> Json:
    await tab.send(
        type="propose",
        assignment=assignment,
        proposal_id=str(uuid4()),
        version=0,
        answer=wire_answer(answer),
        comment="so",
    )
    return await tab.answer("review_done", of="propose")


async def talk_where(tab: Tab, fits) -> Json:
    while True:
        talk = await tab.answer("talk")
        if fits(talk):
            return talk


async def test_a_remark_on_the_model_is_pinned_to_its_surface_and_heard_at_once(
    server: Server, assignment: int
) -> None:
    elsewhere = next(server.home.assignments)
    async with server.tab() as ann, server.tab() as ann_elsewhere, server.tab(server.home.sue) as sue:
        assert (await opened(ann, assignment))["threads"] == []
        await opened(ann_elsewhere, elsewhere)
        said = await opened(sue, assignment)
        assert (said["can_review"], said["can_propose"], said["owner"], len(said["ready"])) == (True, True, "ann", 9)
        pixel = START.pose.project(np.array([[0.1, -0.5, 0.2]]))[0]
        pin = {"on": "object", "u": pixel[0], "v": pixel[1], "pose": wire_pose(START.pose), "cad_index": 1}
        entry = {"entry_id": str(uuid4()), "text": "this side"}
        for _twice in range(2):
            await sue.send(type="remark_add", assignment=assignment, pin=pin, **entry)
        (thread,) = (await talk_where(ann, lambda talk: talk["threads"]))["threads"]
        assert (thread["entries"][0]["text"], thread["unread"], thread["pin"]["on"]) == ("this side", True, "object")
        point = np.array(thread["pin"]["point"])
        assert START.pose.project(point[None])[0] == pytest.approx(pixel, abs=1e-6)
        assert np.abs(point).max() == pytest.approx(0.5), "on the cube's surface"
        for tab in (ann, ann_elsewhere):
            news = await tab.answer("news", assignment=assignment)
            assert (news["kind"], news["by"], news["excerpt"]) == ("remark_added", "sue", "this side")
        await ann.send(type="remarks_read", assignment=assignment, remarks=[thread["id"]])
        assert not (await talk_where(ann, lambda talk: not talk["threads"][0]["unread"]))["threads"][0]["unread"]


async def test_beside_the_model_a_remark_is_pinned_to_the_photo(server: Server, assignment: int) -> None:
    async with server.tab() as ann:
        await opened(ann, assignment)
        pin = {"on": "object", "u": 3.5, "v": 4.5, "pose": wire_pose(START.pose), "cad_index": 1}
        await ann.send(type="remark_add", assignment=assignment, pin=pin, entry_id=str(uuid4()), text="there")
        (thread,) = (await talk_where(ann, lambda talk: talk["threads"]))["threads"]
        assert thread["pin"] == {"on": "photo", "u": 3.5, "v": 4.5}


async def test_a_part_of_a_proposal_is_taken_once_and_others_see_it(server: Server, assignment: int) -> None:
    async with server.tab() as ann, server.tab(server.home.sue) as sue:
        await opened(ann, assignment)
        await opened(sue, assignment)
        await propose(sue, assignment)
        (offered,) = (await talk_where(ann, lambda talk: talk["proposals"]))["proposals"]
        take = {
            "type": "proposal_take",
            "assignment": assignment,
            "proposal": offered["id"],
            "parts": ["azimuth"],
            "op_id": str(uuid4()),
            "base_version": 0,
        }
        for _twice in range(2):
            await ann.send(**take)
            taken = await ann.answer("proposal_taken")
            assert (taken["version"], taken["answer"]["pose"]["azimuth"]) == (1, 1.25)
            assert taken["answer"]["pose"]["distance"] == 4.0
        changed = await sue.answer("changed")
        assert (changed["version"], changed["answer"]["pose"]["azimuth"]) == (1, 1.25)
        await ann.send(**{**take, "op_id": str(uuid4()), "proposal": 99999})
        refused = await ann.answer("op_refused")
        assert (refused["code"], refused["answer"]["pose"]["azimuth"]) == ("not_found", 1.25)


async def test_a_decision_reaches_the_open_stage_and_closes_it(server: Server, assignment: int) -> None:
    async with server.tab() as ann, server.tab(server.home.sue) as sue:
        await opened(ann, assignment)
        await opened(sue, assignment)
        await saved(ann)
        assert (await talk_where(sue, lambda talk: talk["revision"]))["revision"] == 1
        await sue.send(type="decide", assignment=assignment, decision="accept", revision=7)
        assert (await sue.answer("review_refused"))["code"] == "judged_revision_gone"
        await sue.send(type="decide", assignment=assignment, decision="accept", revision=1)
        talk = await talk_where(ann, lambda talk: talk["state"] == "accepted")
        assert talk["reload"]
        again = await ann.open(assignment)
        assert (again["state"], again["can_edit"]) == ("accepted", False)
        version = again["version"]
        await ann.send(
            type="op",
            op_id=str(uuid4()),
            kind="edit",
            base_version=version,
            changes={"distance": change({"distance": 4.0}, {"distance": 9.0})},
            undoes=None,
            started_at="2026-01-01T10:00:00Z",
            ended_at="2026-01-01T10:00:01Z",
        )
        assert (await ann.answer("op_refused"))["code"] == "wrong_state"
        await ann.send(type="decide", assignment=assignment, decision="reopen", revision=0)
        assert (await ann.answer("review_refused"))["code"] == "not_allowed"
        await sue.send(type="decide", assignment=assignment, decision="reopen", revision=0)
        await talk_where(ann, lambda talk: talk["state"] == "reopened")
        assert (await ann.open(assignment))["can_edit"]


async def test_a_drag_that_is_under_way_when_it_is_accepted_leaves_nothing(server: Server, assignment: int) -> None:
    async with server.tab() as ann, server.tab(server.home.sue) as sue:
        await opened(ann, assignment)
        await opened(sue, assignment)
        await saved(ann)
        await ann.pose(START.pose.replace(px=180.0))
        await ann.ping()
        await sue.send(type="decide", assignment=assignment, decision="accept", revision=1)
        await talk_where(ann, lambda talk: talk["state"] == "accepted")
        assert (await ann.open(assignment))["answer"]["pose"]["px"] == START.pose.px
        assert (await sue.open(assignment))["answer"]["pose"]["px"] == START.pose.px


async def test_strangers_hear_nothing_and_may_say_nothing(server: Server, assignment: int) -> None:
    async with server.tab(server.home.ben) as ben, server.tab() as ann:
        await opened(ann, assignment)
        mine = next(server.home.of_ben)
        await opened(ben, mine)
        for message in (
            {"type": "remark_add", "pin": None, "entry_id": str(uuid4()), "text": "hm"},
            {"type": "decide", "decision": "accept", "revision": 1},
            {"type": "decision_read"},
        ):
            await ben.send(assignment=assignment, **message)
            refused = await ben.answer("review_refused", of=message["type"])
            assert refused["code"] == "not_allowed"
        await ann.send(type="remark_add", assignment=assignment, pin=None, entry_id=str(uuid4()), text="mine")
        await talk_where(ann, lambda talk: talk["threads"])
        await ben.ping()
        assert all(message["type"] != "news" for message in ben.messages)
