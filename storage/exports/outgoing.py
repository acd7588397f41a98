"""Decide what goes out of an object: whose answer, as which record, and the line that holds all answers to it.

The record has ImageNet3D's keys, whatever the format: from it a format takes what it needs.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from domain.answer import Answer
from domain.task_state import AssignmentState
from storage.formats import exact
from storage.formats.imagenet3d.record import Record
from storage.formats.imagenet3d.row import IMPORTER, ObjectRow, facts_of, moment_text, record_of
from storage.use_cases.release import GivenAdjudication, GivenAnswer, Only, ReleaseItem, ReleasePhoto

IMPORTED_REVISION: Final = 1
"""What was imported is the first thing that was said of an object."""


class Source(StrEnum):
    """Where an exported answer comes from. ADJUDICATED: decided from several people's. IMPORTED: nobody has touched
    what was read."""

    ADJUDICATED = "adjudicated"
    ACCEPTED = "accepted"
    SAVED = "saved"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An object that goes out; ``record`` is its dictionary in the data set's keys."""

    item: ReleaseItem
    source: Source
    annotator: str
    revision: int
    time: str | None
    record: Record


def outgoing(photo: ReleasePhoto, item: ReleaseItem, only: Only | None = None) -> Outgoing | None:
    """Return what goes out of an object: adjudicated, else accepted, else saved, else imported. None: nothing of the
    wanted kind."""
    given = item.chosen(only)
    if given is not None and given.answer is not None:
        read = exact.from_json(item.label.original) if item.label else _facts(item)
        row = ObjectRow(
            category=item.category,
            box=item.box,
            width=photo.width,
            height=photo.height,
            read=read,
            answer=given.answer,
            annotator=given.author or IMPORTER,
            revision=given.number if isinstance(given, GivenAdjudication) else given.revision,
            at=given.at,
            is_gold=item.is_gold,
        )
        return _outgoing(item, _source(given), row)
    untouched = _untouched(item)
    if only is not None or untouched is None:
        return None
    row = ObjectRow(
        category=item.category,
        box=item.box,
        width=photo.width,
        height=photo.height,
        read=untouched,
        answer=None,
        annotator=IMPORTER,
        revision=IMPORTED_REVISION,
        at=item.label.at if item.label else None,
    )
    return _outgoing(item, Source.IMPORTED, row)


def answers_line(photo: ReleasePhoto, item: ReleaseItem, place: tuple[str, int] | None) -> dict[str, Any]:
    """Return all answers to an object and its predictions as JSON; ``place`` is the file and index of its row."""
    adjudicated = {"adjudicated": _adjudicated_json(item.adjudicated)} if item.adjudicated else {}
    assignments = dict.fromkeys(given.assignment_id for given in item.answers)
    numbers = {assignment: number for number, assignment in enumerate(assignments, 1)}
    return {
        "photo": photo.name,
        "category": item.category,
        "object_index": item.object_index,
        "bbox": [item.box.x1, item.box.y1, item.box.x2, item.box.y2],
        "width": photo.width,
        "height": photo.height,
        "is_gold": item.is_gold,
        "exported": {"file": place[0], "index": place[1]} if place else None,
        "imported": _answer_json(item.label.answer) if item.label else None,
        **adjudicated,
        "answers": [_given_json(given, numbers[given.assignment_id]) for given in item.answers],
        "predictions": [
            {"model_version": given.model_version, "score": given.score, **_answer_json(given.answer)}
            for given in item.predictions
        ],
    }


def _source(given: GivenAdjudication | GivenAnswer) -> Source:
    if isinstance(given, GivenAdjudication):
        return Source.ADJUDICATED
    return Source.ACCEPTED if given.state is AssignmentState.ACCEPTED else Source.SAVED


def _outgoing(item: ReleaseItem, source: Source, row: ObjectRow) -> Outgoing:
    return Outgoing(
        item=item,
        source=source,
        annotator=row.annotator,
        revision=row.revision,
        time=moment_text(row.at) if row.at else None,
        record=record_of(row),
    )


def _facts(item: ReleaseItem) -> Record:
    """Return what the import kept besides an answer; of a gold item only what cannot tell its pose."""
    read: Record = exact.from_json(item.extra["read"]) if "read" in item.extra else {}
    return facts_of(read, hides_answer=item.is_gold)


def _untouched(item: ReleaseItem) -> Record | None:
    """Return the record as it was imported, if it was imported as an answer."""
    if item.is_gold:
        return None
    kept = item.label.original if item.label else item.extra.get("label")
    return exact.from_json(kept) if kept else None


def _given_json(given: GivenAnswer, assignment: int) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "task": given.task,
        "task_kind": given.task_kind.value,
        "state": given.state.value,
        "assignee": given.assignee,
        "annotator": given.author or IMPORTER,
        "revision": given.revision,
        "kind": given.kind.value,
        "current": given.current,
        "time": moment_text(given.at),
        **_answer_json(given.answer),
    }


def _adjudicated_json(given: GivenAdjudication) -> dict[str, Any]:
    return {
        "annotator": given.author,
        "revision": given.number,
        "way": given.way.value,
        "time": moment_text(given.at),
        **_answer_json(given.answer),
    }


def _answer_json(answer: Answer | None) -> dict[str, Any]:
    """Return an answer in the data set's keys; the pose is None where the answer was withdrawn."""
    if answer is None:
        return {"pose": None, "cad_index": None, "object_status": None, "dense": None}
    return answer.to_json()
