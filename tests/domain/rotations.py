"""Rotations for tests, made by scipy: another opinion than the code under test."""

import numpy as np
from scipy.spatial.transform import Rotation


def random_rotations(number: int, seed: int) -> np.ndarray:
    return Rotation.random(number, rng=np.random.default_rng(seed)).as_matrix()


def disturbed(Rs: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    """Each turned about a random axis by a random angle up to `degrees`."""
    axes = rng.standard_normal((len(Rs), 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    return Rotation.from_rotvec(axes * np.radians(rng.uniform(0, degrees, (len(Rs), 1)))).as_matrix() @ Rs
