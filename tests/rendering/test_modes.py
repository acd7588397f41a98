"""What each mode shows, stated as properties of its picture."""

import math

import cv2
import numpy as np
import pytest

from domain.errors import InvalidInput
from domain.pose import Pose
from domain.view import View
from meshes.mesh import Mesh
from rendering.draw import Renderer
from rendering.request import OverlayMode

SIZE = 301
CENTRE = 150.0
VIEW = View.whole(SIZE, SIZE)
POSE = Pose(azimuth=0.6, elevation=0.5, theta=0.0, distance=3.0, px=CENTRE, py=CENTRE, viewport=600)


def drawn(renderer: Renderer, mesh: Mesh, pose: Pose, mode: OverlayMode, view: View = VIEW) -> np.ndarray:
    picture = renderer.draw(mesh, pose, view, mode)
    plane = np.zeros((view.height, view.width), dtype=np.uint8)
    height, width = picture.plane.shape
    plane[picture.y : picture.y + height, picture.x : picture.x + width] = picture.plane
    return plane


def test_solid_covers_exactly_the_mask(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    for name in ("box", "sphere", "wheel"):
        solid = drawn(renderer, shapes[name], POSE, OverlayMode.SOLID)
        mask = drawn(renderer, shapes[name], POSE, OverlayMode.MASK)
        assert np.array_equal(solid > 0, mask > 0)
        assert set(np.unique(mask)) == {0, 255}


def test_a_sphere_is_brightest_in_its_middle_and_falls_off_to_its_rim(
    renderer: Renderer, shapes: dict[str, Mesh]
) -> None:
    solid = drawn(renderer, shapes["sphere"], POSE, OverlayMode.SOLID).astype(int)
    row = solid[int(CENTRE), int(CENTRE) :]
    row = row[row > 0]
    assert row[0] > 240
    assert row[-1] < 0.6 * row[0]
    assert np.all(np.diff(row) <= 1)


def test_the_three_visible_sides_of_a_box_differ_in_shade(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    solid = drawn(renderer, shapes["box"], POSE, OverlayMode.SOLID)
    sides = [POSE.project([point])[0].round().astype(int) for point in ((0, -0.3, 0), (0.5, 0, 0), (0, 0, 0.2))]
    sides[1] = POSE.project([(-0.5, 0, 0)])[0].round().astype(int)
    shades = sorted(int(solid[y, x]) for x, y in sides)
    assert min(np.diff(shades)) > 8


def test_rolling_the_object_rolls_the_picture_shade_and_all(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    """The browser turns the last overlay while theta is dragged; the server's frame must not jump."""
    for name in ("box", "sphere"):
        upright = drawn(renderer, shapes[name], POSE, OverlayMode.SOLID)
        rolled = drawn(renderer, shapes[name], POSE.replace(theta=math.pi / 2), OverlayMode.SOLID)
        turned = np.rot90(upright)  # counter-clockwise, as positive theta
        both = (rolled > 0) & (turned > 0)
        assert both.sum() > 0.995 * max((rolled > 0).sum(), (turned > 0).sum())
        difference = np.abs(rolled.astype(int) - turned.astype(int))[both]
        assert np.mean(difference <= 2) > 0.99

        angle = 0.4
        rolled = drawn(renderer, shapes[name], POSE.replace(theta=angle), OverlayMode.SOLID)
        matrix = cv2.getRotationMatrix2D((CENTRE, CENTRE), math.degrees(angle), 1)
        turned = cv2.warpAffine(upright, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR)
        inside = cv2.erode(((rolled > 0) & (turned > 0)).astype(np.uint8), np.ones((5, 5))) > 0
        assert np.median(np.abs(rolled.astype(int) - turned.astype(int))[inside]) <= 1


def test_moving_the_centre_moves_the_picture_unchanged(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    for mode in OverlayMode:
        there = drawn(renderer, shapes["box"], POSE, mode)
        moved = drawn(renderer, shapes["box"], POSE.replace(px=CENTRE + 11, py=CENTRE - 7), mode)
        difference = np.abs(np.roll(there, (-7, 11), axis=(0, 1)).astype(int) - moved.astype(int))
        assert np.mean(difference > 2) < 0.001


def projected_edges() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Points along the box's visible and its hidden edges, (50, 2) pixels for each edge, as POSE sees them."""
    half = np.array([0.5, 0.3, 0.2])
    eye = -POSE.rotation().T @ POSE.translation()
    visible, hidden = [], []
    for axis in range(3):
        for signs in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            points = np.zeros((50, 3))
            others = [other for other in range(3) if other != axis]
            points[:, others] = np.array(signs) * half[others]
            points[:, axis] = np.linspace(-half[axis], half[axis], 50)
            seen = any(sign * eye[other] > half[other] for other, sign in zip(others, signs, strict=True))
            (visible if seen else hidden).append(POSE.project(points))
    return visible, hidden


def test_wireframe_shows_the_edges_in_front_and_hides_those_behind(
    renderer: Renderer, shapes: dict[str, Mesh]
) -> None:
    wireframe = drawn(renderer, shapes["box"], POSE, OverlayMode.WIREFRAME)
    visible, hidden = projected_edges()
    assert (len(visible), len(hidden)) == (9, 3)
    around = cv2.dilate(wireframe, np.ones((3, 3)))
    for x, y in np.concatenate(visible).round().astype(int):
        assert around[y, x] > 150
    lines = np.zeros_like(wireframe)
    for points in visible:
        cv2.polylines(lines, [points.round().astype(np.int32)], isClosed=False, color=255, thickness=5)
    clear = [(x, y) for x, y in np.concatenate(hidden).round().astype(int) if not lines[y, x]]
    assert len(clear) > 60
    for x, y in clear:
        assert wireframe[y, x] == 0


def test_lines_are_one_and_a_half_pixels_wide_and_antialiased(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    """Alpha summed across an edge is its width in pixels, however it lies on the pixels' grid."""
    for shift in (0.0, 0.25, 0.5):
        frontal = Pose(azimuth=0, elevation=0, theta=0, distance=3.0, px=CENTRE + shift, py=CENTRE, viewport=600)
        wireframe = drawn(renderer, shapes["box"], frontal, OverlayMode.WIREFRAME)
        right_edge = wireframe[int(CENTRE), int(CENTRE) + 50 :].astype(float) / 255
        assert math.isclose(right_edge.sum(), 1.5, abs_tol=0.05)
        position = (right_edge * np.arange(len(right_edge))).sum() / right_edge.sum() + 50 + int(CENTRE)
        assert math.isclose(position, frontal.project([(0.5, -0.3, 0)])[0][0], abs_tol=0.05)


def test_round_things_have_a_contour_in_wireframe(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    wireframe = drawn(renderer, shapes["sphere"], POSE, OverlayMode.WIREFRAME)
    radius = 600 * 0.5 / math.sqrt(3.0**2 - 0.5**2)
    for angle in np.linspace(0, 2 * math.pi, 60, endpoint=False):
        x, y = round(CENTRE + radius * math.cos(angle)), round(CENTRE + radius * math.sin(angle))
        assert wireframe[y - 1 : y + 2, x - 1 : x + 2].max() > 150
    assert wireframe[int(CENTRE) - 60 : int(CENTRE) + 60, int(CENTRE) - 60 : int(CENTRE) + 60].max() == 0


def test_the_silhouette_is_a_closed_line_along_the_border(renderer: Renderer, shapes: dict[str, Mesh]) -> None:
    silhouette = drawn(renderer, shapes["box"], POSE, OverlayMode.SILHOUETTE)
    mask = drawn(renderer, shapes["box"], POSE, OverlayMode.MASK)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(~mask, cv2.DIST_L2, 5)
    distance = np.where(mask > 0, inside, outside)  # 1 at the pixels on either side of the border
    assert np.all(silhouette[distance > 2.5] == 0)
    assert np.all(silhouette[distance <= 1] == 255)
    width = silhouette.astype(float).sum() / 255 / cv2.arcLength(
        cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0], closed=True
    )  # fmt: skip
    assert 2 <= width <= 3


def test_a_silhouette_is_open_where_the_object_leaves_the_picture(
    renderer: Renderer, shapes: dict[str, Mesh]
) -> None:
    pose = POSE.replace(px=0.0)
    silhouette = drawn(renderer, shapes["box"], pose, OverlayMode.SILHOUETTE)
    mask = drawn(renderer, shapes["box"], pose, OverlayMode.MASK)
    well_inside = cv2.erode(mask, np.ones((9, 1)))[:, 0] > 0
    assert well_inside.any()
    assert np.all(silhouette[well_inside, 0] == 0)


@pytest.mark.parametrize("mode", list(OverlayMode))
def test_nothing_visible_is_an_empty_picture(renderer: Renderer, shapes: dict[str, Mesh], mode: OverlayMode) -> None:
    assert renderer.draw(shapes["box"], POSE.replace(px=-9000), VIEW, mode).plane.size == 0


@pytest.mark.parametrize("mode", list(OverlayMode))
def test_the_picture_is_trimmed_to_what_is_visible(
    renderer: Renderer, shapes: dict[str, Mesh], mode: OverlayMode
) -> None:
    plane = renderer.draw(shapes["corridor"], POSE.replace(distance=30, azimuth=0, elevation=0), VIEW, mode).plane
    assert all(edge.any() for edge in (plane[0], plane[-1], plane[:, 0], plane[:, -1]))


@pytest.mark.parametrize("mode", list(OverlayMode))
def test_extreme_poses_give_a_picture_or_a_named_error(
    renderer: Renderer, shapes: dict[str, Mesh], mode: OverlayMode
) -> None:
    for values in (
        {"distance": 1e9, "viewport": 1e9},
        {"distance": 1e9},
        {"distance": 1e-6},
        {"distance": 0.5001, "viewport": 1e9},
        {"viewport": 1e-6},
        {"px": 1e9},
        {"px": -1e9, "py": 1e9, "viewport": 1e9},
    ):
        for scale in (1e-4, 1.0, 1e4):
            view = View(left=0, top=0, scale=scale, width=64, height=64)
            try:
                picture = renderer.draw(shapes["corridor"], POSE.replace(**values), view, mode)
            except InvalidInput:
                continue
            assert picture.plane.shape[0] <= 64
            assert picture.plane.shape[1] <= 64
