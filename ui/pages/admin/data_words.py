"""Long work in words: its kinds, states, phases and endings."""

from collections.abc import Mapping
from typing import Any

from domain.jobs import JobState
from storage.formats.imagenet3d.objects import LabelsAs
from storage.use_cases.jobs import JobView
from ui.errors import SENTENCES
from ui.i18n import N_, _, ngettext

KINDS: dict[str, str] = {
    "import_dataset": N_("Import"),
    "preview_photos": N_("Look through own photos"),
    "import_photos": N_("Import of own photos"),
    "export_dataset": N_("Export"),
    "lighten": N_("Lighter meshes for dragging"),
    "back_up": N_("Backup"),
    "restore": N_("Check of a backup to be restored"),
}

STATES: dict[JobState, tuple[str, str]] = {
    JobState.WAITING: (N_("waiting"), ""),
    JobState.RUNNING: (N_("running"), "is-note"),
    JobState.CANCELLING: (N_("being cancelled"), "is-warning"),
    JobState.DONE: (N_("done"), "is-good"),
    JobState.FAILED: (N_("failed"), "is-bad"),
    JobState.CANCELLED: (N_("cancelled"), "is-warning"),
}
"""What is said of a state, and the look of its chip."""

PHASES: dict[str, str] = {
    "": N_("Beginning"),
    "unpack": N_("Unpacking"),
    "import": N_("Importing"),
    "look": N_("Looking through"),
    "export": N_("Writing the files"),
    "pack": N_("Packing"),
    "lighten": N_("Making lighter meshes"),
    "database": N_("Copying the database"),
    "files": N_("Packing photos and CAD models"),
    "checking": N_("Reading it again"),
}

LABELS: dict[str, str] = {
    LabelsAs.ANNOTATIONS.value: N_("starting answers of the annotators"),
    LabelsAs.GOLD.value: N_("hidden right answers (gold)"),
    LabelsAs.PREDICTIONS.value: N_("predictions of a model"),
    LabelsAs.IGNORE.value: N_("nothing: only where objects are"),
}

COUNTED: dict[str, str] = {
    "photos": N_("photos"),
    "items": N_("objects"),
    "objects": N_("objects"),
    "gold": N_("hidden answers"),
    "labels": N_("starting answers"),
    "predictions": N_("predictions"),
    "CAD models": N_("CAD models"),
    "categories": N_("categories"),
    "photos without a box": N_("photos without a box"),
}
OUTCOMES: dict[str, str] = {
    "created": N_("%(number)s %(what)s new"),
    "updated": N_("%(number)s %(what)s brought up to date"),
    "unchanged": N_("%(number)s %(what)s there already"),
    "": N_("%(number)s %(what)s"),
}


def subject(job: JobView) -> str:
    """What the work is about: its data set, and where it comes from."""
    source = str(job.parameters.get("source_name", ""))
    dataset = str(job.parameters.get("dataset", ""))
    return " ← ".join(part for part in (dataset, source) if part)


def progress_words(job: JobView) -> str:
    """Phase, n of m, bad so far."""
    if job.state is JobState.WAITING:
        return _("Waits for its turn") if job.attempts == 0 else _("Was interrupted; begins again")
    if job.state is JobState.CANCELLING:
        return _("Stopping, and taking back what was made")
    words = [_(PHASES.get(job.phase, job.phase))]
    if job.total:
        words.append(_("%(done)s of %(total)s") % {"done": f"{job.done:,}", "total": f"{job.total:,}"})
    elif job.done:
        words.append(f"{job.done:,}")
    if job.bad:
        words.append(ngettext("%(number)d left out", "%(number)d left out", job.bad) % {"number": job.bad})
    return " · ".join(words)


def result_words(job: JobView) -> str:
    """How it ended, in a sentence."""
    if job.state is JobState.FAILED:
        return failure_words(job)
    if job.state is JobState.CANCELLED:
        stays = int(job.result.get("stays", 0))
        if stays:
            return _("Cancelled. Taken back, except for %(number)d parts that somebody works on.") % {"number": stays}
        return _("Cancelled; nothing of it stays.")
    counts = job.result.get("counts", {})
    words = counted(counts)
    if job.kind == "export_dataset" and not counts.get("objects"):
        words.insert(0, _("Nothing could be exported: the report says why"))
    left_out = int(job.result.get("left_out", 0))
    if left_out:
        words.append(ngettext("%(number)d left out", "%(number)d left out", left_out) % {"number": left_out})
    warnings = int(job.result.get("warnings", 0))
    if warnings:
        words.append(ngettext("%(number)d to look at", "%(number)d to look at", warnings) % {"number": warnings})
    return " · ".join(words)


def failure_words(job: JobView) -> str:
    """The sentence for the error, and what the program itself said of it."""
    if job.error_code == "interrupted":
        return _("It was interrupted too often. What is in is whole; tell your admin of the server.")
    if job.error_code == "restored":
        return _("It was under way when the backup was made that was restored. Begin it again.")
    if job.error_code == "unexpected":
        return _("Something went wrong on the server. Tell your admin this number: %(number)s") % {
            "number": job.message
        }
    if job.error_code in ("not_found", "invalid_input"):  # whose sentences are about pages and forms
        return _("It could not be done: %(reason)s") % {"reason": job.message}
    return f"{_(SENTENCES.get(job.error_code, SENTENCES['error']))} ({job.message})"


def counted(counts: Mapping[str, Any]) -> list[str]:
    """Counts such as `photos, created`, in words."""
    words = []
    for name, number in counts.items():
        what, _comma, outcome = name.partition(", ")
        pattern = OUTCOMES.get(outcome, OUTCOMES[""])
        words.append(_(pattern) % {"number": f"{int(number):,}", "what": _(COUNTED.get(what, what))})
    return words
