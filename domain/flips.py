"""Flips: the few ways in which a pose is turned by half a turn and still looks likely.

A flip is a relation of two rotations: one is, up to some degrees, a known half turn (or near-symmetry of the
category) of the other. On a model with a symmetry, what the symmetry makes equal is no flip.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.metrics.rotation import rotation_errors
from domain.pose import Pose
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]

NEAR = math.radians(30)
"""A pose within this of an exact flip is taken for that flip: people who err by half a turn align the rest."""

APART = math.radians(60)
"""Turns that a symmetry brings nearer than this to nothing at all are no flips of the model."""

SAME = math.radians(10)
"""Two flips that are nearer to each other are one."""


class FlipKind(StrEnum):
    """The half turns that people and models fall for."""

    AZIMUTH = "azimuth"
    """Back for front: half a turn about the object's own z."""
    THETA = "theta"
    """Half a turn in the picture's plane."""
    FRONT_BACK = "front_back"
    """Towards for away: depth reversed. A mirror-symmetric object far away has exactly the same outline."""
    UPSIDE_DOWN = "upside_down"
    """Half a turn about the object's y, the way it faces: top for bottom, left for right."""
    NEAR_SYMMETRY = "near_symmetry"
    """A turn after which the category's models nearly look the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """`R`: the flipped rotation, R_camera_object (3, 3)."""

    kind: FlipKind
    R: Array

    def pose(self, of: Pose) -> Pose:
        """The pose `of`, flipped; centre and distance stay."""
        return Pose.from_matrix(self.R, distance=of.distance, px=of.px, py=of.py, viewport=of.viewport)


_HALF_Z = np.diag([-1.0, -1.0, 1.0])
_HALF_Y = np.diag([-1.0, 1.0, -1.0])
_MIRROR_DEPTH = np.diag([1.0, 1.0, -1.0])
_MIRROR_SIDES = np.diag([-1.0, 1.0, 1.0])


def flipped(R: ArrayLike, kind: FlipKind) -> Array:
    """The flip of R_camera_object (..., 3, 3); each is its own inverse.

    FRONT_BACK turns (azimuth, elevation, theta) into (π − azimuth, −elevation, theta): the picture mirrored in depth,
    of an object whose left is the mirror image of its right.
    """
    R = np.asarray(R, dtype=np.float64)
    result: Array
    if kind is FlipKind.AZIMUTH:
        result = R @ _HALF_Z
    elif kind is FlipKind.THETA:
        result = _HALF_Z @ R
    elif kind is FlipKind.UPSIDE_DOWN:
        result = R @ _HALF_Y
    elif kind is FlipKind.FRONT_BACK:
        result = _MIRROR_DEPTH @ R @ _MIRROR_SIDES
    else:
        raise ValueError("a near-symmetry is a turn of its category; see candidate_flips")
    return result


HALF_TURNS = (FlipKind.AZIMUTH, FlipKind.THETA, FlipKind.FRONT_BACK, FlipKind.UPSIDE_DOWN)


def candidate_flips(R: ArrayLike, symmetry: Symmetry = NONE, near_symmetry: Symmetry = NONE) -> list[Flip]:
    """The flips of a rotation (3, 3) that are other poses at all, each once, in the order of `FlipKind`.

    Left out is what the model's symmetry makes (nearly) the same: a round thing has no azimuth flip.
    """
    R = np.asarray(R, dtype=np.float64)
    found = [Flip(kind, flipped(R, kind)) for kind in HALF_TURNS]
    if not near_symmetry.continuous:
        found += [Flip(FlipKind.NEAR_SYMMETRY, R @ turn) for turn in near_symmetry.samples(1)[1:]]
    different: list[Flip] = []
    for flip in found:
        # At the poles the flips of azimuth and theta are one.
        known = any(rotation_errors(other.R, flip.R, symmetry) < SAME for other in different)
        if not known and rotation_errors(R, flip.R, symmetry) > APART:
            different.append(flip)
    return different


def flip_between(
    R: ArrayLike, reference: ArrayLike, symmetry: Symmetry = NONE, near_symmetry: Symmetry = NONE
) -> FlipKind | None:
    """Which flip of `reference` R is, within `NEAR`; None where it is near the reference itself, or nothing known."""
    if rotation_errors(R, reference, symmetry) <= 2 * NEAR:
        return None
    candidates = candidate_flips(reference, symmetry, near_symmetry)
    if not candidates:
        return None
    errors = rotation_errors(np.stack([flip.R for flip in candidates]), R, symmetry)
    best = int(np.argmin(errors))
    return candidates[best].kind if errors[best] <= NEAR else None
