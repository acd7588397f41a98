"""Demo photos: the camera is the pose's, what is drawn is where the pose says, and the truth is as measured."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from domain.answer import Density, ObjectStatus
from meshes.builtin import catalogue
from meshes.builtin.shapes import box, ellipsoid
from rendering.scene import Light, Scene, SceneCamera, SceneObject, TexturedQuad, pose_of
from rendering.scene_gl import SceneRenderer
from rendering.scene_manifest import PhotoObject, PhotoRecord
from rendering.scene_paint import library_shape, painted
from rendering.scene_photo import CLARITY, WANTED, Photo, status_of, take
from rendering.scene_shots import SHOTS, SIZES, Hidden, Shot
from rendering.scene_stage import grounded, turn
from rendering.scene_textures import PAINTERS, SIDE, texture

DEGREE = np.pi / 180


@pytest.fixture(scope="module")
def renderer() -> SceneRenderer:
    return SceneRenderer()


def car(x: float = 0.0, y: float = 0.0, yaw: float = 40.0, size: float = 5.0) -> SceneObject:
    shape = library_shape("car", 1, np.random.default_rng(1))
    thing = SceneObject(
        shape=shape, R_world_object=turn("z", yaw * DEGREE), position=np.array([x, y, 0.0]), size=size
    )
    return grounded(thing)


def camera_on(
    thing: SceneObject, viewport: float = 1200.0, distance: float = 16.0, elevation: float = 14.0
) -> SceneCamera:
    return SceneCamera.on(
        thing.position,
        elevation=elevation * DEGREE,
        roll=3 * DEGREE,
        distance=distance,
        viewport=viewport,
        px=301.3,
        py=247.8,
        width=640,
        height=480,
    )


def test_pose_of_the_photographed_object_is_exact() -> None:
    thing = car()
    camera = camera_on(thing)
    pose = pose_of(camera, thing)
    pixels = pose.project(thing.shape.vertices)
    assert np.abs(pixels - camera.project(thing.world_vertices())).max() < 1e-8
    assert (pose.px, pose.py, pose.viewport) == pytest.approx((301.3, 247.8, 1200.0))
    # The camera looks along +y: an object turned by −a about z is seen from azimuth a.
    assert np.degrees(pose.azimuth) == pytest.approx(320)
    assert np.degrees(pose.elevation) == pytest.approx(14)
    assert np.degrees(pose.theta) == pytest.approx(3)


def test_pose_of_another_object_in_the_photo_is_good_to_a_fraction_of_a_pixel_from_afar() -> None:
    main, other = car(), car(x=4.5, y=1.0, yaw=200.0)
    camera = camera_on(main, viewport=6000.0, distance=110.0)
    pixels = pose_of(camera, other).project(other.shape.vertices)
    assert np.abs(pixels - camera.project(other.world_vertices())).max() < 0.5


def test_a_moved_or_magnified_camera_shows_the_same_picture() -> None:
    thing = car()
    camera = camera_on(thing)
    points = thing.world_vertices()
    assert camera.framed(37, -12, 100, 80).project(points) == pytest.approx(camera.project(points) - (37, -12))
    doubled = camera.scaled(2).project(points)
    assert (doubled + 0.5) / 2 - 0.5 == pytest.approx(camera.project(points))
    ahead = camera.unproject((100.0, 60.0), 7.0)
    assert camera.project(ahead[None])[0] == pytest.approx([100, 60])


def test_what_is_seen_is_where_the_pose_puts_it(renderer: SceneRenderer) -> None:
    thing = car()
    camera = camera_on(thing)
    owner = renderer.seen((thing,), camera).owner
    rows, columns = np.nonzero(owner == 1)
    pixels = pose_of(camera, thing).project(thing.shape.vertices)
    assert np.abs([columns.min(), rows.min()] - pixels.min(axis=0)).max() <= 1
    assert np.abs([columns.max(), rows.max()] - pixels.max(axis=0)).max() <= 1


def test_a_ball_is_seen_with_its_analytic_size_and_depth(renderer: SceneRenderer) -> None:
    shape = painted(ellipsoid(0.5, 0.5, 0.5, segments=96, rings=48), np.random.default_rng(0))
    ball = SceneObject(shape=shape, R_world_object=np.eye(3), position=np.zeros(3), size=2.0)
    camera = camera_on(ball, distance=8.0, viewport=900.0)
    seen = renderer.seen((ball,), camera)
    radius = 900 * 1 / np.sqrt(8**2 - 1)
    assert np.sqrt(np.count_nonzero(seen.owner) / np.pi) == pytest.approx(radius, abs=0.4)
    assert seen.depth.min() == pytest.approx(7.0, abs=0.01)
    assert np.isinf(seen.depth[0, 0])


def test_nearer_objects_hide_farther_ones(renderer: SceneRenderer) -> None:
    main = car()
    camera = camera_on(main, elevation=3.0)
    alone = np.count_nonzero(renderer.seen((main,), camera).owner == 1)
    behind, ahead = car(y=8.0), car(y=-7.0, x=0.8)
    assert np.count_nonzero(renderer.seen((main, behind), camera).owner == 1) == alone
    hidden = np.count_nonzero(renderer.seen((main, ahead), camera).owner == 1)
    assert 0 < hidden < 0.8 * alone


def test_picture_shows_the_object_just_where_it_is_seen(renderer: SceneRenderer) -> None:
    """Before an even sky, what differs from it is the object."""
    thing = car()
    camera = camera_on(thing)
    black = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    glow = Light(colour=(3, 3, 3), above=(2, 2, 2), below=(2, 2, 2))
    picture = renderer.picture(Scene(objects=(thing,), sky=black, light=glow), camera)
    drawn = picture.max(axis=2) > 0
    seen = renderer.seen((thing,), camera).owner == 1
    assert np.count_nonzero(drawn & seen) / np.count_nonzero(drawn | seen) > 0.995


def test_things_cast_shadows_on_the_ground(renderer: SceneRenderer) -> None:
    shape = painted(box(1, 1, 1), np.random.default_rng(0))
    block = grounded(SceneObject(shape=shape, R_world_object=np.eye(3), position=np.zeros(3), size=1.0))
    ground = TexturedQuad(corners=np.array([(-9, 9, 0), (9, 9, 0), (9, -9, 0), (-9, -9, 0)]), texture="plain")
    scene = Scene(objects=(block,), surfaces=(ground,), light=Light(towards=(1.0, 0.0, 1.0)))
    camera = camera_on(block, distance=9.0, viewport=700.0, elevation=60.0)
    picture = renderer.picture(scene, camera).astype(float).mean(axis=2)

    def brightness(x: float, y: float) -> float:
        u, v = np.round(camera.project(np.array([[x, y, 0.0]]))[0]).astype(int)
        return float(picture[v - 2 : v + 3, u - 2 : u + 3].mean())

    # The light comes from +x at 45°: the shadow reaches from the block to one height beyond it, at −x.
    assert brightness(-1.0, 0.0) < 0.75 * brightness(1.6, 0.0)
    assert brightness(-2.2, 0.0) == pytest.approx(brightness(2.2, 0.0), rel=0.05)


@pytest.mark.parametrize("name", PAINTERS)
def test_textures_are_painted_and_not_plain(name: str) -> None:
    tile = texture(name)
    assert tile.shape == (SIDE, SIDE, 3)
    assert tile.dtype == np.uint8
    if name != "plain":
        assert tile.astype(float).std(axis=(0, 1)).max() > 2


@pytest.mark.parametrize("name", ["asphalt", "grass", "parquet", "brick", "plaster", "carpet"])
def test_textures_repeat_without_a_seam(name: str) -> None:
    tile = texture(name).astype(float)
    for axis in (0, 1):
        steps = np.abs(np.diff(tile, axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(np.take(tile, 0, axis) - np.take(tile, -1, axis)).mean()
        assert seam <= steps.max() * 1.2


@pytest.mark.parametrize(
    ("visible", "clarity", "status"),
    [
        (1.0, 1.0, ObjectStatus.GOOD),
        (0.91, 0.5, ObjectStatus.GOOD),
        (0.90, 1.0, ObjectStatus.PARTIALLY),
        (0.50, 1.0, ObjectStatus.PARTIALLY),
        (0.49, 1.0, ObjectStatus.BARELY),
        (1.0, 0.2, ObjectStatus.BARELY),
        (0.12, 1.0, ObjectStatus.BARELY),
        (0.11, 1.0, ObjectStatus.BAD),
        (1.0, 0.05, ObjectStatus.BAD),
    ],
)
def test_quality_follows_from_what_is_seen(visible: float, clarity: float, status: ObjectStatus) -> None:
    assert status_of(visible, clarity) is status


def test_shots_cover_the_library_all_qualities_and_both_densities() -> None:
    assert sum(2 if shot.two else 1 for shot in SHOTS) >= 36
    assert {shot.category for shot in SHOTS} == {category.name for category in catalogue()} == set(SIZES)
    assert {shot.status for shot in SHOTS} == set(ObjectStatus)
    assert sum(shot.dense for shot in SHOTS) >= 5
    models = {category.name: len(category.models) for category in catalogue()}
    assert all(1 <= shot.cad_index <= models[shot.category] == len(SIZES[shot.category]) for shot in SHOTS)
    for status, (low, high) in WANTED.items():
        assert status_of(low, 1.0) is status_of(high, 1.0) is status
    assert all(status_of(1.0, clarity) is status for status, clarity in CLARITY.items())


def shot_where(**wanted: object) -> int:
    return next(
        k for k, shot in enumerate(SHOTS) if all(getattr(shot, key) == value for key, value in wanted.items())
    )


def taken(renderer: SceneRenderer, number: int) -> tuple[Shot, Photo]:
    return SHOTS[number], take(SHOTS[number], renderer, np.random.default_rng([7, number]))


def test_photo_of_two_tells_the_truth_about_both(renderer: SceneRenderer) -> None:
    _, photo = taken(renderer, shot_where(category="cup", two=True))
    assert len(photo.objects) == 2
    assert {thing.dense for thing in photo.objects} == {Density.YES}
    for number, thing in enumerate(photo.objects, start=1):
        check_truth(thing, photo.owner == number, photo.pixels.shape[:2])


@pytest.mark.parametrize(
    ("hidden", "status"), [(Hidden.THING, ObjectStatus.PARTIALLY), (Hidden.BORDER, ObjectStatus.BARELY)]
)
def test_hidden_object_is_hidden_as_wanted(renderer: SceneRenderer, hidden: Hidden, status: ObjectStatus) -> None:
    shot, photo = taken(renderer, shot_where(hidden=hidden, status=status, room="table"))
    (thing,) = photo.objects
    low, high = WANTED[shot.status]
    assert thing.object_status is status
    assert low <= thing.visible <= high
    rows, columns = np.nonzero(photo.owner == 1)
    # What is seen lies within the box, which reaches to what is hidden too.
    assert columns.min() >= thing.box.x1 - 1
    assert columns.max() <= thing.box.x2 + 1
    assert rows.min() >= thing.box.y1 - 1
    assert rows.max() <= thing.box.y2 + 1


def test_fog_takes_the_contrast_away(renderer: SceneRenderer) -> None:
    _, clear = taken(renderer, shot_where(category="car", hidden=Hidden.NOTHING))
    _, foggy = taken(renderer, shot_where(category="car", hidden=Hidden.FOG, status=ObjectStatus.BAD))
    assert foggy.objects[0].visible > 0.9
    spread = [photo.pixels[photo.owner == 1].astype(float).std() for photo in (clear, foggy)]
    assert spread[1] < 0.3 * spread[0]


def test_the_same_seed_gives_the_same_photo(renderer: SceneRenderer) -> None:
    number = shot_where(category="kettle", dense=True)
    _, first = taken(renderer, number)
    _, again = taken(renderer, number)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.objects == again.objects


def check_truth(thing: PhotoObject, mask: np.ndarray, size: tuple[int, ...]) -> None:
    """A wholly visible object: its projected model fills just the mask's box, and that is the truth's box."""
    (models,) = (category.models for category in catalogue() if category.name == thing.category)
    pixels = thing.pose.project(models[thing.cad_index - 1].build()[0])
    rows, columns = np.nonzero(mask)
    drawn = np.array([columns.min(), rows.min(), columns.max(), rows.max()])
    projected = np.clip(np.concatenate([pixels.min(axis=0), pixels.max(axis=0)]), 0, np.tile(size[::-1], 2) - 1)
    assert np.abs(drawn - projected).max() <= 1.5
    assert np.abs(np.array([thing.box.x1, thing.box.y1, thing.box.x2, thing.box.y2]) - projected).max() <= 1.0


def test_records_survive_json(renderer: SceneRenderer) -> None:
    _, photo = taken(renderer, shot_where(category="camera", dense=True))
    record = PhotoRecord(number=3, file="camera_03.jpg", objects=photo.objects)
    assert PhotoRecord.from_json(record.to_json()) == record
    shifted = replace(photo.objects[0], visible=0.5)
    assert PhotoRecord.from_json(replace(record, objects=(shifted,)).to_json()) != record
    buffer = io.BytesIO()
    Image.fromarray(photo.pixels).save(buffer, "JPEG")
    assert photo.pixels.dtype == np.uint8
