"""The stage socket of the real program, in a process of its own: its ends, gentle and not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from storage.database import Database
from storage.use_cases import sessions
from storage.use_cases.annotate import OpenedAssignment, open_assignment
from tests.empty_database import empty_database
from tests.server import Server, command_here, running_server
from tests.ui.live.harness import START, Home, Tab, change, dial, furnish, wire_pose
from ui.auth import COOKIE, seal
from ui.services import Services
from ui.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Furnished, with nobody at work in it."""
    services = Services(Settings(home=tmp_path / "home"))
    empty_database(services.settings.database).close()
    furnished = furnish(services, tmp_path)
    services.database.close()
    return furnished


def look(home: Home, assignment: int) -> OpenedAssignment:
    """What is on disk."""
    database = Database(home.services.settings.database)
    with database.reading() as session:
        opened = open_assignment(session, actor=home.ann, assignment_id=assignment)
    database.close()
    return opened


def cookie_for(home: Home, user_id: int) -> str:
    database = Database(home.services.settings.database)
    with database.transaction() as session:
        token = sessions.open_session(session, user_id=user_id, address="127.0.0.1", agent="test")
    database.close()
    return seal(token, home.services.secret)


@asynccontextmanager
async def tab_of(home: Home, server: Server, cookie: str | None = None) -> AsyncIterator[Tab]:
    async with dial(server.url, cookie or cookie_for(home, home.ann)) as connection:
        yield Tab(connection)


async def test_logging_out_ends_the_socket_at_once(home: Home) -> None:
    cookie = cookie_for(home, home.ann)
    with running_server(home.services.settings.home) as server:
        async with tab_of(home, server, cookie) as tab, tab_of(home, server) as elsewhere:
            await tab.open(next(home.assignments))
            async with httpx.AsyncClient(base_url=server.url, cookies={COOKIE: cookie}) as browser:
                response = await browser.post("/logout", headers={"Origin": server.url})
            assert response.status_code == 303
            await tab.answer("ended")
            assert (await tab.closed())[0] == 4401
            await elsewhere.ping()
            output = await asyncio.to_thread(command_here, home.services.settings.home, "user", "deactivate", "ann")
            assert output.exit_code == 0, output.output
            assert (await elsewhere.closed())[0] == 4401


async def test_killed_in_the_middle_of_a_drag(home: Home, count: Callable[[int, int], int]) -> None:
    """What was acknowledged is on disk to the last gesture, what was under the hand to the last quarter second."""
    longest_lag_s = count(1000, 250) / 1000  # the short suite runs on machines that do other things besides
    before: tuple[int, OpenedAssignment] | None = None
    for _ in range(count(3, 20)):
        assignment = next(home.assignments)
        with running_server(home.services.settings.home) as server:
            if before is not None:
                await is_there_again(home, server, *before)
            killed_at, sent = await killed_while_dragging(home, server, assignment)
        found = look(home, assignment)
        assert found.version == 1
        assert found.answer.pose.distance == 6.5
        age = killed_at - max(at for at, azimuth in sent if azimuth <= found.answer.pose.azimuth)
        assert age <= longest_lag_s
        before = assignment, found


async def killed_while_dragging(
    home: Home, server: Server, assignment: int
) -> tuple[float, list[tuple[float, float]]]:
    """A gesture that is acknowledged, then a drag. Returns when the server died, and which azimuths it had when."""
    loop = asyncio.get_running_loop()
    async with tab_of(home, server) as tab:
        await tab.open(assignment)
        await tab.edit(0, {"distance": change({"distance": 4.0}, {"distance": 6.5})})
        held = START.pose.replace(distance=6.5)
        sent: list[tuple[float, float]] = []
        until = loop.time() + 1.0
        while loop.time() < until:
            held = held.replace(azimuth=held.azimuth + 0.01)
            await tab.frame(await tab.pose(held))
            sent.append((loop.time(), held.azimuth))
        killed_at = loop.time()
        server.process.kill()
        await tab.closed()
    return killed_at, sent


async def is_there_again(home: Home, server: Server, assignment: int, found: OpenedAssignment) -> None:
    async with tab_of(home, server) as tab:
        opened = await tab.open(assignment)
        assert opened["answer"]["pose"] == wire_pose(found.answer.pose)
        assert opened["unsaved"] is True
        assert len(opened["history"]["undo"]) == 1
