"""The photos: checked once when they come in, kept as they came, named by their content."""

import io
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from storage.errors import ImageRefused, ImageTakenDown
from storage.files import MARK, place, sha256_of, sweep, sync_folder, write_once

LARGEST_SIDE = 8192
LARGEST_FILE = 128 * 1024 * 1024
MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What every browser shows, Pillow's names first. An MPO is a JPEG with further pictures behind the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImage:
    """`width` and `height` are those of the stored pixels: an EXIF orientation turns nothing here."""

    sha256: str
    width: int
    height: int
    media_type: str
    size: int


class ImageStore:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, source: bytes | Path) -> StoredImage:
        """Checks and keeps a photo; the same content is kept once. Raises ImageRefused, ImageTakenDown."""
        content = _read(source)
        sha256 = sha256_of(content)
        if self.is_taken_down(sha256):
            raise ImageTakenDown("this photo was taken down for good and cannot come back")
        width, height, media_type = _check(content)
        write_once(place(self._root, sha256), content)
        return StoredImage(sha256=sha256, width=width, height=height, media_type=media_type, size=len(content))

    def path(self, sha256: str) -> Path:
        """Where the photo is, or would be."""
        return place(self._root, sha256)

    def is_taken_down(self, sha256: str) -> bool:
        return self._tombstone(sha256).exists()

    def remove(self, sha256: str) -> None:
        """Deletes the photo for good: a mark without content stays, so that no import brings it back. Doing it
        again does no harm."""
        tombstone = self._tombstone(sha256)
        tombstone.parent.mkdir(parents=True, exist_ok=True)
        tombstone.touch(mode=0o644)
        self.path(sha256).unlink(missing_ok=True)
        sync_folder(tombstone.parent)

    def sweep(self, needed: Container[str], *, before: float) -> int:
        """Deletes photos that no row names, put before this time (seconds since 1970); returns how many."""
        return sweep(self._root, needed, before=before)

    def _tombstone(self, sha256: str) -> Path:
        return place(self._root, sha256, MARK)


def _read(source: bytes | Path) -> bytes:
    """The bytes, unless there are too many: then the file is not read at all."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > LARGEST_FILE:
            raise ImageRefused(f"the file has {size} bytes, {LARGEST_FILE} are admitted")
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise ImageRefused(f"the file cannot be read: {error.strerror or error}") from None


def _check(content: bytes) -> tuple[int, int, str]:
    """(width, height, media type). Raises ImageRefused.

    Sides are read from the header and checked before a pixel is decoded. Then all pixels are, to find a file that
    is cut off; a JPEG at an eighth of its size, which reads the file to its end just as well.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            width, height = picture.size
            media_type = MEDIA_TYPES[picture.format or ""]
            if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
                raise ImageRefused(f"the photo is {width}×{height}, {LARGEST_SIDE}×{LARGEST_SIDE} is the most")
            picture.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            picture.load()
            return width, height, media_type
    except ImageRefused:
        raise
    except UnidentifiedImageError:
        raise ImageRefused("the file is no JPEG, PNG or WebP photo") from None
    except Exception as error:  # noqa: BLE001 - a broken file makes Pillow's decoders raise nearly anything
        raise ImageRefused(f"the photo cannot be decoded: {error}") from None
