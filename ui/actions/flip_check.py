"""The flip guard: is a label likelier right as it is, or flipped? The photo's evidence for `domain.flip_guard`."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.box import Box
from domain.flip_guard import Evidence, Verdict, judge
from domain.flips import NEAR, candidate_flips
from domain.metrics.rotation import rotation_errors
from domain.pose import Pose
from domain.symmetry import NONE, Symmetry
from rendering.request import Output, RenderedFrame, RenderRequest
from ui.actions.flip_fit import FORGIVEN, PhotoRegion, fit, photo_region

Array = NDArray[np.float64]

Draw = Callable[[RenderRequest], Awaitable[RenderedFrame]]
"""`RenderPool.render_in_background`, for instance."""


async def check_flip(
    draw: Draw,
    *,
    photo: Image.Image,
    box: Box,
    pose: Pose,
    mesh_path: Path,
    gold: Pose | None = None,
    others: Sequence[Pose] = (),
    predictions: Sequence[Pose] = (),
    symmetry: Symmetry = NONE,
    near_symmetry: Symmetry = NONE,
) -> Verdict:
    """Weighs the pose and its flips by gold, other people's labels, predictions and the photo.

    A flipped label is seldom the exact flip of the truth. So each hypothesis is also drawn as the predictions near it
    have it, and its best picture counts. Renders twice for each picture, about ten in all.
    """
    flips = candidate_flips(pose.rotation(), symmetry, near_symmetry)
    fits: tuple[float, ...] = ()
    if flips:
        region = photo_region(photo, box)
        hypotheses = [pose, *(flip.pose(pose) for flip in flips)]
        fits = tuple([
            max([
                await _fit_of(draw, region, mesh_path, shown)
                for shown in [hypothesis, *_near(predictions, hypothesis, symmetry)]
            ])
            for hypothesis in hypotheses
        ])  # fmt: skip
    return judge(
        pose.rotation(),
        Evidence(
            gold=gold.rotation() if gold else None,
            others=_rotations(others),
            predictions=_rotations(predictions),
            fits=fits,
        ),
        symmetry=symmetry,
        near_symmetry=near_symmetry,
    )


def _near(poses: Sequence[Pose], hypothesis: Pose, symmetry: Symmetry) -> list[Pose]:
    """The rotations of poses that are near a hypothesis, at its centre and distance."""
    return [
        Pose.from_matrix(
            other.rotation(), distance=hypothesis.distance, px=hypothesis.px, py=hypothesis.py,
            viewport=hypothesis.viewport,
        )
        for other in poses
        if rotation_errors(other.rotation(), hypothesis.rotation(), symmetry) < NEAR
    ]  # fmt: skip


async def _fit_of(draw: Draw, region: PhotoRegion, mesh_path: Path, pose: Pose) -> float:
    frames = {
        mode: await draw(
            RenderRequest(mesh_path=mesh_path, pose=pose, view=region.view, mode=mode, output=Output.RAW)
        )
        for mode in FORGIVEN
    }
    return fit(region, frames)


def _rotations(poses: Sequence[Pose]) -> Array:
    return np.stack([pose.rotation() for pose in poses]) if poses else np.zeros((0, 3, 3))
