"""Geodesic distance right where it is hard, and round trips through every representation."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from domain.rotation import (
    euler_to_matrix,
    matrix_to_euler,
    matrix_to_quaternion,
    quaternion_to_matrix,
    rotation_error,
    slerp,
)


def test_golden_errors(shared_data: Path) -> None:
    golden = json.loads((shared_data / "golden_pose.json").read_text())["rotation_error"]
    a, b = (euler_to_matrix(*np.array([pair[name] for pair in golden]).T) for name in ("a", "b"))
    expected = np.array([pair["error_rad"] for pair in golden])
    np.testing.assert_allclose(rotation_error(a, b), expected, atol=1e-9, rtol=0)
    assert (np.abs(expected - math.pi) < 1e-12).sum() >= 30  # the exact flips are among them


@pytest.mark.parametrize("axis", np.vstack([np.eye(3), -np.eye(3), np.full((1, 3), 3**-0.5)]))
@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-5, 1.0, math.pi - 1e-7, math.pi])
def test_known_angles(axis: np.ndarray, angle: float) -> None:
    base = euler_to_matrix(0.3, -0.4, 2.0)
    turned = base @ Rotation.from_rotvec(axis * angle).as_matrix()
    assert float(rotation_error(base, turned)) == pytest.approx(angle, abs=3e-9)


def test_agrees_with_scipy_on_many(count: Callable[[int, int], int]) -> None:
    n = count(2_000, 100_000)
    a = Rotation.random(n, rng=np.random.default_rng(1))
    b = Rotation.random(n, rng=np.random.default_rng(2))
    expected = (a.inv() * b).magnitude()
    np.testing.assert_allclose(rotation_error(a.as_matrix(), b.as_matrix()), expected, atol=1e-9)


@given(st.floats(-10, 10), st.floats(-math.pi / 2, math.pi / 2), st.floats(-10, 10))
def test_euler_round_trip_everywhere(azimuth: float, elevation: float, theta: float) -> None:
    R = euler_to_matrix(azimuth, elevation, theta)
    again = matrix_to_euler(R)
    assert float(again[1]) == pytest.approx(elevation, abs=1e-9)
    np.testing.assert_allclose(euler_to_matrix(*again), R, atol=1e-12)


@pytest.mark.parametrize("elevation", [math.pi / 2, -math.pi / 2])
@given(azimuth=st.floats(-7, 7), theta=st.floats(-7, 7))
def test_poles(elevation: float, azimuth: float, theta: float) -> None:
    R = euler_to_matrix(azimuth, elevation, theta)
    again = matrix_to_euler(R)
    np.testing.assert_allclose(euler_to_matrix(*again), R, atol=1e-12)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda q: np.linalg.norm(q) > 0.1))
def test_quaternion_round_trip(q: list[float]) -> None:
    R = quaternion_to_matrix(q)
    np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(quaternion_to_matrix(matrix_to_quaternion(R)), R, atol=1e-12)


def test_slerp_halves_the_way() -> None:
    a, b = euler_to_matrix(0.1, 0.2, 0.3), euler_to_matrix(2.0, -0.5, 1.0)
    middle = slerp(a, b, 0.5)
    assert float(rotation_error(a, middle)) == pytest.approx(float(rotation_error(middle, b)), abs=1e-12)
    np.testing.assert_allclose(slerp(a, a, 0.7), a, atol=1e-12)
