"""The frame path of one stage on the server: pose message -> order -> drawn frame -> bytes on the socket."""

import json
import struct
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import NotFound
from meshes.errors import MeshUnreadable
from rendering.request import RenderedFrame, RenderRequest
from rendering.scheduler import FrameOrder, FrameScheduler
from ui.errors import explain
from ui.live.mailbox import Mailbox
from ui.live.messages import PoseMessage

HEADER_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOrder(FrameOrder):
    """A frame for a stage, with what the browser needs to tell which of its wishes it answers."""

    assignment: int
    cad_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMesh:
    """A CAD model that a stage may draw; `reason` says why it cannot be read, where that is known."""

    path: Path
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What can be drawn for one assignment: the category's models by cad_index, and the photo's other objects."""

    assignment: int
    viewport: float
    models: Mapping[int, StageMesh]
    others: Mapping[str, tuple[StageMesh, float]]
    """Layer -> mesh and viewport of that object."""


class StageFrames:
    """Turns the poses of one socket into frames in its mailbox; shows one assignment at a time."""

    def __init__(self, scheduler: FrameScheduler[StageOrder], mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._scenery: Scenery | None = None
        # Frames come back on tasks of the scheduler; what is said of them must be in this person's language.
        self._context = copy_context()
        self._lane = scheduler.join(deliver=self._deliver, refuse=self._refuse)

    def show(self, scenery: Scenery | None) -> None:
        """From now on this assignment, or none; frames of the former are not sent any more."""
        self._lane.clear()
        self._mailbox.drop_frames()
        self._scenery = scenery

    def leave(self) -> None:
        self._lane.leave()

    def submit(self, message: PoseMessage) -> None:
        """Ask for a frame. Raises InvalidPose or NotFound for what this stage cannot show."""
        if self._scenery is None:
            return
        mesh, viewport = self._mesh(self._scenery, message)
        order = StageOrder(
            layer=message.layer,
            seq=message.seq,
            assignment=self._scenery.assignment,
            cad_index=message.cad_index,
            request=RenderRequest(
                mesh_path=mesh.path,
                pose=message.pose.with_viewport(viewport),
                view=message.view.view(),
                mode=message.mode,
                detail=message.detail,
            ),
        )
        if mesh.reason is None:
            self._lane.submit(order)
        else:
            self._say_not_drawn(order, MeshUnreadable(mesh.path, mesh.reason))

    @staticmethod
    def _mesh(scenery: Scenery, message: PoseMessage) -> tuple[StageMesh, float]:
        if message.layer in scenery.others:
            return scenery.others[message.layer]
        if message.layer.startswith("other:") or message.cad_index not in scenery.models:
            raise NotFound(f"nothing to draw for {message.layer} with CAD model {message.cad_index}")
        return scenery.models[message.cad_index], scenery.viewport

    async def _deliver(self, order: StageOrder, frame: RenderedFrame) -> None:
        await self._mailbox.post_frame(order.layer, frame_bytes(order, frame))

    async def _refuse(self, order: StageOrder, error: Exception) -> None:
        self._say_not_drawn(order, error)

    def _say_not_drawn(self, order: StageOrder, error: Exception) -> None:
        what = f"drawing {order.request.mesh_path.name}"
        explanation = self._context.copy().run(explain, error, what=what)
        self._mailbox.post(
            {
                "type": "not_drawn",
                "assignment": order.assignment,
                "seq": order.seq,
                "layer": order.layer,
                "cad_index": order.cad_index,
                "code": explanation.code,
                "message": explanation.message,
            }
        )


def frame_bytes(order: StageOrder, frame: RenderedFrame) -> bytes:
    """Header length (uint32, little-endian), header (JSON, UTF-8), payload.

    The header repeats pose and view, so that the browser can move this frame to where the pose is by now.
    """
    header = frame_header(order, frame)
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    payload = frame.payload if frame.width and frame.height else b""
    return b"".join((HEADER_LENGTH.pack(len(text)), text, payload))


def frame_header(order: StageOrder, frame: RenderedFrame) -> dict[str, Any]:
    request = order.request
    pose = request.pose.to_json()
    del pose["viewport"]
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
        "detail": request.detail.value,
        "view": {
            "left": view.left, "top": view.top, "scale": view.scale, "width": view.width, "height": view.height,
        },
        "pose": pose,
        "media_type": frame.media_type,
    }  # fmt: skip
