"""The bounding box of an object in a photo, and errors that are measured against it."""

import math
from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.pose import Pose


@dataclass(frozen=True, slots=True)
class Box:
    """Corners in image pixels, x2 > x1 and y2 > y1; may reach beyond the picture. Raises InvalidInput otherwise."""

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.x1, self.y1, self.x2, self.y2)):
            raise InvalidInput("the corners of a box must be finite numbers")
        if not (self.x2 > self.x1 and self.y2 > self.y1):
            raise InvalidInput(f"a box needs x2 > x1 and y2 > y1, not {self}")

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    @property
    def diagonal(self) -> float:
        return math.hypot(self.x2 - self.x1, self.y2 - self.y1)


def clamped(box: Box, *, width: float, height: float) -> Box | None:
    """The part of a box that is in a photo of these sides, in pixels; None where that has no area."""
    x1, x2 = max(box.x1, 0.0), min(box.x2, float(width))
    y1, y2 = max(box.y1, 0.0), min(box.y2, float(height))
    return Box(x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


def centre_error(a: Pose, b: Pose, box: Box) -> float:
    """Distance of the two centres in the picture, as a fraction of the box's diagonal."""
    return math.hypot(a.px - b.px, a.py - b.py) / box.diagonal


def distance_error(a: Pose, b: Pose) -> float:
    """|Δ log distance|: 0.1 is about 10 %. The two must have the same viewport to be comparable."""
    return abs(math.log(a.distance / b.distance))
