"""Turn an answer into the dictionary that the data set's code reads."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from domain.answer import Answer, ObjectStatus
from domain.box import Box
from domain.pose import ANGLES, Pose, wrap_new_angles
from storage.formats.imagenet3d.record import Record, plain_number, understand

IMPORTER: Final = "import"
"""Who an imported answer is by."""

FOCAL: Final = 1.0
"""The data set's focal length, in units that its code never uses: ``viewport`` holds the one in pixels."""

POSE_KEYS: Final = ("azimuth", "elevation", "theta", "distance", "px", "py", "principal")
JUDGEMENT_KEYS: Final = ("cad_index", "object_status", "dense", "ignore")
AUTHOR_KEYS: Final = ("annotator", "revision", "time", "is_gold", "model_version", "score")
ANSWER_KEYS: Final = frozenset((*POSE_KEYS, *JUDGEMENT_KEYS, *AUTHOR_KEYS))
"""Keys that speak of an answer. The others are facts of the object, which every answer to it shares."""

FACT_KEYS: Final = ("focal", "bbox", "class", "height", "width")
"""The facts that are known not to tell an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """One object with the answer that goes out.

    ``read`` is the object's dictionary as it was imported, or the facts in it that are no answer. ``answer`` is None
    where what was imported goes out as it was read. ``at`` is when it was saved or imported, if that is known;
    ``width`` and ``height`` are the photo's, in pixels.
    """

    category: str
    box: Box
    width: int
    height: int
    read: Record = field(default_factory=dict)
    answer: Answer | None
    annotator: str
    revision: int
    at: datetime | None
    is_gold: bool = False


def facts_of(record: Record, *, hides_answer: bool) -> Record:
    """Return the part of a record that is no answer; of a hidden answer only what is known to tell nothing of it."""
    if hides_answer:
        return {key: value for key, value in record.items() if key in FACT_KEYS}
    return {key: value for key, value in record.items() if key not in ANSWER_KEYS}


def record_of(row: ObjectRow) -> Record:
    """Return the dictionary of an object in the data set's keys.

    Keys that were read keep their places; a value that equals the one read, bit for bit, keeps its type too.
    Angles that were not read are in [0, 2π).
    """
    provenance: Record = {"annotator": row.annotator, "revision": row.revision}
    if row.at is not None:
        provenance["time"] = moment_text(row.at)
    if row.answer is None:
        return {**row.read, **_untouched_corners(row), **_absent(provenance, row.read)}
    known = understand(row.read).answer
    pose = wrap_new_angles(row.answer.pose, known.pose if known else None)
    written = {
        **{name: getattr(pose, name) for name in (*ANGLES, "distance", "px", "py", "viewport")},
        "focal": row.read.get("focal", FOCAL),
        "principal": _principal(pose, row.read),
        "cad_index": row.answer.cad_index,
        "bbox": _corners(row),
        "class": row.read.get("class", row.category),
        "height": row.height,
        "width": row.width,
        "object_status": None if row.answer.object_status is None else row.answer.object_status.value,
        "dense": None if row.answer.dense is None else row.answer.dense.value,
        "ignore": int(row.answer.object_status is ObjectStatus.BAD),
        **provenance,
    }
    if row.is_gold:
        written["is_gold"] = 1
    kept = {
        key: _as_read(value, written[key]) if key in written else value
        for key, value in row.read.items()
        if key in written or key not in ANSWER_KEYS
    }
    return {**kept, **_absent(written, kept)}


def moment_text(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _absent(values: Record, present: Record) -> Record:
    return {key: value for key, value in values.items() if key not in present}


def _as_read(read: Any, written: Any) -> Any:
    """Return the value as it was read if it says the same as what is written, for then its type is the file's own."""
    if isinstance(written, bool | int | float):
        number = plain_number(read)
        same = number is not None and _bits(number) == _bits(written)
    elif isinstance(written, str):
        same = isinstance(read, str) and read == written
    else:
        same = read is written
    return read if same else written


def _bits(number: float) -> bytes:
    return struct.pack("<d", number)


def _principal(pose: Pose, read: Record) -> Any:
    """Return the principal point: the pose's centre, unless another was read and the centre was left alone."""
    centre = [plain_number(read.get(name)) for name in ("px", "py")]
    if "principal" in read and centre == [pose.px, pose.py]:
        return read["principal"]
    return np.array([pose.px, pose.py])


def _untouched_corners(row: ObjectRow) -> Record:
    """Return the box of an object that nobody has answered: as it was read, unless that is a list, or corrected."""
    read = understand(row.read).box
    if read is None or (read == row.box and isinstance(row.read["bbox"], np.ndarray)):
        return {}
    return {"bbox": _corners(row)}


def _corners(row: ObjectRow) -> Any:
    """Return the box as an array, which the data set's code multiplies; the array that was read if there is one."""
    read = row.read.get("bbox")
    corners = np.array([row.box.x1, row.box.y1, row.box.x2, row.box.y2])
    if isinstance(read, np.ndarray) and read.shape == (4,) and np.array_equal(read, corners):
        return read
    return corners
