"""A real server on a local port: guard, stage socket, SQLite, renderer; a home with two people and a few meshes."""

import asyncio
import io
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
import uvicorn
from fastapi import FastAPI
from PIL import Image
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from domain.answer import Answer
from domain.box import Box
from domain.category import CategoryRule
from domain.permissions import CONSOLE, Role
from domain.pose import PARAMETERS, Pose
from meshes.off import write_off
from storage.use_cases import accounts, items, library, sessions, tasks
from tests.empty_database import empty_database
from tests.storage.world import UNUSABLE
from ui.auth import COOKIE, seal
from ui.guard import Guard
from ui.live.hub import Live
from ui.live.review_desk import listen
from ui.live.socket import PATH, serve
from ui.live.turning_out import turn_out_others
from ui.outbox_watch import OutboxWatch
from ui.services import Services
from ui.settings import Settings

PATIENCE_S = 20.0
WIDTH, HEIGHT = 320, 240
START = Answer(
    pose=Pose(azimuth=0.5, elevation=0.3, theta=0.1, distance=4.0, px=160.0, py=120.0, viewport=400.0), cad_index=1
)
BROKEN = 3
"""The cad_index of a mesh that cannot be read."""
ITEMS = 80
CUBE = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
CUBE_FACES = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`assignments` are ann's, `of_ben` ben's, of the same items; each test takes fresh ones. sue is a supervisor."""

    services: Services
    ann: int
    ben: int
    sue: int
    assignments: Iterator[int]
    of_ben: Iterator[int]


def furnish(services: Services, folder: Path) -> Home:
    """One data set with one category, two cubes and a broken mesh, and one photo with many items, predicted well."""
    cube, slab, broken = folder / "cube.off", folder / "slab.off", folder / "broken.off"
    write_off(cube, CUBE, CUBE_FACES)
    write_off(slab, CUBE * [1.0, 0.3, 1.0], CUBE_FACES)
    broken.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n")
    photo = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (90, 110, 130)).save(photo, "JPEG")
    stored = services.images.put(photo.getvalue())
    digests = [services.cad_files.put(path) for path in (cube, slab, broken)]
    with services.database.transaction() as session:
        people = [
            accounts.add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=UNUSABLE).id
            for name in ("ann", "ben")
        ]
        sue = accounts.add_user(session, actor=CONSOLE, name="sue", role=Role.SUPERVISOR, password=UNUSABLE).id
        dataset = library.add_dataset(session, actor=CONSOLE, name="cubes").id
        rule = CategoryRule(ignored=("theta",), ignored_reason="it is round", note="mind the notch")
        category = library.set_category(session, actor=CONSOLE, dataset_id=dataset, name="cube", rule=rule).id
        for cad_index, digest in enumerate(digests, start=1):
            library.add_cad_model(
                session,
                actor=CONSOLE,
                category_id=category,
                cad_index=cad_index,
                sha256=digest,
                suffix=".off",
                lower=(-0.5, -0.5, -0.5),
                upper=(0.5, 0.5, 0.5),
                faces=12,
            )
        image = items.add_image(session, actor=CONSOLE, dataset_id=dataset, name="a.jpeg", stored=stored).id
        for index in range(ITEMS):
            item = items.add_item(
                session,
                actor=CONSOLE,
                image_id=image,
                category_id=category,
                object_index=index,
                box=Box(110, 70, 210, 170),
                viewport=400.0,
            ).id
            items.add_prediction(session, actor=CONSOLE, item_id=item, model_version="m1", answer=START, score=0.5)
        for user_id in people:
            tasks.create_tasks(session, actor=CONSOLE, dataset="cubes", user_id=user_id)
        firsts = [tasks.my_tasks(session, actor=user_id)[0].next_open_assignment_id for user_id in people]
    of_ann, of_ben = (iter(range(first or 0, (first or 0) + ITEMS)) for first in firsts)
    return Home(services=services, ann=people[0], ben=people[1], sue=sue, assignments=of_ann, of_ben=of_ben)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    header: Json
    payload: bytes

    def plane(self) -> np.ndarray:
        """What each pixel of the whole view shows, uint8 (height, width); 0 is nothing."""
        view = np.zeros((self.header["view"]["height"], self.header["view"]["width"]), np.uint8)
        if self.payload:
            x, y, width, height = (self.header[name] for name in ("x", "y", "width", "height"))
            region = np.frombuffer(zlib.decompress(self.payload), np.uint8).reshape(height, width)
            view[y : y + height, x : x + width] = region
        return view


class Tab:
    """A browser's end of the socket: sends messages, and waits for the answers that a test names."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.messages: list[Json] = []
        self.frames: list[Frame] = []
        self.seq = 0
        self._news = asyncio.Condition()
        self._pump = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for received in self.connection:
                async with self._news:
                    if isinstance(received, str):
                        self.messages.append(json.loads(received))
                    else:
                        (length,) = struct.unpack_from("<I", received)
                        self.frames.append(
                            Frame(header=json.loads(received[4 : 4 + length]), payload=received[4 + length :])
                        )
                    self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def answer(self, kind: str, **fields: Any) -> Json:
        """Takes the first message of this type with these fields that was not taken before."""
        message = await self._first(
            self.messages,
            lambda message: message["type"] == kind and all(message.get(key) == fields[key] for key in fields),
        )
        self.messages.remove(message)
        return message

    async def first(self, fits: Callable[[Json], bool]) -> Json:
        """Takes the first message that fits."""
        message = await self._first(self.messages, fits)
        self.messages.remove(message)
        return message

    async def frame(self, seq: int, layer: str = "main") -> Frame:
        """The frame of this number, or a later one."""
        return await self._first(
            self.frames, lambda frame: frame.header["layer"] == layer and frame.header["seq"] >= seq
        )

    async def _first(self, received: list[T], fits: Callable[[T], bool]) -> T:
        async with asyncio.timeout(PATIENCE_S), self._news:
            while True:
                for each in received:
                    if fits(each):
                        return each
                assert not self._pump.done(), f"closed: {self.connection.close_code} {self.connection.close_reason}"
                await self._news.wait()

    async def closed(self) -> tuple[int | None, str | None]:
        """Waits until the server has closed; (code, reason)."""
        async with asyncio.timeout(PATIENCE_S):
            await self._pump
        return self.connection.close_code, self.connection.close_reason

    async def open(self, assignment: int) -> Json:
        await self.send(type="open", assignment=assignment)
        return await self.answer("opened", assignment_id=assignment)

    async def pose(self, pose: Pose, *, layer: str = "main", cad_index: int = 1, **fields: Any) -> int:
        """Asks for a frame; returns its number."""
        self.seq += 1
        message = {"view": whole_view(), "mode": "solid", "detail": "drag", **fields}
        await self.send(type="pose", seq=self.seq, layer=layer, pose=wire_pose(pose), cad_index=cad_index, **message)
        return self.seq

    async def edit(self, version: int, changes: Json, **fields: Any) -> Json:
        """One gesture; returns op_ok."""
        message = op(version, changes, **fields)
        await self.send(**message)
        return await self.answer("op_ok", op_id=message["op_id"])

    async def ping(self) -> None:
        """Returns when everything sent before was read and answered, but for what waits for storage."""
        self.seq += 1
        await self.send(type="ping", t=self.seq)
        await self.answer("pong", t=self.seq)


