"""The folder that an export fills: all of it or nothing."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from storage.formats.errors import ExportRefused
from storage.formats.imagenet3d.layout import PHOTO_SUFFIXES, unusable_name


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write in; it becomes ``target`` when the block ends well, and is deleted otherwise.

    Raises `ExportRefused` if ``target`` is there and not an empty folder.
    """
    target = target.resolve()
    _check_free(target)
    partial = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    try:
        partial.mkdir(parents=True)
        yield partial
        _check_free(target)
        partial.replace(target)  # an empty folder gives way, a full one does not
    except OSError as error:
        raise ExportRefused(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def copy_in(source: Path, folder: Path, name: str) -> None:
    """Copy a file of the store to a name below the folder. Raises ExportRefused where the store has lost it."""
    try:
        shutil.copyfile(source, place_in(folder, name))
    except FileNotFoundError as error:
        raise ExportRefused(f"{name}: its file is missing from the store ({source.name})") from error


def place_in(folder: Path, name: str) -> Path:
    """Return the path of a name below the folder, with its own folders made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(slots=True)
class FreeNames:
    """Names of photos without suffix: each is given once in its category."""

    _taken: set[tuple[str, str]] = field(default_factory=set)

    def stem(self, category: str, name: str) -> str:
        """Return a photo's name as a file can have it, with a number if another photo of the category has it."""
        last = PurePosixPath(name)
        wanted = usable(last.stem if last.suffix.lower() in PHOTO_SUFFIXES else last.name)
        number, free = 1, wanted
        while (category, free) in self._taken:
            number += 1
            free = f"{wanted}_{number}"
        self._taken.add((category, free))
        return free


def usable(name: str) -> str:
    """Return a name that a file can have and an import takes: the name itself if it is one."""
    if unusable_name(name) is None:
        return name
    shown = "".join(character if character.isprintable() and character not in "/\\" else "_" for character in name)
    return shown.strip().lstrip(".-")[:200].strip() or "_"


def _check_free(target: Path) -> None:
    if target.is_dir():
        if any(target.iterdir()):
            raise ExportRefused(f"{target}: the folder is not empty; name a new or an empty one")
    elif os.path.lexists(target):
        raise ExportRefused(f"{target}: is a file; name a new or an empty folder")
