"""Polygons cut into triangles cover the same area."""

import numpy as np
import numpy.typing as npt
import pytest

from meshes.polygons import triangulate
from tests.meshes.shapes import area


def shoelace(points: npt.NDArray[np.float64]) -> float:
    x, y = points.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def star(corners: int, seed: int) -> npt.NDArray[np.float64]:
    """A simple polygon, usually concave: random radii at rising angles."""
    rng = np.random.default_rng(seed)
    angle = np.arange(corners) * 2 * np.pi / corners
    radius = rng.uniform(0.2, 1.0, corners)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def placed(flat: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return np.column_stack([flat, np.zeros(len(flat))]) @ rotation.T


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_concave_polygon_anywhere_in_space_keeps_its_area(seed: int, backwards: bool) -> None:
    flat = star(4 + seed, seed)
    points = placed(flat, seed)
    polygon = np.arange(len(flat))[:: -1 if backwards else 1]
    triangles = triangulate(points, polygon[None])[0]
    assert len(triangles) == len(flat) - 2
    assert area(points, triangles) == pytest.approx(shoelace(flat), rel=1e-9)


def test_a_convex_polygon_keeps_its_winding() -> None:
    angle = np.arange(7) * 2 * np.pi / 7
    points = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(7)])
    corners = points[triangulate(points, np.arange(7)[None])[0]]
    assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2] > 0).all()


def test_a_dart_is_cut_at_its_inner_corner() -> None:
    points = np.array([[0, 0, 0], [2, 1, 0], [0, 2, 0], [0.5, 1, 0]], dtype=np.float64)
    for turn in range(4):
        triangles = triangulate(points, np.roll(np.arange(4), turn)[None])[0]
        assert area(points, triangles) == pytest.approx(1.5)


def test_polygons_without_area_do_not_stop_it() -> None:
    points = np.zeros((6, 3))
    assert triangulate(points, np.arange(6)[None]).shape == (1, 4, 3)
