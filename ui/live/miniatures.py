"""Live miniatures for the board: what is on somebody's stage, small, a few times a second, once for all viewers.

Only what somebody has in sight is drawn, one at a time and after everything that people drag; and it rests for longer
than it draws, so that looking at a team costs the team next to nothing.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Protocol

from domain.errors import PosewrightError
from rendering.request import Detail, OverlayMode, RenderRequest
from ui.live.first_look import fitted
from ui.live.frames import Scenery, StageOrder, frame_bytes, scenery_of
from ui.live.presence import Doing
from ui.live.room import Room
from ui.live.rooms import Rooms
from ui.live.shared_frames import SharedFrames
from ui.logs import log, report
from ui.services import Services

WIDTH, HEIGHT = 208, 156
LEAST_PAUSE_S = 0.25
"""Between two of one person."""
REST_PER_DRAWING = 3
"""After each drawing it rests for so many times as long."""


class MiniatureViewer(Protocol):
    def post(self, message: Mapping[str, Any]) -> None: ...
    def put_frame(self, layer: str, frame: bytes) -> None: ...


class Miniatures:
    """One for each process."""

    def __init__(self, services: Services, rooms: Rooms, frames: SharedFrames) -> None:
        self._services = services
        self._rooms = rooms
        self._frames = frames
        self._in_sight: dict[MiniatureViewer, frozenset[int]] = {}
        self._last: dict[int, bytes] = {}
        self._drawn_at: dict[int, float] = {}
        self._due: dict[int, None] = {}
        self._sceneries: dict[int, Scenery] = {}
        self._seq = 0
        self._drawing: asyncio.Task[None] | None = None
        rooms.onlookers.append(self)

    def look(self, viewer: MiniatureViewer, people: frozenset[int]) -> None:
        """A viewer has these people's cards in sight now."""
        new = people - self._in_sight.get(viewer, frozenset())
        self._in_sight[viewer] = people
        for user_id in new:
            if user_id in self._last:
                viewer.put_frame(_layer(user_id), self._last[user_id])
            self._want(user_id)

    def leave(self, viewer: MiniatureViewer) -> None:
        self._in_sight.pop(viewer, None)

    def people_changed(self, room: Room) -> None:
        for person in room.presence.people():
            self._want(person.user_id)

    def answer_changed(self, room: Room, user_id: int) -> None:
        for person in room.presence.people():
            self._want(person.user_id)

    def _want(self, user_id: int) -> None:
        if not any(user_id in people for people in self._in_sight.values()):
            self._last.pop(user_id, None)
            return
        self._due[user_id] = None
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.create_task(self._draw_due())

    async def _draw_due(self) -> None:
        while self._due:
            user_id = min(self._due, key=lambda each: self._drawn_at.get(each, 0.0))
            wait = self._drawn_at.get(user_id, 0.0) + LEAST_PAUSE_S - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            del self._due[user_id]
            began = time.monotonic()
            try:
                await self._draw(user_id)
            except PosewrightError as error:
                log.debug("no miniature of user %s: %s", user_id, error)
            except Exception as error:  # noqa: BLE001  the board goes on without this picture
                report(error, "drawing a miniature")
            self._drawn_at[user_id] = ended = time.monotonic()
            await asyncio.sleep(REST_PER_DRAWING * (ended - began))

    async def _draw(self, user_id: int) -> None:
        room = self._room_of(user_id)
        if room is None or room.opened is None:
            return
        scenery, opened, answer = await self._scenery(room), room.opened, room.live_answer
        mesh = scenery.models.get(answer.cad_index)
        if mesh is None or mesh.reason is not None:
            return
        request = RenderRequest(
            mesh_path=mesh.path,
            pose=answer.pose,
            view=fitted((opened.image.width, opened.image.height), (WIDTH, HEIGHT)),
            mode=OverlayMode.SOLID,
            detail=Detail.DRAG,
        )
        self._seq += 1
        order = StageOrder(
            layer=_layer(user_id),
            seq=self._seq,
            request=request,
            assignment=room.assignment_id,
            cad_index=answer.cad_index,
            asked_at=time.perf_counter(),
        )
        drawn = self._last[user_id] = frame_bytes(order, await self._frames.frame(request))
        for viewer, people in self._in_sight.items():
            if user_id in people:
                viewer.put_frame(order.layer, drawn)

    def _room_of(self, user_id: int) -> Room | None:
        """Where they work, else where they look on."""
        found = None
        for room in self._rooms:
            for person in room.presence.people():
                if person.user_id == user_id and (found is None or person.doing is Doing.EDITING):
                    found = room
        return found

    async def _scenery(self, room: Room) -> Scenery:
        scenery = self._sceneries.get(room.assignment_id)
        if scenery is None:
            assert room.opened is not None
            scenery = await asyncio.to_thread(scenery_of, room.opened, self._services.cad_files)
            open_now = {each.assignment_id for each in self._rooms}
            self._sceneries = {key: kept for key, kept in self._sceneries.items() if key in open_now}
            self._sceneries[room.assignment_id] = scenery
        return scenery


def _layer(user_id: int) -> str:
    return f"mini:{user_id}"
