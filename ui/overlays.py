"""Small pictures of answers: the photo about the object with the model over it. Drawn once, kept by content."""

import asyncio
import hashlib
import io
import json
from collections.abc import Hashable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from domain.box import Box
from domain.errors import PosewrightError
from domain.view import View
from rendering.request import Output, OverlayMode, RenderedFrame, RenderRequest
from storage.use_cases.review import Pictured
from ui.logs import log
from ui.services import Services
from ui.thumbnails import Picture, read_kept, write_kept

SIZES = {"small": (320, 240), "large": (640, 480)}
ROOM = 1.6
"""So much more than the item's box is shown: a model may be larger than it."""
COLOUR = (61, 220, 151)
OPACITY = 0.6
QUALITY = 86
LOOK = 1
"""Part of the cache's file names: raise it when these pictures are to look different."""


class OverlayPictures:
    """Requests for one picture that come while it is being drawn wait for the same drawing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._directory = services.settings.cache_directory / "overlays"
        self._drawing: dict[Hashable, asyncio.Task[bytes]] = {}

    async def of(self, pictured: Pictured, size: str) -> Picture:
        """The photo alone where the model cannot be drawn. Raises FileNotFoundError without a photo."""
        name = _name(pictured, size)
        file = self._directory / name[:2] / f"{name}.jpg"
        try:
            content = await asyncio.to_thread(read_kept, file) or await self._drawn_once(name, pictured, size, file)
        except PosewrightError as error:
            log.warning("no overlay picture: %s", error)
            content = await asyncio.to_thread(self._photo_alone, pictured, size)
            return Picture(content=content, media_type="image/jpeg", etag="failed", final=False)
        return Picture(content=content, media_type="image/jpeg", etag=name, final=True)

    async def _drawn_once(self, name: str, pictured: Pictured, size: str, file: Path) -> bytes:
        task = self._drawing.get(name)
        if task is None:
            task = self._drawing[name] = asyncio.create_task(self._draw(pictured, size, file))
            task.add_done_callback(lambda _task: self._drawing.pop(name, None))
        return await asyncio.shield(task)

    async def _draw(self, pictured: Pictured, size: str, file: Path) -> bytes:
        view = framed(pictured.box, pictured.width, pictured.height, *SIZES[size])
        frame = None
        if pictured.answer is not None and pictured.mesh_sha256 is not None:
            request = RenderRequest(
                mesh_path=self._services.cad_files.path(pictured.mesh_sha256, pictured.suffix),
                pose=pictured.answer.pose,
                view=view,
                mode=OverlayMode.SOLID,
                output=Output.RAW,
            )
            frame = await self._services.renderer.render_in_background(request)
        photo = self._services.images.path(pictured.photo_sha256)
        content = await asyncio.to_thread(_composed, photo, view, frame)
        await asyncio.to_thread(write_kept, file, content)
        return content

    def _photo_alone(self, pictured: Pictured, size: str) -> bytes:
        view = framed(pictured.box, pictured.width, pictured.height, *SIZES[size])
        return _composed(self._services.images.path(pictured.photo_sha256), view, None)


def framed(box: Box, image_width: int, image_height: int, width: int, height: int) -> View:
    """The box with room about it, but never less than the whole photo's scale, as `frame` in the stage's view.js."""
    whole = min(width / image_width, height / image_height)
    fitted = min(width / ((box.x2 - box.x1) * ROOM), height / ((box.y2 - box.y1) * ROOM))
    scale = min(max(fitted, whole), 64.0)
    u, v = box.centre[0] + 0.5, box.centre[1] + 0.5
    return View(left=u - width / 2 / scale, top=v - height / 2 / scale, scale=scale, width=width, height=height)


def _name(pictured: Pictured, size: str) -> str:
    pose = pictured.answer.pose.to_json() if pictured.answer else None
    content = [pictured.photo_sha256, pictured.mesh_sha256, pictured.suffix, pose, asdict(pictured.box), size, LOOK]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:40]


def _composed(photo: Path, view: View, frame: RenderedFrame | None) -> bytes:
    """A JPEG of the view. Raises FileNotFoundError where the photo is gone."""
    canvas = np.asarray(_photo_part(photo, view), dtype=np.float32).copy()
    if frame is not None and not frame.empty:
        plane = np.frombuffer(frame.payload, dtype=np.uint8).reshape(frame.height, frame.width)
        region = canvas[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width]
        tinted = (plane[..., None] / 255.0) * np.array(COLOUR, dtype=np.float32)
        region[:] = np.where(plane[..., None] > 0, (1 - OPACITY) * region + OPACITY * tinted, region)
    stream = io.BytesIO()
    Image.fromarray(np.rint(canvas).astype(np.uint8)).save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def _photo_part(photo: Path, view: View) -> Image.Image:
    """The part of the photo that the view shows; what lies beside the photo is dark."""
    canvas = Image.new("RGB", (view.width, view.height), (24, 26, 30))
    with Image.open(photo) as picture:
        left, top = max(view.left, 0.0), max(view.top, 0.0)
        right = min(view.left + view.width / view.scale, picture.width)
        bottom = min(view.top + view.height / view.scale, picture.height)
        if right <= left or bottom <= top:
            return canvas
        width, height = round((right - left) * view.scale), round((bottom - top) * view.scale)
        if width < 1 or height < 1:
            return canvas
        part = picture.convert("RGB").resize(
            (width, height), Image.Resampling.BOX if view.scale < 1 else Image.Resampling.BILINEAR,
            box=(left, top, right, bottom),
        )  # fmt: skip
    canvas.paste(part, (round((left - view.left) * view.scale), round((top - view.top) * view.scale)))
    return canvas
