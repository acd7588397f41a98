"""The mailbox against a browser that reads slowly, or not at all; over a real socket with small buffers."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.ui.live.harness import PATIENCE_S, until
from ui.live.mailbox import MOST_UNSENT_MESSAGES, TOO_SLOW, Closing, Mailbox

SMALL_BUFFER = 16 * 1024
FRAME_BYTES = 256 * 1024


@asynccontextmanager
async def correspondence(mailbox: Mailbox) -> AsyncIterator[tuple[ClientConnection, asyncio.Future[Closing]]]:
    """A browser that has read nothing yet, and why the sender closed, once it has."""
    app = FastAPI()
    closing: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    @app.websocket("/")
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        closing.set_result(await mailbox.send_all(websocket))

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
    options = {"log_config": None, "ws_per_message_deflate": False, "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(app, **options))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    client.connect(listener.getsockname())
    client.setblocking(False)
    try:
        async with connect(
            "ws://127.0.0.1/", sock=client, max_queue=1, max_size=None, compression=None, close_timeout=1
        ) as browser:
            yield browser, closing
            mailbox.close(Closing(1000, ""))
    finally:
        server.should_exit = True
        await running
        listener.close()


def frame(number: int) -> bytes:
    return number.to_bytes(4, "little") + bytes(FRAME_BYTES)


async def test_answers_come_in_order_and_before_waiting_frames() -> None:
    mailbox = Mailbox()
    waiting = asyncio.create_task(mailbox.post_frame("main", frame(7)))
    await asyncio.sleep(0)
    for number in range(MOST_UNSENT_MESSAGES):
        mailbox.post({"number": number})
    async with correspondence(mailbox) as (browser, _closing):
        received = [await browser.recv() for _ in range(MOST_UNSENT_MESSAGES + 1)]
    assert [json.loads(text)["number"] for text in received[:-1]] == list(range(MOST_UNSENT_MESSAGES))
    assert received[-1] == frame(7)
    await waiting


async def test_who_does_not_read_gets_the_newest_frame_of_each_layer_when_they_do() -> None:
    mailbox = Mailbox()
    async with correspondence(mailbox) as (browser, _closing):
        posts = []
        for number in range(200):
            for layer in ("main", "reference"):
                posts.append(asyncio.create_task(mailbox.post_frame(layer, frame(number))))
                await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        waiting = sum(not post.done() for post in posts)
        numbers = []
        async with asyncio.timeout(PATIENCE_S):
            while numbers.count(199) < 2:
                received = await browser.recv()
                assert isinstance(received, bytes)
                numbers.append(int.from_bytes(received[:4], "little"))
        await asyncio.gather(*posts)
    assert waiting <= 3, "one a layer, and one with the network: nothing else is kept"
    assert len(numbers) < 40, "what the network's own buffers held, and the newest"


async def test_answers_that_pile_up_close_the_socket() -> None:
    mailbox = Mailbox()
    async with correspondence(mailbox) as (browser, closing):
        posted = 0
        while mailbox.closing is None:
            mailbox.post({"text": "x" * 20_000})
            posted += 1
            assert posted < 10_000
            await asyncio.sleep(0)
        assert mailbox.closing == TOO_SLOW
        with suppress(ConnectionClosed):
            while True:
                await browser.recv()
        assert await closing == TOO_SLOW
    assert browser.close_code == TOO_SLOW.code


async def test_a_network_that_takes_nothing_is_given_up() -> None:
    mailbox = Mailbox(longest_stall_s=0.2)
    async with correspondence(mailbox) as (_browser, closing):
        posts = [asyncio.create_task(mailbox.post_frame(str(number), frame(number))) for number in range(20)]
        async with asyncio.timeout(PATIENCE_S):
            assert await closing == TOO_SLOW
            await asyncio.gather(*posts)


async def test_nobody_waits_for_a_mailbox_that_was_abandoned() -> None:
    mailbox = Mailbox()
    waiting = asyncio.create_task(mailbox.post_frame("main", frame(1)))
    await asyncio.sleep(0)
    mailbox.abandon()
    async with asyncio.timeout(PATIENCE_S):
        await waiting
        await mailbox.post_frame("main", frame(2))


@pytest.mark.parametrize("reasons", [[Closing(4401, "session ended"), Closing(1008, "too many bad messages")]])
async def test_the_first_reason_to_close_counts_and_comes_after_the_answers(reasons: list[Closing]) -> None:
    mailbox = Mailbox()
    async with correspondence(mailbox) as (browser, closing):
        mailbox.post({"type": "ended"})
        for reason in reasons:
            mailbox.close(reason)
        mailbox.post({"type": "too late"})
        received = [json.loads(await browser.recv())]
        with pytest.raises(ConnectionClosed):
            await browser.recv()
        assert await closing == reasons[0]
    assert received == [{"type": "ended"}]
    assert (browser.close_code, browser.close_reason) == (4401, "session ended")
