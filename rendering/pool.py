"""Render workers, seen from the web process: ask for a picture, await it, and never touch OpenGL.

Each worker is a process of its own with one connection, and draws one request after the other. The pool starts
them, hands them work (`rendering.turns`), notices when one dies, and starts another. What a caller gets is a picture
or a named error, never a hang.
"""

import asyncio
import logging
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from domain.errors import InvalidInput
from meshes.errors import MeshUnreadable
from meshes.limits import MIB
from rendering.errors import MessageInvalid, RenderFailed
from rendering.lightener import Lightener
from rendering.messages import Failed, Frame, Render, Started, encode_message
from rendering.request import Detail, RenderedFrame, RenderRequest
from rendering.turns import Turns
from rendering.worker_process import WorkerDidNotStart, WorkerDoor, WorkerProcess, receive

log = logging.getLogger(__name__)

REQUEST_TIMEOUT_S = 60.0
"""The first drawing of a very large mesh parses it: seconds. Nothing sound takes this long."""

RESTART_DELAYS_S = (0.5, 30.0)
"""First and longest pause between attempts to start a worker that does not start."""

KILLS_ALLOWED = 2
UNANNOUNCED_DEATHS_ALLOWED = 5
REFUSAL_S = 5.0
"""For so long a mesh that killed its worker twice is refused at once, so that the others' workers stay alive."""


class _WorkerDied(Exception):
    """The connection broke before the answer; `began` unless the worker certainly had not touched the request."""

    def __init__(self, *, began: bool) -> None:
        super().__init__("the render worker died")
        self.began = began


