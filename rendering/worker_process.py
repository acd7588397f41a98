"""Starting a render worker and opening the door for it: the process, its connection and its end."""

import asyncio
import hmac
import json
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rendering.errors import MessageInvalid
from rendering.messages import PREFIX, Hello, Message, decode_message, decode_prefix

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
HELLO_TIMEOUT_S = 10.0
START_TIMEOUT_S = 60.0
END_TIMEOUT_S = 2.0
LAST_WORDS = 20

log = logging.getLogger(__name__)


class WorkerDidNotStart(Exception):
    """The worker ended, or said nothing, before it could draw; the message has its last words."""


class Child:
    """A process, the last lines of its standard error, and an event for its end. Belongs to the running loop.

    A thread of its own waits for it: asyncio's own subprocesses lose the exit of a process that is killed while
    its end is being noticed (https://github.com/python/cpython/issues/87744).
    """

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self.gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._watch, name=f"worker-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        return self._process.returncode

    def tell(self, line: bytes) -> None:
        """One line to its standard input, which stays open."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def kill(self) -> None:
        """At once, and only this process."""
        self._process.kill()

    async def end(self) -> None:
        """Asks by closing its standard input; insists after a moment."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            async with asyncio.timeout(END_TIMEOUT_S):
                await self.gone.wait()
        except TimeoutError:
            self.kill()
            await self.gone.wait()

    def _watch(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self.last_words.append(line.decode(errors="replace").strip()[:500])
                log.debug("worker %s: %s", self.pid, self.last_words[-1])
        self._process.wait()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self.gone.set)


@dataclass(slots=True, kw_only=True, eq=False)
class WorkerProcess:
    """A worker that has said hello."""

    child: Child
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    context: Mapping[str, Any]
    answering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever reads: answers come in the order of the requests."""
    killed: bool = False

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def alive(self) -> bool:
        return not (self.killed or self.child.gone.is_set() or self.reader.at_eof())

    def kill(self) -> None:
        """At once, and only this process."""
        self.killed = True
        self.child.kill()

    async def ended(self) -> None:
        await self.child.gone.wait()


@dataclass(slots=True, kw_only=True, eq=False)
class WorkerDoor:
    """Starts workers and lets in those alone that it started.

    It listens on the loopback interface. A worker shows that it is ours by a random token, which it was given
    through its standard input, where no other process can read it. `sharing`: how many workers share the machine.
    """

    mesh_cache_dir: Path
    max_mesh_bytes: int
    sharing: int
    _server: asyncio.Server | None = None
    _expected: dict[str, "asyncio.Future[_Entry]"] = field(default_factory=dict)

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._admit, HOST, 0)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            # From Python 3.12 this waits for every connection: a stranger's that says nothing is not waited for.
            with suppress(TimeoutError):
                async with asyncio.timeout(END_TIMEOUT_S):
                    await self._server.wait_closed()
            self._server = None

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[WorkerProcess]:
        """A worker, for as long as the context lasts. Raises WorkerDidNotStart."""
        assert self._server is not None
        child = Child([sys.executable, "-m", "rendering.worker"], child_environment(threads=self._threads()))
        entry: _Entry | None = None
        try:
            entry = await self._wait_for_hello(child)
            yield WorkerProcess(child=child, reader=entry.reader, writer=entry.writer, context=entry.hello.context)
        finally:
            if entry is not None:
                entry.writer.close()
            await child.end()

    async def _wait_for_hello(self, child: Child) -> "_Entry":
        token = secrets.token_urlsafe(32)
        arrival: asyncio.Future[_Entry] = asyncio.get_running_loop().create_future()
        self._expected[token] = arrival
        death = asyncio.create_task(child.gone.wait())
        try:
            child.tell(self._settings_line(token))
            either: set[asyncio.Future[Any]] = {arrival, death}
            await asyncio.wait(either, timeout=START_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
            if arrival.done():
                return arrival.result()
            if not death.done():
                raise WorkerDidNotStart(f"the render worker did not answer within {START_TIMEOUT_S:g} s")
            said = " ".join(child.last_words) or f"exit status {child.status}"
            raise WorkerDidNotStart(f"the render worker does not start: {said}")
        finally:
            death.cancel()
            arrival.cancel()
            del self._expected[token]

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lets in who shows a token that is expected, and nobody twice."""
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = await receive(reader)
        except (OSError, EOFError, MessageInvalid, TimeoutError):
            writer.close()
            return
        arrival = None
        if isinstance(hello, Hello):
            for token, expected in self._expected.items():
                if hmac.compare_digest(token.encode(), hello.token.encode()) and not expected.done():
                    arrival = expected
        if arrival is None or not isinstance(hello, Hello):
            log.warning("somebody connected to the renderer's port without its token")
            writer.close()
            return
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        arrival.set_result(_Entry(reader, writer, hello))

    def _settings_line(self, token: str) -> bytes:
        assert self._server is not None
        settings = {
            "host": HOST,
            "port": self._server.sockets[0].getsockname()[1],
            "token": token,
            "mesh_cache_dir": str(self.mesh_cache_dir),
            "max_mesh_bytes": self.max_mesh_bytes,
        }
        return json.dumps(settings).encode() + b"\n"

    def _threads(self) -> int | None:
        # llvmpipe takes all cores by default; workers that share them are faster in all with a part each.
        return max(1, _cores() // self.sharing) if self.sharing > 1 else None


def child_environment(*, threads: int | None) -> dict[str, str]:
    """The environment of a process that draws, with so many threads of llvmpipe's; None leaves it the choice.

    A single thread is its own: llvmpipe's 1 is one beside it, and handing each picture over costs a tenth and more.
    """
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH"))))
    # Small matrix products in NumPy do not gain from a thread pool of their own beside OpenGL's.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    if threads is not None:
        environment.setdefault("LP_NUM_THREADS", str(threads if threads > 1 else 0))
    return environment


@dataclass(frozen=True, slots=True)
class _Entry:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    hello: Hello


async def receive(reader: asyncio.StreamReader) -> Message:
    """The next message. Raises EOFError where the connection ends, MessageInvalid for anything that is none."""
    header_length, payload_length = decode_prefix(await reader.readexactly(PREFIX.size))
    header = await reader.readexactly(header_length)
    payload = await reader.readexactly(payload_length) if payload_length else b""
    return decode_message(header, payload)


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
