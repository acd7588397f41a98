"""The manifest of a release: what is in it, where each object comes from, and a name made of the content."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from storage.exports.outgoing import Outgoing
from storage.formats import exact

FORMAT: Final = "posewright-release"
FORMAT_VERSION: Final = 1
"""Raised when a reader of manifest.json or answers.jsonl would have to change."""

DIGITS: Final = 16
"""Hexadecimal digits of the sha256 in a release's name: enough that two releases never share one."""


@dataclass(slots=True, kw_only=True)
class Manifest:
    """Collects what is written; ``options`` is what was asked for."""

    dataset: str
    options: dict[str, Any]
    photos: list[dict[str, Any]] = field(default_factory=list)
    objects: list[dict[str, Any]] = field(default_factory=list)
    cad_models: list[dict[str, Any]] = field(default_factory=list)
    answers_sha256: str | None = None
    left_out: Counter[str] = field(default_factory=Counter)

    def add_photo(self, file: str, sha256: str) -> None:
        self.photos.append({"file": file, "sha256": sha256})

    def add_object(self, file: str, index: int, sent: Outgoing) -> None:
        """Note an object: its place in the export and in the file that it came from, its author, its content."""
        self.objects.append(
            {
                "file": file,
                "index": index,
                "object_index": sent.item.object_index,
                "category": sent.item.category,
                "source": sent.source.value,
                "annotator": sent.annotator,
                "revision": sent.revision,
                "time": sent.time,
                "is_gold": sent.item.is_gold,
                "sha256": exact.digest(sent.record),
            }
        )

    def add_cad_model(self, file: str, sha256: str, *, readable: bool) -> None:
        self.cad_models.append({"file": file, "sha256": sha256, "readable": readable})

    @property
    def release(self) -> str:
        """The release's name: the data set's, and a digest of all but the program that wrote it."""
        canonical = json.dumps(self._content(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return f"{self.dataset}-{hashlib.sha256(canonical.encode()).hexdigest()[:DIGITS]}"

    def text(self, code_version: str) -> str:
        """Return manifest.json."""
        code = {"name": "posewright", "version": code_version}
        whole = {"format": FORMAT, "release": self.release, "code": code, **self._content()}
        return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def _content(self) -> dict[str, Any]:
        return {
            "format_version": FORMAT_VERSION,
            "dataset": self.dataset,
            "options": self.options,
            "counts": {
                "photos": len(self.photos),
                "objects": len(self.objects),
                "gold": sum(described["is_gold"] for described in self.objects),
                "by_source": dict(sorted(Counter(described["source"] for described in self.objects).items())),
                "by_category": dict(sorted(Counter(described["category"] for described in self.objects).items())),
                "left_out": {reason: count for reason, count in sorted(self.left_out.items()) if count},
            },
            "answers_sha256": self.answers_sha256,
            "photos": self.photos,
            "cad_models": self.cad_models,
            "objects": self.objects,
        }
