"""What a model might have guessed for the demo's objects: the truth, disturbed as such models' guesses are."""

from dataclasses import dataclass

import numpy as np

from domain.answer import Answer
from domain.pose import Pose, wrap_new_angles
from domain.rotation import quaternion_to_matrix
from meshes.builtin import catalogue
from rendering.scene_manifest import PhotoObject

MODEL_VERSION = "demo-net-1"

TURNED_ROUND = frozenset({2, 19, 44})
"""Photos whose object the model takes for turned by half a turn of azimuth."""
WRONG_MODEL = 6
"""Of so many photos, one has the wrong CAD model."""

USUAL_DEGREES = (4.0, 20.0)
"""How far guesses are turned away from the truth, about any axis."""
CENTRE_SHARE = 0.03
"""Deviation of the guessed centre from the true one, as a part of the box's diagonal."""
DISTANCE_SHARE = 0.06
"""Deviation of the logarithm of the guessed distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A pose and a CAD model, and how sure the model is of them, 0 … 1. Quality and density are not its to say."""

    answer: Answer
    score: float


def guessed(thing: PhotoObject, *, seed: int, number: int, object_index: int) -> Guess:
    """The guess for an object of a photo; the same for the same seed and numbers."""
    rng = np.random.default_rng([seed, number, object_index, 1])
    axis = rng.standard_normal(3)
    degrees = float(rng.uniform(*USUAL_DEGREES))
    half = np.radians(degrees) / 2
    R_disturbed_camera = quaternion_to_matrix(np.r_[np.cos(half), np.sin(half) * axis / np.linalg.norm(axis)])
    true = thing.pose
    spread = CENTRE_SHARE * thing.box.diagonal
    pose = Pose.from_matrix(
        R_disturbed_camera @ true.rotation(),
        distance=true.distance * float(np.exp(rng.normal(0, DISTANCE_SHARE))),
        px=true.px + float(rng.normal(0, spread)),
        py=true.py + float(rng.normal(0, spread)),
        viewport=true.viewport,
    )
    score = 0.97 - 0.022 * degrees + float(rng.normal(0, 0.04))
    if number in TURNED_ROUND:
        pose, score = pose.replace(azimuth=pose.azimuth + np.pi), score - 0.1
    cad_index = thing.cad_index
    (models,) = (category.models for category in catalogue() if category.name == thing.category)
    if number % WRONG_MODEL == WRONG_MODEL - 1 and len(models) > 1:
        cad_index, score = cad_index % len(models) + 1, score - 0.15
    answer = Answer(pose=wrap_new_angles(pose), cad_index=cad_index)
    return Guess(answer=answer, score=round(min(max(score, 0.05), 0.99), 3))
