"""What the server says on the stage socket, besides frames: storage's values as JSON for the browser.

Poses go out without the viewport, which belongs to the item; times in ISO 8601, UTC. Texts of a category's rule are
message ids and are translated here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from domain.answer import Answer, FieldGroup
from domain.box import Box
from domain.category import CategoryRule
from domain.ops import Op
from domain.permissions import Actor
from domain.pose import PARAMETERS, Pose
from domain.task_state import AssignmentState
from storage.use_cases.annotate import (
    Applied,
    Flag,
    OpenedAssignment,
    OpenedCad,
    OtherObject,
    Progress,
    Replaced,
    Saved,
    SavedAnswer,
)
from ui.errors import Explanation
from ui.i18n import gettext
from ui.live.messages import PoseMessage
from ui.live.presence import Present

Json = dict[str, Any]


def pose_json(pose: Pose) -> Json:
    return {name: getattr(pose, name) for name in PARAMETERS}


def answer_json(answer: Answer) -> Json:
    return {**answer.to_json(), "pose": pose_json(answer.pose)}


def saved_json(saved: SavedAnswer | Saved | None) -> Json | None:
    """The answer that stands, with its revision; None where there is none."""
    if saved is None:
        return None
    return {
        "answer": answer_json(saved.answer),
        "revision": saved.revision,
        "author": saved.author,
        "at": _moment(saved.at),
    }


def opened_message(opened: OpenedAssignment) -> Json:
    """Everything that the stage shows of an assignment."""
    prediction = opened.prediction
    return {
        "type": "opened",
        "assignment_id": opened.assignment_id,
        "version": opened.version,
        "state": opened.state.value,
        "can_edit": opened.can_edit,
        "flag": _flag_json(opened.flag),
        "task": {
            "id": opened.task.id,
            "name": opened.task.name,
            "kind": opened.task.kind.value,
            "due_at": _moment(opened.task.due_at),
            "is_pool": opened.task.is_pool,
            "tells": opened.task.tells,
        },
        "position": opened.position,
        "total": opened.total,
        "assignment_ids": list(opened.assignment_ids),
        "prev_id": opened.prev_id,
        "next_id": opened.next_id,
        "next_open_id": opened.next_open_id,
        "progress": _progress_json(opened.progress),
        "image": {
            "id": opened.image.id,
            "name": opened.image.name,
            "width": opened.image.width,
            "height": opened.image.height,
            "taken_down": opened.image.taken_down,
        },
        "photo_url": f"/images/{opened.image.id}",
        "item": {
            "id": opened.item.id,
            "category": opened.item.category,
            "object_index": opened.item.object_index,
            "bbox": _box_json(opened.item.box),
            "viewport": opened.item.viewport,
            "for_older_box": opened.item.for_older_box,
        },
        "rule": _rule_json(opened.rule),
        "cad_models": [_cad_json(cad) for cad in opened.cad_models],
        "answer": answer_json(opened.answer),
        "answer_source": opened.answer_source.value,
        "unsaved": opened.unsaved,
        "default": answer_json(opened.default),
        "saved": saved_json(opened.saved),
        "prediction": {
            "answer": answer_json(prediction.answer),
            "model_version": prediction.model_version,
            "score": prediction.score,
        }
        if prediction
        else None,
        "of_others": sorted(opened.of_others),
        "history": {"undo": _history_json(opened.undo), "redo": _history_json(opened.redo)},
        "others": [_other_json(other) for other in opened.others],
    }


def prefetched_message(opened: OpenedAssignment) -> Json:
    """The same of an assignment that is not open yet; what holds is said when it is."""
    return {**opened_message(opened), "type": "prefetched"}


def op_ok_message(assignment_id: int, applied: Applied, holds: tuple[int, Answer]) -> Json:
    """`holds`: version and working answer at this moment, which others may have changed besides."""
    version, answer = holds
    return {
        "type": "op_ok",
        "assignment": assignment_id,
        "op_id": applied.op_id,
        "version": applied.version,
        "state": applied.state.value,
        "saved": saved_json(applied.saved),
        "holds": {"version": version, "answer": answer_json(answer)},
        "of_others": None if applied.of_others is None else sorted(applied.of_others),
    }


def cleared_message(assignment_id: int, applied: Applied) -> Json:
    return {
        "type": "cleared",
        "assignment": assignment_id,
        "op_id": applied.op_id,
        "version": applied.version,
        "answer": answer_json(applied.answer),
        "state": applied.state.value,
    }


def saved_message(assignment_id: int, saved: Saved) -> Json:
    return {
        "type": "saved",
        "assignment": assignment_id,
        "save_id": saved.save_id,
        "revision": saved.revision,
        "version": saved.version,
        "answer": answer_json(saved.answer),
        "author": saved.author,
        "at": _moment(saved.at),
        "state": saved.state.value,
        "progress": _progress_json(saved.progress),
        "next_open_id": saved.next_open_id,
    }


def refusal(kind: str, explanation: Explanation, **fields: Any) -> Json:
    """`kind` is op_refused, save_refused or error; `fields` say what was refused and what holds instead."""
    return {"type": kind, "code": explanation.code, "message": explanation.message, **fields}


def flagged_message(kind: str, reason: str) -> Json:
    return {"type": "flagged", "kind": kind, "reason": reason}


def changed_message(
    assignment_id: int,
    *,
    version: int,
    answer: Answer,
    by: Actor,
    state: AssignmentState,
    saved: SavedAnswer | Saved | None,
    groups: Iterable[FieldGroup],
    replaced: Iterable[Replaced],
) -> Json:
    """To the other sockets of an assignment: what holds from now on, and whose doing it was.

    `groups`: what has changed; `replaced`: whose values of what gave way without having been seen.
    """
    return {
        "type": "changed",
        "assignment": assignment_id,
        "version": version,
        "answer": answer_json(answer),
        "by": by.name,
        "by_id": by.user_id,
        "groups": sorted(groups),
        "replaced": [{"group": each.group, "of": each.author_id, "values": each.values} for each in replaced],
        "state": state.value,
        "saved": saved_json(saved),
    }


def presence_message(assignment_id: int, people: Iterable[Present]) -> Json:
    """Who is on the assignment, in the order of their coming."""
    return {"type": "presence", "assignment": assignment_id, "people": [person.to_json() for person in people]}


def moving_message(
    assignment_id: int, by: Actor, message: PoseMessage, pose: Pose, groups: Iterable[FieldGroup]
) -> Json:
    """What somebody has on the screen; `groups`: what of it is under the hand and not yet the answer."""
    return {
        "type": "moving",
        "assignment": assignment_id,
        "by": {"id": by.user_id, "name": by.name},
        "pose": pose_json(pose),
        "cad_index": message.cad_index,
        "view": message.view.model_dump(),
        "mode": message.mode.value,
        "groups": sorted(groups),
    }


def _flag_json(flag: Flag | None) -> Json | None:
    return {"kind": flag.kind.value, "reason": flag.reason, "at": _moment(flag.at)} if flag else None


def _rule_json(rule: CategoryRule) -> Json:
    return {
        **rule.to_json(),
        "ignored_reason": gettext(rule.ignored_reason),
        "note": gettext(rule.note),
    }


def _cad_json(cad: OpenedCad) -> Json:
    return {
        "id": cad.id,
        "cad_index": cad.cad_index,
        "name": cad.name,
        "readable": cad.readable,
        "reason": cad.reason,
        "thumbnail_url": f"/thumbnails/{cad.id}.png",
    }


def _history_json(ops: Iterable[Op]) -> list[Json]:
    return [
        {
            "op_id": op.op_id,
            "kind": op.kind.value,
            "undoes": op.undoes,
            "changes": {
                group.value: {"before": change.before, "after": change.after} for group, change in op.changes.items()
            },
        }
        for op in ops
    ]


def _other_json(other: OtherObject) -> Json:
    """Without an answer where its CAD model is not there: then there is nothing to draw."""
    return {
        "item_id": other.item_id,
        "category": other.category,
        "bbox": _box_json(other.box),
        "cad_id": other.cad.id if other.cad else None,
        "answer": answer_json(other.answer) if other.answer and other.cad else None,
    }


def _progress_json(progress: Progress) -> Json:
    return {
        "saved": progress.saved,
        "total": progress.total,
        "changed": progress.changed,
        "first_changed_id": progress.first_changed_id,
    }


def _box_json(box: Box) -> list[float]:
    return [box.x1, box.y1, box.x2, box.y2]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
