"""Several people on one assignment: who sees whom, what is merged, what gives way, and what is never lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from domain.answer import Density, ObjectStatus
from domain.permissions import CONSOLE, Role
from storage.use_cases import accounts
from storage.use_cases.annotate import open_assignment
from storage.use_cases.collaborators import add_collaborator
from tests.storage.world import UNUSABLE
from tests.ui.live.harness import START, Server, Tab, change, op, until, wire_answer, wire_pose

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANSWERED = {
    "quality": change({"object_status": None}, {"object_status": "status_good"}),
    "density": change({"dense": None}, {"dense": "dense_no"}),
}


def rotation(azimuth: float) -> dict[str, float]:
    return {"azimuth": azimuth, "elevation": START.pose.elevation, "theta": START.pose.theta}


def turned(before: float, after: float) -> dict[str, Any]:
    return {"rotation": change(rotation(before), rotation(after))}


def farther(before: float, after: float) -> dict[str, Any]:
    return {"distance": change({"distance": before}, {"distance": after})}


@pytest_asyncio.fixture(loop_scope="session")
async def carl(server: Server) -> int:
    """A colleague who has nothing of his own."""
    services = server.home.services
    known = await services.reading(accounts.list_users, actor=CONSOLE)
    if found := next((user.id for user in known if user.name == "carl"), None):
        return found
    added = await services.transact(
        accounts.add_user, actor=CONSOLE, name="carl", role=Role.ANNOTATOR, password=UNUSABLE
    )
    return added.id


@pytest.fixture
def sue(server: Server) -> int:
    return server.home.sue


@asynccontextmanager
async def both(server: Server, assignment: int, colleague: int) -> AsyncIterator[tuple[Tab, Tab]]:
    """Ann's tab and her collaborator's, with the assignment open in both."""
    services = server.home.services
    await services.transact(add_collaborator, actor=CONSOLE, assignment_id=assignment, user_id=colleague)
    async with server.tab() as ann, server.tab(colleague) as other:
        await ann.open(assignment)
        await other.open(assignment)
        yield ann, other


async def held(tab: Tab, groups: list[str]) -> dict[str, Any]:
    """What the other has on the screen, once they hold just this."""
    while (message := await tab.answer("moving"))["groups"] != groups:
        pass
    return message


async def test_presence_is_told_to_all_and_never_across_blind_assignments(
    server: Server, assignment: int, carl: int, sue: int
) -> None:
    blind = next(server.home.of_ben)
    async with both(server, assignment, carl) as (ann, _carl), server.tab(server.home.ben) as ben:
        await ben.open(blind)
        async with server.tab(sue) as watcher:
            await watcher.send(type="watch", assignment=assignment)
            assert (await watcher.answer("opened"))["can_edit"] is False
            while len(people := (await ann.answer("presence"))["people"]) < 3:
                pass
        assert [(each["name"], each["doing"]) for each in people] == [
            ("ann", "editing"), ("carl", "editing"), ("sue", "watching"),
        ]  # fmt: skip
        while len(people := (await ann.answer("presence"))["people"]) > 2:
            pass
        await ben.ping()
        seen = [each["people"] for each in ben.messages if each["type"] == "presence"]
        assert [[each["name"] for each in each_time] for each_time in seen] == [["ben"]]
        assert not [each for each in ben.messages if each["type"] in ("moving", "changed")]


async def test_an_annotator_may_not_watch(server: Server, assignment: int, carl: int) -> None:
    async with server.tab(carl) as tab:
        await tab.send(type="watch", assignment=assignment)
        assert (await tab.answer("error"))["code"] == "not_allowed"


async def test_a_drag_is_seen_by_the_others_with_its_own_frames(
    server: Server, assignment: int, carl: int, sue: int
) -> None:
    """A watcher and a collaborator get each pose, newest wins, and the bytes that were drawn for the annotator."""
    async with both(server, assignment, carl) as (ann, colleague), server.tab(sue) as watcher:
        await watcher.send(type="watch", assignment=assignment)
        await watcher.answer("opened")
        drawn = server.live.shared_frames.drawn
        pose = START.pose.replace(azimuth=1.25)
        seq = await ann.pose(pose, groups=["rotation"])
        own = await ann.frame(seq)
        layer = f"ghost:{server.home.ann}"
        for other in (colleague, watcher):
            look = await held(other, ["rotation"])
            assert look["pose"] == wire_pose(pose)
            assert (look["by"]["name"], look["mode"]) == ("ann", "solid")
            frame = await other.frame(seq, layer)
            assert frame.payload == own.payload
            assert frame.header["pose"] == wire_pose(pose)
        assert server.live.shared_frames.drawn == drawn
        version = (await ann.edit(0, turned(0.5, 1.25)))["version"]
        assert (await held(colleague, []))["pose"] == wire_pose(pose)
        told = await watcher.answer("changed", version=version)
        assert told["answer"]["pose"] == wire_pose(pose)
        assert told["groups"] == ["rotation"]


async def test_watchers_with_one_view_share_what_is_drawn(server: Server, assignment: int, sue: int) -> None:
    async with server.tab() as ann, AsyncExitStack() as stack:
        await ann.open(assignment)
        watchers = [await stack.enter_async_context(server.tab(sue)) for _ in range(3)]
        before = server.live.shared_frames.drawn
        for watcher in watchers:
            await watcher.send(type="watch", assignment=assignment)
            await watcher.answer("opened")
        seqs = [await each.pose(START.pose.replace(theta=0.7), detail="full") for each in watchers]
        frames = [await each.frame(seq) for each, seq in zip(watchers, seqs, strict=True)]
        assert len({frame.payload for frame in frames}) == 1
        assert server.live.shared_frames.drawn == before + 1
        # Looking on changes nothing.
        await ann.ping()
        assert not [each for each in ann.messages if each["type"] in ("moving", "changed")]


async def test_a_drag_is_nobody_elses_answer_until_it_ends(server: Server, assignment: int, carl: int) -> None:
    """What one has under the hand is on disk, but neither in the other's answer nor in what they save."""
    async with both(server, assignment, carl) as (ann, colleague):
        await colleague.pose(START.pose.replace(azimuth=2.0), groups=["rotation"])
        await held(ann, ["rotation"])
        version = (await ann.edit(0, farther(4.0, 5.5)))["version"]
        version = (await ann.edit(version, ANSWERED))["version"]
        answer = replace(
            START, pose=START.pose.replace(distance=5.5), object_status=ObjectStatus.GOOD, dense=Density.NO
        )
        await ann.send(type="save", save_id=op(0, {})["op_id"], base_version=version, answer=wire_answer(answer))
        assert (await ann.answer("saved"))["answer"] == wire_answer(answer)
        [room] = [room for room in server.live.rooms if room.assignment_id == assignment]
        assert room.live_answer.pose == START.pose.replace(azimuth=2.0, distance=5.5)
        await until(lambda: room.unwritten() is None)
        ended = await colleague.edit(0, turned(0.5, 2.0))
        assert ended["holds"]["answer"]["pose"] == wire_pose(START.pose.replace(azimuth=2.0, distance=5.5))


