"""Normals and feature edges: known shapes, and the sins of real CAD models."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from meshes.polygons import triangulate
from meshes.read import read_mesh
from meshes.surface import Surface, build_surface, weld
from tests.meshes.shapes import CUBE_VERTICES, area, cube_triangles, cylinder, sphere


def surface_of(vertices: npt.ArrayLike, faces: npt.ArrayLike) -> Surface:
    points, triangles = weld(np.asarray(vertices, dtype=np.float64), np.asarray(faces, dtype=np.int64))
    return build_surface(points, triangles)


def triangles_of(points: npt.NDArray[np.float64], polygons: list[list[int]]) -> npt.NDArray[np.int64]:
    return np.concatenate([triangulate(points, np.array([polygon])).reshape(-1, 3) for polygon in polygons])


def edge_lengths(surface: Surface) -> npt.NDArray[np.float64]:
    ends = surface.vertices[surface.edges].astype(np.float64)
    return np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)


def shuffled_winding(faces: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    flip = np.random.default_rng(seed).random(len(faces)) < 0.5
    return np.where(flip[:, None], faces[:, ::-1], faces)


@pytest.mark.parametrize("wound_at_random", [False, True])
def test_a_cube_is_flat_with_twelve_edges(wound_at_random: bool) -> None:
    faces = shuffled_winding(cube_triangles(), 3) if wound_at_random else cube_triangles()
    surface = surface_of(CUBE_VERTICES, faces)
    assert surface.vertices.shape == (24, 3)
    assert len(surface.edges) == 12
    np.testing.assert_allclose(edge_lengths(surface), 1.0, atol=1e-6)
    # Each vertex lies on the face that its normal names.
    np.testing.assert_allclose(np.abs((surface.vertices * surface.normals).sum(axis=1)), 0.5, atol=1e-6)
    np.testing.assert_allclose(np.sort(np.abs(surface.normals), axis=1), [[0, 0, 1]] * 24, atol=1e-6)


@pytest.mark.parametrize("wound_at_random", [False, True])
def test_a_sphere_is_round_and_has_no_edges(wound_at_random: bool) -> None:
    points, faces = sphere()
    if wound_at_random:
        faces = shuffled_winding(faces, 5)
    surface = surface_of(points, faces)
    assert len(surface.vertices) == len(points)
    assert len(surface.edges) == 0
    along = np.abs((surface.vertices * surface.normals).sum(axis=1))
    assert along.min() > np.cos(np.radians(1.5))


def test_normals_point_outwards_where_the_winding_is_right() -> None:
    points, faces = sphere()
    surface = surface_of(points, faces)
    assert ((surface.vertices * surface.normals).sum(axis=1) > 0.99).all()


def test_triangles_without_common_points_are_smoothed_together() -> None:
    """As in STL files, where each triangle has its own three points."""
    points, faces = sphere()
    surface = surface_of(points[faces].reshape(-1, 3), np.arange(faces.size).reshape(-1, 3))
    assert len(surface.vertices) == len(points)
    assert len(surface.edges) == 0


@pytest.mark.parametrize(("sides", "side_lines"), [(8, 8), (10, 0), (12, 0), (48, 0)])
def test_a_cylinder_has_its_two_rims_and_lines_only_where_it_is_coarse(sides: int, side_lines: int) -> None:
    points, polygons = cylinder(sides)
    surface = surface_of(points, triangles_of(points, polygons))
    assert len(surface.edges) == 2 * sides + side_lines
    if not side_lines:
        on_wall = np.abs(surface.normals[:, 2]) < 0.5
        radial = np.einsum("ij,ij->i", surface.vertices[on_wall, :2], surface.normals[on_wall, :2])
        assert np.abs(radial).min() > 0.999
        np.testing.assert_allclose(np.abs(surface.normals[~on_wall, 2]), 1.0, atol=1e-6)


def test_repeated_and_collapsed_faces_go_without_a_trace() -> None:
    faces = cube_triangles()
    more = np.vstack([faces, faces[:, ::-1], faces[:, [1, 2, 0]], [[0, 0, 1], [2, 2, 2]]])
    plain, surface = surface_of(CUBE_VERTICES, faces), surface_of(CUBE_VERTICES, more)
    for name in ("vertices", "normals", "faces", "edges"):
        np.testing.assert_array_equal(getattr(surface, name), getattr(plain, name))


def test_a_flat_part_cut_by_a_sliver_shows_no_line() -> None:
    """The point in the middle of the left square's side makes a triangle without height beside the right one."""
    points = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 0, 0], [2, 1, 0], [1, 0.5, 0]]
    left = [[0, 1, 6], [0, 6, 3], [3, 6, 2]]
    right = [[1, 4, 5], [1, 5, 2]]
    surface = surface_of(points, [*left, [1, 2, 6], *right])
    inside = np.isclose(surface.vertices[surface.edges][:, :, 0], 1.0).all(axis=1)
    assert not inside.any()
    assert np.isfinite(surface.normals).all()
    np.testing.assert_allclose(np.abs(surface.normals), [[0, 0, 1]] * len(surface.normals), atol=1e-6)


