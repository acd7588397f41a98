"""Two answers side by side, in numbers: what a reviewer reads before judging."""

import math
from dataclasses import dataclass

from domain.answer import Answer
from domain.box import Box, centre_error
from domain.rotation import rotation_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """From one answer to another.

    rotation: geodesic, radians in [0, π]. centre: image pixels; centre_of_box: the same as a fraction of the box's
    diagonal. distance: relative change of distance at the same focal length, 0.1 for 10 % farther. The flags say
    whether the two name another CAD model, quality or density.
    """

    rotation: float
    centre: float
    centre_of_box: float
    distance: float
    model: bool
    quality: bool
    density: bool

    @property
    def same(self) -> bool:
        """Whether nothing a person could see or read differs."""
        numbers = (self.rotation, self.centre, self.distance)
        return not (self.model or self.quality or self.density) and all(abs(number) < 1e-9 for number in numbers)


def compare(a: Answer, b: Answer, box: Box) -> Comparison:
    """What changes on the way from `a` to `b`. Where the two have another viewport, distances are taken at one."""
    return Comparison(
        rotation=float(rotation_error(a.pose.rotation(), b.pose.rotation())),
        centre=math.hypot(b.pose.px - a.pose.px, b.pose.py - a.pose.py),
        centre_of_box=centre_error(a.pose, b.pose, box),
        distance=(b.pose.distance / b.pose.viewport) / (a.pose.distance / a.pose.viewport) - 1.0,
        model=a.cad_index != b.cad_index,
        quality=a.object_status is not b.object_status,
        density=a.dense is not b.dense,
    )
