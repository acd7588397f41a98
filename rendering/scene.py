"""Made-up photographs: objects in a room or a street, seen by the camera of a pose. Pure geometry, no OpenGL.

The world is in metres, z up, and turned so that the camera looks along +y: x is to the right, y is away. An object's
CAD model has box diagonal 1, so its `size` is its diagonal in metres. The photo is an ordinary OpenCV picture; the
pose of an object in it follows from the two placements (`pose_of`).
"""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.pose import Pose
from domain.rotation import euler_to_matrix

Array = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What is drawn of an object, in its own frame: each array has a row for each vertex.

    vertices, normals: (V, 3); colours: (V, 3) in sRGB, 0 … 1; gloss: (V,), 0 matt … 1 polished; faces: (F, 3).
    """

    vertices: Array
    normals: Array
    colours: Array
    gloss: Array
    faces: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SceneObject:
    """A shape at its place: X_world = size · R_world_object · X_object + position."""

    shape: Shape
    R_world_object: Array
    position: Array
    size: float

    def world_vertices(self) -> Array:
        """(V, 3) in metres."""
        return self.size * self.shape.vertices @ self.R_world_object.T + self.position

    def at(self, position: Array) -> Self:
        return replace(self, position=np.asarray(position, dtype=np.float64))

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Self:
        return replace(self, position=self.position + np.array([x, y, z]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TexturedQuad:
    """A flat surface: corners (4, 3) in order round it, a texture by name, and the metres that a tile of it spans."""

    corners: Array
    texture: str
    tile: tuple[float, float] = (1.0, 1.0)
    tint: Colour = (1.0, 1.0, 1.0)
    gloss: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """A sun or a lamp far away, and the light of sky and surroundings. Colours are linear and may exceed 1."""

    towards: tuple[float, float, float] = (-0.5, -0.6, 1.0)
    colour: Colour = (1.6, 1.5, 1.35)
    above: Colour = (0.50, 0.56, 0.66)
    below: Colour = (0.22, 0.20, 0.18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """Fog: how much of the light is lost in a metre, and what colour takes its place (sRGB)."""

    loss: float = 0.0
    colour: Colour = (0.80, 0.82, 0.84)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the camera adds: exposure, blur of what is out of focus, noise, vignette."""

    exposure: float = 1.0
    out_of_focus: float = 1.2
    noise: float = 0.012
    vignette: float = 0.22


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SceneCamera:
    """An OpenCV camera: X_camera = R_camera_world · X_world + t, in metres; (px, py) is its principal point."""

    R_camera_world: Array
    t: Array
    viewport: float
    px: float
    py: float
    width: int
    height: int

    @classmethod
    def on(
        cls,
        target: Array,
        *,
        elevation: float,
        roll: float,
        distance: float,
        viewport: float,
        px: float,
        py: float,
        width: int,
        height: int,
    ) -> Self:
        """Looks along +y at a point of the world that it shows in (px, py); angles in radians, distance in metres."""
        R = euler_to_matrix(0.0, elevation, roll)
        t = np.array([0.0, 0.0, distance]) - R @ target
        return cls(R_camera_world=R, t=t, viewport=viewport, px=px, py=py, width=width, height=height)

    def eye(self) -> Array:
        """Where it stands, in the world."""
        return -self.R_camera_world.T @ self.t

    def project(self, points: Array) -> Array:
        """Pixels (N, 2) of points (N, 3) of the world that are before the camera."""
        X = points @ self.R_camera_world.T + self.t
        return self.viewport * X[:, :2] / X[:, 2:] + (self.px, self.py)

    def unproject(self, pixel: tuple[float, float], depth: float) -> Array:
        """The point of the world at a pixel, `depth` metres along the optical axis."""
        ray = np.array([(pixel[0] - self.px) / self.viewport, (pixel[1] - self.py) / self.viewport, 1.0])
        return np.asarray(self.R_camera_world.T @ (depth * ray - self.t))

    def shifted(self, x: float, y: float) -> Self:
        """The same picture, moved by whole or part pixels."""
        return replace(self, px=self.px + x, py=self.py + y)

    def scaled(self, factor: float) -> Self:
        """The same picture in other pixels; the centre of pixel (0, 0) is at its centre again."""
        return replace(
            self,
            viewport=self.viewport * factor,
            px=(self.px + 0.5) * factor - 0.5,
            py=(self.py + 0.5) * factor - 0.5,
            width=round(self.width * factor),
            height=round(self.height * factor),
        )

    def framed(self, x: int, y: int, width: int, height: int) -> Self:
        """Another part of the picture's plane; its upper left pixel is (x, y) of this one."""
        return replace(self.shifted(-x, -y), width=width, height=height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything before the camera. `sky` is the colour at the horizon and overhead (sRGB)."""

    objects: tuple[SceneObject, ...]
    surfaces: tuple[TexturedQuad, ...] = ()
    light: Light = field(default_factory=Light)
    air: Air = field(default_factory=Air)
    sky: tuple[Colour, Colour] = ((0.80, 0.86, 0.92), (0.42, 0.60, 0.85))
    clouds: float = 0.0


def pose_of(camera: SceneCamera, thing: SceneObject) -> Pose:
    """The pose whose camera shows the object where this camera does.

    Exact where the object's origin lies on the optical axis. Elsewhere the pose's camera is this one turned to look
    at the object: its picture differs by less than extent · (offset / viewport)², all in pixels, which is some tenths
    of a pixel in a photo taken from afar.
    """
    t = camera.R_camera_world @ thing.position + camera.t
    reach = float(np.linalg.norm(t))
    R_turned_camera = _turn_onto_axis(t / reach)
    return Pose.from_matrix(
        R_turned_camera @ camera.R_camera_world @ thing.R_world_object,
        distance=reach / thing.size,
        px=float(camera.viewport * t[0] / t[2] + camera.px),
        py=float(camera.viewport * t[1] / t[2] + camera.py),
        viewport=float(camera.viewport * reach / t[2]),
    )


def _turn_onto_axis(direction: Array) -> Array:
    """The smallest rotation (3, 3) that takes a unit vector to (0, 0, 1)."""
    x, y, z = direction
    if abs(x) < 1e-15 and abs(y) < 1e-15:
        return np.eye(3)
    v = np.array([[0, 0, -x], [0, 0, -y], [x, y, 0]])
    return np.asarray(np.eye(3) + v + v @ v / (1 + z))