async def test_a_change_that_gives_way_is_offered_back(server: Server, assignment: int, carl: int) -> None:
    async with both(server, assignment, carl) as (ann, colleague):
        version = (await ann.edit(0, turned(0.5, 1.0)))["version"]
        # Begun before ann's change was seen.
        await colleague.edit(0, {**turned(0.5, 3.0), **farther(4.0, 6.0)})
        told = await ann.answer("changed", version=version + 1)
        assert told["replaced"] == [{"group": "rotation", "of": server.home.ann, "values": rotation(1.0)}]
        assert told["answer"]["pose"] == wire_pose(START.pose.replace(azimuth=3.0, distance=6.0))
        # With open eyes: nothing is offered.
        await ann.edit(version + 1, turned(3.0, 1.0))
        assert (await colleague.answer("changed", version=version + 2))["replaced"] == []


async def test_undo_leaves_the_other_s_change(server: Server, assignment: int, carl: int) -> None:
    async with both(server, assignment, carl) as (ann, colleague):
        mine = await ann.edit(0, turned(0.5, 1.0))
        theirs = await colleague.edit(mine["version"], turned(1.0, 2.0))
        undone = await ann.edit(theirs["version"], {}, kind="undo", undoes=mine["op_id"])
        assert undone["holds"]["answer"]["pose"]["azimuth"] == 2.0
        assert undone["of_others"] == ["rotation"]
        undone = await colleague.edit(undone["version"], {}, kind="undo", undoes=theirs["op_id"])
        assert undone["holds"]["answer"] == wire_answer(START)


