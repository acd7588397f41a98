"""The pose of an object in a photo, and the camera that it implies.

A pose with its viewport is an ordinary OpenCV camera: `K = [[viewport, 0, px], [0, viewport, py], [0, 0, 1]]`,
`X_camera = R @ X_object + (0, 0, distance)`. Pixel centres are at whole numbers: pixel (0, 0) spans [−0.5, 0.5).
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.errors import InvalidPose
from domain.rotation import euler_to_matrix, matrix_to_euler, matrix_to_quaternion, quaternion_to_matrix, slerp

Array = NDArray[np.float64]

TAU = 2 * math.pi
DEFAULT_VIEWPORT = 2000.0
ANGLES = ("azimuth", "elevation", "theta")
PARAMETERS = (*ANGLES, "distance", "px", "py")
_FIELDS = (*PARAMETERS, "viewport")
LARGEST = 1e9
"""Beyond this no number in a pose means anything, and float32 on the graphics card loses the picture."""


def wrap_positive(angle: float) -> float:
    """The same direction in [0, 2π). `np.mod(-1e-17, 2π)` is 2π itself, hence the second step."""
    wrapped = math.fmod(angle, TAU)
    if wrapped < 0:
        wrapped += TAU
    return 0.0 if wrapped >= TAU else wrapped + 0.0


def wrap_symmetric(angle: float) -> float:
    """The same direction in [−π, π)."""
    if -math.pi <= angle < math.pi:
        return angle + 0.0
    wrapped = math.fmod(angle + math.pi, TAU)
    if wrapped < 0:
        wrapped += TAU
    return -math.pi if wrapped >= TAU else wrapped - math.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where an object is: angles in radians, distance in CAD units, px, py and viewport in image pixels.

    Numbers are kept as given, to the last bit: what was read must be written back as it was. `canonical()` is the
    view of it that people see. Raises InvalidPose unless all are finite and distance and viewport are positive.
    """

    azimuth: float
    elevation: float
    theta: float
    distance: float
    px: float
    py: float
    viewport: float = DEFAULT_VIEWPORT

    def __post_init__(self) -> None:
        for name in _FIELDS:
            value = getattr(self, name)
            if type(value) is not float:  # four poses a frame are made: the common case goes straight through
                if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
                    raise InvalidPose(f"{name} must be a number, not {value!r}")
                value = float(value)
                object.__setattr__(self, name, value)
            if not -LARGEST <= value <= LARGEST:
                raise InvalidPose(f"{name} must be a finite number within ±{LARGEST:g}, not {value!r}")
        for name in ("distance", "viewport"):
            if not getattr(self, name) > 1e-9:
                raise InvalidPose(f"{name} must be positive, not {getattr(self, name)!r}")

    @classmethod
    def from_matrix(
        cls, R_camera_object: ArrayLike, *, distance: float, px: float, py: float, viewport: float = DEFAULT_VIEWPORT
    ) -> Self:
        """From a rotation matrix (3, 3); the angles come out in canonical form."""
        azimuth, elevation, theta = (float(angle) for angle in matrix_to_euler(R_camera_object))
        return cls(
            azimuth=wrap_positive(azimuth), elevation=elevation, theta=wrap_symmetric(theta),
            distance=distance, px=px, py=py, viewport=viewport,
        )  # fmt: skip

    @classmethod
    def from_quaternion(
        cls, quaternion: ArrayLike, *, distance: float, px: float, py: float, viewport: float = DEFAULT_VIEWPORT
    ) -> Self:
        """From a quaternion (w, x, y, z) of any length but zero."""
        R = quaternion_to_matrix(quaternion)
        return cls.from_matrix(R, distance=distance, px=px, py=py, viewport=viewport)

    @classmethod
    def from_camera(cls, R_camera_object: ArrayLike, t: ArrayLike, K: ArrayLike) -> Self:
        """From R (3, 3), t (3,) and K (3, 3) as `rotation`, `translation` and `camera_matrix` give them.

        Raises InvalidPose where t is off the optical axis or K has skew or unequal focal lengths: such a camera
        is no pose of this data set without turning it first.
        """
        t, K = np.asarray(t, dtype=np.float64), np.asarray(K, dtype=np.float64)
        if np.abs(t[:2]).max() > 1e-9 * abs(t[2]):
            raise InvalidPose("the object's origin must lie on the optical axis: t must be (0, 0, distance)")
        if abs(K[0, 0] - K[1, 1]) > 1e-9 * abs(K[0, 0]) or abs(K[0, 1]) > 1e-9:
            raise InvalidPose("the camera must have one focal length and no skew")
        return cls.from_matrix(
            R_camera_object, distance=float(t[2]), px=float(K[0, 2]), py=float(K[1, 2]), viewport=float(K[0, 0])
        )

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """From a mapping with exactly the names of the fields; raises InvalidPose otherwise."""
        if not isinstance(values, dict) or set(values) - {"viewport"} != set(PARAMETERS):
            raise InvalidPose(f"a pose has the fields {', '.join(PARAMETERS)} and viewport")
        return cls(**values)

    def to_json(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in _FIELDS}

    def replace(self, **values: float) -> Self:
        return replace(self, **values)

    def rotation(self) -> Array:
        """R_camera_object, shape (3, 3)."""
        return euler_to_matrix(self.azimuth, self.elevation, self.theta)

    def quaternion(self) -> Array:
        """The rotation as a unit quaternion (w, x, y, z), w ≥ 0."""
        return matrix_to_quaternion(self.rotation())

    def translation(self) -> Array:
        """t_camera_object in CAD units, shape (3,)."""
        return np.array([0.0, 0.0, self.distance])

    def camera_matrix(self) -> Array:
        """K, shape (3, 3), in image pixels."""
        return np.array([[self.viewport, 0.0, self.px], [0.0, self.viewport, self.py], [0.0, 0.0, 1.0]])

    def project(self, points: ArrayLike) -> Array:
        """Image pixels, shape (N, 2), of object points, shape (N, 3). Points behind the camera give NaN."""
        X = np.asarray(points, dtype=np.float64) @ self.rotation().T
        depth = X[:, 2] + self.distance
        depth = np.where(depth > 0, depth, np.nan)
        return np.stack(
            [self.viewport * X[:, 0] / depth + self.px, self.viewport * X[:, 1] / depth + self.py], axis=-1
        )

    def canonical(self) -> Self:
        """The same picture with elevation in [−π/2, π/2], azimuth in [0, 2π), theta in [−π, π).

        Angles that are in range already are kept to the bit. Only at the poles are azimuth and theta not unique;
        they stay as they are.
        """
        azimuth, theta = self.azimuth, self.theta
        elevation = wrap_symmetric(self.elevation)
        if abs(elevation) > math.pi / 2:
            # Tilting over the top is the same picture as turning round, tilting less and rolling half a turn.
            elevation = math.copysign(math.pi, elevation) - elevation
            azimuth, theta = azimuth + math.pi, theta + math.pi
        return self.replace(azimuth=wrap_positive(azimuth), elevation=elevation, theta=wrap_symmetric(theta))

    def interpolate(self, other: "Pose", fraction: float) -> "Pose":
        """The pose a fraction of the way to `other`: rotation along the geodesic, distance and viewport in
        ratio, centre in a straight line."""
        R = slerp(self.rotation(), other.rotation(), fraction)
        return Pose.from_matrix(
            R,
            distance=self.distance * (other.distance / self.distance) ** fraction,
            px=self.px + fraction * (other.px - self.px),
            py=self.py + fraction * (other.py - self.py),
            viewport=self.viewport * (other.viewport / self.viewport) ** fraction,
        )


def wrap_new_angles(pose: Pose, *as_read: Pose | None) -> Pose:
    """Angles of a new answer in [0, 2π), but a rotation equal bit for bit to one that was read stays as it was."""
    rotation = tuple(getattr(pose, name) for name in ANGLES)
    if any(known is not None and rotation == tuple(getattr(known, name) for name in ANGLES) for known in as_read):
        return pose
    return pose.replace(**{name: wrap_positive(getattr(pose, name)) for name in ANGLES})
