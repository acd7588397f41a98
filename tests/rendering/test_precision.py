"""The mask is right to the pixel: against exact coverage, OpenCV's fill, and a sphere's analytic silhouette."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from domain.pose import Pose
from domain.view import View
from meshes.mesh import Mesh
from meshes.read import read_mesh
from rendering.draw import Renderer
from rendering.projection import NEAR_RATIO, bounding_points, frame_object
from rendering.request import OverlayMode
from tests.rendering.exact_coverage import exact_coverage, opencv_fill

WIDTH, HEIGHT = 640, 480
LARGE_ENOUGH = 2000


def full_mask(renderer: Renderer, mesh: Mesh, pose: Pose, view: View) -> np.ndarray:
    picture = renderer.draw(mesh, pose, view, OverlayMode.MASK)
    mask = np.zeros((view.height, view.width), dtype=bool)
    height, width = picture.plane.shape
    mask[picture.y : picture.y + height, picture.x : picture.x + width] = picture.plane > 0
    return mask


def random_pose(rng: np.random.Generator, mesh: Mesh) -> Pose:
    distance = mesh.radius * rng.uniform(1.3, 8)
    return Pose(
        azimuth=rng.uniform(0, 2 * math.pi),
        elevation=rng.uniform(-math.pi / 2, math.pi / 2),
        theta=rng.uniform(-math.pi, math.pi),
        distance=distance,
        px=rng.uniform(0.1, 0.9) * WIDTH,
        py=rng.uniform(0.1, 0.9) * HEIGHT,
        viewport=rng.uniform(200, 600) * distance / mesh.diagonal,
    )


def assert_right_to_the_pixel(renderer: Renderer, mesh: Mesh, pose: Pose) -> int:
    """Returns how many pixels the object covers."""
    mask = full_mask(renderer, mesh, pose, View.whole(WIDTH, HEIGHT))
    framing = frame_object(bounding_points(mesh.vertices), pose, WIDTH, HEIGHT)
    near = framing.near if framing is not None else pose.distance
    exact = exact_coverage(mesh.vertices, mesh.faces, pose, WIDTH, HEIGHT, near)
    if framing is not None and framing.near > NEAR_RATIO * framing.far:
        # Nothing was cut at the near plane; where it was, coordinates go beyond what OpenCV's fill can count.
        assert not np.any(mask & ~opencv_fill(mesh.vertices, mesh.faces, pose, WIDTH, HEIGHT, near)), pose
    if (covered := int(exact.sum())) > LARGE_ENOUGH:
        assert (mask & exact).sum() / (mask | exact).sum() >= 0.995, pose
    return covered


def test_masks_of_our_own_shapes(
    renderer: Renderer, shapes: dict[str, Mesh], count: Callable[[int, int], int]
) -> None:
    rng = np.random.default_rng(20)
    names = ["box", "wheel", "sphere"]
    large = 0
    for number in range(count(12, 200)):
        mesh = shapes[names[number % len(names)]]
        large += assert_right_to_the_pixel(renderer, mesh, random_pose(rng, mesh)) > LARGE_ENOUGH
    assert large >= count(6, 100)


def test_masks_of_real_cad_models(renderer: Renderer, shared_data: Path, count: Callable[[int, int], int]) -> None:
    rng = np.random.default_rng(21)
    files = [file for file in sorted((shared_data / "cad").glob("*/*.off")) if file.parent.name != "odd"]
    rng.shuffle(files)
    large = 0
    for number in range(count(12, 200)):
        mesh = read_mesh(files[number % len(files)])
        large += assert_right_to_the_pixel(renderer, mesh, random_pose(rng, mesh)) > LARGE_ENOUGH
    assert large >= count(6, 100)


def test_walls_that_reach_behind_the_camera_are_cut_at_the_near_plane(
    renderer: Renderer, shapes: dict[str, Mesh]
) -> None:
    rng = np.random.default_rng(22)
    for _ in range(6):
        pose = Pose(
            azimuth=rng.uniform(-0.4, 0.4),
            elevation=rng.uniform(-0.4, 0.4),
            theta=rng.uniform(-3, 3),
            distance=rng.uniform(0.5, 4),
            px=rng.uniform(200, 440),
            py=rng.uniform(150, 330),
            viewport=rng.uniform(150, 400),
        )
        covered = assert_right_to_the_pixel(renderer, shapes["corridor"], pose)
        assert LARGE_ENOUGH < covered < WIDTH * HEIGHT


@pytest.mark.parametrize("distance", [1.0, 2.5, 40.0])
def test_a_sphere_has_its_analytic_radius(renderer: Renderer, shapes: dict[str, Mesh], distance: float) -> None:
    """Seen along its axis: tan of the tangent cone's half angle, r / √(d² − r²), times the focal length."""
    radius, centre = 0.5, (319.7, 240.2)
    analytic = 190.0
    viewport = analytic * math.sqrt(distance**2 - radius**2) / radius
    pose = Pose(azimuth=0.3, elevation=0.4, theta=0, distance=distance, px=centre[0], py=centre[1], viewport=viewport)
    mask = full_mask(renderer, shapes["sphere"], pose, View.whole(WIDTH, HEIGHT))
    assert math.isclose(math.sqrt(mask.sum() / math.pi), analytic, abs_tol=0.2)
    rows, columns = np.nonzero(mask)
    distances = np.hypot(columns - centre[0], rows - centre[1])
    assert distances.max() <= analytic + 0.5
    rows, columns = np.nonzero(~mask)
    assert np.hypot(columns - centre[0], rows - centre[1]).min() >= analytic - 0.5


def test_a_part_of_the_view_is_cut_from_the_whole(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    pose = Pose(azimuth=0.5, elevation=0.4, theta=0.2, distance=3, px=320, py=240, viewport=1200)
    whole = full_mask(renderer, shapes["wheel"], pose, View.whole(WIDTH, HEIGHT))
    part = View(left=280.0, top=150.0, scale=1.0, width=100, height=120)
    mask, cut = full_mask(renderer, shapes["wheel"], pose, part), whole[150:270, 280:380]
    assert cut.sum() > 500
    assert (mask & cut).sum() / (mask | cut).sum() > 0.995


def test_zoom_is_a_longer_lens(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    """At scale s, screen pixel X shows the photo's corner coordinate left + (X + 0.5) / s."""
    pose = Pose(azimuth=0.5, elevation=0.4, theta=0.2, distance=3, px=320, py=240, viewport=1200)
    view = View(left=250.25, top=180.5, scale=7.5, width=600, height=400)
    mask = full_mask(renderer, shapes["box"], pose, view)
    lens = Pose(
        azimuth=0.5, elevation=0.4, theta=0.2, distance=3, viewport=1200 * 7.5,
        px=(320.5 - 250.25) * 7.5 - 0.5, py=(240.5 - 180.5) * 7.5 - 0.5,
    )  # fmt: skip
    mesh = shapes["box"]
    assert np.array_equal(mask, exact_coverage(mesh.vertices, mesh.faces, lens, 600, 400, near=0.1))


def test_the_largest_view_is_drawn(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    pose = Pose(azimuth=0, elevation=0, theta=0, distance=10, px=4096, py=4096, viewport=76_000)
    mask = renderer.draw(shapes["box"], pose, View.whole(8192, 8192), OverlayMode.MASK)
    height, width = mask.plane.shape
    near = 10 - 0.3
    assert abs(width - 76_000 / near) <= 1
    assert abs(height - 0.4 * 76_000 / near) <= 1
    assert np.all(mask.plane == 255)
