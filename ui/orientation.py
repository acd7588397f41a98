"""Neutralises the EXIF orientation of a stored photo on its way out, without touching a pixel.

Pixel coordinates mean the stored pixels, but browsers turn a photo by its EXIF tag. The tag's two-byte value is set
to 1 (upright) in place, so that length and everything else stay as they are. Formats: JPEG (APP1 "Exif", JPEG/EXIF
2.32 section 4.5), PNG (`eXIf` chunk, whose CRC is renewed), WebP (RIFF `EXIF` chunk). Each may wrap the same TIFF
header; anything that cannot be followed is left alone.
"""

import struct
import zlib

ORIENTATION_TAG = 0x0112
UPRIGHT = 1
SHORT = 3


def upright(content: bytes) -> bytes:
    """The same file with orientation 1 wherever it states another; the very same object where it states none."""
    turned = bytearray(content)
    if content.startswith(b"\xff\xd8"):
        changed = _jpeg(turned)
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        changed = _png(turned)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        changed = _webp(turned)
    else:
        changed = False
    return bytes(turned) if changed else content


def _jpeg(content: bytearray) -> bool:
    """Walks the markers up to the picture's own data; only APP1 segments can hold EXIF."""
    changed, position = False, 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in {0xDA, 0xD9}:  # the picture's data begins, or the file ends
            break
        (length,) = struct.unpack_from(">H", content, position + 2)
        start, end = position + 4, min(position + 2 + length, len(content))
        if marker == 0xE1 and content[start : start + 6] == b"Exif\0\0":
            changed |= _tiff(content, start + 6, end)
        position += 2 + length
    return changed


def _png(content: bytearray) -> bool:
    changed, position = False, 8
    while position + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, position)
        start, end = position + 8, position + 8 + length
        if end + 4 > len(content):
            break
        if content[position + 4 : start] == b"eXIf" and _tiff(content, start, end):
            struct.pack_into(">I", content, end, zlib.crc32(content[position + 4 : end]))
            changed = True
        position = end + 4
    return changed


def _webp(content: bytearray) -> bool:
    changed, position = False, 12
    while position + 8 <= len(content):
        (length,) = struct.unpack_from("<I", content, position + 4)
        start, end = position + 8, min(position + 8 + length, len(content))
        if content[position : position + 4] == b"EXIF":
            prefix = 6 if content[start : start + 6] == b"Exif\0\0" else 0  # some writers keep JPEG's
            changed |= _tiff(content, start + prefix, end)
        position = start + length + (length & 1)
    return changed


def _tiff(content: bytearray, start: int, end: int) -> bool:
    """Sets the orientation of the first image directory in the TIFF structure at [start, end)."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(content[start : start + 4]))
    if order is None or start + 8 > end:
        return False
    directory = start + struct.unpack_from(f"{order}I", content, start + 4)[0]
    if directory + 2 > end:
        return False
    (entries,) = struct.unpack_from(f"{order}H", content, directory)
    changed = False
    for index in range(entries):
        entry = directory + 2 + 12 * index
        if entry + 12 > end:
            break
        tag, kind, count = struct.unpack_from(f"{order}HHI", content, entry)
        if tag == ORIENTATION_TAG and kind == SHORT and count == 1:
            (value,) = struct.unpack_from(f"{order}H", content, entry + 8)
            if value != UPRIGHT:
                struct.pack_into(f"{order}H", content, entry + 8, UPRIGHT)
                changed = True
    return changed
