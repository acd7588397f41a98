"""Files that no row names: of an import that was cancelled, refused, or cut off between a file and its row."""

import time

from storage.use_cases.named_files import mesh_digests, photo_digests
from ui.jobs.context import Workshop

GRACE_S = 3600.0
"""A file comes before its row: by this much at most, wherever files are put."""


def delete_orphans(workshop: Workshop, *, now: float | None = None) -> int:
    """Returns how many files that were."""
    before = (time.time() if now is None else now) - GRACE_S
    gone = 0
    for store, digests in ((workshop.images, photo_digests), (workshop.cad_files, mesh_digests)):
        with workshop.database.reading() as session:
            needed = digests(session)
        gone += store.sweep(needed, before=before)
    return gone
