"""Errors of rotation on SO(3), and on SO(3) with what looks the same taken as one."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain import quaternion
from domain.rotation import euler_to_matrix, matrix_to_quaternion
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]

COARSE = math.pi / 6
FINE = math.pi / 18
"""Thresholds of the accuracies that ImageNet3D and PASCAL3D+ report: 30 and 10 degrees."""


def rotation_errors(R_a: ArrayLike, R_b: ArrayLike, symmetry: Symmetry = NONE) -> Array:
    """Radians in [0, π], shape (...), from R_camera_object of shape (..., 3, 3).

    min over S of angle(R_aᵀ R_b S), with angle = 2·atan2(|v|, |w|) of the relative unit quaternion: exact at 0, at
    half turns and at the poles. For a continuous symmetry the minimum is taken in closed form; nothing is sampled.
    """
    R_a, R_b = np.asarray(R_a, dtype=np.float64), np.asarray(R_b, dtype=np.float64)
    relative = matrix_to_quaternion(np.swapaxes(R_a, -1, -2) @ R_b)
    return quaternion.angle(relative if symmetry.trivial else symmetry.smallest(relative))


def matrices(angles: ArrayLike) -> Array:
    """R_camera_object (..., 3, 3) of azimuth, elevation and theta in radians, shape (..., 3)."""
    angles = np.asarray(angles, dtype=np.float64)
    return euler_to_matrix(angles[..., 0], angles[..., 1], angles[..., 2])


def accuracy(errors: ArrayLike, threshold: float) -> float:
    """Share of errors below the threshold (radians); NaN of none."""
    errors = np.asarray(errors, dtype=np.float64)
    return float(np.mean(errors < threshold)) if errors.size else math.nan
