"""`preview_photos` and `import_photos`: a person's own photos, with or without a list of their objects.

Parameters: `upload` or `place` (`ui.jobs.sources`), `list` (the list's name, or empty), `dataset`.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, UnidentifiedImageError

from domain.errors import NotAllowed, PosewrightError
from storage.formats.photo_folder import OwnPhoto, PhotoFolder, survey_photos
from storage.formats.photo_list import ListedObject
from storage.images import LARGEST_SIDE
from storage.record import Kept
from storage.record import Outcome as RowOutcome
from storage.use_cases.import_photo import CANNOT_WRITE
from storage.use_cases.job_work import ClaimedJob
from storage.use_cases.library import add_dataset, set_category
from storage.use_cases.own_photos import add_own_photo, fitting_objects
from ui.actions.import_imagenet3d import ImportStopped
from ui.jobs.context import Outcome, Progress, Workshop
from ui.jobs.sources import opened

SHOWN_PHOTOS: Final = 12
SHOWN_PROBLEMS: Final = 200
SHOWN_CATEGORIES: Final = 100
THUMBNAIL: Final = (420, 315)
BOX_COLOUR: Final = (255, 176, 32)
BOX_GROUND: Final = (20, 24, 32)
TABLES: Final = {"photos": "image", "items": "item"}


def preview_photos(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Changes nothing; the result says what an import would bring, the pictures of the first photos lie beside."""
    results = workshop.paths.results(job.id)
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(mode=0o700, parents=True)
    with opened(workshop, job.id, job.parameters, progress, categories=False) as folder:
        found = survey_photos(folder, str(job.parameters.get("list") or ""))
        preview = _Preview(found=found, results=results)
        progress.phase("look", len(found.photos))
        for done, photo in enumerate(found.photos):
            progress.step(done, len(found.photos))
            preview.look(photo)
        progress.step(len(found.photos), len(found.photos))
    return preview.outcome()


