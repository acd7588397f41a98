"""Centre, distance and overlap against numbers that can be worked out by hand."""

import math

import numpy as np

from domain.box import Box, centre_error, distance_error
from domain.metrics.mask import PlacedMask, mask_iou, placed_iou
from domain.metrics.placement import centre_errors, distance_errors
from domain.pose import Pose


def test_arrays_equal_the_formulas_for_two() -> None:
    rng = np.random.default_rng(0)
    box = Box(10, 20, 40, 60)
    a, b = (
        [Pose(azimuth=0, elevation=0, theta=0, distance=d, px=x, py=y) for d, x, y in rng.uniform(1, 9, (30, 3))]
        for _ in range(2)
    )
    centres = [np.array([(pose.px, pose.py) for pose in poses]) for poses in (a, b)]
    assert np.allclose(
        centre_errors(*centres, box.diagonal),
        [centre_error(p, q, box) for p, q in zip(a, b, strict=True)],
        atol=1e-14,
    )
    distances = [[pose.distance for pose in poses] for poses in (a, b)]
    assert np.allclose(
        distance_errors(*distances), [distance_error(p, q) for p, q in zip(a, b, strict=True)], atol=1e-14
    )
    assert centre_errors([0, 0], [30, 40], 50) == 1
    assert distance_errors(2, 1) == distance_errors(1, 2) == math.log(2)


def disc(x: float, y: float, r: float, shape: tuple[int, int] = (200, 300)) -> np.ndarray:
    rows, columns = np.indices(shape)
    return (columns - x) ** 2 + (rows - y) ** 2 <= r * r


def test_overlap_of_discs() -> None:
    a = disc(100, 100, 60)
    assert mask_iou(a, a) == 1
    assert mask_iou(a, ~a) == 0
    assert mask_iou(a, disc(100, 100, 30)) == np.count_nonzero(disc(100, 100, 30)) / np.count_nonzero(a)
    # Two discs of radius r at a distance of r share 2r²(π/3 − √3/4).
    shared = 2 * 60**2 * (math.pi / 3 - math.sqrt(3) / 4)
    expected = shared / (2 * math.pi * 60**2 - shared)
    assert abs(mask_iou(a, disc(160, 100, 60)) - expected) < 0.005
    assert mask_iou(np.zeros((3, 3), bool), np.zeros((3, 3), bool)) == 1


def test_regions_give_what_whole_pictures_give() -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        whole, regions = [], []
        for _ in range(2):
            x, y, w, h = rng.integers(0, 20, 4)
            flags = rng.random((h, w)) < 0.6
            canvas = np.zeros((40, 40), bool)
            canvas[y : y + h, x : x + w] = flags
            whole.append(canvas)
            regions.append(PlacedMask(int(x), int(y), flags))
        assert placed_iou(*regions) == mask_iou(*whole)
