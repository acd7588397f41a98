"""Frames of built-in models for the guide's figure and the practice item: for everybody who is signed in.

Behind everybody's work: a picture at a time for each person, and the renderer's background turn for all of them.
"""

import math
from dataclasses import dataclass, field

from domain.errors import InvalidInput
from domain.pose import Pose
from domain.view import View
from rendering.request import OverlayMode, RenderedFrame, RenderRequest
from ui.guide.pictures import GuidePictures

LARGEST_SIDE = 1600
PARAMETERS = ("azimuth", "elevation", "theta", "distance", "px", "py", "viewport")
VIEW = ("left", "top", "scale")


class StillDrawing(InvalidInput):
    """This person's last frame is still being drawn; the newest pose is asked for after it."""

    code = "still_drawing"


@dataclass(slots=True, eq=False)
class Figure:
    """Draws what a query asks for."""

    pictures: GuidePictures
    _drawing: set[int] = field(default_factory=set)

    async def frame(self, user_id: int, asked: dict[str, str]) -> RenderedFrame:
        """asked: model as "category/cad_index"; the pose, radians and pixels; the view's left, top, scale, width,
        height. Raises InvalidInput, NotFound, StillDrawing, RenderFailed."""
        request = await self._request(asked)
        if user_id in self._drawing:
            raise StillDrawing("one frame at a time")
        self._drawing.add(user_id)
        try:
            return await self.pictures.services.renderer.render_in_background(request)
        finally:
            self._drawing.discard(user_id)

    async def _request(self, asked: dict[str, str]) -> RenderRequest:
        category, _, cad_index = asked.get("model", "").partition("/")
        try:
            pose = Pose(**{name: float(asked[name]) for name in PARAMETERS})
            width, height = (min(int(asked[name]), LARGEST_SIDE) for name in ("width", "height"))
            view = View(**{name: float(asked[name]) for name in VIEW}, width=width, height=height)
            model = (category, int(cad_index))
        except (KeyError, ValueError) as error:
            raise InvalidInput(f"no frame can be drawn from this: {error}") from None
        if not 0.1 <= pose.distance <= 1000 or not all(math.isfinite(value) for value in (view.left, view.top)):
            raise InvalidInput("the model is too near or too far")
        return RenderRequest(mesh_path=await self.pictures.mesh(model), pose=pose, view=view, mode=OverlayMode.SOLID)
