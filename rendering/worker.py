"""A render worker: `python -m rendering.worker`, started by the pool and by nobody else.

It reads one line of JSON from its standard input (where to connect, the token, its limits), makes its OpenGL
context, connects back and draws what it is asked, one picture at a time. Standard input stays open for as long as
the pool lives: when it ends, so does the worker, whatever it is doing.
"""

import json
import logging
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidInput
from meshes.cache import MeshCache
from meshes.errors import MeshUnreadable
from meshes.mesh import Mesh
from rendering.context import NoOpenGL, context_description
from rendering.draw import Renderer
from rendering.encode import encode
from rendering.messages import (
    PREFIX,
    Failed,
    Frame,
    Hello,
    Message,
    Render,
    Started,
    decode_message,
    decode_prefix,
    encode_message,
)
from rendering.request import FEWEST_FACES_TO_LIGHTEN, Detail, RenderedFrame, RenderRequest

NO_OPENGL_STATUS = 3
LONGEST_REASON = 2000

log = logging.getLogger("rendering.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What the pool tells a worker at its start."""

    host: str
    port: int
    token: str
    mesh_cache_dir: str
    max_mesh_bytes: int


class Worker:
    """Draws requests with its own meshes and its own OpenGL context. Raises NoOpenGL."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._meshes = MeshCache(Path(settings.mesh_cache_dir), max_bytes=settings.max_mesh_bytes)
        self._renderer = Renderer()

    def serve(self, connection: socket.socket) -> None:
        """Answers requests until the other end is gone."""
        while (message := _receive(connection)) is not None:
            if not isinstance(message, Render):
                raise TypeError(f"a worker is asked to render, not told {type(message).__name__}")
            if message.announce:
                connection.sendall(encode_message(Started(number=message.number)))
            answer: Message
            try:
                frame, heavy = self.render(message.request)
                answer = Frame(number=message.number, frame=frame, heavy=heavy)
            except MeshUnreadable as error:
                answer = Failed(
                    number=message.number,
                    code=error.code,
                    reason=error.reason[:LONGEST_REASON],
                    file=str(error.file),
                    line=error.line,
                )
            except InvalidInput as error:
                answer = Failed(number=message.number, code=error.code, reason=str(error)[:LONGEST_REASON])
            except Exception as error:
                # OpenGL may be in any state now. Say so and go: the pool starts a fresh worker.
                reason = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
                connection.sendall(encode_message(Failed(number=message.number, code="failed", reason=reason)))
                raise
            connection.sendall(encode_message(answer))

    def render(self, request: RenderRequest) -> tuple[RenderedFrame, bool]:
        """One picture, and whether a lighter mesh might be made for it. Raises MeshUnreadable and InvalidInput."""
        mesh, heavy = self._mesh_for(request)
        picture = self._renderer.draw(mesh, request.pose, request.view, request.mode, fit=request.fit)
        return encode(picture, request.output), heavy

    def _mesh_for(self, request: RenderRequest) -> tuple[Mesh, bool]:
        if request.detail is Detail.DRAG:
            lighter = self._meshes.get_lighter(request.mesh_path)
            if lighter is None:
                mesh = self._meshes.get(request.mesh_path)
                return mesh, len(mesh.faces) >= FEWEST_FACES_TO_LIGHTEN
            if lighter.mesh is not None and not _within(lighter.mesh, request):
                return lighter.mesh, False
        return self._meshes.get(request.mesh_path), False


def _within(mesh: Mesh, request: RenderRequest) -> bool:
    """Whether the camera is inside the box around the mesh, where it may see what nobody sees from outside."""
    eye = -request.pose.rotation().T @ request.pose.translation()
    return not request.fit and bool(((eye >= mesh.lower) & (eye <= mesh.upper)).all())


def main() -> int:
    """Exit status: 0 when the pool has gone, 3 without OpenGL."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # Ctrl+C reaches the whole group; the pool decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = WorkerSettings(**json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_the_pool, daemon=True).start()
    try:
        worker = Worker(settings)
    except NoOpenGL as error:
        log.error("%s", error)
        return NO_OPENGL_STATUS
    with socket.create_connection((settings.host, settings.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = Hello(token=settings.token, pid=os.getpid(), context=context_description().to_json())
        connection.sendall(encode_message(hello))
        try:
            worker.serve(connection)
        except (BrokenPipeError, ConnectionResetError):
            log.info("the pool is gone")
    return 0


def _end_with_the_pool() -> None:
    # The bare descriptor: a thread waiting inside sys.stdin would stop the interpreter from closing it.
    while os.read(0, 4096):
        pass
    os._exit(0)


def _receive(connection: socket.socket) -> Message | None:
    """The next message, or None where the other end has closed. Raises MessageInvalid."""
    prefix = _read(connection, PREFIX.size)
    if not prefix:
        return None
    header_length, payload_length = decode_prefix(prefix)
    header = _read(connection, header_length)
    return decode_message(header, _read(connection, payload_length))


def _read(connection: socket.socket, length: int) -> bytes:
    """Exactly `length` bytes, or fewer where the other end closes before."""
    parts = bytearray()
    while len(parts) < length and (part := connection.recv(min(length - len(parts), 2**20))):
        parts += part
    return bytes(parts)


if __name__ == "__main__":
    sys.exit(main())
