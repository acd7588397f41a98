"""What the messages of the stage socket are built from: strict, bounded values.

Conventions: poses in radians, CAD units and image pixels, without the viewport, which is fixed for an item; times in
UTC; ids of gestures and saves are UUIDs made by the browser.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.answer import Answer, Density, ObjectStatus
from domain.errors import InvalidInput
from domain.pose import Pose
from domain.view import LARGEST_SIDE, View

LARGEST_VIEW = 7680 * 4320
"""Pixels: an 8K screen."""
ID_LIMIT = 2**53

Id = Annotated[int, Field(ge=1, lt=ID_LIMIT)]
Count = Annotated[int, Field(ge=0, lt=ID_LIMIT)]
Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Text = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
"""Bounded, so that every zone's time can be turned into UTC."""
Scalar = float | int | Annotated[str, StringConstraints(max_length=40)] | None
Values = Annotated[dict[Annotated[str, StringConstraints(max_length=20)], Scalar], Field(max_length=3)]
CadIndex = Annotated[int, Field(ge=1, lt=10**6)]


class Message(BaseModel):
    """Strict: no coercion, no unknown fields, no NaN or infinity."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class WirePose(Message):
    azimuth: float
    elevation: float
    theta: float
    distance: float
    px: float
    py: float

    def with_viewport(self, viewport: float) -> Pose:
        """Raises InvalidPose where the numbers make no camera."""
        return Pose(**self.model_dump(), viewport=viewport)


class WireView(Message):
    left: float
    top: float
    scale: float
    width: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
    height: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]

    @model_validator(mode="after")
    def _is_a_view(self) -> "WireView":
        try:
            self.view()
        except InvalidInput as error:
            raise ValueError(str(error)) from None
        if self.width * self.height > LARGEST_VIEW:
            raise ValueError(f"a view has at most {LARGEST_VIEW} pixels")
        return self

    def view(self) -> View:
        return View(left=self.left, top=self.top, scale=self.scale, width=self.width, height=self.height)


class WireAnswer(Message):
    pose: WirePose
    cad_index: CadIndex
    object_status: ObjectStatus | None
    dense: Density | None

    def with_viewport(self, viewport: float) -> Answer:
        """Raises InvalidPose where the numbers make no camera."""
        return Answer(
            pose=self.pose.with_viewport(viewport),
            cad_index=self.cad_index,
            object_status=self.object_status,
            dense=self.dense,
        )
