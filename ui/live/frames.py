"""The frame path of one stage on the server: pose message -> order -> drawn frame -> bytes on the socket."""

import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import orjson

from domain.errors import NotFound, PosewrightError
from domain.pose import DEFAULT_VIEWPORT, Pose
from domain.view import View
from meshes.errors import MeshUnreadable
from rendering.modes import MODES
from rendering.request import Detail, RenderedFrame, RenderRequest
from rendering.scheduler import MAIN_LAYER, FrameOrder
from storage.cad_files import CadFiles
from storage.use_cases.annotate import OpenedAssignment, OpenedCad
from ui.errors import explain
from ui.live.mailbox import Mailbox
from ui.live.messages import PoseMessage
from ui.live.payloads import pose_json, refusal

REFERENCE_LAYER = "reference"
OFFER_LAYER = "offer"
"""A proposed answer, or beside a proposal that is being made the answer that stands."""
POSE_LAYER = "pose"
"""The small picture of the pose alone: the model in hand, in a view of its own."""
HEADER_LENGTH = struct.Struct("<I")
SMALLEST_TO_LIGHTEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOrder(FrameOrder):
    """A frame for a stage, with what the browser needs to tell which of its wishes it answers."""

    assignment: int
    cad_index: int
    asked_at: float
    """When it came, by `time.perf_counter`."""


def lightened(order: StageOrder) -> StageOrder:
    """The same at half the resolution, where it is a frame of a movement: for when there is more to draw than can be.

    Its header says so by its view, to which the browser scales it anyway.
    """
    request = order.request
    view = request.view
    if request.detail is not Detail.DRAG or min(view.width, view.height) < SMALLEST_TO_LIGHTEN:
        return order
    half = View(
        left=view.left,
        top=view.top,
        scale=view.scale / 2,
        width=(view.width + 1) // 2,
        height=(view.height + 1) // 2,
    )
    return replace(order, request=replace(request, view=half))


