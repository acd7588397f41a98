"""Every way to draw an overlay, and all that anybody needs to know of one.

A new mode is a member of `OverlayMode`, a row of `MODES`, and the function that draws it; the stage's toolbar, its
keys, its messages and the command line offer what stands here. Imported without OpenGL or NumPy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.wording import N_

if TYPE_CHECKING:
    from rendering.draw import Brush, Plane

REACH = 2
"""By how many pixels lines and outlines reach beyond the object at most."""
CREASE_DARKENING = 0.35


class OverlayMode(StrEnum):
    SOLID = "solid"
    """Shaded, from both sides of each face."""
    WIREFRAME = "wireframe"
    """Feature edges and contours, without those that the object itself hides."""
    SILHOUETTE = "silhouette"
    """The outline alone."""
    MASK = "mask"
    """Exactly the pixels whose centres the object covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How a mode is drawn and offered.

    draw: paints the object with a brush, one byte a pixel, 0 where nothing is. finish: what becomes of that plane.
    shaded: the bytes are shades, 1 to 255, else they are alpha. reach: by how many pixels it goes beyond the object.
    title, help: what people read on the stage (message ids); without a title it is not offered there.
    """

    draw: "Callable[[Brush], None]"
    finish: "Callable[[Plane], Plane] | None" = None
    shaded: bool = False
    reach: int = 0
    title: str = ""
    help: str = ""


def _solid(brush: "Brush") -> None:
    brush.shade()
    if not brush.crowded:
        brush.lines(brush.buffers.shading_creases, blend="darken", opacity=CREASE_DARKENING)


def _wireframe(brush: "Brush") -> None:
    # Value 0 leaves the picture empty and the depth behind, which is what hides lines.
    brush.fill(0.0, depth=True)
    brush.lines(brush.buffers.creases)
    brush.lines(brush.contours())


def _mask(brush: "Brush") -> None:
    brush.fill(1.0)


def _outlined(plane: "Plane") -> "Plane":
    from rendering.outline import outline

    return outline(plane)


MODES: Mapping[OverlayMode, Mode] = {
    OverlayMode.SOLID: Mode(draw=_solid, shaded=True, title=N_("Solid"), help=N_("Draw the model as a shaded body")),
    OverlayMode.WIREFRAME: Mode(
        draw=_wireframe, reach=REACH, title=N_("Lines"), help=N_("Draw the model's visible edges")
    ),
    OverlayMode.SILHOUETTE: Mode(
        draw=_mask, finish=_outlined, reach=REACH, title=N_("Outline"), help=N_("Draw the model's outline only")
    ),
    OverlayMode.MASK: Mode(draw=_mask),
}
"""In the order in which they are offered."""


def offered(mode: OverlayMode) -> OverlayMode:
    """The mode itself. Raises ValueError for one that no stage offers."""
    if not MODES[mode].title:
        raise ValueError(f"no stage draws as {mode.value}")
    return mode
