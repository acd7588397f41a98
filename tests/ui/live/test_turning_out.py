"""Work that goes to somebody else while it is open: who had it hears nothing of it any more."""

import pytest

from domain.permissions import CONSOLE
from storage.use_cases.annotate import open_assignment
from storage.use_cases.work.sharing import transfer, withdraw_work
from tests.ui.live.harness import Server, change

pytestmark = pytest.mark.asyncio(loop_scope="session")

FARTHER = {"distance": change({"distance": 4.0}, {"distance": 5.5})}


async def task_of(server: Server, assignment: int) -> int:
    services = server.home.services
    opened = await services.reading(open_assignment, actor=server.home.ann, assignment_id=assignment)
    return opened.task.id


async def test_who_had_it_is_turned_out_and_the_next_goes_on_with_their_draft(
    server: Server, assignment: int
) -> None:
    home = server.home
    task = await task_of(server, assignment)
    async with server.tab() as anns, server.tab(home.sue) as sues:
        await anns.open(assignment)
        await sues.open(assignment)
        version = (await anns.edit(0, FARTHER))["version"]
        await home.services.transact(
            transfer, actor=CONSOLE, task_id=task, assignment_ids=[assignment], user_ids=[home.sue]
        )
        told = await anns.answer("error")
        assert (told["code"], told["assignment"]) == ("not_allowed", assignment)
        reloaded = await sues.first(lambda message: message.get("reload") is True)
        assert reloaded["type"] == "talk"
        opened = await sues.open(assignment)
        assert (opened["can_edit"], opened["answer"]["pose"]["distance"], opened["version"]) == (True, 5.5, version)
        room = server.live.rooms.find(assignment)
        assert room is not None
        assert [member.actor.user_id for member in room.members] == [home.sue]
        await anns.send(type="open", assignment=assignment)
        assert (await anns.answer("error"))["code"] == "not_allowed"


async def test_what_is_withdrawn_can_only_be_looked_at(server: Server, assignment: int) -> None:
    task = await task_of(server, assignment)
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.edit(0, FARTHER)
        await server.home.services.transact(withdraw_work, actor=CONSOLE, task_id=task, assignment_ids=[assignment])
        await tab.first(lambda message: message.get("reload") is True)
        opened = await tab.open(assignment)
        assert (opened["can_edit"], opened["state"]) == (False, "withdrawn")
        assert opened["answer"]["pose"]["distance"] == 5.5
