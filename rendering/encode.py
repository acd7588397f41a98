"""Pictures as bytes: the plane as it is, or deflated for the way to a browser.

One byte a pixel is all there is to say; the browser unpacks it and gives it colour. ISA-L packs as well as zlib's
level 1 in a fifth of its time. docs/performance.md has the measurements.
"""

import numpy as np
from isal import isal_zlib

from rendering.draw import Picture
from rendering.request import Output, RenderedFrame

RAW = "application/octet-stream"
DEFLATED = "application/zlib"
"""RFC 6713."""
LEVEL = 1


def encode(picture: Picture, output: Output) -> RenderedFrame:
    """The picture as the request wants it; empty in, empty out."""
    media_type = RAW if output is Output.RAW else DEFLATED
    plane = np.ascontiguousarray(picture.plane)
    if not plane.size:
        return RenderedFrame(x=0, y=0, width=0, height=0, payload=b"", media_type=media_type)
    payload = plane.tobytes() if output is Output.RAW else isal_zlib.compress(plane.data, LEVEL)
    height, width = plane.shape
    return RenderedFrame(x=picture.x, y=picture.y, width=width, height=height, payload=payload, media_type=media_type)
