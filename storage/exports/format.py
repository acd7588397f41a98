"""What a module in `storage/exports/formats` says of its format: names, words, and who writes the files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # `--help` names the formats without loading the database
    from storage.exports.outgoing import Outgoing
    from storage.use_cases.release import ReleasePhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatLayout:
    """A way to lay out the files. `title` is an English message id."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Files by their names below the export's folder; the labels of a photo's objects begin at number `first` of
    theirs."""

    photo: str
    labels: str
    first: int = 0


class FormatWriter(Protocol):
    """Writes one export into an empty folder. What it raises as `ExportRefused` ends the export; nothing is left."""

    def add_photo(self, photo: "ReleasePhoto", content: Path, category: str, sent: "Sequence[Outgoing]") -> Placed:
        """A photo with its objects of one category; called again for its other categories. `content` is its file."""

    def add_mesh(self, *, category: str, cad_index: int, mesh: Path, suffix: str) -> str:
        """A CAD model of a category that went out; returns its name below the folder."""

    def finish(self) -> None:
        """Called once, after everything else; the manifest comes from the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """`name` is what is typed, `title` what is shown. `writer(folder, layout's name)` begins an export."""

    name: str
    title: str
    layouts: tuple[FormatLayout, ...]
    writer: Callable[[Path, str], FormatWriter]
