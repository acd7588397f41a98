"""Where in a view an object lies, and the matrix that takes it there with float32's precision to spare.

All of it is NumPy in float64; the graphics card gets one matrix, rounded at the very end. It is composed for the
region that is drawn, not for the image: its origin is the region's centre, so that large pixel coordinates cancel
before they are rounded.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidInput
from domain.pose import Pose

Array = NDArray[np.float64]

NEAR_RATIO = 1e-4
"""The near plane is never nearer than this part of the farthest depth: it bounds what 24 bits of depth can tell."""

LARGEST_COORDINATE = 1e15
"""Beyond it float32 products overflow on the graphics card."""

FITTED_DIAGONALS = 2.0
FITTED_MARGIN = 0.05
"""How far a fitted object is from the camera, in its own diagonals, and how much of the view stays free around it."""

CELLS = 8
"""Along each axis of the grid whose occupied cells stand for a large mesh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle of whole pixels of the view; `x`, `y` is its upper left pixel."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Framing:
    """The region to draw, the depths (CAD units) between which the object lies there, and how to get there.

    view: (4, 4), object to camera frame in units of `far`. clip: (4, 4), object to OpenGL clip coordinates of the
    region. eye: (3,), the camera's centre in the object frame, CAD units. Matrices are for column vectors.
    """

    region: Region
    near: float
    far: float
    view: Array
    clip: Array
    eye: Array


def bounding_points(vertices: NDArray[np.floating]) -> Array:
    """Points (N, 3) whose convex hull holds all vertices (V, 3), tightly, with N ≤ 8 · CELLS³.

    They are the corners of the boxes around the vertices of each occupied grid cell. Projecting them bounds the
    projected mesh at a cost that does not grow with it.
    """
    points = np.asarray(vertices, dtype=np.float64)
    if len(points) <= 8 * CELLS**3:
        return points
    lower, upper = points.min(axis=0), points.max(axis=0)
    step = np.maximum(upper - lower, np.finfo(float).tiny) / CELLS
    cells = np.minimum((points - lower) / step, CELLS - 1).astype(np.int64)
    order = np.argsort(keys := cells @ (CELLS**2, CELLS, 1), kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    low, high = np.minimum.reduceat(points[order], starts), np.maximum.reduceat(points[order], starts)
    corner = np.array([[(bits >> axis) & 1 for axis in range(3)] for bits in range(8)], dtype=bool)
    return np.where(corner[:, None], high, low).reshape(-1, 3)


def frame_object(points: Array, camera: Pose, width: int, height: int, margin: int = 0) -> Framing | None:
    """The part of a view of width × height pixels that the object may touch, or None where it touches none.

    points: (N, 3), as `bounding_points` gives them. camera: the pose in pixels of the view. margin: pixels by which
    lines may reach beyond the faces. Where the object reaches behind the camera the region is the whole view.
    Raises InvalidInput for an object too large to be drawn.
    """
    R, t = camera.rotation(), camera.translation()
    # Rows of coordinates, not of points: NumPy goes along a row ten times as fast as down a column.
    x, y, depth = X = R @ points.T + t[:, None]
    extent = float(np.abs(X).max())
    if not extent < LARGEST_COORDINATE:
        raise InvalidInput("the CAD model is too large to be drawn: its coordinates exceed 1e15")
    farthest, nearest = float(depth.max()), float(depth.min())
    if farthest <= 1e-9 * extent:
        return None
    near, far = NEAR_RATIO * farthest, farthest * 1.001
    if nearest <= near:
        region: Region | None = Region(x=0, y=0, width=width, height=height)
    else:
        near = max(near, nearest * 0.999)
        scale = camera.viewport / depth
        region = _whole_pixels(x * scale + camera.px, y * scale + camera.py, width, height, margin)
    if region is None:
        return None
    # In units of the farthest depth no product overflows float32, whatever the units of the CAD model.
    view = np.eye(4)
    view[:3, :3], view[:3, 3] = R / far, t / far
    clip = projection(camera, region, near / far) @ view
    return Framing(region=region, near=near, far=far, view=view, clip=clip, eye=-R.T @ t)


def fitted_camera(points: NDArray[np.floating], pose: Pose, width: int, height: int) -> Pose:
    """The camera (pixels of the view) with the angles of `pose` to which the object fills the view but a margin."""
    turned = np.asarray(points, dtype=np.float64) @ pose.rotation().T
    low, high = turned.min(axis=0), turned.max(axis=0)
    distance = FITTED_DIAGONALS * float(np.linalg.norm(high - low)) - float(low[2])
    rays = turned[:, :2] / (turned[:, 2:] + distance)
    low, high = rays.min(axis=0), rays.max(axis=0)
    size = np.array([width, height], dtype=np.float64)
    viewport = float(np.min((1 - 2 * FITTED_MARGIN) * size / np.maximum(high - low, 1e-9)))
    px, py = (size - 1) / 2 - viewport * (low + high) / 2
    return pose.replace(distance=distance, viewport=viewport, px=float(px), py=float(py))


def _whole_pixels(us: Array, vs: Array, width: int, height: int, margin: int) -> Region | None:
    """The rectangle of the view around pixel coordinates (N,) and (N,), or None where they are all beside it."""
    left, right = _whole_span(us, width, margin)
    top, bottom = _whole_span(vs, height, margin)
    if right <= left or bottom <= top:
        return None
    return Region(x=left, y=top, width=right - left, height=bottom - top)


def _whole_span(coordinates: Array, side: int, margin: int) -> tuple[int, int]:
    """First pixel and the one after the last that coordinates (N,) touch along a side of the view."""
    low, high = float(coordinates.min()) - margin, float(coordinates.max()) + margin + 1
    return int(min(max(math.floor(low), 0), side)), int(min(max(math.ceil(high), 0), side))


def projection(camera: Pose, region: Region, near: float) -> Array:
    """Camera frame to clip coordinates, (4, 4), with depths from `near` to 1.

    The image's first row is the framebuffer's first: rows read back are in the image's order. A pixel centre u of
    the view is the framebuffer's u − region.x + 0.5.
    """
    centre_x = region.x + (region.width - 1) / 2
    centre_y = region.y + (region.height - 1) / 2
    return np.array(
        [
            [2 * camera.viewport / region.width, 0, 2 * (camera.px - centre_x) / region.width, 0],
            [0, 2 * camera.viewport / region.height, 2 * (camera.py - centre_y) / region.height, 0],
            [0, 0, (1 + near) / (1 - near), -2 * near / (1 - near)],
            [0, 0, 1, 0],
        ]
    )
