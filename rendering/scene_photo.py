"""Takes the demo's photos: tries placements until one shows what the shot wants, and measures the truth of it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from domain.answer import Density, ObjectStatus
from domain.box import Box
from domain.errors import PosewrightError
from domain.rotation import euler_to_matrix
from rendering.scene import Air, Array, Light, Look, Scene, SceneCamera, SceneObject, pose_of
from rendering.scene_gl import SceneRenderer, Seen
from rendering.scene_manifest import PhotoObject
from rendering.scene_rooms import ROOMS, Room
from rendering.scene_shots import SIZES, Hidden, Shot, Stance
from rendering.scene_stage import Like, before, clutter_object, companion, fastenings, subject, surroundings

FORMATS = ((640, 480), (640, 480), (800, 600), (720, 540), (480, 640), (600, 800))
"""Width and height of the photos, in pixels."""

SAMPLES = 2
"""Along each side of a pixel."""

ATTEMPTS = 40

FROM_AFAR = 6000.0
"""Focal length, in pixels, of photos with two labelled objects: the second one's pose has a camera of its own, which
sees what the photo's camera sees only where that looks from afar (`pose_of`)."""

GOOD_FROM, PARTIALLY_FROM, BARELY_FROM = 0.90, 0.50, 0.12
"""Parts of an object that must be visible to be good, partially, barely visible; less is bad (the manual says "more
than 90 %", "a small part hidden", "only a small part visible", "most of it hidden")."""

CLEAR_FROM, FAINT_FROM = 0.28, 0.09
"""Parts of its contrast that fog and darkness must leave; less makes the object barely visible, or bad."""

WANTED = {
    ObjectStatus.GOOD: (0.94, 1.0),
    ObjectStatus.PARTIALLY: (0.58, 0.86),
    ObjectStatus.BARELY: (0.17, 0.42),
    ObjectStatus.BAD: (0.02, 0.10),
}
"""Visible parts that leave no doubt about the answer."""

CLARITY = {ObjectStatus.BARELY: 0.17, ObjectStatus.BAD: 0.065}

CLOSE = 0.15
"""Objects whose boxes are nearer than this part of the box's diagonal are close to each other."""


