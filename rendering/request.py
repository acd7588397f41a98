"""What is asked of the renderer, and what comes back. Plain values: the web process imports this without OpenGL."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from domain.errors import InvalidInput
from domain.pose import Pose
from domain.view import View
from rendering.modes import OverlayMode as OverlayMode

FEWEST_FACES_TO_LIGHTEN = 2000
"""Below it a picture's cost is not in its faces."""


class Detail(StrEnum):
    DRAG = "drag"
    """While the pose moves: a lighter mesh is good enough."""
    FULL = "full"


class Output(StrEnum):
    """Of the region's plane, one byte a pixel, row by row from the top: 0 is nothing; see `rendering.draw`."""

    OVERLAY = "overlay"
    """Deflated (zlib, RFC 1950), for the way to a browser; colour and opacity are up to who shows it."""
    RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """One picture: a mesh at a pose, as seen in a view.

    `pose` is in image pixels; the view says which part of the image, and how large. A relative `mesh_path` is
    taken from the present working directory, here and now: a worker has another. With `fit` only the pose's angles
    count: the object is moved to fill the view.
    """

    mesh_path: Path
    pose: Pose
    view: View
    mode: OverlayMode = OverlayMode.SOLID
    detail: Detail = Detail.FULL
    output: Output = Output.OVERLAY
    fit: bool = False

    def __post_init__(self) -> None:
        if not self.mesh_path.is_absolute():
            object.__setattr__(self, "mesh_path", self.mesh_path.absolute())

    def to_json(self) -> dict[str, Any]:
        view = self.view
        return {
            "mesh_path": str(self.mesh_path),
            "pose": self.pose.to_json(),
            "view": {
                "left": view.left, "top": view.top, "scale": view.scale, "width": view.width, "height": view.height,
            },
            "mode": self.mode.value,
            "detail": self.detail.value,
            "output": self.output.value,
            "fit": self.fit,
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From `to_json`; raises InvalidInput where it is anything else."""
        try:
            return cls(
                mesh_path=Path(values["mesh_path"]),
                pose=Pose.from_json(values["pose"]),
                view=View(**values["view"]),
                mode=OverlayMode(values["mode"]),
                detail=Detail(values["detail"]),
                output=Output(values["output"]),
                fit=values["fit"] is True,
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(f"not a render request: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFrame:
    """A picture of the region where something is visible, in pixels of the view; empty where nothing is.

    `x`, `y`: the region's upper left pixel. With `width * height == 0` the payload is empty too.
    """

    x: int
    y: int
    width: int
    height: int
    payload: bytes
    media_type: str

    @property
    def empty(self) -> bool:
        return self.width * self.height == 0
