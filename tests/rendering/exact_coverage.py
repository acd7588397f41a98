"""Which pixel centres a mesh covers, by float64 edge functions: slow, plain, and right. The judge of the renderer."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.pose import Pose

Mask = NDArray[np.bool_]
FILL_SHIFT = 8


def exact_coverage(vertices: NDArray, faces: NDArray, camera: Pose, width: int, height: int, near: float) -> Mask:
    """(height, width): pixel centres covered by the triangles (F, 3), nothing nearer than `near` counting."""
    covered = np.zeros((height, width), dtype=bool)
    triangles = _projected_triangles(vertices, faces, camera, near)
    low = np.clip(np.ceil(triangles.min(axis=1)), 0, None)
    high = np.minimum(np.floor(triangles.max(axis=1)), (width - 1, height - 1))
    extent = (high - low).max(axis=1) + 1
    possible = np.all(high >= low, axis=1)
    side = 1
    while np.any(possible):
        # Triangles of like size together: each is asked for every pixel centre of its own side × side square.
        chosen = possible & (extent <= side)
        possible &= ~chosen
        for part in np.array_split(np.flatnonzero(chosen), max(1, chosen.sum() * side**2 // 2_000_000)):
            _cover(covered, triangles[part], low[part], side)
        side *= 2
    return covered


def _cover(covered: Mask, triangles: NDArray, low: NDArray, side: int) -> None:
    height, width = covered.shape
    steps = np.arange(side)
    x = low[:, 0, None, None] + steps[None, None, :]
    y = low[:, 1, None, None] + steps[None, :, None]
    signs = []
    for a, b in ((0, 1), (1, 2), (2, 0)):
        (ax, ay), (bx, by) = triangles[:, a].T[..., None, None], triangles[:, b].T[..., None, None]
        signs.append((bx - ax) * (y - ay) - (by - ay) * (x - ax))
    inside = np.logical_or(
        (signs[0] >= 0) & (signs[1] >= 0) & (signs[2] >= 0), (signs[0] <= 0) & (signs[1] <= 0) & (signs[2] <= 0)
    )
    x, y = np.broadcast_to(x, inside.shape)[inside], np.broadcast_to(y, inside.shape)[inside]
    visible = (x < width) & (y < height)
    covered[y[visible].astype(int), x[visible].astype(int)] = True


def _projected_triangles(vertices: NDArray, faces: NDArray, camera: Pose, near: float) -> NDArray:
    """(N, 3, 2) pixel coordinates, after what is nearer than `near` has been cut off."""
    X = np.asarray(vertices, dtype=np.float64) @ camera.rotation().T + camera.translation()
    triangles = X[np.asarray(faces, dtype=np.int64)]
    in_front = triangles[..., 2] >= near
    whole = triangles[in_front.all(axis=1)]
    cut = [
        piece
        for triangle in triangles[in_front.any(axis=1) & ~in_front.all(axis=1)]
        for piece in _cut_at(triangle, near)
    ]
    triangles = np.concatenate([whole, np.array(cut).reshape(-1, 3, 3)])
    pixels = camera.viewport * triangles[..., :2] / triangles[..., 2:] + (camera.px, camera.py)
    (ax, ay), (bx, by), (cx, cy) = pixels[:, 0].T, pixels[:, 1].T, pixels[:, 2].T
    return pixels[(bx - ax) * (cy - ay) != (by - ay) * (cx - ax)]


def _cut_at(triangle: NDArray, near: float) -> Iterator[NDArray]:
    polygon = []
    for a, b in zip(triangle, np.roll(triangle, -1, axis=0), strict=True):
        if a[2] >= near:
            polygon.append(a)
        if (a[2] >= near) != (b[2] >= near):
            polygon.append(a + (b - a) * (near - a[2]) / (b[2] - a[2]))
    for index in range(1, len(polygon) - 1):
        yield np.array([polygon[0], polygon[index], polygon[index + 1]])


def opencv_fill(vertices: NDArray, faces: NDArray, camera: Pose, width: int, height: int, near: float) -> Mask:
    """Each triangle filled by OpenCV, which paints every pixel that an edge touches: an upper bound, no judge.

    In a picture with a margin: at the border of its picture OpenCV leaves out pixels that the triangle covers.
    """
    margin = 16
    picture = np.zeros((height + 2 * margin, width + 2 * margin), dtype=np.uint8)
    triangles = _projected_triangles(vertices, faces, camera, near) + margin
    for triangle in np.rint(triangles * 2**FILL_SHIFT).astype(np.int32):
        cv2.fillConvexPoly(picture, triangle, 255, lineType=cv2.LINE_8, shift=FILL_SHIFT)
    return picture[margin:-margin, margin:-margin] > 0
