"""Who gets in, what may be said, and how a socket ends."""

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.use_cases import accounts, sessions
from storage.use_cases.annotate import open_assignment
from tests.storage.world import UNUSABLE
from tests.ui.live.harness import START, Server, Tab, change, op, serving, until, whole_view, wire_answer, wire_pose
from ui.live.messages import LARGEST_MESSAGE
from ui.live.socket import MOST_BAD_MESSAGES

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_without_a_session_there_is_no_socket(server: Server) -> None:
    for token in (None, "made-up"):
        with pytest.raises(InvalidStatus) as refusal:
            await server.connect(token)
        assert refusal.value.response.status_code == 403


async def test_another_site_gets_no_socket(server: Server) -> None:
    token = await server.log_in(server.home.ann)
    for origin in ("http://evil.example", f"http://127.0.0.1:{server.port + 1}", "null"):
        with pytest.raises(InvalidStatus) as refusal:
            await server.connect(token, origin=origin)
        assert refusal.value.response.status_code == 403


async def test_a_session_that_was_logged_out_gets_no_socket(server: Server) -> None:
    token = await server.log_in(server.home.ann)
    await server.home.services.transact(sessions.end_session, token=token)
    with pytest.raises(InvalidStatus):
        await server.connect(token)


async def test_another_s_assignment_and_none_at_all_look_the_same(server: Server) -> None:
    async with server.tab() as tab:
        codes = []
        for assignment in (next(server.home.of_ben), 10**9):
            await tab.send(type="open", assignment=assignment)
            codes.append((await tab.answer("error"))["code"])
    assert codes == ["not_allowed", "not_allowed"]


async def test_the_end_of_the_session_ends_its_sockets_and_no_others(server: Server, assignment: int) -> None:
    ending, staying = await server.log_in(server.home.ann), await server.log_in(server.home.ann)
    services = server.home.services
    async with server.tab(token=ending) as tab, server.tab(token=staying) as other:
        await tab.open(assignment)
        await other.open(assignment)
        live = await services.reading(sessions.live_session, token=ending)
        await services.live_sessions.end_session(live.id)
        await tab.answer("ended")
        assert (await tab.closed())[0] == 4401
        await other.ping()


async def test_a_deactivated_person_is_cut_off_and_can_change_nothing(server: Server, assignment: int) -> None:
    services = server.home.services
    cara = await services.transact(
        accounts.add_user,
        actor=CONSOLE,
        name=f"cara{assignment}",
        role=Role.SUPERVISOR,
        password=UNUSABLE,
    )
    async with server.tab(cara.id) as tab:
        opened = await tab.open(assignment)
        assert opened["can_edit"] is False
        await services.transact(accounts.deactivate_user, actor=CONSOLE, user_id=cara.id)
        message = op(0, {"distance": change({"distance": 4.0}, {"distance": 5.0})})
        await tab.send(**message)
        assert (await tab.answer("op_refused", op_id=message["op_id"]))["code"] == "not_allowed"
        await tab.send(type="open", assignment=assignment)
        assert (await tab.answer("error"))["code"] == "not_allowed"
        await services.live_sessions.end_user(cara.id)
        assert (await tab.closed())[0] == 4401


async def test_who_only_looks_leaves_no_draft(server: Server, assignment: int) -> None:
    services = server.home.services
    dora = await services.transact(
        accounts.add_user,
        actor=CONSOLE,
        name=f"dora{assignment}",
        role=Role.SUPERVISOR,
        password=UNUSABLE,
    )
    async with server.tab(dora.id) as tab:
        await tab.open(assignment)
        await tab.frame(await tab.pose(START.pose.replace(azimuth=2.0)))
        await tab.send(**op(0, {"distance": change({"distance": 4.0}, {"distance": 5.0})}))
        assert (await tab.answer("op_refused"))["code"] == "not_allowed"
        await asyncio.sleep(0.3)
    async with server.tab() as tab:
        opened = await tab.open(assignment)
    assert opened["answer"] == wire_answer(START)
    assert opened["unsaved"] is False


