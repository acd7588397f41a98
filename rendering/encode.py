"""Pictures as bytes.

An overlay is an 8-bit palette PNG: the browser unpacks it by itself, and one byte a pixel is all there is to say.
It is written here and not by Pillow because the quickest way is a few lines: no filter, and ISA-L's deflate, which
packs as well as zlib's level 1 in a fifth of its time.
docs/performance.md has the measurements.
"""

import struct
from functools import cache

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from rendering.draw import Picture, Plane
from rendering.request import Output, OverlayMode, RenderedFrame

PNG = "image/png"
RAW = "application/octet-stream"

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, PALETTE, RGBA = 0, 3, 6
"""Colour types of PNG (W3C Recommendation, section 11.2.1)."""

LEVEL = 1


def encode(picture: Picture, mode: OverlayMode, output: Output) -> RenderedFrame:
    """The picture as the request wants it; empty in, empty out."""
    height, width = picture.plane.shape
    media_type = RAW if output is Output.RAW else PNG
    if not picture.plane.size:
        return RenderedFrame(x=0, y=0, width=0, height=0, payload=b"", media_type=media_type)
    if output is Output.RAW:
        payload = picture.plane.tobytes()
    elif output is Output.PNG_RGBA:
        payload = png(to_rgba(picture.plane, mode), RGBA)
    else:
        payload = png(picture.plane, PALETTE, _palette(mode))
    return RenderedFrame(x=picture.x, y=picture.y, width=width, height=height, payload=payload, media_type=media_type)


def to_rgba(plane: Plane, mode: OverlayMode) -> Plane:
    """(H, W, 4), alpha not multiplied in: shades of grey for solid, white lines or areas for the other modes."""
    return _colours(mode)[plane]


def png(pixels: Plane, colour_type: int, palette_chunks: bytes = b"") -> bytes:
    """A PNG of (H, W) or (H, W, channels) bytes, without filter."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + pixels[0].size), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    packed = isal_zlib.compress(rows.data, LEVEL)
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"".join(
        (SIGNATURE, _chunk(b"IHDR", header), palette_chunks, _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = isal_zlib.crc32(content, isal_zlib.crc32(name))
    return b"".join((struct.pack(">I", len(content)), name, content, struct.pack(">I", checksum)))


@cache
def _colours(mode: OverlayMode) -> NDArray[np.uint8]:
    """RGBA of each index, (256, 4)."""
    index = np.arange(256, dtype=np.uint8)
    if mode is OverlayMode.SOLID:
        return np.stack([index, index, index, np.where(index, 255, 0).astype(np.uint8)], axis=-1)
    white = np.full_like(index, 255)
    return np.stack([white, white, white, index], axis=-1)


@cache
def _palette(mode: OverlayMode) -> bytes:
    """PLTE and tRNS; alpha after the last entry that is not opaque is left out, as the standard allows."""
    colours = _colours(mode)
    alpha = colours[: int(np.flatnonzero(colours[:, 3] < 255)[-1]) + 1, 3]
    return _chunk(b"PLTE", colours[:, :3].tobytes()) + _chunk(b"tRNS", alpha.tobytes())
