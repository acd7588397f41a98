"""Import an ImageNet3D folder: photos and CAD models into the stores, the rest into the database.

Each photo with all that belongs to it is one transaction, after its file is in the store. So an import that is cut
off leaves whole photos only, and repeating it completes them. A bad file is listed and the import goes on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from domain.errors import NotAllowed, PosewrightError
from domain.permissions import CONSOLE, Actor
from meshes.errors import MeshUnreadable
from meshes.read import MeshFacts, inspect_mesh
from storage.cad_files import CadFiles
from storage.database import Database, Session
from storage.formats.errors import LabelsUnreadable
from storage.formats.imagenet3d.layout import DatasetFolder, Layout, MeshFile, PhotoFiles, survey
from storage.formats.imagenet3d.objects import LabelsAs, PhotoRecords
from storage.images import ImageStore
from storage.record import Kept, Outcome
from storage.use_cases.import_photo import CANNOT_WRITE, add_photo
from storage.use_cases.library import add_cad_model, add_dataset, set_category

Progress = Callable[[int, int, str], None]
"""Told how many of how many files are done, and which comes next."""

NoteMade = Callable[[Session, dict[str, list[int]]], None]
"""Called in each transaction with the ids of the rows that it has made, by table."""

TABLE_OF = {
    "photos": "image",
    "items": "item",
    "gold": "gold",
    "labels": "imported_label",
    "predictions": "prediction",
}


class ImportStopped(PosewrightError):
    """The import cannot go on, for want of space for instance. What was imported stays; repeating completes it."""

    code = "import_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A file that was left out, or part of one; or one that was imported and should be looked at."""

    where: str
    reason: str


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did. `counts` has a key for each kind of row, such as "photos", and each outcome."""

    dataset: str
    layout: Layout
    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    skipped: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether anything of the folder is in the data set now."""
        return any(self.counts.values())

    def count(self, what: str, kept: Kept) -> None:
        self.counts.setdefault(what, Counter())[kept.outcome] += 1


def import_imagenet3d(
    *,
    database: Database,
    images: ImageStore,
    cad_files: CadFiles,
    folder: Path,
    dataset: str,
    predictions: Path | None = None,
    labels_as: LabelsAs = LabelsAs.ANNOTATIONS,
    actor: Actor = CONSOLE,
    progress: Progress | None = None,
    on_skipped: Callable[[Finding], None] | None = None,
    note_made: NoteMade | None = None,
    check_mesh: Callable[[Path], MeshFacts] = inspect_mesh,
) -> ImportReport:
    """Import a folder and return what was done. Can be repeated: what is there already is left as it is.

    ``check_mesh`` reads a CAD model; for files of strangers, `meshes.limited.MeshChecker.check`.
    Raises `NotADataset` for a folder without anything to import, `ImportStopped` when the stores cannot be written.
    """
    found = survey(folder, predictions)
    report = ImportReport(dataset=dataset, layout=found.layout)
    run = _Import(
        database=database,
        images=images,
        cad_files=cad_files,
        dataset=dataset,
        labels_as=labels_as,
        actor=actor,
        report=report,
        folder=found,
        on_skipped=on_skipped or (lambda finding: None),
        note_made=note_made or (lambda session, made: None),
        check_mesh=check_mesh,
    )
    for problem in found.problems:
        run.skip(problem.where, problem.reason)
    try:
        with database.one_import():
            run.everything(progress or (lambda done, total, what: None))
    except CANNOT_WRITE as error:
        reason = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
        raise ImportStopped(
            f"the import stopped ({reason}); what is in so far is whole, and repeating completes it"
        ) from error
    return report


