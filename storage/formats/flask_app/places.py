"""Where the old app kept its things: the database that it worked on, its data folder, its CAD models."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.formats.errors import OldAppUnreadable
from storage.formats.flask_app.database import is_old_database

DATABASE_SUFFIXES: Final = frozenset({".sqlite", ".sqlite3", ".db"})
DEPTH: Final = 2
"""Folders below the one that was named that are looked into."""
MOST_LOOKED_AT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPlaces:
    """`others` are further databases of the old app: it made a copy at each start and worked on that one, so the
    one that was written last is taken. `cad` is the folder of `CAD/off`; None where
    the data folder's own are all."""

    database: Path
    data: Path
    cad: Path | None
    others: tuple[Path, ...]


def locate(root: Path, *, database: Path | None = None, data: Path | None = None) -> OldPlaces:
    """What was named, else what is found below `root`. Raises OldAppUnreadable saying what is missing."""
    if not root.is_dir():
        raise OldAppUnreadable(f"there is no folder {root}")
    others: tuple[Path, ...] = ()
    if database is None:
        candidates = sorted(
            (path for path in _below(root) if path.suffix.lower() in DATABASE_SUFFIXES and is_old_database(path)),
            key=lambda path: (path.stat().st_mtime, path.name),
        )
        if not candidates:
            raise OldAppUnreadable(
                f"no database with a table of annotators or tasks was found in {root}; name it with --database"
            )
        *rest, database = candidates
        others = tuple(rest)
    if data is None:
        folders = [root, *(path for path in _below(root) if path.is_dir())]
        names = ("annotations_new", "annotations")
        data = next((folder for name in names for folder in folders if (folder / name).is_dir()), None)
        if data is None:
            raise OldAppUnreadable(
                f"no folder with annotations/ was found in {root}; name the one that holds images/ and annotations/ "
                "with --data"
            )
    if not data.is_dir():
        raise OldAppUnreadable(f"there is no folder {data}")
    static = root / "static"
    has_cad = data.resolve() != root.resolve() and next(static.glob("CAD/off/*/*.off"), None) is not None
    return OldPlaces(database=database, data=data, cad=static if has_cad else None, others=others)


def _below(root: Path) -> Iterator[Path]:
    """Files and folders down to `DEPTH`, without links and what is hidden."""
    level, seen = [root], 0
    for _depth in range(DEPTH + 1):
        folders = []
        for folder in level:
            for path in sorted(folder.iterdir()):
                seen += 1
                if seen > MOST_LOOKED_AT:
                    return
                if path.is_symlink() or path.name.startswith("."):
                    continue
                yield path
                if path.is_dir():
                    folders.append(path)
        level = folders
