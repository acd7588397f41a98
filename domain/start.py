"""The starting pose of an item: the most that is known already."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.answer import Answer
from domain.box import Box
from domain.pose import DEFAULT_VIEWPORT, Pose


class StartSource(StrEnum):
    """Where the starting pose came from."""

    DRAFT = "draft"
    REVISION = "revision"
    IMPORTED = "imported"
    PREDICTION = "prediction"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A pose from a model. Only pose and model are taken from it: quality and density are the person's to say."""

    answer: Answer
    model_version: str
    score: float | None
    created_at: datetime


def best_prediction(predictions: Iterable[Prediction]) -> Prediction | None:
    """The newest model version's prediction; of several of the same time, the one with the best score."""
    return max(
        predictions,
        key=lambda p: (p.created_at, -math.inf if p.score is None else p.score, p.model_version),
        default=None,
    )


def default_pose(box: Box, model_diagonal: float | None, viewport: float | None) -> Pose:
    """Angles 0, centre of the box, and the distance at which the model's projected diagonal equals the box's.

    `model_diagonal` is that of the CAD model's bounding box in CAD units (1 where the model is unreadable). Seen
    along −y with all angles 0, a diagonal d at distance D spans about viewport · d / D pixels.
    """
    focal = viewport or DEFAULT_VIEWPORT
    px, py = box.centre
    distance = min(max(focal * (model_diagonal or 1.0) / box.diagonal, 1e-3), 1e4)
    return Pose(azimuth=0.0, elevation=0.0, theta=0.0, distance=distance, px=px, py=py, viewport=focal)


def starting_answer(
    *,
    draft: Answer | None,
    revision: Answer | None,
    imported: Answer | None,
    prediction: Prediction | None,
    box: Box,
    model_diagonal: float | None,
    viewport: float | None,
    first_model: int = 1,
) -> tuple[Answer, StartSource]:
    """The draft; else the last revision; else an imported label; else the prediction; else the default pose.

    `first_model` and `model_diagonal` are those of the first CAD model that is offered.
    """
    if draft is not None:
        return draft, StartSource.DRAFT
    if revision is not None:
        return revision, StartSource.REVISION
    if imported is not None:
        return imported, StartSource.IMPORTED
    if prediction is not None:
        return (
            Answer(pose=prediction.answer.pose, cad_index=prediction.answer.cad_index),
            StartSource.PREDICTION,
        )
    return Answer(pose=default_pose(box, model_diagonal, viewport), cad_index=first_model), StartSource.DEFAULT
