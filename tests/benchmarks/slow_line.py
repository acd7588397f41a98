"""A line between browser and server that is far: every byte arrives later, none is held back for lack of room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PIECE = 64 * 1024


@asynccontextmanager
async def slow_line(port: int, round_trip_s: float) -> AsyncIterator[int]:
    """Listens on a port of its own, which it yields, and passes everything on to `port`, late by half the trip."""
    tasks: set[asyncio.Task[None]] = set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        for ends in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(_carry(*ends, round_trip_s / 2))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """In order; how much is on the way is not limited."""
    clock = asyncio.get_running_loop().time
    on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            due, piece = await on_the_way.get()
            await asyncio.sleep(due - clock())
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
        writer.close()

    arriving = asyncio.create_task(arrive())
    with suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            on_the_way.put_nowait((clock() + delay_s, piece))
    on_the_way.put_nowait((clock() + delay_s, b""))
    with suppress(ConnectionError):
        await arriving