@dataclass(slots=True, kw_only=True)
class _Import:
    database: Database
    images: ImageStore
    cad_files: CadFiles
    dataset: str
    labels_as: LabelsAs
    actor: Actor
    report: ImportReport
    folder: DatasetFolder
    on_skipped: Callable[[Finding], None]
    note_made: NoteMade
    check_mesh: Callable[[Path], MeshFacts]
    dataset_id: int = 0
    category_ids: dict[str, int] = field(default_factory=dict)

    def everything(self, progress: Progress) -> None:
        total = len(self.folder.meshes) + len(self.folder.photos)
        self._add_categories()
        for done, mesh in enumerate(self.folder.meshes):
            progress(done, total, self._where(mesh.path))
            self._or_skipped(mesh.path, partial(self._add_mesh, mesh))
        for done, photo in enumerate(self.folder.photos, len(self.folder.meshes)):
            progress(done, total, self._where(photo.photo))
            self._or_skipped(photo.photo, partial(self._add_photo, photo))
        progress(total, total, "")

    def skip(self, where: str, reason: str) -> None:
        finding = Finding(where=where, reason=reason)
        self.report.skipped.append(finding)
        self.on_skipped(finding)

    def _or_skipped(self, path: Path, add: Callable[[], None]) -> None:
        try:
            add()
        except NotAllowed:
            raise  # the right was taken away meanwhile: that is no fault of the file
        except LabelsUnreadable as error:
            self.skip(self._where(error.file), error.reason)
        except PosewrightError as error:
            self.skip(self._where(path), str(error))

    def _add_categories(self) -> None:
        """Make the categories; a new one gets the manual's rule for its name, one that is there keeps its own."""
        names = {mesh.category for mesh in self.folder.meshes} | {photo.category for photo in self.folder.photos}
        with self.database.transaction() as session:
            dataset = add_dataset(session, actor=self.actor, name=self.dataset)
            self.dataset_id, created = dataset.id, []
            for name in sorted(names):
                kept = set_category(session, actor=self.actor, dataset_id=self.dataset_id, name=name)
                self.category_ids[name] = kept.id
                created += _created(kept)
            self.note_made(session, {"dataset": _created(dataset), "category": created})

    def _add_mesh(self, mesh: MeshFile) -> None:
        """Add a CAD model, also one that cannot be read: its items still open, and say why it is not drawn."""
        reason, facts = "", None
        try:
            facts = self.check_mesh(mesh.path)
        except MeshUnreadable as error:
            reason = str(error)
            self.report.warnings.append(
                Finding(where=self._where(mesh.path), reason=f"kept, but cannot be shown: {error}")
            )
        sha256 = self.cad_files.put(mesh.path)
        with self.database.transaction() as session:
            kept = add_cad_model(
                session,
                actor=self.actor,
                category_id=self.category_ids[mesh.category],
                cad_index=mesh.cad_index,
                sha256=sha256,
                suffix=mesh.path.suffix.lower(),
                reason=reason,
                lower=facts.lower if facts else None,
                upper=facts.upper if facts else None,
                faces=facts.faces if facts else None,
            )
            self.note_made(session, {"cad_model": _created(kept)})
        self.report.count("CAD models", kept)

    def _add_photo(self, photo: PhotoFiles) -> None:
        records = PhotoRecords.read(photo)
        if not records.count:
            raise NothingToAnnotate("no label or prediction says where an object is")
        stored = self.images.put(photo.photo)
        with self.database.transaction() as session:
            added = add_photo(
                session,
                actor=self.actor,
                dataset_id=self.dataset_id,
                category_id=self.category_ids[photo.category],
                records=records,
                stored=stored,
                labels_as=self.labels_as,
                source_path=self._where(photo.labels or photo.guess or photo.predictions or photo.photo),
            )
            made: dict[str, list[int]] = {}
            for what, kept in added.rows:
                made.setdefault(TABLE_OF[what], []).extend(_created(kept))
            self.note_made(session, made)
        for what, kept in added.rows:
            self.report.count(what, kept)
        for doubt in added.doubts:
            self.report.warnings.append(Finding(where=self._where(doubt.path), reason=doubt.reason))

    def _where(self, path: Path) -> str:
        root = self.folder.root
        return str(path.relative_to(root) if path.is_relative_to(root) else path)


class NothingToAnnotate(PosewrightError):
    """No file says where an object is in a photo."""

    code = "nothing_to_annotate"


def _created(kept: Kept) -> list[int]:
    return [kept.id] if kept.outcome is Outcome.CREATED else []
