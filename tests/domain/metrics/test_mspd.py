"""MSPD against its definition, searched over many sampled symmetries."""

import math

import numpy as np
import pytest

from domain.metrics.mspd import TOLERANCE_PX, mspd
from domain.pose import Pose
from domain.symmetry import ALL, NONE, Symmetry, continuous, cyclic
from meshes.builtin import catalogue

TRUTH = Pose(azimuth=0.7, elevation=0.3, theta=-0.2, distance=4.0, px=320, py=240, viewport=800)


def vertices(category: str) -> np.ndarray:
    (found,) = (entry for entry in catalogue() if entry.name == category)
    return found.models[0].build()[0]


def definition(estimate: Pose, truth: Pose, points: np.ndarray, symmetry: Symmetry, steps: int) -> float:
    """As BOP writes it: all symmetries one after the other."""
    target = estimate.project(points)
    return min(
        float(np.linalg.norm(truth.project(points @ turn.T) - target, axis=1).max())
        for turn in symmetry.samples(steps)
    )


def test_of_one_moved_centre_it_is_the_way() -> None:
    points = vertices("car")
    assert mspd(TRUTH, TRUTH, points) == 0
    assert math.isclose(mspd(TRUTH.replace(px=323, py=244), TRUTH, points), 5, rel_tol=1e-9)


@pytest.mark.parametrize(
    "symmetry",
    [NONE, cyclic(2), cyclic(3, "x"), continuous(), continuous((1, 2, 3)), continuous("z", ends_alike=True)],
)
def test_it_is_the_definition(symmetry: Symmetry) -> None:
    points = vertices("punching_bag")[::20]
    rng = np.random.default_rng(2)
    for number in range(4):
        away = rng.normal(0, (2.0, 0.1, 0.1) if number else (1e-3, 1e-3, 1e-3))
        estimate = TRUTH.replace(
            azimuth=TRUTH.azimuth + away[0], elevation=TRUTH.elevation + away[1], theta=TRUTH.theta + away[2],
            distance=TRUTH.distance * math.exp(rng.normal(0, 0.03)), px=TRUTH.px + rng.normal(0, 4),
        )  # fmt: skip
        ours, searched = mspd(estimate, TRUTH, points, symmetry), definition(estimate, TRUTH, points, symmetry, 720)
        assert ours <= searched + TOLERANCE_PX
        # The search is at most half a step from the best: that is a few pixels for a radian times π / 1000.
        assert searched - ours < 2.5


def test_a_look_alike_costs_nothing() -> None:
    points = vertices("punching_bag")
    assert mspd(TRUTH.replace(azimuth=2.2345), TRUTH, points, continuous()) <= TOLERANCE_PX
    assert mspd(TRUTH.replace(azimuth=2.2345), TRUTH, points) > 20
    assert mspd(TRUTH.replace(azimuth=TRUTH.azimuth + math.pi), TRUTH, points, cyclic(2)) < 1e-9


def test_a_ball_and_a_camera_inside_the_object() -> None:
    points = vertices("car")
    turned = TRUTH.replace(azimuth=3.0, elevation=-1.0, px=330)
    assert math.isclose(mspd(turned, TRUTH, points, ALL), 10)
    assert mspd(TRUTH.replace(distance=0.01), TRUTH, points) == math.inf
    assert mspd(TRUTH, TRUTH.replace(distance=0.01), points, continuous()) == math.inf
