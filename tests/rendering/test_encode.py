"""Pictures survive the way into bytes and back, as any PNG reader sees them."""

import io

import numpy as np
import pytest
from PIL import Image

from rendering.draw import NOTHING, Picture
from rendering.encode import encode, to_rgba
from rendering.outline import outline
from rendering.request import Output, OverlayMode


def picture(height: int = 37, width: int = 53) -> Picture:
    plane = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
    plane[:5] = 0
    plane[5:10] = 255
    return Picture(x=7, y=9, plane=plane)


@pytest.mark.parametrize("mode", list(OverlayMode))
@pytest.mark.parametrize("output", [Output.OVERLAY, Output.PNG_RGBA])
def test_a_png_shows_every_pixel(mode: OverlayMode, output: Output) -> None:
    frame = encode(picture(), mode, output)
    assert (frame.x, frame.y, frame.width, frame.height) == (7, 9, 53, 37)
    assert frame.media_type == "image/png"
    with Image.open(io.BytesIO(frame.payload)) as opened:
        opened.load()
        assert opened.size == (53, 37)
        assert opened.mode == ("P" if output is Output.OVERLAY else "RGBA")
        rgba = np.asarray(opened.convert("RGBA"))
    assert np.array_equal(rgba, to_rgba(picture().plane, mode))


def test_solid_is_opaque_grey_where_there_is_something() -> None:
    rgba = to_rgba(np.array([[0, 1, 200, 255]], dtype=np.uint8), OverlayMode.SOLID)
    assert rgba[0].tolist() == [[0, 0, 0, 0], [1, 1, 1, 255], [200, 200, 200, 255], [255, 255, 255, 255]]


def test_lines_are_white_and_the_index_is_their_alpha() -> None:
    rgba = to_rgba(np.array([[0, 1, 200]], dtype=np.uint8), OverlayMode.WIREFRAME)
    assert rgba[0].tolist() == [[255, 255, 255, 0], [255, 255, 255, 1], [255, 255, 255, 200]]


def test_raw_is_the_plane_itself() -> None:
    frame = encode(picture(), OverlayMode.MASK, Output.RAW)
    assert frame.payload == picture().plane.tobytes()


@pytest.mark.parametrize("output", list(Output))
def test_nothing_is_no_bytes(output: Output) -> None:
    frame = encode(NOTHING, OverlayMode.SOLID, output)
    assert frame.empty
    assert frame.payload == b""


def test_the_outline_of_a_straight_border_is_as_wide_on_either_side() -> None:
    mask = np.zeros((20, 20), dtype=np.uint8)
    mask[:, 10:] = 255
    assert outline(mask)[10].tolist() == [0] * 8 + [64, 255, 255, 64] + [0] * 8


def test_an_empty_and_a_full_mask_have_no_outline() -> None:
    for value in (0, 255):
        assert not outline(np.full((9, 9), value, dtype=np.uint8)).any()


def test_a_single_pixel_has_an_outline_around_it() -> None:
    mask = np.zeros((9, 9), dtype=np.uint8)
    mask[4, 4] = 255
    line = outline(mask)
    assert line[4, 4] == 255
    assert line[4, 3] == line[3, 4] == 255
    assert line[4, 1] == line[1, 4] == 0
    assert np.array_equal(line, line.T)
