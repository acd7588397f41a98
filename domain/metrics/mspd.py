"""Maximum Symmetry-Aware Projection Distance: how far a point of the surface lands from where it should, in pixels.

MSPD = min over S of max over vertices x of |project(estimate, x) − project(truth, S x)|: Hodaň et al., "BOP
Challenge 2020", ECCV Workshops 2020, section 2.2. BOP samples continuous symmetries; here the minimum is found to a
stated tolerance instead, because the distance changes no faster than a bound that the camera gives.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain import quaternion
from domain.pose import Pose
from domain.rotation import quaternion_to_matrix
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]

TOLERANCE_PX = 0.05
"""By so much at most the result may exceed the true minimum over a continuous symmetry."""
FIRST_STEPS = 64
MOST_EVALUATIONS = 20_000


def mspd(estimate: Pose, truth: Pose, vertices: ArrayLike, symmetry: Symmetry = NONE) -> float:
    """Pixels; vertices (V, 3) in the object frame. Infinite where a vertex lies behind either camera.

    `vertices` may be those of the model's box or a part of the mesh: the result is the maximum over what is given.
    With every rotation alike the object is a ball about its origin, and only centre and size differ.
    """
    points = np.asarray(vertices, dtype=np.float64)
    if symmetry.everything:
        return _of_ball(estimate, truth, float(np.linalg.norm(points, axis=1).max()))
    target = estimate.project(points)
    if not np.isfinite(target).all():
        return math.inf
    if symmetry.axis is None:
        return min(_farthest(truth, points @ turn.T, target) for turn in quaternion_to_matrix(symmetry.turns))
    return min(
        _least_about_axis(truth, points, np.array(symmetry.axis), turn, target)
        for turn in quaternion_to_matrix(symmetry.turns)
    )


def _farthest(pose: Pose, points: Array, target: Array) -> float:
    away = np.hypot(*(pose.project(points) - target).T)
    return float(away.max()) if np.isfinite(away).all() else math.inf


def _least_about_axis(truth: Pose, points: Array, axis: Array, turn: Array, target: Array) -> float:
    """Branch and bound over the angle: an interval goes when even its fastest possible fall cannot beat the best."""
    speed = _fastest(truth, points, axis)
    if not math.isfinite(speed):
        return math.inf

    def at(angle: float) -> float:
        about = quaternion_to_matrix(quaternion.about(axis, np.float64(angle)))
        return _farthest(truth, points @ (turn @ about).T, target)

    half = math.pi / FIRST_STEPS
    middles = [(step + 0.5) * 2 * half for step in range(FIRST_STEPS)]
    values = [at(middle) for middle in middles]
    best, evaluations = min(values), FIRST_STEPS
    open_intervals = list(zip(middles, values, strict=True))
    while open_intervals and evaluations < MOST_EVALUATIONS:
        kept = [middle for middle, value in open_intervals if value - speed * half < best - TOLERANCE_PX]
        half /= 3
        # Thirds, so that the middle of the middle one is known already; its value still bounds the smaller interval.
        known = dict(open_intervals)
        open_intervals = []
        for middle in kept:
            open_intervals.append((middle, known[middle]))
            for side in (-2 * half, 2 * half):
                open_intervals.append((middle + side, at(middle + side)))
                evaluations += 1
        best = min([best, *(value for _, value in open_intervals)])
    return best


def _fastest(pose: Pose, points: Array, axis: Array) -> float:
    """Pixels for a radian of turning about the axis that no point exceeds.

    d(pixel) = viewport / Z · (I, −p) dX with p = (X, Y) / Z, so |d(pixel)| ≤ viewport / Z · √(1 + |p|²) · |dX|, and
    |dX| is the distance from the axis. A point stays as far from the origin as it is.
    """
    radius = np.linalg.norm(points, axis=1)
    lever = np.linalg.norm(np.cross(points, axis), axis=1)
    nearest = pose.distance - radius
    if (nearest <= 0).any():
        return math.inf
    return float((pose.viewport * lever / nearest * np.hypot(1, radius / nearest)).max())


def _of_ball(estimate: Pose, truth: Pose, radius: float) -> float:
    if min(estimate.distance, truth.distance) <= radius:
        return math.inf
    outline = [p.viewport * radius / math.sqrt(p.distance**2 - radius**2) for p in (estimate, truth)]
    return math.hypot(estimate.px - truth.px, estimate.py - truth.py) + abs(outline[0] - outline[1])
