"""The browser must show the stored pixels, whatever the EXIF tag says."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from ui.orientation import upright

PICTURE = Image.fromarray(np.arange(24 * 16 * 3, dtype=np.uint8).reshape(16, 24, 3))


def encoded(format_: str, orientation: int | None, **options: object) -> bytes:
    file = io.BytesIO()
    if orientation is not None:
        exif = Image.Exif()
        exif[0x010F] = "maker"
        exif[0x0112] = orientation
        options["exif"] = exif
    PICTURE.save(file, format_, **options)
    return file.getvalue()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_pixels_stay_and_the_turn_is_gone(format_: str, orientation: int) -> None:
    turned = encoded(format_, orientation)
    served = upright(turned)
    with Image.open(io.BytesIO(turned)) as before, Image.open(io.BytesIO(served)) as after:
        assert ImageOps.exif_transpose(before).tobytes() != before.tobytes()
        assert ImageOps.exif_transpose(after).tobytes() == after.tobytes() == before.tobytes()
        assert after.getexif()[0x0112] == 1
        assert after.getexif()[0x010F] == "maker"
    assert len(served) == len(turned)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "BMP"])
def test_a_file_without_a_turn_is_served_as_it_is(format_: str) -> None:
    plain = encoded(format_, None)
    assert upright(plain) is plain
    if format_ != "BMP":
        straight = encoded(format_, 1)
        assert upright(straight) is straight


def test_big_endian_exif() -> None:
    tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    file = io.BytesIO()
    PICTURE.save(file, "JPEG", exif=b"Exif\0\0" + tiff)
    with Image.open(io.BytesIO(upright(file.getvalue()))) as after:
        assert after.getexif()[0x0112] == 1


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_damaged_files_pass_without_an_error(format_: str) -> None:
    whole = encoded(format_, 6)
    for length in range(0, len(whole), 3):
        upright(whole[:length])
    for position in range(2, min(len(whole), 300)):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        upright(bytes(damaged))
