"""Deletes the pixels of photos that were taken down: the file, and whatever was made of it."""

from pathlib import Path

from storage.database import Database
from storage.images import ImageStore
from storage.use_cases.taking_down import taken_down_digests


def delete_pixels(images: ImageStore, cache: Path, sha256: str) -> None:
    """Follows the commit that marked the photo, and may be repeated. Caches name their files by digests."""
    images.remove(sha256)
    for path in cache.rglob(f"*{sha256}*"):
        if path.is_file():
            path.unlink(missing_ok=True)


def finish_take_downs(database: Database, images: ImageStore, cache: Path) -> int:
    """Deletes what a process that ended between the two steps has left; returns how many photos that were."""
    with database.reading() as session:
        left = [sha256 for sha256 in taken_down_digests(session) if images.path(sha256).exists()]
    for sha256 in left:
        delete_pixels(images, cache, sha256)
    return len(left)