class Worker:
    """One of two who edit and save the same answer, each as a browser does: on top of what they know."""

    def __init__(self, tab: Tab, opened: dict[str, Any]) -> None:
        self.tab = tab
        self.version: int = opened["version"]
        self.answer: dict[str, Any] = opened["answer"]
        self.saves: list[str] = []

    def hear(self) -> None:
        for message in self.tab.messages:
            if message["type"] == "changed" and message["version"] > self.version:
                self.version, self.answer = message["version"], message["answer"]
        self.tab.messages[:] = [message for message in self.tab.messages if message["type"] != "changed"]

    async def edit(self, changes: dict[str, Any]) -> None:
        done = await self.tab.edit(self.version, changes)
        self.version, self.answer = done["holds"]["version"], done["holds"]["answer"]

    async def save(self) -> None:
        """Until it is accepted: each refusal says what holds."""
        while True:
            self.hear()
            if await self._save(op(0, {})["op_id"]):
                return

    async def _save(self, save_id: str) -> bool:
        await self.tab.send(type="save", save_id=save_id, base_version=self.version, answer=self.answer)
        answered = await self.tab.first(lambda message: message.get("save_id") == save_id)
        self.version, self.answer = answered["version"], answered["answer"]
        if answered["type"] == "saved":
            self.saves.append(save_id)
            return True
        return False


async def test_interleaved_saves_and_edits_of_two_lose_nothing(
    server: Server, assignment: int, carl: int, count: Callable[[int, int], int]
) -> None:
    """Each save is a revision, each op is in the log, and both end with the same answer."""
    rounds = count(8, 500)
    async with both(server, assignment, carl) as (ann, colleague):
        opened = await ann.open(assignment)
        workers = [Worker(ann, opened), Worker(colleague, opened)]
        await workers[0].edit(ANSWERED)

        async def work(worker: Worker, changes: Callable[[int], dict[str, Any]]) -> None:
            for number in range(rounds):
                worker.hear()
                await worker.edit(changes(number))
                if number % 2:
                    await worker.save()

        await asyncio.gather(
            work(workers[0], lambda n: turned(0.5, 0.001 * (n + 1))),
            work(workers[1], lambda n: farther(4.0, 4.0 + 0.001 * (n + 1))),
        )
        for worker in workers:
            await worker.tab.ping()
            worker.hear()
        assert workers[0].answer == workers[1].answer
        assert workers[0].answer["pose"]["azimuth"] == 0.001 * rounds
        assert workers[0].answer["pose"]["distance"] == 4.0 + 0.001 * rounds
    revisions, ops = await server.home.services.reading(kept, assignment_id=assignment)
    assert sorted(revisions) == sorted(workers[0].saves + workers[1].saves)
    assert ops == 2 * rounds + 1
    found = await server.home.services.reading(open_assignment, actor=server.home.ann, assignment_id=assignment)
    assert wire_answer(found.answer) == workers[0].answer


def kept(session: Any, *, assignment_id: int) -> tuple[list[str], int]:
    from sqlmodel import func, select

    from storage.tables import OpRow, Revision

    revisions = session.exec(select(Revision.save_id).where(Revision.assignment_id == assignment_id)).all()
    return list(revisions), session.exec(
        select(func.count()).select_from(OpRow).where(OpRow.assignment_id == assignment_id)
    ).one()
