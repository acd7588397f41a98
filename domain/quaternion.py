"""Unit quaternions (w, x, y, z): product, inverse, exponential and logarithm. Arrays of shape (..., 4)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])
IDENTITY.flags.writeable = False


def product(p: ArrayLike, q: ArrayLike) -> Array:
    """First q, then p, as with matrices; leading dimensions are broadcast."""
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    a, b, c, d = p[..., 0], p[..., 1], p[..., 2], p[..., 3]
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    return np.stack(
        [
            a * w - b * x - c * y - d * z,
            a * x + b * w + c * z - d * y,
            a * y - b * z + c * w + d * x,
            a * z + b * y - c * x + d * w,
        ],
        axis=-1,
    )


def inverse(q: ArrayLike) -> Array:
    conjugate: Array = np.asarray(q, dtype=np.float64) * np.array([1.0, -1.0, -1.0, -1.0])
    return conjugate


def about(axis: ArrayLike, angle: ArrayLike) -> Array:
    """The turn by `angle` (radians, shape (...)) about a unit axis, shape (3,)."""
    half = np.asarray(angle, dtype=np.float64)[..., None] / 2
    turn: Array = np.concatenate([np.cos(half), np.sin(half) * np.asarray(axis, dtype=np.float64)], axis=-1)
    return turn


def angle(q: ArrayLike) -> Array:
    """How far a rotation turns, radians in [0, π], shape (...); q and −q are one rotation.

    The arc tangent keeps all digits at 0 and at π; an arc cosine loses half of them.
    """
    q = np.asarray(q, dtype=np.float64)
    turned: Array = 2 * np.arctan2(np.sqrt(np.sum(q[..., 1:] ** 2, axis=-1)), np.abs(q[..., 0]))
    return turned


def exp(vector: ArrayLike) -> Array:
    """From a rotation vector (..., 3): unit axis times angle in radians."""
    vector = np.asarray(vector, dtype=np.float64)
    half = np.linalg.norm(vector, axis=-1, keepdims=True) / 2
    # sin(h) / (2 h) through sinc, which is exact at 0.
    return np.concatenate([np.cos(half), np.sinc(half / np.pi) * vector / 2], axis=-1)


def log(q: ArrayLike) -> Array:
    """The rotation vector (..., 3) with an angle in [0, π]; at exactly π one of the two axes."""
    q = np.asarray(q, dtype=np.float64)
    q = np.where(q[..., :1] < 0, -q, q)
    length = np.linalg.norm(q[..., 1:], axis=-1, keepdims=True)
    turned = 2 * np.arctan2(length, q[..., :1])
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(length > 1e-300, turned / length, 2.0)
    vector: Array = factor * q[..., 1:]
    return vector
