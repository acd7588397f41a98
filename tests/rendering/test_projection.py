"""The region holds the object, and float32 keeps OpenCV's projection to 0.01 px."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.pose import Pose
from rendering.projection import CELLS, bounding_points, fitted_camera, frame_object

WIDTH, HEIGHT = 640, 480

angles = st.floats(-4, 4)
poses = st.builds(
    Pose,
    azimuth=angles,
    elevation=angles,
    theta=angles,
    distance=st.floats(1.2, 1e4),
    px=st.floats(-300, 900),
    py=st.floats(-300, 900),
    viewport=st.floats(50, 1e5),
)


def cloud(count: int, seed: int = 0) -> np.ndarray:
    """Points within the unit ball."""
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return points / np.maximum(1, np.linalg.norm(points, axis=1, keepdims=True))


@given(pose=poses, margin=st.integers(0, 3))
def test_every_vertex_in_the_view_is_in_the_region(pose: Pose, margin: int) -> None:
    vertices = cloud(6000)
    pixels = pose.project(vertices)
    seen = np.all((pixels >= -0.5) & (pixels < (WIDTH - 0.5, HEIGHT - 0.5)), axis=1)
    framing = frame_object(bounding_points(vertices), pose, WIDTH, HEIGHT, margin)
    if framing is None:
        assert not seen.any()
        return
    region = framing.region
    low = (region.x - 0.5, region.y - 0.5)
    high = (region.x + region.width - 0.5, region.y + region.height - 0.5)
    assert np.all((pixels[seen] >= low) & (pixels[seen] <= high))
    assert 0 <= region.x < region.x + region.width <= WIDTH
    assert 0 <= region.y < region.y + region.height <= HEIGHT
    depth = (vertices @ pose.rotation().T)[:, 2] + pose.distance
    assert framing.near <= depth.min()
    assert framing.far >= depth.max()


def test_the_region_is_tight() -> None:
    vertices = cloud(50_000)
    pose = Pose(azimuth=0.3, elevation=0.2, theta=0.1, distance=4, px=320, py=240, viewport=600)
    framing = frame_object(bounding_points(vertices), pose, WIDTH, HEIGHT)
    assert framing is not None
    extent = np.ptp(pose.project(vertices), axis=0)
    assert framing.region.width <= extent[0] * (1 + 2 / CELLS) + 4
    assert framing.region.height <= extent[1] * (1 + 2 / CELLS) + 4


def test_an_object_around_the_camera_takes_the_whole_view() -> None:
    pose = Pose(azimuth=0, elevation=0, theta=0, distance=0.5, px=320, py=240, viewport=600)
    framing = frame_object(cloud(100), pose, WIDTH, HEIGHT)
    assert framing is not None
    assert (framing.region.width, framing.region.height) == (WIDTH, HEIGHT)
    assert framing.near > 0


@pytest.mark.parametrize(
    "pose",
    [
        Pose(azimuth=0, elevation=0, theta=0, distance=5, px=-5000, py=240, viewport=600),
        Pose(azimuth=0, elevation=0, theta=0, distance=5, px=320, py=1e9, viewport=600),
    ],
)
def test_an_object_beside_the_view_takes_nothing(pose: Pose) -> None:
    assert frame_object(cloud(100), pose, WIDTH, HEIGHT) is None


def test_an_object_behind_the_camera_takes_nothing() -> None:
    pose = Pose(azimuth=0, elevation=0, theta=0, distance=5, px=320, py=240, viewport=600)
    behind = cloud(100) - 100 * pose.rotation()[2]
    assert frame_object(behind, pose, WIDTH, HEIGHT) is None


def test_an_absurdly_large_object_is_refused() -> None:
    pose = Pose(azimuth=0, elevation=0, theta=0, distance=5, px=320, py=240, viewport=600)
    with pytest.raises(InvalidInput, match="too large"):
        frame_object(cloud(100) * 1e30, pose, WIDTH, HEIGHT)


@given(pose=poses, scale=st.sampled_from([1e-12, 1e-3, 1.0, 1e5]))
def test_matrices_never_overflow_float32(pose: Pose, scale: float) -> None:
    vertices = cloud(50) * scale
    framing = frame_object(vertices, pose, WIDTH, HEIGHT)
    if framing is not None:
        clip = framing.clip.astype(np.float32)
        assert np.isfinite(np.column_stack([vertices, np.ones(50)]).astype(np.float32) @ clip.T).all()


@given(pose=poses)
def test_float32_on_the_graphics_card_agrees_with_opencv(pose: Pose) -> None:
    vertices = cloud(200).astype(np.float32)
    framing = frame_object(bounding_points(vertices), pose, 8192, 8192)
    if framing is None:
        return
    clip = np.column_stack([vertices, np.ones(len(vertices), np.float32)]) @ framing.clip.astype(np.float32).T
    assert clip.dtype == np.float32
    region = framing.region
    ndc = clip[:, :2] / clip[:, 3:]
    pixels = (ndc + 1) / 2 * (region.width, region.height) - 0.5 + (region.x, region.y)
    expected, _ = cv2.projectPoints(
        vertices.astype(np.float64), cv2.Rodrigues(pose.rotation())[0], pose.translation(), pose.camera_matrix(), None
    )
    expected = expected[:, 0]
    seen = np.all((expected > -1) & (expected < 8193), axis=1)
    assert np.abs(pixels - expected)[seen].max(initial=0) < 0.01


@given(azimuth=angles, elevation=angles, theta=angles, scale=st.sampled_from([1e-3, 1.0, 500.0]))
def test_a_fitted_object_fills_the_view(azimuth: float, elevation: float, theta: float, scale: float) -> None:
    vertices = cloud(300) * scale + (3 * scale, 0, -scale)
    angles_only = Pose(azimuth=azimuth, elevation=elevation, theta=theta, distance=1, px=0, py=0)
    camera = fitted_camera(vertices, angles_only, 200, 100)
    pixels = camera.project(vertices) + 0.5
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    assert np.all(low > 0)
    assert np.all(high < (200, 100))
    np.testing.assert_allclose((low + high) / 2, (100, 50), atol=1e-6)
    assert math.isclose(max((high - low) / (200, 100)), 0.9, rel_tol=1e-6)
