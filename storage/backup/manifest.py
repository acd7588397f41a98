"""What a backup says of itself: who made it when, at which migration, and every file with its digest."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from storage.cad_files import SUFFIXES
from storage.errors import BackupRefused

FORMAT: Final = "posewright-backup"
FORMAT_VERSION: Final = 1
MANIFEST_NAME: Final = "manifest.json"
DATABASE_NAME: Final = "posewright.sqlite3"
SECRET_NAME: Final = "secret"
IMAGES_NAME: Final = "images"
CAD_NAME: Final = "cad"
LARGEST_MANIFEST: Final = 64 * 1024 * 1024
"""Some 250,000 files; it is read whole, by the web process too."""

_DIGEST: Final = r"(?P<a>[0-9a-f]{2})/(?P<b>[0-9a-f]{2})/(?P=a)(?P=b)[0-9a-f]{60}"
_IMAGE: Final = re.compile(rf"{IMAGES_NAME}/{_DIGEST}")
_CAD: Final = re.compile(rf"{CAD_NAME}/{_DIGEST}({'|'.join(re.escape(suffix) for suffix in SUFFIXES)})")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the archive; `size` in bytes, unpacked."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` by their names in the archive; `missing` are those that the database names and the disk lacked or
    held damaged. `revision` is the migration that the tables are at, `made_by` the release that wrote it."""

    made_at: datetime
    made_by: str
    revision: str
    files: Mapping[str, KeptFile]
    missing: tuple[str, ...] = ()

    @property
    def has_secret(self) -> bool:
        return SECRET_NAME in self.files

    @property
    def images(self) -> int:
        return sum(name.startswith(f"{IMAGES_NAME}/") for name in self.files)

    @property
    def cad_models(self) -> int:
        return sum(name.startswith(f"{CAD_NAME}/") for name in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(file.size for file in self.files.values())

    def to_bytes(self) -> bytes:
        return json.dumps(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "made_at": self.made_at.astimezone(UTC).isoformat(),
                "made_by": self.made_by,
                "revision": self.revision,
                "missing": list(self.missing),
                "files": {name: {"sha256": file.sha256, "size": file.size} for name, file in self.files.items()},
            },
            indent=1,
        ).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Raises BackupRefused for anything that `to_bytes` does not write."""
        try:
            values: dict[str, Any] = json.loads(content)
            if values["format"] != FORMAT:
                raise BackupRefused("this archive is no backup of Posewright")
            if values["format_version"] != FORMAT_VERSION:
                raise BackupRefused("this backup was made by a newer release: restore it with that one")
            files = {str(name): _kept_file(str(name), given) for name, given in values["files"].items()}
            made_at = datetime.fromisoformat(values["made_at"])
            if DATABASE_NAME not in files or made_at.tzinfo is None:
                raise BackupRefused("the backup's manifest is incomplete")
            return cls(
                made_at=made_at,
                made_by=str(values["made_by"])[:64],
                revision=str(values["revision"])[:64],
                files=files,
                missing=tuple(str(name)[:300] for name in values["missing"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BackupRefused(f"the backup's manifest cannot be read ({type(error).__name__})") from None


def _kept_file(name: str, given: Mapping[str, Any]) -> KeptFile:
    if name not in (DATABASE_NAME, SECRET_NAME) and not _IMAGE.fullmatch(name) and not _CAD.fullmatch(name):
        raise BackupRefused(f"the backup names a file that does not belong into it: {name[:80]!r}")
    sha256, size = given["sha256"], given["size"]
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or type(size) is not int or size < 0:
        raise BackupRefused(f"the backup's manifest is wrong about {name}")
    return KeptFile(sha256=sha256, size=size)
