"""The outline of a mask: a line of even width along its border, half outside and half inside."""

import math

import numpy as np
from numpy.typing import NDArray

from rendering.modes import REACH

Plane = NDArray[np.uint8]

HALF_WIDTH = 1.25
"""Pixels to either side of the border."""

assert HALF_WIDTH <= REACH, "the picture has no room for it"


def outline(mask: Plane) -> Plane:
    """Alpha (H, W) of the outline of a mask (H, W) of 0 and 255.

    A pixel's alpha falls with the distance of its centre from the nearest centre on the border's other side.
    The picture's own frame is no border: an object that runs out of the picture is open there.
    """
    height, width = mask.shape
    padded = np.pad(mask, REACH, mode="edge")
    outside = np.zeros_like(mask)
    inside = np.zeros_like(mask)
    for dy in range(-REACH, REACH + 1):
        for dx in range(-REACH, REACH + 1):
            # The border runs half-way between the two centres.
            weight = min(1.0, HALF_WIDTH + 1.0 - math.hypot(dx, dy))
            if weight <= 0 or (dx, dy) == (0, 0):
                continue
            level = np.uint8(round(255 * weight))
            shifted = padded[REACH + dy : REACH + dy + height, REACH + dx : REACH + dx + width]
            np.maximum(outside, np.minimum(shifted, level), out=outside)
            np.maximum(inside, np.minimum(~shifted, level), out=inside)
    return np.where(mask > 0, inside, outside)
