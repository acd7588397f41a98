"""Find the photos, labels, predictions and CAD models of an ImageNet3D folder, in any of its three layouts.

released    images/<category>/<name>.JPEG, annotations/<category>/<name>.npz, lists/<category>_imagenet_<split>.txt
flat        <category>/<name>.jpg and <category>/<name>.npz side by side
flask app   released, with what its people answered in annotations_new/; annotations/ then holds the model's guess

CAD models lie in CAD/<category>/<number>.off in all three. Nothing is opened here but directories and lists.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from storage.formats.errors import NotADataset

PHOTO_SUFFIXES: Final = frozenset({".jpeg", ".jpg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
MESH_SUFFIXES: Final = frozenset({".off", ".obj", ".ply", ".stl", ".glb"})
MAX_LIST_BYTES: Final = 64 * 2**20
FILE_NOT_FOLDER: Final = "this is a file, not a folder; unpack an archive first, or import it on the admin's page"

# The mesh folder of the released data set, and those of the Flask app.
_CAD_FOLDERS: Final = ("CAD", "CAD/off", "static/CAD/off", "cad")
_NOT_CATEGORIES: Final = frozenset(
    ("CAD", "cad", "static", "images", "annotations", "annotations_new", "lists", "predictions", "eval", "log")
)
_LIST_NAME: Final = re.compile(r"(?P<category>.+)_imagenet_(?P<split>train|val)\.txt")
_MESH_NAME: Final = re.compile(r"0*(?P<number>[1-9][0-9]{0,5})")


class Layout(StrEnum):
    RELEASED = "released"
    FLAT = "flat"
    FLASK_APP = "flask-app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the folder that is left out or doubtful. ``where`` is relative to the folder."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFiles:
    """One photo and the files that speak of it.

    ``guess`` is the starting pose that the Flask app was given; ``split`` is "train", "val" or unknown.
    """

    category: str
    stem: str
    photo: Path
    labels: Path | None = None
    guess: Path | None = None
    predictions: Path | None = None
    split: str | None = None

    @property
    def name(self) -> str:
        """How the photo is known in a data set, whatever its suffix: ``<category>/<stem>``."""
        return f"{self.category}/{self.stem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshFile:
    """A CAD model by its category and its number from 1."""

    category: str
    cad_index: int
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFolder:
    root: Path
    layout: Layout
    photos: tuple[PhotoFiles, ...]
    meshes: tuple[MeshFile, ...]
    problems: tuple[Problem, ...]


def survey(root: Path, predictions: Path | None = None) -> DatasetFolder:
    """Return what an ImageNet3D folder contains, in order of category and name.

    ``predictions`` is a folder of <category>/<name>.npz, or one that has such files under annotations/.
    Raises `NotADataset` if there is nothing to import, or if a folder is not there.
    """
    for folder in (root, predictions):
        if folder is not None and not folder.is_dir():
            raise NotADataset(folder, FILE_NOT_FOLDER if folder.exists() else "there is no such folder")
    found = _Survey(root, bases=tuple(folder.resolve() for folder in (root, predictions) if folder is not None))
    layout = found.layout()
    photos = tuple(found.photos(layout, predictions))
    meshes = tuple(found.meshes())
    if not photos and not meshes and not found.problems:
        raise NotADataset(
            root, "no photos found; expected images/<category>/<name>.JPEG, or <category>/ with photos and npz files"
        )
    return DatasetFolder(root=root, layout=layout, photos=photos, meshes=meshes, problems=tuple(found.problems))


@dataclass(slots=True)
class _Survey:
    root: Path
    bases: tuple[Path, ...]
    problems: list[Problem] = field(default_factory=list)

    def layout(self) -> Layout:
        if (self.root / "annotations_new").is_dir():
            return Layout.FLASK_APP
        return Layout.RELEASED if (self.root / "images").is_dir() else Layout.FLAT

    def photos(self, layout: Layout, predictions: Path | None) -> Iterator[PhotoFiles]:
        nested = layout is not Layout.FLAT and (self.root / "images").is_dir()
        photo_folder = self.root / "images" if nested else self.root
        label_folder = self.root / "annotations" if layout is not Layout.FLAT else self.root
        splits = self._splits()
        labels = self._npz_files(label_folder)
        answers = self._npz_files(self.root / "annotations_new") if layout is Layout.FLASK_APP else {}
        guesses = _predictions_folder(predictions)
        predicted = self._npz_files(guesses) if guesses else {}
        known: set[tuple[str, str]] = set()
        for folder in self._folders(photo_folder, skip=() if nested else _NOT_CATEGORIES):
            for photo in self._files(folder, PHOTO_SUFFIXES):
                key = (folder.name, photo.stem)
                if key in known:
                    self._problem(photo, f"another photo of {folder.name} has the name {photo.stem} too")
                    continue
                known.add(key)
                yield PhotoFiles(
                    category=folder.name,
                    stem=photo.stem,
                    photo=photo,
                    labels=answers.get(key) if layout is Layout.FLASK_APP else labels.get(key),
                    guess=labels.get(key) if layout is Layout.FLASK_APP else None,
                    predictions=predicted.get(key),
                    split=splits.get(key),
                )
        for files in (labels, answers, predicted):
            for key in sorted(files.keys() - known):
                self._problem(files[key], "no photo has this name")
        for category, stem in sorted(splits.keys() - known):
            self.problems.append(Problem(where="lists", reason=f"{category}: {stem[:80]!r} has no photo"))

    def meshes(self) -> Iterator[MeshFile]:
        seen: dict[tuple[str, int], Path] = {}
        for cad_folder in _CAD_FOLDERS:
            for folder in self._folders(self.root / cad_folder, skip=("off",)):
                for path in self._files(folder, MESH_SUFFIXES):
                    number = _MESH_NAME.fullmatch(path.stem)
                    if number is None:
                        self._problem(path, "the name of a CAD model is its number, like 01.off")
                        continue
                    key = (folder.name, int(number["number"]))
                    if key in seen:
                        # On a file system that ignores case, CAD and cad are one folder.
                        if not seen[key].samefile(path):
                            self._problem(path, f"CAD model {key[1]} of {key[0]} is there already")
                        continue
                    seen[key] = path
                    yield MeshFile(category=folder.name, cad_index=key[1], path=path)

    def _splits(self) -> dict[tuple[str, str], str]:
        """Return the split of each photo by category and stem, as the lists say."""
        splits: dict[tuple[str, str], str] = {}
        for path in self._files(self.root / "lists", frozenset({".txt"})):
            name = _LIST_NAME.fullmatch(path.name)
            if name is None or path.stat().st_size > MAX_LIST_BYTES:
                self._problem(path, "not a list like car_imagenet_val.txt")
                continue
            try:
                lines = path.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                self._problem(path, f"cannot be read ({error})")
                continue
            splits.update({(name["category"], line.strip()): name["split"] for line in lines if line.strip()})
        return splits

    def _npz_files(self, folder: Path) -> dict[tuple[str, str], Path]:
        return {
            (category.name, path.stem): path
            for category in self._folders(folder)
            for path in self._files(category, frozenset({".npz"}))
        }

    def _folders(self, parent: Path, skip: Iterable[str] = ()) -> Iterator[Path]:
        if not self._inside(parent):
            return
        for folder in _listed(parent):
            if folder.is_dir() and folder.name not in skip and not folder.name.startswith("."):
                if reason := unusable_category(folder.name):
                    self._problem(folder, reason)
                elif self._inside(folder):
                    yield folder

    def _files(self, folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
        for path in _listed(folder):
            if path.suffix.lower() in suffixes and not path.name.startswith(".") and self._inside(path):
                if reason := unusable_name(path.name):
                    self._problem(path, reason)
                elif path.is_file():
                    yield path
                else:
                    self._problem(path, "not a file")

    def _inside(self, path: Path) -> bool:
        """Say whether a path stays in the folders that were named; a link that leads out of them is a problem."""
        resolved = path.resolve()
        if any(resolved.is_relative_to(base) for base in self.bases):
            return True
        self._problem(path, "a link that leads out of the folder")
        return False

    def _problem(self, path: Path, reason: str) -> None:
        where = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        self.problems.append(Problem(where=str(where), reason=reason))


def unusable_category(name: str) -> str | None:
    """Return why a category cannot have this name, None if it can: it becomes a folder on any system."""
    if len(name) > 128 or set(name) & set(':*?"<>|'):
        return 'the name of a category has at most 128 characters, and none of : * ? " < > |'
    return unusable_name(name)


def unusable_name(name: str) -> str | None:
    """Return why a file cannot have this name, None if it can. Names come back in exports and on pages."""
    if not name or len(name) > 200:
        return "the name is empty or longer than 200 characters"
    if name.startswith((".", "-")) or name != name.strip():
        return "the name begins with a dot or a dash, or has spaces around it"
    if not name.isprintable() or "/" in name or "\\" in name:
        return "the name has slashes or characters that cannot be shown"
    return None


def _predictions_folder(folder: Path | None) -> Path | None:
    if folder is not None and (folder / "annotations").is_dir():
        return folder / "annotations"
    return folder


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
