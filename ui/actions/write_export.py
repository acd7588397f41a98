"""Write a data set into a folder, in whichever format, with a manifest that says where every number came from.

The same content gives the same bytes: nothing of the day, the machine or the process goes in. The gold pose is not
even read (`storage.use_cases.release`).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from domain.permissions import CONSOLE, Actor
from storage.cad_files import CadFiles
from storage.database import Database
from storage.exports import DEFAULT_FORMAT, chosen_format
from storage.exports.folder import whole_folder
from storage.exports.format import FormatWriter
from storage.exports.manifest import Manifest
from storage.exports.outgoing import answers_line, outgoing
from storage.images import ImageStore
from storage.use_cases.release import (
    Only,
    ReleaseItem,
    ReleasePhoto,
    count_photos,
    count_taken_down,
    dataset_for_export,
    note_export,
    release_meshes,
    release_photos,
)
from ui.version import VERSION

Progress = Callable[[int, int, str], None]
"""Told how many of how many photos are done, and which comes next."""

MANIFEST_NAME: Final = "manifest.json"
ANSWERS_NAME: Final = "answers.jsonl"

NOT_CHOSEN: Final = {None: "no answer", Only.SAVED: "not saved by a person", Only.ACCEPTED: "not accepted"}
GOLD_LEFT_OUT: Final = "gold"
TAKEN_DOWN: Final = "photo taken down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is asked for: which answers, in which of `storage.exports.export_formats`, with or without gold items, and
    whether all answers come beside. Without a layout it is the format's first."""

    only: Only | None = None
    format: str = DEFAULT_FORMAT
    layout: str | None = None
    without_gold: bool = False
    all_answers: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "only": self.only.value if self.only else None,
            "format": self.format,
            "layout": chosen_format(self.format, self.layout)[1].name,
            "without_gold": self.without_gold,
            "all_answers": self.all_answers,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written, and how many objects were left out, by the reason."""

    release: str
    photos: int
    objects: int
    left_out: dict[str, int]


def write_export(
    *,
    database: Database,
    images: ImageStore,
    cad_files: CadFiles,
    target: Path,
    dataset: str | None = None,
    choice: Choice | None = None,
    actor: Actor = CONSOLE,
    progress: Progress | None = None,
) -> ExportReport:
    """Write a data set into a new or empty folder and return what was written.

    ``dataset`` may be None where there is only one. Raises `NotFound` for an unknown data set, `InvalidInput` for
    an unknown format or layout, and `ExportRefused` for a folder that cannot be used; then nothing is written.
    """
    choice = choice or Choice()
    written, layout = chosen_format(choice.format, choice.layout)
    with whole_folder(target) as root, database.reading() as session:
        name = dataset_for_export(session, actor=actor, name=dataset)
        total = count_photos(session, actor=actor, dataset=name)
        export = _Export(
            writer=written.writer(root, layout.name),
            manifest=Manifest(dataset=name, options=choice.to_json()),
            images=images,
            choice=choice,
        )
        for done, photo in enumerate(release_photos(session, actor=actor, dataset=name)):
            if progress:
                progress(done, total, photo.name)
            export.add_photo(photo)
        for mesh in release_meshes(session, actor=actor, dataset=name):
            if mesh.category in export.categories:
                path = cad_files.path(mesh.sha256, mesh.suffix)
                file = export.writer.add_mesh(
                    category=mesh.category, cad_index=mesh.cad_index, mesh=path, suffix=mesh.suffix
                )
                export.manifest.add_cad_model(file, mesh.sha256, readable=mesh.readable)
        export.manifest.left_out[TAKEN_DOWN] += count_taken_down(session, actor=actor, dataset=name)
        report = export.finish(root)
    with database.transaction() as session:
        note_export(session, actor=actor, dataset=name, release=report.release, objects=report.objects)
    return report


@dataclass(slots=True, kw_only=True)
class _Export:
    writer: FormatWriter
    manifest: Manifest
    images: ImageStore
    choice: Choice
    categories: set[str] = field(default_factory=set)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def add_photo(self, photo: ReleasePhoto) -> None:
        """Write a photo once for each category of its objects, as the data set's folders want it."""
        items = [item for item in photo.items if not (self.choice.without_gold and item.is_gold)]
        self.manifest.left_out[GOLD_LEFT_OUT] += len(photo.items) - len(items)
        for category in sorted({item.category for item in items}):
            self._add_category(photo, category, [item for item in items if item.category == category])

    def finish(self, root: Path) -> ExportReport:
        self.writer.finish()
        if self.choice.all_answers:
            lines = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in self.answers)
            (root / ANSWERS_NAME).write_bytes(lines.encode())
            self.manifest.answers_sha256 = hashlib.sha256(lines.encode()).hexdigest()
        (root / MANIFEST_NAME).write_bytes(self.manifest.text(VERSION).encode())
        return ExportReport(
            release=self.manifest.release,
            photos=len(self.manifest.photos),
            objects=len(self.manifest.objects),
            left_out={reason: count for reason, count in self.manifest.left_out.items() if count},
        )

    def _add_category(self, photo: ReleasePhoto, category: str, items: list[ReleaseItem]) -> None:
        sent = [found for item in items if (found := outgoing(photo, item, self.choice.only)) is not None]
        self.manifest.left_out[NOT_CHOSEN[self.choice.only]] += len(items) - len(sent)
        places: dict[int, tuple[str, int]] = {}
        if sent:
            placed = self.writer.add_photo(photo, self.images.path(photo.sha256), category, sent)
            self.categories.add(category)
            self.manifest.add_photo(placed.photo, photo.sha256)
            for index, found in enumerate(sent, placed.first):
                self.manifest.add_object(placed.labels, index, found)
                places[found.item.object_index] = placed.labels, index
        if self.choice.all_answers:
            self.answers += [answers_line(photo, item, places.get(item.object_index)) for item in items]
