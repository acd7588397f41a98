"""The point of a mesh under a pixel: on the surface, in front, and projecting back to the pixel."""

import numpy as np
import pytest

from domain.pose import Pose
from meshes.picking import surface_point
from meshes.read import read_mesh, write_off

POSE = Pose(azimuth=0.7, elevation=0.4, theta=-0.3, distance=4.0, px=160.0, py=120.0, viewport=300.0)


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("picking") / "cube.off"
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    write_off(path, corners, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]))
    return read_mesh(path)


def test_what_is_hit_projects_back_and_is_the_near_side(cube) -> None:
    hits = 0
    for px in np.linspace(100, 220, 25):
        for py in np.linspace(60, 180, 25):
            point = surface_point(cube, POSE, px, py)
            if point is None:
                continue
            hits += 1
            assert POSE.project(point[None])[0] == pytest.approx((px, py), abs=1e-6)
            assert np.abs(point).max() == pytest.approx(0.5)
            depth = (POSE.rotation() @ point)[2]
            assert depth < 0.01 + 0.5 * np.sqrt(3) * 0.6, "not on the far side"
    assert 200 < hits < 625, "some beside it, some on it"


def test_beside_it_there_is_nothing(cube) -> None:
    assert surface_point(cube, POSE, 10, 10) is None