async def test_a_bad_message_is_answered_and_the_socket_goes_on(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        for bad in (
            "",
            "null",
            "[]",
            "{}",
            '{"type":"fly"}',
            '{"type":"ping","t":NaN}',
            '{"type":"open"}',
            "[" * 9000,
        ):
            await tab.connection.send(bad)
            assert (await tab.answer("error"))["code"] == "bad_message"
        await tab.connection.send(b"\x00\x01")
        assert (await tab.answer("error"))["code"] == "bad_message"
        await tab.ping()


async def test_too_many_bad_messages_close_the_socket(server: Server) -> None:
    async with server.tab() as tab:
        for _ in range(MOST_BAD_MESSAGES + 1):
            await tab.connection.send("{}")
        code, reason = await tab.closed()
    assert code == 1008
    assert reason == "too many bad messages"
    assert len(tab.messages) == MOST_BAD_MESSAGES + 1, "each was answered first"


async def test_too_large_a_message_closes_the_socket(server: Server) -> None:
    async with server.tab() as tab:
        await tab.connection.send(json.dumps({"type": "flag", "kind": "skip", "reason": "x" * LARGEST_MESSAGE}))
        code, _reason = await tab.closed()
    assert code == 1009


def proper_messages(assignment: int) -> list[dict[str, Any]]:
    return [
        {"type": "open", "assignment": assignment},
        {
            "type": "pose", "seq": 5, "layer": "main", "pose": wire_pose(START.pose), "cad_index": 1,
            "view": whole_view(), "mode": "solid", "detail": "drag",
        },
        op(0, {"distance": change({"distance": 4.0}, {"distance": 5.0})}),
        {"type": "save", "save_id": str(uuid4()), "base_version": 0, "answer": wire_answer(START)},
        {"type": "clear", "op_id": str(uuid4()), "base_version": 0},
        {"type": "flag", "kind": "help", "reason": "?"},
        {"type": "ping", "t": 1.5},
        {"type": "stats", "p50_ms": 12.0, "p95_ms": 30.0, "fps": 55.5, "dropped": 3},
    ]  # fmt: skip


ODD_VALUES = (
    None, True, -1, 0, 1, 2**31, 2**53, 2**63, -(2**63), 10**400, 1e308, -1e308, 5e-324, 1.5, "", "main", "x" * 600,
    "\u0000", "' OR 1=1 --", "../../etc/passwd", "status_good", [], {}, [1], {"a": 1}, "other:1", "12", "\U0001f600",
    "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00",
)  # fmt: skip


def disturbed(message: Any, chance: random.Random) -> Any:
    """The message with one or more values somewhere in it replaced, left out or added."""
    if isinstance(message, dict):
        changed = {key: disturbed(value, chance) for key, value in message.items()}
        action = chance.random()
        if changed and action < 0.08:
            del changed[chance.choice(list(changed))]
        elif action < 0.12:
            changed[chance.choice(["type", "pose", "x", ""])] = chance.choice(ODD_VALUES)
        return changed
    return chance.choice(ODD_VALUES) if chance.random() < 0.12 else message


async def test_no_message_brings_the_server_down(
    server: Server, assignment: int, count: Callable[[int, int], int], caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(20261122)
    proper = proper_messages(assignment)
    remaining = count(100, 2000)
    while remaining > 0:
        async with server.tab() as tab:
            await tab.open(assignment)
            for _ in range(MOST_BAD_MESSAGES):
                remaining -= 1
                await tab.send(**disturbed(chance.choice(proper), chance))
            await tab.ping()
            await tab.open(assignment)
            assert "unexpected" not in [message.get("code") for message in tab.messages]
    assert "Traceback" not in caplog.text


async def test_a_tab_tells_how_it_feels_and_is_forgotten_when_it_is_closed(server: Server, assignment: int) -> None:
    async with server.tab() as tab:
        await tab.open(assignment)
        await tab.send(type="stats", p50_ms=11.0, p95_ms=28.5, fps=58.0, dropped=2)
        await tab.ping()
        (client,) = [client for client in server.live.clients() if client.assignment_id == assignment]
        assert client.person == "ann"
        assert client.stats is not None
        assert client.stats.p95_ms == 28.5
    await until(lambda: all(client.assignment_id != assignment for client in server.live.clients()))


async def test_stopping_the_server_writes_what_is_under_the_hand(tmp_path: Path) -> None:
    held = START.pose.replace(azimuth=1.75)
    async with serving(tmp_path) as server:
        assignment = next(server.home.assignments)
        tab_context = server.tab()
        tab: Tab = await tab_context.__aenter__()
        await tab.open(assignment)
        await tab.pose(held)
        await tab.ping()
        database_url = server.home.services.settings.database
    assert (await tab.closed())[0] == 1012
    database = Database(database_url)
    with database.reading() as session:
        opened = open_assignment(session, actor=server.home.ann, assignment_id=assignment)
    database.close()
    assert opened.answer.pose == held