def import_photos(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Each photo with its objects is one transaction; repeating completes what was cut off."""
    with opened(workshop, job.id, job.parameters, progress, categories=False) as folder:
        found = survey_photos(folder, str(job.parameters.get("list") or ""))
        run = _PhotoImport(workshop=workshop, job=job, progress=progress, found=found)
        try:
            with workshop.database.one_import():
                return run.everything()
        except CANNOT_WRITE as error:
            raise ImportStopped("the import stopped because it could not write; repeating completes it") from error


@dataclass(slots=True, kw_only=True)
class _Preview:
    found: PhotoFolder
    results: Path
    photos: int = 0
    objects: int = 0
    without: int = 0
    categories: dict[str, int] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def look(self, photo: OwnPhoto) -> None:
        try:
            width, height = sides(photo.path)
        except OSError as error:
            self.problems.append((photo.name, f"the photo cannot be used: {error}"))
            return
        fitting, others = fitting_objects(photo.objects, width=width, height=height)
        self.problems += [(_line(self.found, one), reason) for one, reason in others]
        self.photos += 1
        self.objects += len(fitting)
        self.without += not fitting
        for one in fitting:
            self.categories[one.category or ""] = self.categories.get(one.category or "", 0) + 1
        if len(self.shown) < SHOWN_PHOTOS:
            self._show(photo, fitting)

    def outcome(self) -> Outcome:
        problems = [*self.found.problems, *self.problems]
        categories = sorted(self.categories.items())
        return Outcome(
            result={
                "counts": {"photos": self.photos, "objects": self.objects, "photos without a box": self.without},
                "categories": categories[:SHOWN_CATEGORIES],
                "more_categories": max(0, len(categories) - SHOWN_CATEGORIES),
                "list": self.found.list_name,
                "left_out": len(problems),
                "problems": [[where[:300], reason[:300]] for where, reason in problems[:SHOWN_PROBLEMS]],
                "shown": self.shown,
            },
            findings=tuple(("left out", where, reason) for where, reason in problems),
        )

    def _show(self, photo: OwnPhoto, objects: list[ListedObject]) -> None:
        number = len(self.shown)
        try:
            thumbnail(photo.path, objects, self.results / f"{number}.jpg")
        except (OSError, ValueError, SyntaxError) as error:
            self.problems.append((photo.name, f"the photo cannot be decoded: {error}"))
            return
        self.shown.append({"name": photo.name, "objects": [one.category for one in objects]})


@dataclass(slots=True, kw_only=True)
class _PhotoImport:
    workshop: Workshop
    job: ClaimedJob
    progress: Progress
    found: PhotoFolder
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    category_ids: dict[str, int] = field(default_factory=dict)
    dataset_id: int = 0

    def everything(self) -> Outcome:
        for where, reason in self.found.problems:
            self._leave_out(where, reason)
        total = len(self.found.photos)
        self.progress.phase("import", total)
        self._add_categories()
        for done, photo in enumerate(self.found.photos):
            self.progress.step(done, total)
            try:
                self._add(photo)
            except NotAllowed:
                raise  # the right was taken away meanwhile: that is no fault of the photo
            except PosewrightError as error:
                self._leave_out(photo.name, str(error))
        self.progress.step(total, total)
        return Outcome(
            result={
                "dataset": self.job.parameters["dataset"],
                "counts": self.counts,
                "left_out": len(self.problems),
                "usable": bool(self.counts),
            },
            findings=tuple(("left out", where, reason) for where, reason in self.problems),
        )

    def _add_categories(self) -> None:
        """A new category gets the manual's rule for its name; one that is there keeps its own."""
        with self.workshop.database.transaction() as session:
            dataset = add_dataset(session, actor=self.job.actor, name=str(self.job.parameters["dataset"]))
            self.dataset_id, created = dataset.id, []
            for name in self.found.categories:
                kept = set_category(session, actor=self.job.actor, dataset_id=dataset.id, name=name)
                self.category_ids[name] = kept.id
                created += _created(kept)
            self.progress.made(session, {"dataset": _created(dataset), "category": created})

    def _add(self, photo: OwnPhoto) -> None:
        stored = self.workshop.images.put(photo.path)
        fitting, others = fitting_objects(photo.objects, width=stored.width, height=stored.height)
        for one, reason in others:
            self._leave_out(_line(self.found, one), reason)
        with self.workshop.database.transaction() as session:
            rows = add_own_photo(
                session,
                actor=self.job.actor,
                dataset_id=self.dataset_id,
                category_ids=self.category_ids,
                name=photo.name,
                stored=stored,
                objects=fitting,
                source=self.found.list_name or "",
            )
            made: dict[str, list[int]] = {}
            for what, kept in rows:
                made.setdefault(TABLES[what], []).extend(_created(kept))
            self.progress.made(session, made)
        for what, kept in rows:
            counted = f"{what}, {kept.outcome.value}"
            self.counts[counted] = self.counts.get(counted, 0) + 1

    def _leave_out(self, where: str, reason: str) -> None:
        self.problems.append((where, reason))
        self.progress.left_out()


def sides(path: Path) -> tuple[int, int]:
    """(width, height), from the header alone. Raises OSError for what is no photo or too large."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
            width, height = picture.size
    except UnidentifiedImageError:  # its own words name the place on the server
        raise OSError("the file is no JPEG, PNG or WebP photo") from None
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise OSError(str(error)) from error
    if max(width, height) > LARGEST_SIDE:
        raise OSError(f"it has {width}×{height} pixels, {LARGEST_SIDE}×{LARGEST_SIDE} is the most")
    return width, height


def thumbnail(path: Path, objects: list[ListedObject], target: Path) -> None:
    """A small JPEG with the boxes drawn in. `sides` has admitted the photo. Raises what Pillow raises."""
    with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
        width, height = picture.size
        picture.draft("RGB", THUMBNAIL)
        small = picture.convert("RGB")
    small.thumbnail(THUMBNAIL)
    scale_x, scale_y = small.width / width, small.height / height
    drawing = ImageDraw.Draw(small)
    for one in objects:
        assert one.box is not None
        corners = (
            (max(one.box.x1, -1.0) + 0.5) * scale_x,
            (max(one.box.y1, -1.0) + 0.5) * scale_y,
            (min(one.box.x2, width) + 0.5) * scale_x,
            (min(one.box.y2, height) + 0.5) * scale_y,
        )
        drawing.rectangle(corners, outline=BOX_GROUND, width=4)
        drawing.rectangle(corners, outline=BOX_COLOUR, width=2)
    small.save(target, "JPEG", quality=82)


def _line(found: PhotoFolder, one: ListedObject) -> str:
    return f"{found.list_name}, line {one.line}"


def _created(kept: Kept) -> list[int]:
    return [kept.id] if kept.outcome is RowOutcome.CREATED else []
