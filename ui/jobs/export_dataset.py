"""`export_dataset`: a data set in a zip, to be downloaded.

Parameters: `dataset`, `only`, `format`, `layout`, `without_gold`, `all_answers`, as on the command line.
"""

import shutil
import zipfile
from pathlib import Path
from typing import Final

from storage.exports import DEFAULT_FORMAT
from storage.use_cases.job_work import ClaimedJob
from storage.use_cases.release import Only
from ui.actions.write_export import Choice, write_export
from ui.jobs.context import Outcome, Progress, Workshop

ARCHIVE_NAME: Final = "export.zip"
NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip can carry: the same content gives the same bytes."""
PACKED_ALREADY: Final = frozenset({".jpeg", ".jpg", ".png", ".webp"})


def export_dataset(workshop: Workshop, job: ClaimedJob, progress: Progress) -> Outcome:
    """Raises what `write_export` raises."""
    given = job.parameters
    choice = Choice(
        only=Only(given["only"]) if given.get("only") else None,
        format=str(given.get("format") or DEFAULT_FORMAT),
        layout=str(given["layout"]) if given.get("layout") else None,
        without_gold=bool(given.get("without_gold")),
        all_answers=bool(given.get("all_answers")),
    )
    folder = workshop.paths.work(job.id) / "export"
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    progress.phase("export")
    report = write_export(
        database=workshop.database,
        images=workshop.images,
        cad_files=workshop.cad_files,
        target=folder,
        dataset=str(given["dataset"]),
        choice=choice,
        actor=job.actor,
        progress=progress.step,
    )
    archive = _packed(folder, workshop.paths.results(job.id), progress)
    return Outcome(
        result={
            "dataset": given["dataset"],
            "release": report.release,
            "counts": {"photos": report.photos, "objects": report.objects},
            "left_out": sum(report.left_out.values()),
            "archive": archive.name,
            "size": archive.stat().st_size,
        },
        findings=tuple(("left out", reason, str(number)) for reason, number in sorted(report.left_out.items())),
    )


def _packed(folder: Path, results: Path, progress: Progress) -> Path:
    """The folder as a zip, each file of which is deleted once it is in: the disk need not hold everything twice."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    progress.phase("pack", len(files))
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(mode=0o700, parents=True)
    part = results / f"{ARCHIVE_NAME}.part"
    with zipfile.ZipFile(part, "w") as archive:
        for done, path in enumerate(files):
            progress.step(done, len(files))
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), NO_DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = (
                zipfile.ZIP_STORED if path.suffix.lower() in PACKED_ALREADY else zipfile.ZIP_DEFLATED
            )
            entry.file_size = path.stat().st_size  # or a file above 2 GiB would not get the wider fields it needs
            with path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
            path.unlink()
    return part.replace(results / ARCHIVE_NAME)
