"""Overlap of two masks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedMask:
    """A mask (H, W) whose upper left pixel is (x, y) of the picture; nothing is set outside of it."""

    x: int
    y: int
    flags: Flags


def mask_iou(a: Flags, b: Flags) -> float:
    """Intersection over union of two masks of one size; 1 where both are empty."""
    union = np.count_nonzero(a | b)
    return float(np.count_nonzero(a & b) / union) if union else 1.0


def placed_iou(a: PlacedMask, b: PlacedMask) -> float:
    """`mask_iou` of two masks that lie anywhere in one picture."""
    left, top = max(a.x, b.x), max(a.y, b.y)
    right = min(a.x + a.flags.shape[1], b.x + b.flags.shape[1])
    bottom = min(a.y + a.flags.shape[0], b.y + b.flags.shape[0])
    both = 0
    if right > left and bottom > top:
        common = [m.flags[top - m.y : bottom - m.y, left - m.x : right - m.x] for m in (a, b)]
        both = int(np.count_nonzero(common[0] & common[1]))
    union = np.count_nonzero(a.flags) + np.count_nonzero(b.flags) - both
    return float(both / union) if union else 1.0
