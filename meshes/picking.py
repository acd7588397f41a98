"""Which point of a mesh lies under a pixel of the photo."""

import numpy as np
from numpy.typing import NDArray

from domain.pose import Pose
from meshes.mesh import Mesh

Array = NDArray[np.float64]


def surface_point(mesh: Mesh, pose: Pose, px: float, py: float) -> Array | None:
    """The nearest point of the surface, (3,) in object coordinates, seen at image pixel (px, py); None beside it.

    Möller and Trumbore, "Fast, minimum storage ray/triangle intersection", J. Graphics Tools 2(1), 1997, over all
    faces at once; faces are hit from both sides.
    """
    R_camera_object = pose.rotation()
    origin = -R_camera_object.T @ pose.translation()
    direction = R_camera_object.T @ np.array([(px - pose.px) / pose.viewport, (py - pose.py) / pose.viewport, 1.0])
    corners = mesh.vertices.astype(np.float64)[mesh.faces]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    across = np.cross(direction, second)
    volume = np.einsum("ij,ij->i", first, across)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        away = (origin - corners[:, 0]) / volume[:, None]
        along_first = np.einsum("ij,ij->i", away, across)
        turned = np.cross(away, first)
        along_second = turned @ direction
        depth = np.einsum("ij,ij->i", second, turned)
        hit = (along_first >= 0) & (along_second >= 0) & (along_first + along_second <= 1) & (depth > 0)
    if not hit.any():
        return None
    point: Array = origin + depth[hit].min() * direction
    return point
