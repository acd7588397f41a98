"""The part of a photo that a screen shows."""

import math
from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.pose import Pose

LARGEST_SIDE = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`left`, `top`: corner-based image coordinates (u + 0.5, with u OpenCV's) at the screen's upper left corner.

    `scale`: screen pixels for an image pixel. `width`, `height`: the screen's size in device pixels. A point U
    shows at X = (U − left) · scale. Raises InvalidInput for what no screen shows.
    """

    left: float
    top: float
    scale: float
    width: int
    height: int

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) and abs(value) < 1e7 for value in (self.left, self.top)):
            raise InvalidInput("a view's corner must be a finite number near the picture")
        if not 1e-4 <= self.scale <= 1e4:
            raise InvalidInput(f"a view's scale must be from 0.0001 to 10000, not {self.scale!r}")
        if not (1 <= self.width <= LARGEST_SIDE and 1 <= self.height <= LARGEST_SIDE):
            raise InvalidInput(f"a view's sides must be from 1 to {LARGEST_SIDE} pixels")

    @classmethod
    def whole(cls, width: int, height: int) -> "View":
        """The whole picture, pixel for pixel."""
        return cls(left=0.0, top=0.0, scale=1.0, width=width, height=height)

    def camera(self, pose: Pose) -> Pose:
        """The pose as seen on this screen: viewport, px and py in screen pixels, their centres at whole numbers."""
        return pose.replace(
            viewport=pose.viewport * self.scale,
            px=(pose.px + 0.5 - self.left) * self.scale - 0.5,
            py=(pose.py + 0.5 - self.top) * self.scale - 0.5,
        )
