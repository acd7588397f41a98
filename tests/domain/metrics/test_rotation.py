"""Rotation errors against golden numbers, against scipy, and against a search over sampled symmetries."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from domain.metrics.rotation import COARSE, FINE, accuracy, matrices, rotation_errors
from domain.symmetry import ALL, NONE, Symmetry
from tests.domain.rotations import random_rotations
from tests.domain.test_symmetry import GROUPS


def test_golden_numbers(shared_data: Path) -> None:
    cases = json.loads((shared_data / "golden_pose.json").read_text())["rotation_error"]
    a, b = (matrices([case[name] for case in cases]) for name in "ab")
    assert np.abs(rotation_errors(a, b) - [case["error_rad"] for case in cases]).max() < 1e-9


def test_scipy_agrees() -> None:
    a, b = random_rotations(2000, seed=1), random_rotations(2000, seed=2)
    theirs = (Rotation.from_matrix(a).inv() * Rotation.from_matrix(b)).magnitude()
    assert np.abs(rotation_errors(a, b) - theirs).max() < 1e-12


def test_exact_half_turns_and_tiny_turns() -> None:
    R = random_rotations(500, seed=3)
    for axis in np.vstack([np.eye(3), random_rotations(20, seed=4)[:, 0]]):
        for angle in (math.pi, math.pi - 1e-7, 1e-7, 0.0):
            turned = R @ Rotation.from_rotvec(axis * angle).as_matrix()
            assert np.abs(rotation_errors(R, turned) - angle).max() < 1e-12 + 1e-14


def test_at_the_poles_azimuth_and_theta_are_one() -> None:
    for elevation in (math.pi / 2, -math.pi / 2):
        sign = math.copysign(1, elevation)
        a = matrices([0.7, elevation, 0.2])
        # There, turning about z is rolling: R = Rz(−theta ± azimuth…).
        same = [matrices([0.7 + turn, elevation, 0.2 - sign * turn]) for turn in (0.4, 2.0, -1.1)]
        other = [matrices([0.7 + turn, elevation, 0.2 + sign * turn]) for turn in (0.4, 2.0, -1.1)]
        smallest = np.minimum(rotation_errors(a, np.stack(same)), rotation_errors(a, np.stack(other)))
        assert smallest.max() < 1e-12
        assert math.isclose(rotation_errors(a, matrices([0.7 + math.pi, elevation, 0.2])), math.pi, abs_tol=1e-12)


@pytest.mark.parametrize("name", GROUPS)
def test_a_search_over_the_group_finds_nothing_smaller(name: str) -> None:
    symmetry: Symmetry = GROUPS[name]
    a, b = random_rotations(60, seed=6), random_rotations(60, seed=7)
    ours = rotation_errors(a, b, symmetry)
    if symmetry is ALL:
        assert (ours == 0).all()
        return
    steps = 7200
    for R_a, R_b, error in zip(a, b, ours, strict=True):
        searched = rotation_errors(R_a, R_b @ symmetry.samples(steps)).min()
        assert -1e-9 < searched - error < 1.01 * math.pi / steps


@pytest.mark.parametrize("name", GROUPS)
def test_it_is_a_distance_of_what_is_seen(name: str) -> None:
    symmetry = GROUPS[name]
    a, b, c = (random_rotations(200, seed=seed) for seed in (8, 9, 10))
    ab, bc, ac = (rotation_errors(x, y, symmetry) for x, y in ((a, b), (b, c), (a, c)))
    assert np.abs(ab - rotation_errors(b, a, symmetry)).max() < 1e-7
    assert (ac <= ab + bc + 1e-7).all()
    some = symmetry.samples(11)[-1]
    assert np.abs(rotation_errors(a @ some, b, symmetry) - ab).max() < 1e-7
    camera = random_rotations(1, seed=11)[0]
    assert np.abs(rotation_errors(camera @ a, camera @ b, symmetry) - ab).max() < 1e-7


def test_accuracies_of_the_field() -> None:
    errors = np.radians([5, 9.99, 10.01, 29, 31, 180])
    assert accuracy(errors, FINE) == 2 / 6
    assert accuracy(errors, COARSE) == 4 / 6
    assert math.isnan(accuracy([], FINE))


def test_shapes_are_broadcast() -> None:
    R = random_rotations(4, seed=12)
    assert rotation_errors(R[:, None], R[None], NONE).shape == (4, 4)
    assert rotation_errors(R[:, None], R[None], GROUPS["round"]).shape == (4, 4)
    assert rotation_errors(R[0], R[1], GROUPS["a dice"]).shape == ()
