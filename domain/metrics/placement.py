"""Errors of centre and distance, over arrays. For two poses: `domain.box`."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def centre_errors(a: ArrayLike, b: ArrayLike, diagonal: ArrayLike) -> Array:
    """Offset of the centres (..., 2) in pixels over the diagonal of the item's box in pixels, shape (...)."""
    offset = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    errors: Array = np.hypot(offset[..., 0], offset[..., 1]) / np.asarray(diagonal, dtype=np.float64)
    return errors


def distance_errors(a: ArrayLike, b: ArrayLike) -> Array:
    """|Δ log distance|, shape (...): 0.1 is about 10 %, and twice as far is as wrong as half as far."""
    errors: Array = np.abs(np.log(np.asarray(a, dtype=np.float64) / np.asarray(b, dtype=np.float64)))
    return errors
