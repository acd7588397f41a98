"""The files of CAD models, named by their content. Whether a mesh can be read is for `meshes` to say."""

from collections.abc import Container
from pathlib import Path

from storage.errors import CadFileRefused
from storage.files import place, sha256_of, sweep, write_once

SUFFIXES = (".off", ".obj", ".ply", ".stl", ".glb")
LARGEST_FILE = 256 * 1024 * 1024


class CadFiles:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, source: Path) -> str:
        """Keeps the file and returns its sha256. The suffix stays: it tells the format. Raises CadFileRefused."""
        suffix = source.suffix.lower()
        if suffix not in SUFFIXES:
            raise CadFileRefused(f"a CAD model is a file with one of the suffixes {', '.join(SUFFIXES)}")
        try:
            size = source.stat().st_size
            if size > LARGEST_FILE:
                raise CadFileRefused(f"the file has {size} bytes, {LARGEST_FILE} are admitted")
            content = source.read_bytes()
        except OSError as error:
            raise CadFileRefused(f"the file cannot be read: {error.strerror or error}") from None
        sha256 = sha256_of(content)
        write_once(place(self._root, sha256, suffix), content)
        return sha256

    def path(self, sha256: str, suffix: str | None = None) -> Path:
        """Where the model is. Without a suffix, the first format under which this content was put.

        Raises FileNotFoundError where it is not kept.
        """
        candidates = (suffix,) if suffix is not None else SUFFIXES
        for candidate in candidates:
            if candidate not in SUFFIXES:
                raise ValueError(f"not the suffix of a CAD model: {candidate!r}")
            path = place(self._root, sha256, candidate)
            if path.exists():
                return path
        raise FileNotFoundError(f"no CAD model {sha256}")

    def sweep(self, needed: Container[str], *, before: float) -> int:
        """Deletes models that no row names, put before this time (seconds since 1970); returns how many."""
        return sweep(self._root, needed, before=before)
