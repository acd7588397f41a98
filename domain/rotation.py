"""Rotations: Euler angles of the data set, matrices, unit quaternions, geodesic distance.

Conventions (ARCHITECTURE.md, the camera): `R_camera_object` turns object coordinates (z up, front −y) into OpenCV
camera coordinates (x right, y down, z forward), `R = Rz(-theta) @ Rx(pi/2 + elevation) @ Rz(-azimuth)`.
Quaternions are (w, x, y, z). Every function takes arrays with leading dimensions "...".
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _about_z(angle: Array) -> Array:
    c, s, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    rows = [[c, -s, zero], [s, c, zero], [zero, zero, one]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def euler_to_matrix(azimuth: ArrayLike, elevation: ArrayLike, theta: ArrayLike) -> Array:
    """R_camera_object, shape (..., 3, 3), from angles in radians, shape (...)."""
    # Multiplied out: it is asked for at every frame, and three matrices and their products took twenty times as long.
    a, t = np.negative(azimuth, dtype=np.float64), np.negative(theta, dtype=np.float64)
    e = np.add(np.pi / 2, elevation, dtype=np.float64)
    ca, sa, ce, se, ct, st = np.cos(a), np.sin(a), np.cos(e), np.sin(e), np.cos(t), np.sin(t)
    R = np.empty((*np.broadcast(a, e, t).shape, 3, 3))
    R[..., 0, 0], R[..., 0, 1], R[..., 0, 2] = ct * ca - st * ce * sa, -ct * sa - st * ce * ca, st * se
    R[..., 1, 0], R[..., 1, 1], R[..., 1, 2] = st * ca + ct * ce * sa, -st * sa + ct * ce * ca, -ct * se
    R[..., 2, 0], R[..., 2, 1], R[..., 2, 2] = se * sa, se * ca, ce
    return R


def matrix_to_euler(R: ArrayLike) -> tuple[Array, Array, Array]:
    """(azimuth, elevation, theta) in radians, each of shape (...), with elevation in [−π/2, π/2].

    At the poles, where azimuth and theta are one degree of freedom, azimuth is 0. The arc tangents keep it good
    to 1e-12 rad everywhere; an arc sine would lose half of the digits near the poles.
    """
    R = np.asarray(R, dtype=np.float64)
    h = np.hypot(R[..., 2, 0], R[..., 2, 1])
    elevation = np.arctan2(-R[..., 2, 2], h)
    azimuth = np.where(h < 1e-12, 0.0, np.arctan2(-R[..., 2, 0], R[..., 2, 1]))
    M = R @ _about_z(azimuth)
    theta = np.arctan2(-M[..., 1, 0], M[..., 0, 0])
    return azimuth, elevation, theta


def matrix_to_quaternion(R: ArrayLike) -> Array:
    """Unit quaternions (w, x, y, z), shape (..., 4), w ≥ 0, from matrices of shape (..., 3, 3).

    Shepperd's method (J. Guidance and Control 1(3), 1978): of the four equivalent formulas the one with the
    largest pivot is taken, so that exact half turns lose no digits.
    """
    R = np.asarray(R, dtype=np.float64)
    m00, m11, m22 = R[..., 0, 0], R[..., 1, 1], R[..., 2, 2]
    pivots = np.stack([m00 + m11 + m22, m00, m11, m22], axis=-1)
    a = R[..., 2, 1] - R[..., 1, 2]
    b = R[..., 0, 2] - R[..., 2, 0]
    c = R[..., 1, 0] - R[..., 0, 1]
    d = R[..., 1, 0] + R[..., 0, 1]
    e = R[..., 0, 2] + R[..., 2, 0]
    f = R[..., 2, 1] + R[..., 1, 2]
    candidates = np.stack(
        [
            np.stack([1 + m00 + m11 + m22, a, b, c], axis=-1),
            np.stack([a, 1 + m00 - m11 - m22, d, e], axis=-1),
            np.stack([b, d, 1 - m00 + m11 - m22, f], axis=-1),
            np.stack([c, e, f, 1 - m00 - m11 + m22], axis=-1),
        ],
        axis=-2,
    )
    best = np.argmax(pivots, axis=-1)[..., None, None]
    q = np.take_along_axis(candidates, best, axis=-2)[..., 0, :]
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    result: Array = np.where(q[..., :1] < 0, -q, q)
    return result


def quaternion_to_matrix(q: ArrayLike) -> Array:
    """Rotation matrices (..., 3, 3) from quaternions (w, x, y, z) of any length but zero, shape (..., 4)."""
    q = np.asarray(q, dtype=np.float64)
    w, x, y, z = np.moveaxis(q / np.linalg.norm(q, axis=-1, keepdims=True), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def rotation_error(R_a: ArrayLike, R_b: ArrayLike) -> Array:
    """Geodesic distance in radians, in [0, π], shape (...), between rotations of shape (..., 3, 3).

    2·atan2(|v|, |w|) of the relative unit quaternion: exact at 0 and at π, where the matrix logarithm of the
    data set's own evaluation code turns imaginary.
    """
    R_a, R_b = np.asarray(R_a, dtype=np.float64), np.asarray(R_b, dtype=np.float64)
    q = matrix_to_quaternion(np.swapaxes(R_a, -1, -2) @ R_b)
    error: Array = 2 * np.arctan2(np.linalg.norm(q[..., 1:], axis=-1), np.abs(q[..., 0]))
    return error


def slerp(R_a: ArrayLike, R_b: ArrayLike, fraction: float) -> Array:
    """The rotation (3, 3) a fraction of the way from `R_a` to `R_b` along the shorter geodesic.

    Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985. At exactly half a turn apart either way
    is as short; one is taken.
    """
    a, b = matrix_to_quaternion(R_a), matrix_to_quaternion(R_b)
    if a @ b < 0:
        b = -b
    angle = np.arctan2(np.linalg.norm(b - a * (a @ b)), a @ b)
    if angle < 1e-9:
        return quaternion_to_matrix(a + fraction * (b - a))
    return quaternion_to_matrix((np.sin((1 - fraction) * angle) * a + np.sin(fraction * angle) * b) / np.sin(angle))
