"""Small pictures of CAD models for galleries."""

import asyncio
import io
import math
from pathlib import Path

import numpy as np
from PIL import Image

from domain.pose import Pose
from domain.view import View
from rendering.pool import RenderPool
from rendering.request import Output, OverlayMode, RenderedFrame, RenderRequest

THREE_QUARTERS = Pose(azimuth=math.radians(-35), elevation=math.radians(22), theta=0.0, distance=1.0, px=0.0, py=0.0)
"""From the front, a little from the side and from above: the view in which most things are recognised."""

SUPERSAMPLING = 4


async def thumbnail(pool: RenderPool, mesh_path: Path, size: int = 160, pose: Pose = THREE_QUARTERS) -> bytes:
    """A square PNG of `size` pixels, shaded, on transparent ground. Raises what `RenderPool.render` raises."""
    side = size * SUPERSAMPLING
    request = RenderRequest(
        mesh_path=mesh_path,
        pose=pose,
        view=View.whole(side, side),
        mode=OverlayMode.SOLID,
        output=Output.RAW,
        fit=True,
    )
    frame = await pool.render_in_background(request)
    return await asyncio.to_thread(_shrunk_png, frame, size)


def _shrunk_png(frame: RenderedFrame, size: int) -> bytes:
    """The frame's shades averaged to `size` pixels; coverage becomes alpha."""
    side = size * SUPERSAMPLING
    shades = np.zeros((side, side), dtype=np.float32)
    plane = np.frombuffer(frame.payload, dtype=np.uint8).reshape(frame.height, frame.width)
    shades[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = plane

    blocks = (size, SUPERSAMPLING, size, SUPERSAMPLING)
    covered = (shades > 0).reshape(blocks).mean(axis=(1, 3))
    shade = shades.reshape(blocks).mean(axis=(1, 3)) / np.where(covered > 0, covered, 1)
    pixels = np.stack([shade, 255 * covered], axis=-1)
    stream = io.BytesIO()
    Image.fromarray(np.rint(pixels).astype(np.uint8), "LA").save(stream, "PNG", optimize=True)
    return stream.getvalue()
