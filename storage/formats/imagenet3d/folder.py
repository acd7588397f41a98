"""Write an ImageNet3D folder, all of it or nothing."""

import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from storage.formats.arrays import array_of_objects
from storage.formats.errors import ExportRefused
from storage.formats.imagenet3d.layout import PHOTO_SUFFIXES, unusable_name
from storage.formats.imagenet3d.record import Record
from storage.formats.npz import write_npz

NO_SPLIT: Final = "val"
"""The list of photos that no list named: what is labelled here is judged before anybody trains on it."""

_SUFFIX_OF: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class WrittenLayout(StrEnum):
    RELEASED = "released"
    FLAT = "flat"


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


@dataclass(slots=True, kw_only=True)
class FolderWriter:
    """Puts photos, labels and CAD models where the layout wants them. Call `finish` at the end."""

    root: Path
    layout: WrittenLayout
    _taken: set[tuple[str, str]] = field(default_factory=set)
    _lists: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_photo(
        self, *, category: str, name: str, photo: Path, media_type: str, records: Sequence[Record], split: str | None
    ) -> tuple[str, str]:
        """Write a photo with its objects of one category; return the two files' names below the root.

        Photos keep their bytes. In the released layout each is called .JPEG whatever it is, as in ImageNet itself:
        the data set's code opens no other name, and looks at the content.
        """
        category = usable(category)
        stem = self._free(category, usable(_stem(name)))
        if self.layout is WrittenLayout.RELEASED:
            photo_name, label_name = f"images/{category}/{stem}.JPEG", f"annotations/{category}/{stem}.npz"
            self._lists[category, split or NO_SPLIT].append(stem)
        else:
            suffix = _SUFFIX_OF.get(media_type, f".{media_type.rpartition('/')[2]}")
            photo_name, label_name = f"{category}/{stem}{suffix}", f"{category}/{stem}.npz"
        self._copy(photo, photo_name)
        objects = array_of_objects(list(records), (len(records),))
        self._place(label_name).write_bytes(write_npz({"annotations": objects}))
        return photo_name, label_name

    def add_mesh(self, *, category: str, cad_index: int, mesh: Path, suffix: str) -> str:
        """Copy a CAD model; return its name below the root."""
        name = f"CAD/{usable(category)}/{cad_index:02d}{suffix}"
        self._copy(mesh, name)
        return name

    def finish(self) -> None:
        """Write the lists of the released layout."""
        for (category, split), stems in sorted(self._lists.items()):
            lines = "".join(f"{stem}\n" for stem in stems)
            self._place(f"lists/{category}_imagenet_{split}.txt").write_text(lines, encoding="utf-8")

    def _free(self, category: str, stem: str) -> str:
        """Return the stem, or the stem with a number if another photo of the category has it."""
        number, free = 1, stem
        while (category, free) in self._taken:
            number += 1
            free = f"{stem}_{number}"
        self._taken.add((category, free))
        return free

    def _copy(self, source: Path, name: str) -> None:
        try:
            shutil.copyfile(source, self._place(name))
        except FileNotFoundError as error:
            raise ExportRefused(f"{name}: its file is missing from the store ({source.name})") from error

    def _place(self, name: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def usable(name: str) -> str:
    """Return a name that a file can have and an import takes: the name itself if it is one."""
    if unusable_name(name) is None:
        return name
    shown = "".join(character if character.isprintable() and character not in "/\\" else "_" for character in name)
    return shown.strip().lstrip(".-")[:200].strip() or "_"


def _stem(name: str) -> str:
    """Return the last part of a photo's name, without the suffix if it has one."""
    last = PurePosixPath(name)
    return last.stem if last.suffix.lower() in PHOTO_SUFFIXES else last.name


def _check_free(target: Path) -> None:
    if target.is_dir():
        if any(target.iterdir()):
            raise ExportRefused(f"{target}: the folder is not empty; name a new or an empty one")
    elif os.path.lexists(target):
        raise ExportRefused(f"{target}: is a file; name a new or an empty folder")