def whole_view() -> Json:
    return {"left": 0, "top": 0, "scale": 1, "width": WIDTH, "height": HEIGHT}


def wire_pose(pose: Pose) -> Json:
    return {name: getattr(pose, name) for name in PARAMETERS}


def wire_answer(answer: Answer) -> Json:
    return {**answer.to_json(), "pose": wire_pose(answer.pose)}


def op(version: int, changes: Json, *, kind: str = "edit", undoes: str | None = None) -> Json:
    return {
        "type": "op",
        "op_id": str(uuid4()),
        "kind": kind,
        "base_version": version,
        "changes": changes,
        "undoes": undoes,
        "started_at": "2026-01-01T10:00:00.000Z",
        "ended_at": "2026-01-01T10:00:01.500Z",
    }


def change(before: Json, after: Json) -> Json:
    return {"before": before, "after": after}


async def until(condition: Callable[[], bool]) -> None:
    """Waits for something that happens without a message."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  the server under test has no event for the test's sake
            await asyncio.sleep(0.01)


def dial(url: str, cookie: str | None, *, origin: str | None = None, language: str = "en") -> connect:
    """As a browser would, from a page of `origin`, which is the server's own unless another is given."""
    headers = {"Accept-Language": language}
    if cookie is not None:
        headers["Cookie"] = f"{COOKIE}={cookie}"
    return connect(
        f"{url.replace('http', 'ws', 1)}{PATH}",
        origin=origin or url,  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        compression=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`live` is the server's own, to look into and to pull plugs of."""

    home: Home
    live: Live
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def log_in(self, user_id: int) -> str:
        """A session; its token."""
        return await self.home.services.transact(
            sessions.open_session, user_id=user_id, address="127.0.0.1", agent="test"
        )

    def connect(self, token: str | None, *, origin: str | None = None, language: str = "en") -> connect:
        cookie = seal(token, self.home.services.secret) if token is not None else None
        return dial(self.origin, cookie, origin=origin, language=language)

    @asynccontextmanager
    async def tab(
        self, user_id: int | None = None, *, token: str | None = None, **options: Any
    ) -> AsyncIterator[Tab]:
        """A browser tab of ann, unless another person or session is given."""
        token = token or await self.log_in(user_id or self.home.ann)
        async with self.connect(token, **options) as connection:
            yield Tab(connection)


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    services = Services(Settings(home=folder / "home"))
    empty_database(services.settings.database).close()
    home = furnish(services, folder)
    live = Live(services)
    watch = OutboxWatch(services)
    listen(watch, live)
    turn_out_others(watch, live)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await services.start()
        await watch.start()
        await live.start()
        yield
        await watch.close()
        await live.close()
        await services.close()

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(Guard, services=services)

    @app.websocket(PATH)
    async def stage(websocket: WebSocket) -> None:
        await serve(websocket, live)

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, ws_per_message_deflate=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield Server(home=home, live=live, port=listener.getsockname()[1])
        server.should_exit = True
        await running