def test_a_sliver_on_a_crease_keeps_the_crease() -> None:
    points = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 0, -1], [1, 1, -1], [1, 0.5, 0]]
    top = [[0, 1, 6], [0, 6, 3], [3, 6, 2]]
    wall = [[1, 4, 5], [1, 5, 2]]
    surface = surface_of(points, [*top, [1, 2, 6], *wall])
    ends = surface.vertices[surface.edges]
    on_crease = (np.isclose(ends[:, :, 0], 1) & np.isclose(ends[:, :, 2], 0)).all(axis=1)
    assert edge_lengths(surface)[on_crease].sum() >= 1.0 - 1e-6
    np.testing.assert_allclose(np.sort(np.abs(surface.normals), axis=1)[:, 2], 1.0, atol=1e-6)


def test_a_wall_on_a_floor_is_lined_and_a_crossing_of_sheets_is_not() -> None:
    floor = [[0, -1, 0], [1, -1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0], [0, 1, 0]]
    faces = [[0, 1, 2], [0, 2, 3], [3, 2, 4], [3, 4, 5]]
    wall = [[1, 0, 1], [0, 0, 1]]
    surface = surface_of(floor + wall, [*faces, [3, 2, 6], [3, 6, 7]])
    ends = surface.vertices[surface.edges]
    assert (np.isclose(ends[:, :, 1:], 0).all(axis=(1, 2))).sum() == 1


def test_both_sides_of_a_sheet_modelled_apart_show_only_its_border() -> None:
    """The two sides are cut along different diagonals, so that no face is repeated."""
    grid = np.array([[x, y, 0] for y in range(3) for x in range(3)], dtype=np.float64)
    front, back = [], []
    for y in range(2):
        for x in range(2):
            a, b, c, d = 3 * y + x, 3 * y + x + 1, 3 * y + x + 4, 3 * y + x + 3
            front += [[a, b, c], [a, c, d]]
            back += [[a, d, b], [b, d, c]]
    surface = surface_of(grid, front + back)
    ends = surface.vertices[surface.edges][:, :, :2]
    on_border = (np.isclose(ends, 0).all(axis=1) | np.isclose(ends, 2).all(axis=1)).any(axis=1)
    assert on_border.all()
    assert len({tuple(sorted(map(tuple, pair.tolist()))) for pair in ends}) == 8


def test_a_moebius_band_has_unit_normals() -> None:
    """One side only: no choice of signs agrees, and still nothing cancels to NaN."""
    steps = 40
    angle = np.arange(steps) * 2 * np.pi / steps
    half = np.stack([np.cos(angle / 2) * np.cos(angle), np.cos(angle / 2) * np.sin(angle), np.sin(angle / 2)], axis=1)
    middle = np.stack([np.cos(angle), np.sin(angle), np.zeros(steps)], axis=1)
    points = np.vstack([middle - 0.3 * half, middle + 0.3 * half])
    faces = []
    for i in range(steps):
        a, b = i, i + steps
        c, d = (i + 1, i + 1 + steps) if i + 1 < steps else (steps, 0)
        faces += [[a, c, d], [a, d, b]]
    surface = surface_of(points, faces)
    np.testing.assert_allclose(np.linalg.norm(surface.normals, axis=1), 1.0, atol=1e-5)


def test_a_mesh_of_slivers_alone_has_unit_normals() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0.5, 1e-9, 0], [0.5, 0, 1e-9]])
    surface = surface_of(points, [[0, 1, 2], [0, 1, 3]])
    np.testing.assert_allclose(np.linalg.norm(surface.normals, axis=1), 1.0, atol=1e-5)


def test_random_soup_keeps_its_area_and_has_unit_normals() -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        points = rng.integers(0, 4, (30, 3)).astype(np.float64)
        faces = rng.integers(0, 30, (60, 3))
        welded, triangles = weld(points, faces)
        if not len(triangles):
            continue
        surface = build_surface(welded, triangles)
        np.testing.assert_allclose(np.linalg.norm(surface.normals, axis=1), 1.0, atol=1e-5)
        assert area(surface.vertices, surface.faces.astype(np.int64)) == pytest.approx(area(welded, triangles))
        assert len(np.unique(np.sort(triangles, axis=1), axis=0)) == len(triangles)


def test_real_models_keep_where_they_are(shared_data: Path) -> None:
    for path in (shared_data / "cad" / "fan" / "07.off", shared_data / "cad" / "chair" / "02.off"):
        mesh = read_mesh(path)
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
        assert 0 < len(mesh.edges) < len(mesh.faces)
        assert mesh.diagonal == pytest.approx(np.linalg.norm(mesh.upper - mesh.lower))
        assert mesh.radius <= mesh.diagonal
