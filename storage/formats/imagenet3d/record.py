"""What the dictionary of one object says, read from whatever types the file has."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from domain.answer import Answer, Density, ObjectStatus
from domain.box import Box
from domain.errors import InvalidInput
from domain.pose import DEFAULT_VIEWPORT, PARAMETERS, Pose
from storage.formats.errors import LabelsUnreadable, NpzRefused
from storage.formats.npz import Members, read_npz

Record = dict[str, Any]
"""An object's dictionary as it is in the file: key order and types are kept, unknown keys too."""

MAX_OBJECTS: Final = 1000

# Any of these says that an npz file is one object by itself, as the Flask app writes them.
_FLAT_KEYS: Final = frozenset({*PARAMETERS, "bbox", "cad_index"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """The usable part of a record. What is absent is None; what is there and unusable is None and in ``problems``.

    ``height`` and ``width`` are those of the photo that the label was made for.
    """

    box: Box | None
    viewport: float | None
    answer: Answer | None
    model_version: str | None
    score: float | None
    annotator: str | None
    height: int | None
    width: int | None
    problems: tuple[str, ...]


def read_records(path: Path) -> list[Record]:
    """Return the objects of a label or prediction file, in their order. Raises `LabelsUnreadable`."""
    try:
        return _records_in(read_npz(path))
    except NpzRefused as error:
        raise LabelsUnreadable(path, error.reason) from error


def _records_in(members: Members) -> list[Record]:
    if "annotations" in members:
        records = _listed(members["annotations"])
    elif _FLAT_KEYS & members.keys():
        # Saved one by one, each value became an array without sides; as a scalar it has the same bits.
        records = [{key: _unboxed(value) for key, value in members.items()}]
    else:
        raise NpzRefused("the file has neither 'annotations' nor the keys of an object")
    if len(records) > MAX_OBJECTS:
        raise NpzRefused(f"the file has {len(records)} objects; at most {MAX_OBJECTS} are read")
    if not all(isinstance(record, dict) for record in records):
        raise NpzRefused("'annotations' holds something else than dictionaries")
    return records


def understand(record: Record) -> ObjectFacts:
    """Return the facts of one record. Never raises for what a file says: it goes into ``problems``."""
    problems: list[str] = []
    reader = _Reader(record, problems)
    viewport = reader.positive("viewport")
    return ObjectFacts(
        box=reader.box(),
        viewport=viewport,
        answer=reader.answer(viewport),
        model_version=reader.text("model_version"),
        score=reader.number("score"),
        annotator=reader.text("annotator"),
        height=reader.whole("height"),
        width=reader.whole("width"),
        problems=tuple(problems),
    )


def plain_number(value: Any) -> float | None:
    """Return a finite number held by a Python, NumPy or one-element array value, None for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def plain_text(value: Any) -> str | None:
    """Return a short text held by a Python or NumPy value, None for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()]
    # What cannot be shown cannot be kept either: PostgreSQL has no NUL, UTF-8 no half characters.
    return str(value) if isinstance(value, str) and len(value) <= 128 and value.isprintable() else None


def _listed(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.ndim or value.dtype.hasobject else [value[()]]
    return [value] if isinstance(value, dict) else list(value) if isinstance(value, list | tuple) else [value]


def _unboxed(value: Any) -> Any:
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


@dataclass(frozen=True, slots=True)
class _Reader:
    record: Mapping[str, Any]
    problems: list[str]

    def number(self, key: str) -> float | None:
        if key not in self.record or self.record[key] is None:
            return None
        number = plain_number(self.record[key])
        if number is None:
            self.problems.append(f"{key} is not a number")
        return number

    def positive(self, key: str) -> float | None:
        number = self.number(key)
        if number is not None and number <= 0:
            self.problems.append(f"{key} is not positive")
            return None
        return number

    def whole(self, key: str) -> int | None:
        number = self.number(key)
        if number is not None and number != int(number):
            self.problems.append(f"{key} is not a whole number")
            return None
        return None if number is None else int(number)

    def text(self, key: str) -> str | None:
        if key not in self.record or self.record[key] is None:
            return None
        text = plain_text(self.record[key])
        if text is None:
            self.problems.append(f"{key} is not a short, readable text")
        return text or None

    def box(self) -> Box | None:
        value = self.record.get("bbox")
        if value is None:
            return None
        try:
            corners = np.asarray(value, dtype=np.float64).ravel()
            if corners.size != 4:
                raise InvalidInput(f"it has {corners.size} numbers")
            return Box(*(float(corner) for corner in corners))
        except (InvalidInput, TypeError, ValueError) as error:
            self.problems.append(f"bbox is not x1, y1, x2, y2 ({error})")
            return None

    def answer(self, viewport: float | None) -> Answer | None:
        """Return the answer if the record holds a whole pose; a record without any of it has none, which is fine."""
        if not any(key in self.record for key in PARAMETERS):
            return None
        values = {key: self.number(key) for key in PARAMETERS}
        missing = [key for key in PARAMETERS if key not in self.record]
        if missing:
            self.problems.append(f"the pose lacks {', '.join(missing)}")
            return None
        given = {key: value for key, value in values.items() if value is not None}
        if len(given) < len(values):
            return None
        cad_index = self.whole("cad_index")
        try:
            return Answer(
                pose=Pose(**given, viewport=viewport or DEFAULT_VIEWPORT),
                cad_index=1 if cad_index is None else cad_index,
                object_status=self._status(),
                dense=self._density(),
            )
        except InvalidInput as error:
            self.problems.append(str(error))
            return None

    def _status(self) -> ObjectStatus | None:
        text = self.text("object_status")
        if text is None or text in set(ObjectStatus):
            return None if text is None else ObjectStatus(text)
        self.problems.append(f"object_status {text!r} is none of the data set's")
        return None

    def _density(self) -> Density | None:
        text = self.text("dense")
        if text is None or text in set(Density):
            return None if text is None else Density(text)
        self.problems.append(f"dense {text!r} is none of the data set's")
        return None
