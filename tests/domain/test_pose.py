"""The camera and the pose: golden numbers, OpenCV's opinion, round trips, half-open ends, poles."""

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidPose
from domain.pose import LARGEST, TAU, Pose, wrap_new_angles, wrap_positive, wrap_symmetric
from domain.rotation import rotation_error

angles = st.floats(-20, 20)
near_ends = st.sampled_from(
    [0.0, -0.0, 1e-17, -1e-17, math.pi, -math.pi, math.pi / 2, -math.pi / 2, TAU, -TAU, math.nextafter(TAU, 0)]
)
any_angle = st.one_of(angles, near_ends)
poses = st.builds(
    Pose,
    azimuth=any_angle,
    elevation=any_angle,
    theta=any_angle,
    distance=st.floats(0.5, 50),
    px=st.floats(-500, 5000),
    py=st.floats(-500, 5000),
    viewport=st.floats(100, 5000),
)
CUBE = np.array([[x, y, z] for x in (-0.3, 0.2) for y in (-0.25, 0.3) for z in (-0.2, 0.28)])


def test_golden_projections(shared_data: Path) -> None:
    for entry in json.loads((shared_data / "golden_pose.json").read_text())["projection"]:
        projected = Pose(**entry["pose"]).project(entry["points"])
        np.testing.assert_allclose(projected, entry["pixels"], atol=1e-6, rtol=0)


# Worked out by hand from the definition: at azimuth 0, elevation 0, theta 0 the camera looks along +y at the front
# (−y) of the object, x to the right and z up; the origin lands on (px, py).
HAND_MADE = [
    # azimuth, elevation, theta (degrees), object point, pixel for distance 2, viewport 1000, px 320, py 240
    (0, 0, 0, (0, 0, 0), (320, 240)),
    (0, 0, 0, (0.1, 0, 0), (370, 240)),
    (0, 0, 0, (0, 0, 0.1), (320, 190)),
    (0, 0, 0, (0.1, -1, 0), (420, 240)),  # towards the camera: depth 1
    (90, 0, 0, (0, 0.1, 0), (370, 240)),  # from the object's right (+x is towards the camera)
    (180, 0, 0, (0.1, 0, 0), (270, 240)),  # from behind
    (0, 90, 0, (0, 0.1, 0), (320, 190)),  # from above: the back of the object is up in the picture
    (0, 0, 90, (0.1, 0, 0), (320, 190)),  # positive theta turns counter-clockwise on the screen
]


@pytest.mark.parametrize(("azimuth", "elevation", "theta", "point", "pixel"), HAND_MADE)
def test_projections_worked_out_by_hand(
    azimuth: float, elevation: float, theta: float, point: tuple[float, ...], pixel: tuple[float, ...]
) -> None:
    turned = (math.radians(angle) for angle in (azimuth, elevation, theta))
    a, e, t = turned
    pose = Pose(azimuth=a, elevation=e, theta=t, distance=2, px=320, py=240, viewport=1000)
    np.testing.assert_allclose(pose.project([point])[0], pixel, atol=1e-9)


@given(poses)
def test_projects_as_opencv_does(pose: Pose) -> None:
    pose = pose.replace(distance=pose.distance + 1)  # all corners before the camera
    expected, _ = cv2.projectPoints(
        CUBE, cv2.Rodrigues(pose.rotation())[0], pose.translation(), pose.camera_matrix(), np.zeros(4)
    )
    np.testing.assert_allclose(pose.project(CUBE), expected[:, 0], atol=1e-6, rtol=1e-9)


@given(poses)
def test_canonical_is_the_same_rotation_in_range(pose: Pose) -> None:
    canonical = pose.canonical()
    assert 0 <= canonical.azimuth < TAU
    assert -math.pi / 2 <= canonical.elevation <= math.pi / 2
    assert -math.pi <= canonical.theta < math.pi
    assert rotation_error(canonical.rotation(), pose.rotation()) < 1e-9
    assert canonical.canonical() == canonical


