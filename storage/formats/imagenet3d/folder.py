"""Write an ImageNet3D folder."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from storage.exports.folder import FreeNames, copy_in, place_in, usable
from storage.exports.format import Placed
from storage.exports.outgoing import Outgoing
from storage.formats.arrays import array_of_objects
from storage.formats.npz import write_npz
from storage.use_cases.release import ReleasePhoto

NO_SPLIT: Final = "val"
"""The list of photos that no list named: what is labelled here is judged before anybody trains on it."""

_SUFFIX_OF: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class WrittenLayout(StrEnum):
    RELEASED = "released"
    FLAT = "flat"


@dataclass(slots=True, kw_only=True)
class FolderWriter:
    """Puts photos, labels and CAD models where the layout wants them. Call `finish` at the end."""

    root: Path
    layout: WrittenLayout
    _names: FreeNames = field(default_factory=FreeNames)
    _lists: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_photo(self, photo: ReleasePhoto, content: Path, category: str, sent: Sequence[Outgoing]) -> Placed:
        """Write a photo with its objects of one category.

        Photos keep their bytes. In the released layout each is called .JPEG whatever it is, as in ImageNet itself:
        the data set's code opens no other name, and looks at the content.
        """
        category = usable(category)
        stem = self._names.stem(category, photo.name)
        if self.layout is WrittenLayout.RELEASED:
            photo_name, label_name = f"images/{category}/{stem}.JPEG", f"annotations/{category}/{stem}.npz"
            self._lists[category, sent[0].item.extra.get("split") or NO_SPLIT].append(stem)
        else:
            suffix = _SUFFIX_OF.get(photo.media_type, f".{photo.media_type.rpartition('/')[2]}")
            photo_name, label_name = f"{category}/{stem}{suffix}", f"{category}/{stem}.npz"
        copy_in(content, self.root, photo_name)
        objects = array_of_objects([one.record for one in sent], (len(sent),))
        place_in(self.root, label_name).write_bytes(write_npz({"annotations": objects}))
        return Placed(photo=photo_name, labels=label_name)

    def add_mesh(self, *, category: str, cad_index: int, mesh: Path, suffix: str) -> str:
        """Copy a CAD model; return its name below the root."""
        name = f"CAD/{usable(category)}/{cad_index:02d}{suffix}"
        copy_in(mesh, self.root, name)
        return name

    def finish(self) -> None:
        """Write the lists of the released layout."""
        for (category, split), stems in sorted(self._lists.items()):
            lines = "".join(f"{stem}\n" for stem in stems)
            place_in(self.root, f"lists/{category}_imagenet_{split}.txt").write_text(lines, encoding="utf-8")
