"""What an import reads from: an archive that was uploaded, or a folder or archive of this machine that is allowed.

The parameter `upload` (a name in the home's uploads) or `place` (a whole path below an allowed folder) says which.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from domain.errors import InvalidInput, NotAllowed, NotFound
from storage.archives import SUFFIXES, unpack
from storage.formats.errors import NotADataset
from ui.jobs.context import Progress, Workshop
from ui.settings import Settings

LISTED: Final = 500
DEEPEST: Final = 3
NO_ROOT: Final = frozenset({"images", "annotations", "annotations_new", "lists", "CAD", "cad", "predictions"})
"""A folder of such a name that stands alone in an archive is part of a data set, and not its wrapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder or archive of this machine that may be imported; `shown` begins with the allowed folder's name."""

    path: Path
    shown: str


def allowed_place(settings: Settings, place: str) -> Path:
    """The folder or archive. Raises NotAllowed for one that is not below an allowed folder, links followed."""
    path = Path(place)
    if not path.is_absolute() or "\0" in place:
        raise InvalidInput("name the folder by its whole path")
    resolved = path.resolve()
    allowed = [folder.resolve() for folder in settings.import_directories]
    if not any(resolved.is_relative_to(folder) for folder in allowed):
        shown = ", ".join(str(folder) for folder in settings.import_directories)
        raise NotAllowed(f"imports are allowed from folders below {shown} (POSEWRIGHT_IMPORT_DIRS)")
    if not resolved.exists():
        raise NotFound(f"{place} is not there")
    return resolved


def places(settings: Settings) -> list[Place]:
    """Folders and archives below the allowed folders, a few levels deep, for a person to choose from."""
    found: list[Place] = []
    for root in settings.import_directories:
        if root.is_dir():
            found += _below(root, root, DEEPEST)
    return found[:LISTED]


@contextmanager
def opened(
    workshop: Workshop, job_id: int, parameters: Mapping[str, Any], progress: Progress, *, categories: bool
) -> Iterator[Path]:
    """The folder to read from, for as long as the block lasts. An archive is unpacked for it.

    `categories`: a folder of photos is a category, not the wrapping of all.

    Raises ArchiveRefused, NotADataset, NotFound, NotAllowed.
    """
    if upload := parameters.get("upload"):
        source = workshop.paths.upload(str(upload))
    else:
        source = allowed_place(workshop.settings, str(parameters.get("place", "")))
    folder = source
    if not source.is_dir():
        progress.phase("unpack")
        unpacked = workshop.paths.work(job_id) / "unpacked"
        unpack(source, unpacked, tell=lambda files, size: progress.step(files, 0))
        folder = content_of(unpacked, categories=categories)
    try:
        yield folder
    except NotADataset as error:  # by the name that the person knows: where it lies is the server's own business
        raise NotADataset(Path(str(parameters.get("source_name") or source.name)), error.reason) from error


def content_of(folder: Path, *, categories: bool) -> Path:
    """The folder itself, or the one that everything in it is wrapped in."""
    for _level in range(4):
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].name in NO_ROOT:
            break
        if categories and not any(path.is_dir() for path in inside[0].iterdir()):
            break
        folder = inside[0]
    return folder


def folder_inside(root: Path, name: str) -> Path:
    """A folder below the root by its relative name. Raises InvalidInput for one that leads out, NotFound."""
    path = (root / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(root.resolve()):
        raise InvalidInput("name a folder inside the one that is imported")
    if not path.is_dir():
        raise NotFound(f"there is no folder {name} in what is imported")
    return path


def _below(root: Path, folder: Path, depth: int) -> list[Place]:
    found: list[Place] = []
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or len(found) > LISTED:
                continue
            is_folder = path.is_dir() and not path.is_symlink()
            if is_folder or path.name.lower().endswith(SUFFIXES):
                found.append(Place(path=path, shown=str(path.relative_to(root.parent))))
            if is_folder and depth > 1 and not _looks_like_a_data_set(path):
                found += _below(root, path, depth - 1)
    return found


def _looks_like_a_data_set(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in ("images", "annotations", "CAD"))
