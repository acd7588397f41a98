"""Pictures of the poses that a category's rule counts as equal: whoever sets a symmetry sees what it says."""

from base64 import b64encode
from collections.abc import Sequence

import numpy as np

from domain.category import CategoryRule
from domain.errors import PosewrightError
from domain.pose import Pose
from rendering.thumbnails import THREE_QUARTERS, thumbnail
from storage.use_cases.models import ModelLine
from ui.errors import explain
from ui.i18n import _, ngettext
from ui.pages.admin.messages import Tone, message_line
from ui.services import Services
from ui.theme.tag import Tag

SIZE = 112
MOST_SHOWN = 8
STEPS = 6
"""Of a symmetry about an axis at any angle, so many."""


def equal_poses(rule: CategoryRule, pose: Pose = THREE_QUARTERS) -> list[Pose]:
    """The pose, and those that count as the same; of very many some."""
    turns = rule.group().samples(STEPS)
    chosen = np.unique(np.linspace(0, len(turns) - 1, min(MOST_SHOWN, len(turns))).round().astype(int))
    return [
        Pose.from_matrix(
            pose.rotation() @ turns[number], distance=pose.distance, px=pose.px, py=pose.py, viewport=pose.viewport
        )
        for number in chosen
    ]


async def show_equal_poses(services: Services, place: Tag, rule: CategoryRule, models: Sequence[ModelLine]) -> None:
    """Of the first of the models that can be read."""
    model = next((line.model for line in models if line.model.readable and not line.model.withdrawn), None)
    place.clear()
    with place:
        if model is None:
            Tag("p", _("No CAD model can be drawn."), classes="pw-muted")
            return
    poses = equal_poses(rule)
    try:
        mesh = services.cad_files.path(model.sha256, model.suffix)
        pictures = [await thumbnail(services.renderer, mesh, size=SIZE, pose=pose) for pose in poses]
    except (PosewrightError, FileNotFoundError) as error:
        with place:
            message_line(explain(error, what="drawing equal poses").message, Tone.BAD)
        return
    place.clear()  # whoever asked twice sees the later answer
    with place:
        group = rule.group()
        if group.continuous:
            words = _("Some of the poses that count as equal:")
        else:
            count = len(group.turns)
            words = ngettext("%(number)d pose counts as this one:", "%(number)d poses count as one:", count)
            words = words % {"number": count}
        Tag("p", words, classes="pw-muted")
        with Tag("div", classes="pw-equal-poses"):
            for picture in pictures:
                address = f"data:image/png;base64,{b64encode(picture).decode()}"
                Tag("img", src=address, alt="", width=SIZE, height=SIZE)
        if set(rule.ignored) - {"azimuth"}:
            Tag("p", _("Ignored angles besides azimuth count as right whatever they are."), classes="pw-muted")
