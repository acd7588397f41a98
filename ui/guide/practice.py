"""The item to practise on: a photo of the guide's, whose right answer the page knows. Nothing of it is kept."""

import math

from domain.pose import Pose
from ui.i18n import N_, _

PHOTO = 2
"""A van in a street, in full view, another car well away."""

MODELS = (("car/1", "car-1", N_("Sedan")), ("car/2", "car-2", N_("Hatchback")), ("car/3", "car-3", N_("Van")))
"""What can be chosen: the model, its picture in the guide, its name."""


def practice_start(truth: Pose, diagonal: float) -> dict[str, float]:
    """A guess as programs make them: turned, tipped, beside the object and too small. `diagonal` of its box."""
    return truth.replace(
        azimuth=truth.azimuth - math.radians(55),
        elevation=truth.elevation + math.radians(14),
        theta=truth.theta + math.radians(9),
        distance=truth.distance * 1.45,
        px=truth.px - 0.32 * diagonal,
        py=truth.py + 0.12 * diagonal,
    ).to_json()


def practice_texts() -> dict[str, str]:
    """What the page's program says, in the reader's language."""
    return {
        "off": _("{n}° off"),
        "pixels": _("{n} pixels off"),
        "too_small": _("{n} % too small"),
        "too_large": _("{n} % too large"),
        "wrong_model": _("another fits better"),
        "not_answered": _("not answered yet"),
        "wrong_answer": _("look again"),
        "good": _("good"),
        "still": _("Not yet: {what}."),
        "done": _("Done. All is right."),
        "offline": _("The picture cannot be drawn just now. It is tried again with the next move."),
    }