def test_the_same_picture_two_ways() -> None:
    a = Pose(azimuth=0, elevation=math.radians(120), theta=0, distance=1, px=0, py=0)
    b = a.canonical()
    assert [round(math.degrees(v), 9) for v in (b.azimuth, b.elevation, b.theta)] == [180, 60, -180]


@given(poses)
def test_matrix_round_trip(pose: Pose) -> None:
    again = Pose.from_camera(pose.rotation(), pose.translation(), pose.camera_matrix())
    assert rotation_error(again.rotation(), pose.rotation()) < 1e-9
    assert (again.distance, again.px, again.py, again.viewport) == (pose.distance, pose.px, pose.py, pose.viewport)


@given(poses)
def test_quaternion_round_trip(pose: Pose) -> None:
    q = pose.quaternion()
    assert q[0] >= 0
    assert abs(np.linalg.norm(q) - 1) < 1e-12
    again = Pose.from_quaternion(-3 * q, distance=pose.distance, px=pose.px, py=pose.py, viewport=pose.viewport)
    assert rotation_error(again.rotation(), pose.rotation()) < 1e-9


@given(poses)
def test_json_keeps_every_bit(pose: Pose) -> None:
    assert Pose.from_json(json.loads(json.dumps(pose.to_json()))) == pose


@given(any_angle)
def test_wraps_are_half_open(angle: float) -> None:
    positive, symmetric = wrap_positive(angle), wrap_symmetric(angle)
    assert 0 <= positive < TAU
    assert -math.pi <= symmetric < math.pi
    for wrapped in (positive, symmetric):
        assert abs(math.remainder(wrapped - angle, TAU)) < 1e-9
    assert math.copysign(1, positive) == 1  # no minus zero in a file


def test_a_tiny_negative_angle_does_not_become_a_full_turn() -> None:
    assert wrap_positive(-1e-17) == 0.0
    assert np.mod(-1e-17, TAU) == TAU  # the trap that the above avoids


@given(poses, poses, st.floats(0, 1))
def test_interpolation_goes_along_the_geodesic(a: Pose, b: Pose, fraction: float) -> None:
    between = a.interpolate(b, fraction)
    whole = float(rotation_error(a.rotation(), b.rotation()))
    if whole < math.pi - 1e-3:  # at half a turn either way is as short
        assert float(rotation_error(a.rotation(), between.rotation())) == pytest.approx(fraction * whole, abs=1e-6)
    low, high = sorted((a.distance, b.distance))
    assert low * (1 - 1e-9) <= between.distance <= high * (1 + 1e-9)


def test_new_angles_are_wrapped_but_read_ones_kept() -> None:
    read = Pose(azimuth=-0.5, elevation=-0.1, theta=7.0, distance=1, px=0, py=0)
    assert wrap_new_angles(read.replace(distance=2), read) == read.replace(distance=2)
    new = wrap_new_angles(read.replace(theta=7.1), read)
    assert all(0 <= angle < TAU for angle in (new.azimuth, new.elevation, new.theta))
    assert rotation_error(new.rotation(), read.replace(theta=7.1).rotation()) < 1e-9


@pytest.mark.parametrize(
    "wrong",
    [
        {"distance": 0},
        {"distance": -1},
        {"viewport": 0},
        {"azimuth": math.nan},
        {"px": math.inf},
        {"theta": "1"},
        {"py": None},
        {"elevation": True},
        {"px": 10 * LARGEST},
    ],
)
def test_what_is_no_pose_is_refused(wrong: dict[str, float]) -> None:
    right = {"azimuth": 0, "elevation": 0, "theta": 0, "distance": 1, "px": 0, "py": 0}
    with pytest.raises(InvalidPose):
        Pose(**{**right, **wrong})


def test_points_behind_the_camera_have_no_pixel() -> None:
    pose = Pose(azimuth=0, elevation=0, theta=0, distance=1, px=0, py=0)
    assert np.isnan(pose.project([[0, -2, 0]])).all()