Drawn = Callable[[StageOrder, RenderedFrame], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMesh:
    """A CAD model that a stage may draw; `reason` says why it cannot be read, where that is known."""

    path: Path
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What can be drawn for one assignment."""

    assignment: int
    models: Mapping[int, StageMesh]
    """The category's, by cad_index."""
    others: Mapping[str, tuple[StageMesh, float]]
    """The photo's other objects: layer -> mesh and viewport."""
    viewports: Mapping[Pose, float]
    """Of poses that can be shown for comparison, keyed without their viewport, which the browser does not send."""


def scenery_of(opened: OpenedAssignment, cad_files: CadFiles) -> Scenery:
    """Looks for the files: not for the event loop."""

    def mesh(cad: OpenedCad) -> StageMesh:
        try:
            path = cad_files.path(cad.sha256, cad.suffix)
        except FileNotFoundError:
            return StageMesh(path=Path(cad.name), reason="the file is gone")
        return StageMesh(path=path, reason=None if cad.readable else cad.reason)

    shown = [part.answer.pose for part in (opened.saved, opened.prediction) if part]
    return Scenery(
        assignment=opened.assignment_id,
        models={cad.cad_index: mesh(cad) for cad in opened.cad_models},
        others={
            f"other:{other.item_id}": (mesh(other.cad), other.answer.pose.viewport)
            for other in opened.others
            if other.cad and other.answer
        },
        viewports={pose.replace(viewport=DEFAULT_VIEWPORT): pose.viewport for pose in shown},
    )


class Place(Protocol):
    """A stage's place in a scheduler."""

    def submit(self, order: StageOrder) -> bool: ...
    def clear(self) -> None: ...
    def leave(self) -> None: ...


class Scheduler(Protocol):
    """Who decides when a stage's frames are drawn: `FrameScheduler`, or for watchers `SharedFrames`."""

    def join(
        self,
        *,
        deliver: Callable[[StageOrder, RenderedFrame], Awaitable[None]],
        refuse: Callable[[StageOrder, Exception], Awaitable[None]],
    ) -> Place: ...


class StageFrames:
    """Turns the poses of one socket into frames in its mailbox; shows one assignment at a time.

    `drawn` hears of each frame of the main layer, for others who look on.
    """

    def __init__(self, scheduler: Scheduler, mailbox: Mailbox, drawn: Drawn | None = None) -> None:
        self._mailbox = mailbox
        self._drawn = drawn
        self._scenery: Scenery | None = None
        # Frames come back on tasks of the scheduler; what is said of them must be in this person's language.
        self._context = copy_context()
        self._lane = scheduler.join(deliver=self._deliver, refuse=self._refuse)

    def show(self, scenery: Scenery) -> None:
        """From now on this assignment; frames of another one are not sent any more."""
        if self._scenery is not None and self._scenery.assignment != scenery.assignment:
            self._lane.clear()
            self._mailbox.drop_frames()
        self._scenery = scenery

    def leave(self) -> None:
        self._lane.leave()

    def submit(self, message: PoseMessage, pose: Pose) -> None:
        """Ask for a frame. `pose` is the message's with the viewport of the answer in hand."""
        scenery = self._scenery
        if scenery is None:
            return
        try:
            mesh, viewport = _mesh_and_viewport(scenery, message, pose)
            if mesh.reason is not None:
                raise MeshUnreadable(mesh.path, mesh.reason)
        except PosewrightError as error:
            self.refuse(message, error)
            return
        request = RenderRequest(
            mesh_path=mesh.path,
            pose=pose.replace(viewport=viewport),
            view=message.view.view(),
            mode=message.mode,
            detail=message.detail,
        )
        self._lane.submit(
            StageOrder(
                layer=message.layer,
                seq=message.seq,
                request=request,
                assignment=scenery.assignment,
                cad_index=message.cad_index,
                asked_at=time.perf_counter(),
            )
        )

    def refuse(self, message: PoseMessage, error: PosewrightError) -> None:
        """There will be no frame for this."""
        if self._scenery is not None:
            self._say_not_drawn(message.layer, message.seq, self._scenery.assignment, message.cad_index, error)

    async def _deliver(self, order: StageOrder, frame: RenderedFrame) -> None:
        if self._drawn is not None and order.layer == MAIN_LAYER:
            self._drawn(order, frame)
        await self._mailbox.post_frame(order.layer, frame_bytes(order, frame))

    async def _refuse(self, order: StageOrder, error: Exception) -> None:
        self._say_not_drawn(order.layer, order.seq, order.assignment, order.cad_index, error)

    def _say_not_drawn(self, layer: str, seq: int, assignment: int, cad_index: int, error: Exception) -> None:
        what = f"drawing CAD model {cad_index} of assignment {assignment}"
        explanation = self._context.copy().run(explain, error, what=what)
        self._mailbox.post(
            refusal("not_drawn", explanation, assignment=assignment, seq=seq, layer=layer, cad_index=cad_index)
        )


def _mesh_and_viewport(scenery: Scenery, message: PoseMessage, pose: Pose) -> tuple[StageMesh, float]:
    """Raises NotFound where the stage has nothing of the kind."""
    if message.layer in scenery.others:
        return scenery.others[message.layer]
    mesh = scenery.models.get(message.cad_index)
    if mesh is None or message.layer not in (MAIN_LAYER, REFERENCE_LAYER, OFFER_LAYER, POSE_LAYER):
        raise NotFound(f"nothing to draw for {message.layer} with CAD model {message.cad_index}")
    if message.layer == REFERENCE_LAYER:
        return mesh, scenery.viewports.get(pose.replace(viewport=DEFAULT_VIEWPORT), pose.viewport)
    return mesh, pose.viewport


def frame_bytes(order: StageOrder, frame: RenderedFrame) -> bytes:
    """Header length (uint32, little-endian), header (JSON, UTF-8), payload.

    The header repeats pose and view, so that the browser can move this frame to where the pose is by now; `took_ms`
    is the time from the pose's arrival here, so that a slow line can be told from a busy server.
    """
    header = frame_header(order, frame)
    text = orjson.dumps(header)
    payload = frame.payload if frame.width and frame.height else b""
    return b"".join((HEADER_LENGTH.pack(len(text)), text, payload))


def frame_header(order: StageOrder, frame: RenderedFrame) -> dict[str, Any]:
    request = order.request
    view = request.view
    return {
        "seq": order.seq,
        "layer": order.layer,
        "assignment": order.assignment,
        "cad_index": order.cad_index,
        "x": frame.x,
        "y": frame.y,
        "width": frame.width,
        "height": frame.height,
        "mode": request.mode.value,
        "shaded": MODES[request.mode].shaded,
        "detail": request.detail.value,
        "view": {
            "left": view.left, "top": view.top, "scale": view.scale, "width": view.width, "height": view.height,
        },
        "pose": pose_json(request.pose),
        "media_type": frame.media_type,
        "took_ms": round(1000 * (time.perf_counter() - order.asked_at), 1),
    }  # fmt: skip
