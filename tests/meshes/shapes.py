"""Small meshes whose every property is known."""

import numpy as np
import numpy.typing as npt

CUBE_VERTICES = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)], dtype=np.float64)
CUBE_QUADS = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]


def cube_triangles() -> npt.NDArray[np.int64]:
    return np.array([triangle for a, b, c, d in CUBE_QUADS for triangle in ((a, b, c), (a, c, d))])


def sphere(rings: int = 24, sides: int = 48) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """A unit sphere by latitude and longitude, wound outwards."""
    latitude, longitude = np.meshgrid(
        np.linspace(-np.pi / 2, np.pi / 2, rings + 1)[1:-1], np.arange(sides) * 2 * np.pi / sides, indexing="ij"
    )
    ring_points = np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=2
    ).reshape(-1, 3)
    points = np.vstack([ring_points, [0, 0, -1], [0, 0, 1]])
    south, north = len(ring_points), len(ring_points) + 1
    faces = []
    for ring in range(rings - 2):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
    last = (rings - 2) * sides
    for side in range(sides):
        faces += [(south, (side + 1) % sides, side), (north, last + side, last + (side + 1) % sides)]
    return points, np.array(faces)


def cylinder(sides: int) -> tuple[npt.NDArray[np.float64], list[list[int]]]:
    """Radius 1, height 2, about z, closed by two polygons."""
    angle = np.arange(sides) * 2 * np.pi / sides
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.vstack([np.column_stack([ring, np.full(sides, z)]) for z in (-1.0, 1.0)])
    faces = [[i, (i + 1) % sides, (i + 1) % sides + sides, i + sides] for i in range(sides)]
    faces += [list(range(sides))[::-1], list(range(sides, 2 * sides))]
    return points, faces


def area(vertices: npt.NDArray[np.float64], faces: npt.NDArray[np.int64]) -> float:
    corners = np.asarray(vertices, dtype=np.float64)[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return float(np.linalg.norm(cross, axis=1).sum() / 2)
