"""A folder of a person's own photos, with the list of their objects where there is one. No photo is opened here."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput
from storage.formats.errors import NotADataset
from storage.formats.imagenet3d.layout import FILE_NOT_FOLDER
from storage.formats.photo_list import LARGEST_LIST, ListedObject, ListUnreadable, photo_name, read_photo_list

SUFFIXES: Final = frozenset({".jpeg", ".jpg", ".png", ".webp"})
LIST_SUFFIX: Final = ".csv"
USUAL_LISTS: Final = ("boxes.csv", "photos.csv", "images.csv", "annotations.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhoto:
    """`name`: its path below the folder, as the data set will know it. `objects` in the order of the list."""

    path: Path
    name: str
    objects: tuple[ListedObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFolder:
    """`problems`: (where, why) of what is left out. `list_name` is None where there is no list."""

    photos: tuple[OwnPhoto, ...]
    problems: tuple[tuple[str, str], ...]
    list_name: str | None

    @property
    def categories(self) -> dict[str, int]:
        """How many objects each category has."""
        counts: dict[str, int] = defaultdict(int)
        for photo in self.photos:
            for found in photo.objects:
                counts[found.category or ""] += 1
        return dict(sorted(counts.items()))


def survey_photos(root: Path, list_name: str = "") -> PhotoFolder:
    """What the folder holds. Raises NotADataset without a photo, ListUnreadable for a list that cannot be used."""
    if not root.is_dir():
        raise NotADataset(root, FILE_NOT_FOLDER if root.exists() else "there is no such folder")
    problems: list[tuple[str, str]] = []
    paths = dict(_photos(root, problems))
    if not paths:
        raise NotADataset(root, f"no photos found ({', '.join(sorted(SUFFIXES))})")
    listed = _list_file(root, list_name)
    objects: dict[str, list[ListedObject]] = defaultdict(list)
    if listed is not None:
        shown = listed.relative_to(root).as_posix()
        read = read_photo_list(_content(listed))
        problems += [(f"{shown}, line {problem.line}", problem.reason) for problem in read.problems]
        found = _Names(paths)
        for one in read.objects:
            name = found.of(one.image)
            if name is None:
                problems.append((f"{shown}, line {one.line}", f"there is no photo {one.image}"))
            elif one.box is not None:
                objects[name].append(one)
    return PhotoFolder(
        photos=tuple(OwnPhoto(path=path, name=name, objects=tuple(objects[name])) for name, path in paths.items()),
        problems=tuple(problems),
        list_name=None if listed is None else listed.relative_to(root).as_posix(),
    )


class _Names:
    """Finds a photo by what a list calls it: exactly, else in other case, else by its last part where it is the
    only one: lists are made on other systems, and before photos are sorted into folders."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._exact = set(paths)
        self._folded: dict[str, list[str]] = defaultdict(list)
        for name in paths:
            self._folded[name.casefold()].append(name)
            if "/" in name:
                self._folded[name.casefold().rpartition("/")[2]].append(name)

    def of(self, image: str) -> str | None:
        if image in self._exact:
            return image
        for wanted in (image.casefold(), image.casefold().rpartition("/")[2]):
            if len(self._folded.get(wanted, ())) == 1:
                return self._folded[wanted][0]
        return None


def _photos(root: Path, problems: list[tuple[str, str]]) -> Iterator[tuple[str, Path]]:
    base = root.resolve()
    for path in sorted(root.rglob("*")):
        below = path.relative_to(root)
        if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in below.parts):
            continue
        if not path.resolve().is_relative_to(base):
            problems.append((below.as_posix(), "a link that leads out of the folder"))
        elif path.is_file():
            try:
                yield photo_name(unicodedata.normalize("NFC", below.as_posix())), path
            except InvalidInput as error:
                problems.append((below.as_posix(), str(error)))


def _list_file(root: Path, name: str) -> Path | None:
    """The list of that name, or the only one at the top; None where there is none.

    Raises ListUnreadable where it is not there, or where it is not clear which one is meant.
    """
    if name:
        path = (root / name).resolve()
        if Path(name).is_absolute() or not path.is_relative_to(root.resolve()) or not path.is_file():
            raise ListUnreadable(f"there is no list {name} among the photos")
        return root / name
    lists = [path for path in sorted(root.iterdir()) if path.suffix.lower() == LIST_SUFFIX and path.is_file()]
    usual = [path for path in lists if path.name.lower() in USUAL_LISTS]
    if len(lists) > 1 and len(usual) != 1:
        raise ListUnreadable(f"there are several lists, name one: {', '.join(path.name for path in lists[:10])}")
    return next(iter(usual or lists), None)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_LIST + 1)
    except OSError as error:
        raise ListUnreadable(f"the list cannot be read: {error.strerror or error}") from error