class RenderPool:
    """`workers` processes that draw.

    mesh_cache_dir: where parsed meshes are kept on disk, shared by all workers.
    max_mesh_bytes: of parsed meshes that each worker holds in memory.
    request_timeout_s: after it a request fails and its worker is replaced.

    Belongs to one event loop. `start` may run in the background: a render asked for meanwhile waits for it.
    """

    def __init__(
        self,
        *,
        mesh_cache_dir: Path,
        workers: int = 1,
        max_mesh_bytes: int = 512 * MIB,
        request_timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> None:
        if workers < 1:
            raise ValueError("at least one worker is needed")
        self._timeout_s = request_timeout_s
        self._door = WorkerDoor(
            mesh_cache_dir=Path(mesh_cache_dir).absolute(), max_mesh_bytes=max_mesh_bytes, sharing=workers
        )
        self._lightener = Lightener(Path(mesh_cache_dir).absolute())
        self._slots = [_Slot() for _ in range(workers)]
        self._turns = Turns()
        # With several workers one is always left to the people who drag.
        self._background_turns = asyncio.Semaphore(max(1, workers - 1))
        self._exchanges: set[asyncio.Task[Any]] = set()
        self._refused_until: dict[Path, float] = {}
        self._numbers = count(1)
        self._started = False
        self._closed = False

    async def start(self) -> None:
        """Starts the workers and waits until they can draw, without holding up the event loop.

        Raises RenderFailed, with what the worker said, where none of them starts.
        """
        if self._started or self._closed:
            return
        self._started = True
        await self._door.open()
        for slot in self._slots:
            slot.keeper = asyncio.create_task(self._keep_running(slot))
        await asyncio.gather(*(slot.first_attempt.wait() for slot in self._slots))
        if not self._closed and (reason := self._cannot_start()) is not None:
            raise RenderFailed(reason)

    async def close(self) -> None:
        """Ends the workers; what still waits for a picture gets RenderFailed."""
        if self._closed:
            return
        self._closed = True
        self._turns.fail("the renderer is closing")
        tasks = [*self._exchanges, *(slot.keeper for slot in self._slots if slot.keeper is not None)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for slot in self._slots:
            slot.first_attempt.set()
        await self._lightener.close()
        await self._door.close()

    def lighten(self, mesh_paths: Iterable[Path]) -> None:
        """Has lighter meshes for drags made beside everything else, as the first drag of each would have."""
        for mesh_path in mesh_paths:
            self._lightener.ask(Path(mesh_path).absolute())

    async def render_in_background(self, request: RenderRequest) -> RenderedFrame:
        """Like `render`, for what nobody is waiting for at this moment: whoever drags goes first."""
        async with self._background_turns:
            return await self._render(request, background=True)

    async def render(self, request: RenderRequest) -> RenderedFrame:
        """The picture asked for.

        Raises MeshUnreadable and InvalidInput for what cannot be drawn, and RenderFailed where the worker died
        twice over it, took too long, or does not start. Cancelling is safe: the worker finishes for nobody.
        """
        return await self._render(request, background=False)

    async def _render(self, request: RenderRequest, *, background: bool) -> RenderedFrame:
        self._check_not_refused(request.mesh_path)
        kills = deaths = 0
        while True:
            worker = await self._worker_for(request, background=background)
            # A repeated request asks the worker to say when it begins: several workers killed at once from outside
            # must not pass for a mesh that kills.
            exchange = asyncio.create_task(self._exchange(worker, request, announce=deaths > 0))
            self._exchanges.add(exchange)
            exchange.add_done_callback(self._exchange_done)
            try:
                answer = await asyncio.shield(exchange)
            except asyncio.CancelledError:
                if exchange.cancelled():
                    raise RenderFailed("the renderer is closing") from None
                raise
            except _WorkerDied as death:
                deaths += 1
                kills += death.began
                if kills >= KILLS_ALLOWED or deaths > UNANNOUNCED_DEATHS_ALLOWED:
                    self._refuse(request.mesh_path)
                    raise RenderFailed(
                        f"{request.mesh_path.name} ended the render worker {deaths} times; it is not drawn"
                    ) from None
                log.warning("a render worker died drawing %s; asking once more", request.mesh_path.name)
            else:
                if isinstance(answer, Frame) and answer.heavy:
                    self._lightener.ask(request.mesh_path)
                return _frame_or_error(answer)

    def workers_description(self) -> list[dict[str, Any]]:
        """For each worker its state and, while it runs, its process id and the OpenGL that it draws with."""
        return [slot.description() for slot in self._slots]

    # -- exchanges with a worker ---------------------------------------------------------------------------------

    async def _exchange(self, worker: WorkerProcess, request: RenderRequest, *, announce: bool) -> Frame | Failed:
        """One request and its answer. The worker is given back afterwards, or killed: never half-way."""
        number = next(self._numbers)
        worker.writer.write(encode_message(Render(number=number, request=request, announce=announce)))
        async with worker.answering:
            if not worker.alive:  # it died over what it had in hand before
                raise _WorkerDied(began=False)
            began = not announce
            try:
                async with asyncio.timeout(self._timeout_s):
                    await worker.writer.drain()
                    while True:
                        answer = await receive(worker.reader)
                        if not isinstance(answer, (Started, Frame, Failed)) or answer.number != number:
                            raise MessageInvalid("the answer belongs to another request")
                        if isinstance(answer, Started):
                            began = True
                            continue
                        self._turns.give_back(worker, light=_is_light(request))
                        return answer
            except TimeoutError:
                worker.kill()
                self._refuse(request.mesh_path)
                reason = f"{request.mesh_path.name} took longer than {self._timeout_s:g} s to draw"
                raise RenderFailed(reason) from None
            except (OSError, EOFError, MessageInvalid) as error:
                worker.kill()
                log.debug("worker %s: %s", worker.pid, error)
                raise _WorkerDied(began=began) from None

    def _exchange_done(self, exchange: asyncio.Task[Any]) -> None:
        self._exchanges.discard(exchange)
        if not exchange.cancelled():
            # Whoever awaited it may have been cancelled; its error is nobody's then.
            exchange.exception()

    def _check_not_refused(self, mesh_path: Path) -> None:
        until = self._refused_until.get(mesh_path)
        if until is None:
            return
        if asyncio.get_running_loop().time() < until:
            raise RenderFailed(f"{mesh_path.name} has just ended its render worker; it is not drawn")
        del self._refused_until[mesh_path]

    def _refuse(self, mesh_path: Path) -> None:
        self._refused_until[mesh_path] = asyncio.get_running_loop().time() + REFUSAL_S

    async def _worker_for(self, request: RenderRequest, *, background: bool) -> WorkerProcess:
        """Raises RenderFailed where none comes."""
        if self._closed:
            raise RenderFailed("the renderer is closed")
        if (reason := self._cannot_start()) is not None:
            raise RenderFailed(reason)
        return await self._turns.take(light=_is_light(request), background=background)

    def _cannot_start(self) -> str | None:
        """Why there is no worker and none on its way, if that is so."""
        if all(slot.failure is not None for slot in self._slots):
            return self._slots[0].failure
        return None

    # -- keeping workers alive -----------------------------------------------------------------------------------

    async def _keep_running(self, slot: "_Slot") -> None:
        """Starts a worker whenever there is none, with pauses while it does not start."""
        delay, longest = RESTART_DELAYS_S
        while True:
            try:
                async with self._door.worker() as worker:
                    slot.worker, slot.failure = worker, None
                    delay = RESTART_DELAYS_S[0]
                    slot.first_attempt.set()
                    self._turns.join(worker)
                    await worker.ended()
                    log.warning("render worker %s ended; starting another", worker.pid)
            except WorkerDidNotStart as error:
                slot.failure = str(error)
                slot.first_attempt.set()
                if (reason := self._cannot_start()) is not None:
                    self._turns.fail(reason)
                log.error("%s", error)
                await asyncio.sleep(delay)
                delay = min(2 * delay, longest)
            finally:
                if slot.worker is not None:
                    self._turns.leave(slot.worker)
                slot.worker = None


class _Slot:
    """The place of one worker, whichever process fills it."""

    def __init__(self) -> None:
        self.worker: WorkerProcess | None = None
        self.failure: str | None = None
        self.first_attempt = asyncio.Event()
        self.keeper: asyncio.Task[None] | None = None

    def description(self) -> dict[str, Any]:
        if self.worker is not None:
            return {"state": "ready", "pid": self.worker.pid, **self.worker.context}
        if self.failure is not None:
            return {"state": "failed", "reason": self.failure}
        return {"state": "starting"}


async def render_with(request: RenderRequest, mesh_cache_dir: Path) -> RenderedFrame:
    """One picture by a worker started for it; see `RenderPool.render` for what it raises."""
    pool = RenderPool(mesh_cache_dir=mesh_cache_dir)
    try:
        await pool.start()
        return await pool.render(request)
    finally:
        await pool.close()


def render_once(request: RenderRequest, mesh_cache_dir: Path) -> RenderedFrame:
    """`render_with` for the command line, where no event loop runs."""
    return asyncio.run(render_with(request, mesh_cache_dir))


def _is_light(request: RenderRequest) -> bool:
    return request.detail is Detail.DRAG


def _frame_or_error(answer: Frame | Failed) -> RenderedFrame:
    if isinstance(answer, Frame):
        return answer.frame
    if answer.code == MeshUnreadable.code and answer.file is not None:
        raise MeshUnreadable(Path(answer.file), answer.reason, answer.line)
    if answer.code in (InvalidInput.code, "invalid_pose"):
        raise InvalidInput(answer.reason)
    raise RenderFailed(answer.reason)
