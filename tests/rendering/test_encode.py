"""Pictures survive the way into bytes and back."""

import zlib

import numpy as np
import pytest

from rendering.draw import NOTHING, Picture
from rendering.encode import encode
from rendering.outline import outline
from rendering.request import Output


def picture(height: int = 37, width: int = 53) -> Picture:
    plane = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
    plane[:5] = 0
    plane[5:10] = 255
    return Picture(x=7, y=9, plane=plane)


@pytest.mark.parametrize("part", [slice(None), slice(3, 30)])
def test_what_is_packed_unpacks_to_every_pixel(part: slice) -> None:
    plane = picture().plane[:, part]
    frame = encode(Picture(x=7, y=9, plane=plane), Output.OVERLAY)
    assert (frame.x, frame.y, frame.width, frame.height) == (7, 9, plane.shape[1], 37)
    assert frame.media_type == "application/zlib"
    assert zlib.decompress(frame.payload) == plane.tobytes()


def test_raw_is_the_plane_itself() -> None:
    frame = encode(picture(), Output.RAW)
    assert frame.payload == picture().plane.tobytes()


@pytest.mark.parametrize("output", list(Output))
def test_nothing_is_no_bytes(output: Output) -> None:
    frame = encode(NOTHING, output)
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
