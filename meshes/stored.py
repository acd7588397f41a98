"""A mesh as a file of arrays: written beside its place and moved there, so that readers never see half of one."""

from __future__ import annotations

import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from meshes.mesh import Mesh


def save_arrays(place: Path, arrays: dict[str, Any]) -> None:
    """Write arrays, not compressed. Raises OSError, leaving nothing behind, where the disk is full or read-only."""
    temporary = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            np.savez(file, **arrays)
        temporary.replace(place)
    except OSError:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise


def load_arrays(place: Path) -> dict[str, Any] | None:
    """The arrays of `save_arrays`; None where there are none or they are damaged. The zip's checksums tell."""
    try:
        # Opened here: np.load would leave a file open that is no archive.
        with place.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, TypeError, EOFError, NotImplementedError, zipfile.BadZipFile):
        return None


def arrays_of(mesh: Mesh) -> dict[str, Any]:
    return {
        "vertices": mesh.vertices,
        "normals": mesh.normals,
        "faces": mesh.faces,
        "edges": mesh.edges,
        "source_faces": np.int64(mesh.source_faces),
        "digest": np.str_(mesh.digest),
        "backs": _stored(mesh.backs),
        "shaded_edges": _stored(mesh.shaded_edges),
    }


def mesh_of(arrays: dict[str, Any], digest: str) -> Mesh | None:
    """The mesh in `arrays_of`'s arrays; None where they are another's or no mesh's."""
    try:
        if str(arrays["digest"]) != digest:
            return None
        return Mesh(
            vertices=arrays["vertices"],
            normals=arrays["normals"],
            faces=arrays["faces"],
            edges=arrays["edges"],
            source_faces=int(arrays["source_faces"]),
            digest=digest,
            backs=_restored(arrays["backs"]),
            shaded_edges=_restored(arrays["shaded_edges"]),
        )
    except (KeyError, ValueError, TypeError):
        return None


def _stored(count: int | None) -> np.int64:
    return np.int64(-1 if count is None else count)


def _restored(number: Any) -> int | None:
    return None if int(number) < 0 else int(number)
