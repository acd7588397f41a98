"""`render`: one CAD model at one pose as a PNG, by the same worker that draws for the stage."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import InvalidInput
from rendering.modes import MODES, OverlayMode

if TYPE_CHECKING:
    from PIL.Image import Image

    from rendering.request import RenderedFrame

LINE_COLOUR = (255, 45, 120)
"""Of what is not shaded: rare in photos, and to be seen on black and on white."""


def register(app: typer.Typer) -> None:
    app.command("render", help="Draw a CAD model at a pose into a PNG.")(render)


def render(
    cad: Annotated[Path, typer.Option(help="The CAD model: OFF, OBJ, PLY, STL or GLB.", metavar="FILE")],
    azimuth: Annotated[float, typer.Option(help="Turn about the object's z axis, degrees.", metavar="DEG")],
    elevation: Annotated[float, typer.Option(help="Tilt, degrees; positive: from above.", metavar="DEG")],
    theta: Annotated[float, typer.Option(help="Roll, degrees; positive: counter-clockwise.", metavar="DEG")],
    distance: Annotated[float, typer.Option(help="From the camera, in CAD units.", metavar="D")],
    px: Annotated[float, typer.Option(help="Column of the object's origin; pixel centres are whole.", metavar="X")],
    py: Annotated[float, typer.Option(help="Row of the object's origin.", metavar="Y")],
    viewport: Annotated[float, typer.Option(help="Focal length in pixels.", metavar="V")],
    out: Annotated[Path, typer.Option(help="Where to write the PNG.", metavar="PNG")],
    size: Annotated[
        str | None,
        typer.Option(help="Width and height of the picture, up to 8192x8192; the photo's if absent.", metavar="WxH"),
    ] = None,
    mode: Annotated[
        OverlayMode,
        typer.Option(
            help="mask: grey, 0 or 255, exactly the covered pixel centres. The others: RGBA, or over the photo.",
            metavar="|".join(OverlayMode),
        ),
    ] = OverlayMode.SOLID,
    photo: Annotated[
        Path | None,
        typer.Option(help="Draw over this photo, its pixels as stored (EXIF turns nothing).", metavar="FILE"),
    ] = None,
) -> None:
    import math
    import tempfile

    from domain.pose import Pose
    from domain.view import View
    from rendering.pool import render_once
    from rendering.request import Output, RenderRequest

    background = None if photo is None else _opened(photo)
    width, height = _size(size, background)
    request = RenderRequest(
        mesh_path=cad,
        pose=Pose(
            azimuth=math.radians(azimuth),
            elevation=math.radians(elevation),
            theta=math.radians(theta),
            distance=distance,
            px=px,
            py=py,
            viewport=viewport,
        ),
        view=View.whole(width, height),
        mode=mode,
        output=Output.RAW,
    )
    with tempfile.TemporaryDirectory(prefix="posewright-") as cache:
        frame = render_once(request, Path(cache))
    picture = _picture(frame, request.mode, (width, height), background)
    try:
        picture.save(out, "PNG", compress_level=3)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}") from None
    if frame.empty:
        typer.echo("note: nothing of the object lies within the picture", err=True)


def _opened(photo: Path) -> "Image":
    """The photo in RGB, as stored: Pillow leaves EXIF orientation alone unless it is told otherwise."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(photo) as opened:
            return opened.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise InvalidInput(f"{photo} is not a photo that can be read") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput(f"{photo} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _size(size: str | None, background: "Image | None") -> tuple[int, int]:
    if size is None:
        if background is None:
            raise InvalidInput("give the picture's --size WxH, or a --photo to take it from")
        return background.size
    numbers = re.fullmatch(r"(\d{1,6})[xX×](\d{1,6})", size.strip())
    if numbers is None:
        raise InvalidInput(f"--size must look like 640x480, not {size!r}")
    width, height = int(numbers[1]), int(numbers[2])
    if background is not None and background.size != (width, height):
        raise InvalidInput(f"the photo is {background.width}x{background.height}, but --size says {width}x{height}")
    return width, height


def _picture(frame: "RenderedFrame", mode: OverlayMode, size: tuple[int, int], background: "Image | None") -> "Image":
    """The frame in its place: a mask alone, otherwise over the photo or over nothing."""
    from PIL import Image

    place = (frame.x, frame.y)
    plane = Image.frombytes("L", (frame.width, frame.height), frame.payload)
    if mode is OverlayMode.MASK:
        mask = Image.new("L", size)
        mask.paste(plane, place)
        return mask
    if MODES[mode].shaded:
        alpha = plane.point([0] + [255] * 255)
        colour = Image.merge("RGB", (plane, plane, plane))
    else:
        alpha = plane
        colour = Image.new("RGB", plane.size, LINE_COLOUR)
    if background is not None:
        background.paste(colour, place, alpha)
        return background
    colour.putalpha(alpha)
    picture = Image.new("RGBA", size)
    picture.paste(colour, place)
    return picture