class ShotFailed(PosewrightError):
    """No placement was found that shows what the shot wants."""

    code = "shot_failed"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """`pixels` (H, W, 3) uint8. `owner` (H, W) numbers what is seen: k for `objects[k - 1]`, 0 or more for others."""

    pixels: NDArray[np.uint8]
    owner: NDArray[np.uint8]
    objects: tuple[PhotoObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Composition:
    """A placement: `likes` are the objects of the category, the photo's own first."""

    camera: SceneCamera
    room: Room
    likes: tuple[Like, ...]
    others: tuple[SceneObject, ...]

    @property
    def things(self) -> tuple[SceneObject, ...]:
        return (*(like.thing for like in self.likes), *self.others)


def take(shot: Shot, renderer: SceneRenderer, rng: np.random.Generator) -> Photo:
    """The photo of a shot; the same for the same random numbers. Raises ShotFailed."""
    for _ in range(ATTEMPTS):
        composition = _compose(shot, renderer, rng)
        if composition is None:
            continue
        clarity = CLARITY.get(shot.status, 1.0) if shot.hidden in (Hidden.FOG, Hidden.DARK) else 1.0
        seen = renderer.seen(composition.things, composition.camera)
        truths = tuple(_truth(shot, composition, k, seen, clarity, renderer) for k in range(len(composition.likes)))
        main = truths[0]
        wants_dense = Density.YES if shot.dense else Density.NO
        if main.object_status is not shot.status or main.dense is not wants_dense or not _plain(shot, truths):
            continue
        pixels = _develop(shot, composition, seen, clarity, renderer, rng)
        return Photo(pixels=pixels, owner=seen.owner, objects=truths[: 2 if shot.two else 1])
    raise ShotFailed(f"no placement shows {shot}")


def _plain(shot: Shot, truths: tuple[PhotoObject, ...]) -> bool:
    """Whether nobody could doubt the answers: visible parts well within their ranges, a companion that is seen."""
    low, high = WANTED[shot.status]
    main = truths[0]
    if shot.hidden not in (Hidden.FOG, Hidden.DARK) and not low <= main.visible <= high:
        return False
    return all(other.visible > 0.35 for other in truths[1:])


def _compose(shot: Shot, renderer: SceneRenderer, rng: np.random.Generator) -> _Composition | None:
    room = ROOMS[shot.room](rng, SIZES[shot.category][shot.cad_index - 1])
    main = subject(shot, room, rng)
    likes = [main]
    if shot.dense or shot.two or shot.far:
        likes.append(companion(shot, main.thing, room, rng))
    camera = _camera(shot, likes, rng)
    if camera.eye()[2] < 0.05 * main.thing.size and shot.stance is not Stance.FLY:
        return None
    held = fastenings(shot, main.thing, rng)
    standing = [like.thing for like in likes]
    others = [*held, *surroundings(shot, room, [*standing, *held], rng)]
    if shot.hidden is Hidden.BORDER:
        camera = _cut_off(main.thing, camera, WANTED[shot.status], renderer, rng)
    if shot.hidden is Hidden.THING:
        occluder = _occluder(shot, room, standing, others, camera, renderer, rng)
        if occluder is None:
            return None
        others.append(occluder)
    return _Composition(camera=camera, room=room, likes=tuple(likes), others=tuple(others))


def _camera(shot: Shot, likes: list[Like], rng: np.random.Generator) -> SceneCamera:
    """Looks at the object; further to the side where another one is to be in the picture too."""
    width, height = FORMATS[int(rng.integers(len(FORMATS)))]
    together = len(likes) > 1
    if together and width < height:
        width, height = height, width
    viewport = FROM_AFAR if shot.two else float(rng.choice([900.0, 1200.0, 1600.0, 2000.0]))
    fill = rng.uniform(0.46, 0.58) if together else rng.uniform(0.64, 0.84)
    main = likes[0].thing
    elevation, roll = rng.uniform(*np.radians(shot.elevation)), rng.normal(0, 0.02)
    px, py = width * rng.uniform(0.46, 0.54), height * rng.uniform(0.47, 0.55)
    if together:
        px -= np.sign(likes[1].thing.position[0]) * width * (0.14 if shot.dense else 0.20)
    return SceneCamera.on(
        main.position,
        elevation=elevation,
        roll=roll,
        distance=viewport * _apparent_size(main, elevation) / (fill * min(width, height)),
        viewport=viewport,
        px=float(px),
        py=float(py),
        width=width,
        height=height,
    )


def _apparent_size(thing: SceneObject, elevation: float) -> float:
    """About how many metres across the object is as the camera sees it: the diagonal of its box there, less a bit."""
    seen = thing.world_vertices() @ euler_to_matrix(0.0, elevation, 0.0).T
    return 0.88 * float(np.linalg.norm(np.ptp(seen[:, :2], axis=0)))


def _cut_off(
    thing: SceneObject,
    camera: SceneCamera,
    wanted: tuple[float, float],
    renderer: SceneRenderer,
    rng: np.random.Generator,
) -> SceneCamera:
    """The camera moved until a border of the picture leaves the wanted part of the object."""
    x1, y1, x2, y2 = _whole_box(thing, camera)
    mask = _whole_mask(thing, camera, renderer)
    axis = int(rng.random() < 0.3)
    from_start = bool(rng.random() < 0.5)
    area = np.cumsum(mask.sum(axis=axis)[:: -1 if from_start else 1]) / mask.sum()
    kept = int(np.searchsorted(area, rng.uniform(*wanted)))
    if axis == 0:
        edge = x2 - kept if from_start else x1 + kept - camera.width
        return camera.shifted(-edge, 0.0)
    edge = y2 - kept if from_start else y1 + kept - camera.height
    return camera.shifted(0.0, -edge)


def _occluder(
    shot: Shot,
    room: Room,
    standing: list[SceneObject],
    others: list[SceneObject],
    camera: SceneCamera,
    renderer: SceneRenderer,
    rng: np.random.Generator,
) -> SceneObject | None:
    """Something before the object that hides just the wanted part of it; None where no place for it was found."""
    main = standing[0]
    low, high = WANTED[shot.status]
    small = camera.scaled(0.25)
    whole = int(_whole_mask(main, small, renderer).sum())
    thing = clutter_object(room.before[int(rng.integers(len(room.before)))], rng)
    for _ in range(16):
        there = before(thing, main, camera, rng)
        seen = renderer.seen((main, *standing[1:], *others, there), small)
        if low <= np.count_nonzero(seen.owner == 1) / max(whole, 1) <= high:
            return there
    return None


def _whole_box(thing: SceneObject, camera: SceneCamera) -> tuple[int, int, int, int]:
    """Pixels from (x1, y1) up to (x2, y2), not included, that hold all of the object, wherever the picture ends."""
    pixels = camera.project(thing.world_vertices())
    (x1, y1), (x2, y2) = np.floor(pixels.min(axis=0)), np.ceil(pixels.max(axis=0)) + 1
    return int(x1), int(y1), int(x2), int(y2)


def _whole_mask(thing: SceneObject, camera: SceneCamera, renderer: SceneRenderer) -> NDArray[np.bool_]:
    """The object alone, as if the picture did not end."""
    x1, y1, x2, y2 = _whole_box(thing, camera)
    return np.asarray(renderer.seen((thing,), camera.framed(x1, y1, x2 - x1, y2 - y1)).owner == 1)


def _truth(
    shot: Shot, composition: _Composition, k: int, seen: Seen, clarity: float, renderer: SceneRenderer
) -> PhotoObject:
    camera, like = composition.camera, composition.likes[k]
    whole = int(_whole_mask(like.thing, camera, renderer).sum())
    visible = np.count_nonzero(seen.owner == k + 1) / max(whole, 1)
    boxes = [camera.project(other.thing.world_vertices()) for other in composition.likes]
    corners = [(box.min(axis=0), box.max(axis=0)) for box in boxes]
    low, high = corners[k]
    gaps = [_gap(corners[k], other) for j, other in enumerate(corners) if j != k]
    close = min(gaps, default=np.inf) < CLOSE * float(np.linalg.norm(high - low))
    size = np.array([camera.width, camera.height])
    low, high = np.clip(low, -0.5, size - 0.5), np.clip(high, -0.5, size - 0.5)
    return PhotoObject(
        category=shot.category,
        cad_index=like.cad_index,
        pose=pose_of(camera, like.thing),
        box=Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        visible=float(visible),
        clarity=clarity,
        object_status=status_of(visible, clarity),
        dense=Density.YES if close else Density.NO,
    )


def _gap(a: tuple[Array, Array], b: tuple[Array, Array]) -> float:
    """Pixels between two boxes; 0 where they touch."""
    return float(np.linalg.norm(np.maximum(0, np.maximum(b[0] - a[1], a[0] - b[1]))))


def status_of(visible: float, clarity: float) -> ObjectStatus:
    """The manual's answer for an object of which so much is seen, so clearly."""
    if visible < BARELY_FROM or clarity < FAINT_FROM:
        return ObjectStatus.BAD
    if visible < PARTIALLY_FROM or clarity < CLEAR_FROM:
        return ObjectStatus.BARELY
    return ObjectStatus.GOOD if visible > GOOD_FROM else ObjectStatus.PARTIALLY


def _develop(
    shot: Shot,
    composition: _Composition,
    seen: Seen,
    clarity: float,
    renderer: SceneRenderer,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    room, camera = composition.room, composition.camera
    light, air, look = room.light, Air(), Look()
    reach = float(np.linalg.norm(camera.eye() - composition.likes[0].thing.position))
    if shot.hidden is Hidden.FOG:
        air = Air(loss=-np.log(clarity) / reach)
        light = replace(light, colour=(0.35, 0.35, 0.36))
    if shot.hidden is Hidden.DARK:
        look = Look(noise=0.028, vignette=0.35)
        light = _dimmed(light, clarity**2)
    scene = Scene(
        objects=composition.things,
        surfaces=room.surfaces,
        light=light,
        air=air,
        sky=room.sky,
        clouds=room.clouds,
    )
    large = renderer.picture(scene, camera.scaled(SAMPLES))
    return finished(large, camera, seen.depth, reach, room.back, look, rng)


def _dimmed(light: Light, factor: float) -> Light:
    def dim(colour: tuple[float, float, float]) -> tuple[float, float, float]:
        return colour[0] * factor * 0.8, colour[1] * factor * 0.9, colour[2] * factor * 1.1

    return replace(light, colour=dim(light.colour), above=dim(light.above), below=dim(light.below))


def finished(
    large: NDArray[np.uint8],
    camera: SceneCamera,
    depth: Array,
    focus: float,
    back: float,
    look: Look,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """From what was drawn to what a camera gives: scaled down, out of focus before and behind, vignette, noise.

    depth: (H, W) metres to objects, infinite elsewhere, where the ground or the wall at y = `back` is taken.
    """
    sharp = Image.fromarray(large).reduce(SAMPLES)
    blurred = sharp.filter(ImageFilter.GaussianBlur(look.out_of_focus))
    # The picture is sharp or not in broad areas: half the pixels each way are enough to know where.
    v, u = np.mgrid[: camera.height : 2, : camera.width : 2].astype(np.float32)
    distance = np.minimum(depth[::2, ::2], _distance_of_ground(camera, u, v, back)).astype(np.float32)
    softness = np.clip(1.8 * np.abs(1 - focus / distance) - 0.12, 0, 1)
    mask = Image.fromarray(np.round(255 * softness).astype(np.uint8)).resize(sharp.size, Image.Resampling.BILINEAR)
    picture = np.asarray(Image.composite(blurred, sharp, mask), dtype=np.float32)
    v, u = np.ogrid[: camera.height, : camera.width]
    fall = (u / camera.width - 0.5) ** 2 + (v / camera.height - 0.5) ** 2
    grain = rng.standard_normal((camera.height, camera.width), dtype=np.float32)
    shade = (look.exposure * (1 - look.vignette * fall)).astype(np.float32)
    picture = picture * shade[..., None] + (255 * look.noise * grain)[..., None]
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def _distance_of_ground(camera: SceneCamera, u: Array, v: Array, back: float) -> Array:
    """Depth of the ground, or of the wall behind, in each pixel."""
    rays = np.stack([(u - camera.px) / camera.viewport, (v - camera.py) / camera.viewport, np.ones_like(u)], axis=-1)
    rays = rays @ camera.R_camera_world
    eye = camera.eye()
    with np.errstate(divide="ignore", invalid="ignore"):
        ground = np.where(rays[..., 2] < 0, -eye[2] / rays[..., 2], np.inf)
        wall = np.where(rays[..., 1] > 0, (back + 0.5 - eye[1]) / rays[..., 1], np.inf)
    return np.asarray(np.maximum(np.minimum(ground, wall), 1e-3))
