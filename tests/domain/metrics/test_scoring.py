"""Tables of errors: what a model's predictions are worth, by part and in all."""

import json
import math

import numpy as np

from domain.box import Box
from domain.metrics.rotation import matrices, rotation_errors
from domain.metrics.scoring import Likeness, errors_of, errors_of_pair, pose_array, summary
from domain.pose import Pose
from domain.symmetry import NONE, continuous

TRUTH = Pose(azimuth=0.5, elevation=0.2, theta=0.1, distance=5, px=100, py=80)
BOX = Box(0, 0, 30, 40)


def test_one_row_by_hand() -> None:
    given = TRUTH.replace(azimuth=0.5 + math.pi, px=125, distance=10)
    errors = errors_of_pair(given, TRUTH, BOX, Likeness())
    assert math.isclose(errors.rotation[0], math.pi)
    assert math.isclose(errors.centre[0], 0.5)
    assert math.isclose(errors.distance[0], math.log(2))
    alike = errors_of_pair(given, TRUTH, BOX, Likeness(symmetry=continuous()))
    assert alike.rotation[0] < 1e-12
    assert math.isclose(alike.rotation_plain[0], math.pi)


def test_an_ignored_theta_counts_as_right() -> None:
    given = TRUTH.replace(theta=2.0, elevation=0.3)
    assert math.isclose(errors_of_pair(given, TRUTH, BOX, Likeness(ignored=("theta",))).rotation[0], 0.1)


def test_the_same_size_under_another_lens_is_no_error_of_distance() -> None:
    given = TRUTH.replace(distance=10, viewport=4000)
    assert errors_of_pair(given, TRUTH, BOX, Likeness()).distance[0] < 1e-12


def test_every_row_has_the_symmetry_of_its_kind() -> None:
    rng = np.random.default_rng(3)
    poses, truths = (
        pose_array([
            Pose(azimuth=a, elevation=e, theta=t, distance=5, px=0, py=0)
            for a, e, t in rng.uniform(-1.5, 1.5, (50, 3))
        ])
        for _ in range(2)
    )  # fmt: skip
    kind = rng.integers(0, 2, 50)
    found = errors_of(
        poses, truths, np.ones(50), likeness=[Likeness(), Likeness(symmetry=continuous("x"))], kind=kind
    )
    a, b = matrices(poses[:, :3]), matrices(truths[:, :3])
    for row in range(50):
        assert found.rotation[row] == rotation_errors(a[row], b[row], [NONE, continuous("x")][kind[row]])


def test_summary_and_its_json() -> None:
    truths = pose_array([TRUTH] * 8)
    poses = pose_array([TRUTH.replace(azimuth=0.5 + math.radians(d)) for d in (1, 3, 8, 12, 20, 40, 100, 180)])
    errors = errors_of(poses, truths, np.full(8, 50.0), likeness=[Likeness()], kind=np.zeros(8, dtype=np.intp))
    found = summary(errors)
    assert found.n == 8
    assert found.acc_pi_6.value == 5 / 8
    assert found.acc_pi_18.value == 3 / 8
    assert found.flips == 1 / 8
    assert found.acc_pi_6.low < 5 / 8 < found.acc_pi_6.high
    empty = summary(errors.chosen(np.zeros(8, dtype=bool))).to_json()
    assert empty["n"] == 0
    assert empty["median_degrees"]["value"] is None
    json.dumps(found.to_json(), allow_nan=False)
    json.dumps(empty, allow_nan=False)
