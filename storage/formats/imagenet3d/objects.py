"""Judge what the files of one photo say of its objects: what is kept, as what, and what is to be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from domain.answer import Answer
from domain.box import Box
from storage.formats import exact
from storage.formats.imagenet3d.layout import PhotoFiles
from storage.formats.imagenet3d.record import ObjectFacts, Record, read_records, understand
from storage.formats.imagenet3d.row import facts_of

UNNAMED_MODEL: Final = "unnamed"
"""The `model_version` of predictions whose files give none."""

FLASK_GUESS: Final = "initial"
"""The `model_version` of the poses that the Flask app started from."""

LABELS_AS_MODEL: Final = "imported labels"
"""The `model_version` of labels that are imported as predictions and name no model."""


class LabelsAs(StrEnum):
    """What becomes of the labels in the files: where annotators start, hidden gold, predictions, or nothing."""

    ANNOTATIONS = "annotations"
    GOLD = "gold"
    PREDICTIONS = "predictions"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What an earlier import made of an object: its answer is hidden, or it is where annotators start."""

    is_gold: bool = False
    has_label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """One object of a photo. `extra` and `original` are JSON in the form of `storage.formats.exact`.

    `extra` may hold ``split``, the list that names the photo; ``read``, the facts that are no answer, where there is
    no label; ``label``, a whole record that is to go out as it was read although its pose cannot be used.
    """

    object_index: int
    box: Box
    viewport: float | None
    extra: Mapping[str, Any]
    gold: Answer | None = None
    label: Answer | None = None
    original: Mapping[str, Any] = field(default_factory=dict)
    predictions: Mapping[str, tuple[Answer, float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something in a file that was not taken as it stands. ``path`` is the file."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecords:
    """The records of a photo's label, guess and prediction files; None where there is no such file."""

    photo: PhotoFiles
    labels: Sequence[Record] | None
    guesses: Sequence[Record] | None
    predicted: Sequence[Record] | None

    @classmethod
    def read(cls, photo: PhotoFiles) -> "PhotoRecords":
        """Raises `LabelsUnreadable` if one of the files cannot be read."""
        paths = (photo.labels, photo.guess, photo.predictions)
        labels, guesses, predicted = (None if path is None else read_records(path) for path in paths)
        return cls(photo=photo, labels=labels, guesses=guesses, predicted=predicted)

    @property
    def count(self) -> int:
        """How many objects there are: predictions count only where nothing else says where objects are."""
        if self.labels is None and self.guesses is None:
            return len(self.predicted or ())
        return max(len(self.labels or ()), len(self.guesses or ()))


def judge(
    records: PhotoRecords, *, width: int, height: int, labels_as: LabelsAs, known: Mapping[int, KnownItem]
) -> tuple[list[FoundObject], list[Doubt]]:
    """Return the objects of a photo of the given sides, in the order of the file, and what is to be told of them.

    ``known`` is what an earlier import made of them, by place. A label that is hidden stays hidden, and one that
    annotators know is never made gold.
    """
    doubts: list[Doubt] = []
    judges = [_Judge(records, index, (width, height), doubts) for index in range(records.count)]
    objects = [one.judge(labels_as, known.get(one.index, KnownItem())) for one in judges]
    if len(records.predicted or ()) > records.count and records.photo.predictions is not None:
        reason = f"has {len(records.predicted or ())} objects, the labels {records.count}: the others are left out"
        doubts.append(Doubt(path=records.photo.predictions, reason=reason))
    return objects, doubts


class _Judge:
    """One object, by its place in the files."""

    def __init__(self, records: PhotoRecords, index: int, sides: tuple[int, int], doubts: list[Doubt]) -> None:
        photo = records.photo
        self.index = index
        self._photo = photo
        self._sides = sides
        self._doubts = doubts
        self._label = _at(records.labels, index)
        self._records = [
            (path, record)
            for path, record in (
                (photo.labels, self._label),
                (photo.guess, _at(records.guesses, index)),
                (photo.predictions, _at(records.predicted, index)),
            )
            if path is not None and record is not None
        ]
        self._facts = {path: understand(record) for path, record in self._records}

    def judge(self, labels_as: LabelsAs, known: KnownItem) -> FoundObject:
        for path, facts in self._facts.items():
            for problem in (*facts.problems, *self._wrong_sides(facts)):
                self._doubt(path, problem)
        label = None if self._photo.labels is None else self._facts.get(self._photo.labels)
        becomes = self._becomes(labels_as, known) if label else LabelsAs.IGNORE
        hidden = becomes is LabelsAs.GOLD
        answer = label.answer if label else None
        starts = answer if becomes is LabelsAs.ANNOTATIONS else None
        extra: dict[str, Any] = {"split": self._photo.split} if self._photo.split else {}
        if starts is None:
            extra["read"] = exact.to_json(facts_of(self._records[0][1], hides_answer=hidden))
        if starts is None and label and becomes is LabelsAs.ANNOTATIONS:
            # A bad object may have no pose; it still goes out as it came in.
            extra["label"] = exact.to_json(self._label)
        return FoundObject(
            object_index=self.index,
            box=self._box(),
            viewport=self._viewport(hidden),
            extra=extra,
            gold=answer if hidden else None,
            label=starts,
            original=exact.to_json(self._label) if starts else {},
            predictions=dict(self._predictions(becomes)),
        )

    def _becomes(self, labels_as: LabelsAs, known: KnownItem) -> LabelsAs:
        assert self._photo.labels is not None
        if known.is_gold and labels_as is not LabelsAs.GOLD:
            self._doubt(self._photo.labels, "is gold already, so its label stays hidden")
            return LabelsAs.GOLD
        if known.has_label and labels_as is LabelsAs.GOLD:
            self._doubt(self._photo.labels, "annotators know its label already, so it cannot be gold")
            return LabelsAs.ANNOTATIONS
        return labels_as

    def _box(self) -> Box:
        box = next((facts.box for facts in self._facts.values() if facts.box), None)
        if box is None:
            self._doubt(self._photo.photo, "no usable bbox; the whole photo is taken")
            return Box(0.0, 0.0, float(self._sides[0]), float(self._sides[1]))
        return box

    def _viewport(self, hidden: bool) -> float | None:
        """Return the first that is known; a hidden label's only if nobody else knows one."""
        paths = sorted(self._facts, key=lambda path: hidden and path == self._photo.labels)
        return next((self._facts[path].viewport for path in paths if self._facts[path].viewport), None)

    def _predictions(self, becomes: LabelsAs) -> Iterator[tuple[str, tuple[Answer, float | None]]]:
        """Yield the predictions by model; of two that name the same model the later one stands."""
        unnamed = {self._photo.guess: FLASK_GUESS, self._photo.predictions: UNNAMED_MODEL}
        if becomes is LabelsAs.PREDICTIONS:
            unnamed[self._photo.labels] = LABELS_AS_MODEL
        for path, facts in self._facts.items():
            if path in unnamed and facts.answer is not None:
                yield facts.model_version or unnamed[path], (facts.answer, facts.score)

    def _wrong_sides(self, facts: ObjectFacts) -> list[str]:
        """Say so if the record was made for a photo of other sides: then its pixels mean other places."""
        labelled = (facts.width or self._sides[0], facts.height or self._sides[1])
        if labelled == self._sides:
            return []
        return ["was made for a photo of {}×{}, this one has {}×{}".format(*labelled, *self._sides)]

    def _doubt(self, path: Path, reason: str) -> None:
        self._doubts.append(Doubt(path=path, reason=f"object {self.index + 1}: {reason}"))


def _at(records: Sequence[Record] | None, index: int) -> Record | None:
    return records[index] if records is not None and index < len(records) else None
