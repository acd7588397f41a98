"""Remarks: where one can be pinned, how long it may be, and those that everybody needs."""

import math
from dataclasses import dataclass

from domain.errors import InvalidInput
from domain.wording import N_

LONGEST = 500
MOST_READY = 9
"""Ready-made remarks of a category: one for each of the keys 1 to 9."""
FARTHEST = 1e6

READY: tuple[str, ...] = (
    N_("Front and back are swapped."),
    N_("Turned too far to one side."),
    N_("Tilted too far up or down."),
    N_("Rolled in the picture plane."),
    N_("Too large: move it farther away."),
    N_("Too small: bring it nearer."),
    N_("The centre is off."),
    N_("Another CAD model fits better."),
    N_("Look again at quality and density."),
)
"""For categories that nobody has written others for; message ids, translated where they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPin:
    """A point of the photo, in image pixels as OpenCV counts them. Raises InvalidInput for what is no point."""

    u: float
    v: float

    def __post_init__(self) -> None:
        _check((self.u, self.v))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshPin:
    """A point of a CAD model in object coordinates, CAD units: it follows the model. Raises InvalidInput."""

    x: float
    y: float
    z: float
    cad_index: int

    def __post_init__(self) -> None:
        _check((self.x, self.y, self.z))


Pin = PhotoPin | MeshPin


def clean_text(text: str) -> str:
    """As it is kept: without space around it, lines kept. Raises InvalidInput for nothing, or too much."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    text = "\n".join(lines)
    if not text:
        raise InvalidInput("a remark needs words")
    if len(text) > LONGEST:
        raise InvalidInput(f"a remark has at most {LONGEST} characters")
    return text


def _check(coordinates: tuple[float, ...]) -> None:
    if not all(math.isfinite(value) and abs(value) <= FARTHEST for value in coordinates):
        raise InvalidInput("a pin must be a point of the photo or of the model")
