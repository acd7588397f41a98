"""Step sizes, ranges and what happens at their ends: one place for server, browser and help texts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.pose import PARAMETERS


class StepKind(StrEnum):
    """How a step acts on a value."""

    ADD = "add"
    """Added, in degrees."""
    MULTIPLY = "multiply"
    """Multiplied by (1 + step) upwards and divided by it downwards, so that up and down cancel."""
    BOX = "box"
    """Added, in units of the bounding box's diagonal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSteps:
    """Steps of one parameter; `limits` in degrees for angles, None where only the picture limits it."""

    kind: StepKind
    finest: float
    fine: float
    coarse: float
    at_limits: Literal["wrap", "clamp", "free"]
    limits: tuple[float, float] | None = None


def _angle(at_limits: Literal["wrap", "clamp"], low: float, high: float) -> ParameterSteps:
    return ParameterSteps(
        kind=StepKind.ADD, finest=0.1, fine=1.0, coarse=30.0, at_limits=at_limits, limits=(low, high)
    )


_CENTRE = ParameterSteps(kind=StepKind.BOX, finest=1 / 500, fine=1 / 60, coarse=1 / 10, at_limits="free")

STEPS: dict[str, ParameterSteps] = {
    "azimuth": _angle("wrap", 0.0, 360.0),
    "elevation": _angle("clamp", -90.0, 90.0),
    "theta": _angle("wrap", -180.0, 180.0),
    "distance": ParameterSteps(
        kind=StepKind.MULTIPLY, finest=0.002, fine=0.02, coarse=0.15, at_limits="clamp", limits=(1e-3, 1e4)
    ),
    "px": _CENTRE,
    "py": _CENTRE,
}
assert tuple(STEPS) == PARAMETERS
