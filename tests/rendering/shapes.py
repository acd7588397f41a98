"""Small meshes whose pictures can be reasoned about."""

from pathlib import Path

import numpy as np

from meshes.mesh import Mesh
from meshes.read import read_mesh

Triangles = tuple[np.ndarray, np.ndarray]


def box(size: tuple[float, float, float] = (1.0, 0.6, 0.4)) -> Triangles:
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]) * size
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [triangle for a, b, c, d in quads for triangle in ((a, b, c), (a, c, d))]
    return corners, np.array(faces)


def sphere(radius: float = 0.5, rings: int = 96) -> Triangles:
    polar, around = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1)[:-1])
    vertices = radius * np.stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=-1
    ).reshape(-1, 3)
    faces = []
    for column in range(2 * rings):
        here, there = column * (rings + 1), (column + 1) % (2 * rings) * (rings + 1)
        for row in range(rings):
            if row > 0:
                faces.append((here + row, here + row + 1, there + row))
            if row < rings - 1:
                faces.append((there + row, here + row + 1, there + row + 1))
    return vertices, np.array(faces)


def wheel(spokes: int = 24, thickness: float = 0.006) -> Triangles:
    """Thin parts, where half a pixel too much or too little is a large part of the whole."""
    vertices, faces = [], []
    for angle in np.linspace(0, np.pi, spokes, endpoint=False):
        along, across = np.array([np.cos(angle), 0, np.sin(angle)]), np.array([-np.sin(angle), 0, np.cos(angle)])
        start = len(vertices)
        for end, side in ((-0.5, -1), (-0.5, 1), (0.5, -1), (0.5, 1)):
            vertices.append(end * along + side * thickness / 2 * across)
        faces += [(start, start + 1, start + 2), (start + 2, start + 1, start + 3)]
    return np.array(vertices), np.array(faces)


def corridor() -> Triangles:
    """Four walls around the y axis, 20 units long: from its middle it reaches far behind the camera."""
    vertices, faces = box((1.0, 20.0, 1.0))
    open_ends = [face for face in faces.tolist() if len({bool(vertices[index][1] > 0) for index in face}) == 2]
    return vertices, np.array(open_ends)


SHAPES = {"box": box, "sphere": sphere, "wheel": wheel, "corridor": corridor}


def write(path: Path, triangles: Triangles) -> Path:
    """An OFF file of the triangles."""
    vertices, faces = triangles
    lines = [f"OFF\n{len(vertices)} {len(faces)} 0"]
    lines += [f"{x!r} {y!r} {z!r}" for x, y, z in vertices.tolist()]
    lines += [f"3 {a} {b} {c}" for a, b, c in faces.tolist()]
    path.write_text("\n".join(lines) + "\n")
    return path


def mesh_of(path: Path, triangles: Triangles) -> Mesh:
    return read_mesh(write(path, triangles))
