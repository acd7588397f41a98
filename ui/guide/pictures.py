"""The guide's pictures: a photo, a model over it where one belongs, boxes. Drawn once, then kept."""

import asyncio
import hashlib
import io
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from domain.box import Box
from domain.errors import NotFound
from domain.pose import Pose
from domain.view import View
from meshes.builtin.catalogue import BuiltinModel
from meshes.off import write_off
from rendering.request import Output, OverlayMode, RenderedFrame, RenderRequest
from rendering.scene_manifest import PhotoObject
from rendering.thumbnails import thumbnail
from ui.guide.examples import PORTRAITS, SCENES, Model, Scene, builtin_model, photo_numbers
from ui.guide.photos import GuidePhoto, GuidePhotos
from ui.overlays import framed
from ui.services import Services
from ui.thumbnails import Picture, read_kept, write_kept

WIDTH, HEIGHT = 560, 420
COLOUR = (61, 220, 151)
OPACITY = 0.62
BOX_LIGHT, BOX_DARK = (255, 221, 87), (30, 26, 10)
PORTRAIT_SIZE = 320
QUALITY = 86
LOOK = 1
"""Part of the cache's file names: raise it when the pictures are to look different."""


@dataclass(eq=False)
class GuidePictures:
    """Requests for one picture that come while it is being drawn wait for the same drawing."""

    services: Services
    photos: GuidePhotos = field(init=False)
    _drawing: dict[str, asyncio.Task[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folder = self.services.settings.cache_directory / "guide"
        self.photos = GuidePhotos(self._folder / "photos", photo_numbers())

    async def of(self, name: str) -> Picture:
        """Raises NotFound for no picture of the guide, and what drawing raises."""
        if name not in SCENES and name not in PORTRAITS:
            raise NotFound(f"the guide has no picture {name}")
        plan = repr(asdict(SCENES[name])) if name in SCENES else name
        etag = hashlib.sha256(f"{name} {plan} {LOOK}".encode()).hexdigest()[:24]
        kind, media_type = (".jpg", "image/jpeg") if name in SCENES else (".png", "image/png")
        file = self._folder / "pictures" / f"{name}-{etag}{kind}"
        content = await asyncio.to_thread(read_kept, file) or await self._drawn_once(name, file)
        return Picture(content=content, media_type=media_type, etag=etag, final=True)

    async def mesh(self, model: Model) -> Path:
        """The file of a built-in model. Raises NotFound where there is none."""
        try:
            known = builtin_model(model)
        except KeyError:
            raise NotFound(f"no built-in model {model}") from None
        return await asyncio.to_thread(self._written, f"{model[0]}-{model[1]:02d}", known)

    async def close(self) -> None:
        await self.photos.close()

    def _written(self, name: str, model: BuiltinModel) -> Path:
        file = self._folder / "models" / f"{name}.off"
        if not file.exists():
            with TemporaryDirectory(prefix="posewright-guide-") as folder:
                write_off(part := Path(folder, file.name), *model.build())
                write_kept(file, part.read_bytes())
        return file

    async def _drawn_once(self, name: str, file: Path) -> bytes:
        task = self._drawing.get(name)
        if task is None:
            task = self._drawing[name] = asyncio.create_task(self._draw(name, file))
            task.add_done_callback(lambda _task: self._drawing.pop(name, None))
        return await asyncio.shield(task)

    async def _draw(self, name: str, file: Path) -> bytes:
        if name in PORTRAITS:
            mesh = await asyncio.to_thread(self._written, name, PORTRAITS[name])
            content = await thumbnail(self.services.renderer, mesh, size=PORTRAIT_SIZE)
        else:
            content = await self._draw_scene(SCENES[name])
        await asyncio.to_thread(write_kept, file, content)
        return content

    async def _draw_scene(self, scene: Scene) -> bytes:
        photo = await self.photos.of(scene.photo)
        view = await asyncio.to_thread(_view, photo, scene)
        thing = photo.objects[0]
        pose = _pose(thing, scene)
        frame = None
        if scene.overlay:
            request = RenderRequest(
                mesh_path=await self.mesh(scene.model or (thing.category, thing.cad_index)),
                pose=pose,
                view=view,
                mode=OverlayMode.SOLID,
                output=Output.RAW,
            )
            frame = await self.services.renderer.render_in_background(request)
        return await asyncio.to_thread(_composed, photo, scene, view, frame, pose)


def _view(photo: GuidePhoto, scene: Scene) -> View:
    with Image.open(photo.file) as picture:
        size = picture.size
    box = photo.objects[0].box
    if scene.room is None:
        scale = min(WIDTH / size[0], HEIGHT / size[1])
        width, height = round(size[0] * scale), round(size[1] * scale)
        return View(left=0.0, top=0.0, scale=scale, width=width, height=height)
    u, v = box.centre
    half = ((box.x2 - box.x1) / 2 * scene.room / 1.6, (box.y2 - box.y1) / 2 * scene.room / 1.6)
    larger = Box(u - half[0], v - half[1], u + half[0], v + half[1])
    view = framed(larger, *size, WIDTH, HEIGHT)
    left, top = (
        min(max(start, 0.0), whole - shown) if whole >= shown else start
        for start, whole, shown in (
            (view.left, size[0], view.width / view.scale),
            (view.top, size[1], view.height / view.scale),
        )
    )
    return replace(view, left=left, top=top)


def _pose(thing: PhotoObject, scene: Scene) -> Pose:
    pose, box = thing.pose, thing.box
    diagonal = float(np.hypot(box.x2 - box.x1, box.y2 - box.y1))
    azimuth, elevation, theta = (float(angle) for angle in np.radians(scene.turned))
    return pose.replace(
        azimuth=pose.azimuth + azimuth,
        elevation=pose.elevation + elevation,
        theta=pose.theta + theta,
        distance=pose.distance / scene.nearer,
        px=pose.px + scene.moved[0] * diagonal,
        py=pose.py + scene.moved[1] * diagonal,
    ).canonical()


def _composed(photo: GuidePhoto, scene: Scene, view: View, frame: RenderedFrame | None, pose: Pose) -> bytes:
    """A JPEG of what the view shows, as the stage would show it."""
    with Image.open(photo.file) as picture:
        end = (1 / view.scale, 0, view.left, 0, 1 / view.scale, view.top)
        canvas = picture.convert("RGB").transform(
            (view.width, view.height), Image.Transform.AFFINE, end, Image.Resampling.BICUBIC, fillcolor=(24, 26, 30)
        )
    if frame is not None and not frame.empty:
        canvas = _laid_over(canvas, frame)
    draw = ImageDraw.Draw(canvas)
    for thing in photo.objects[: scene.boxes]:
        box = thing.box
        corners = [
            ((box.x1 + 0.5 - view.left) * view.scale, (box.y1 + 0.5 - view.top) * view.scale),
            ((box.x2 + 0.5 - view.left) * view.scale, (box.y2 + 0.5 - view.top) * view.scale),
        ]
        draw.rectangle(corners, outline=BOX_DARK, width=5)
        draw.rectangle(
            [(corners[0][0] + 1, corners[0][1] + 1), (corners[1][0] - 1, corners[1][1] - 1)],
            outline=BOX_LIGHT,
            width=3,
        )
    if scene.centre:
        _cross(draw, view.camera(pose).px, view.camera(pose).py, (255, 255, 255))
        right = view.camera(photo.objects[0].pose)
        _cross(draw, right.px, right.py, BOX_LIGHT, round_=True)
    stream = io.BytesIO()
    canvas.save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def _laid_over(canvas: Image.Image, frame: RenderedFrame) -> Image.Image:
    """The shaded model in its colour, with an outline in two tones that shows on any photo."""
    pixels: NDArray[np.float32] = np.asarray(canvas, dtype=np.float32).copy()
    plane = np.zeros(pixels.shape[:2], dtype=np.uint8)
    region = np.frombuffer(frame.payload, dtype=np.uint8).reshape(frame.height, frame.width)
    plane[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = region
    covered = Image.fromarray(np.where(plane > 0, 255, 0).astype(np.uint8))
    tinted = (plane[..., None] / 255.0) * np.array(COLOUR, dtype=np.float32)
    pixels = np.where(plane[..., None] > 0, (1 - OPACITY) * pixels + OPACITY * tinted, pixels)
    grown = np.asarray(covered.filter(ImageFilter.MaxFilter(5))) > 0
    shrunk = np.asarray(covered.filter(ImageFilter.MinFilter(3))) > 0
    inside = plane > 0
    pixels[grown & ~inside] = (12, 20, 16)
    pixels[inside & ~shrunk] = COLOUR
    return Image.fromarray(np.rint(pixels).astype(np.uint8))


def _cross(
    draw: ImageDraw.ImageDraw, x: float, y: float, colour: tuple[int, int, int], *, round_: bool = False
) -> None:
    """The model's centre as a cross, the object's as a ring."""
    if round_:
        draw.ellipse([x - 13, y - 13, x + 13, y + 13], outline=(0, 0, 0), width=6)
        draw.ellipse([x - 12, y - 12, x + 12, y + 12], outline=colour, width=4)
        return
    for width, tone in ((7, (0, 0, 0)), (3, colour)):
        draw.line([x - 11, y, x + 11, y], fill=tone, width=width)
        draw.line([x, y - 11, x, y + 11], fill=tone, width=width)
