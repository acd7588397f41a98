"""What the server says on the stage socket of remarks, proposals and decisions."""

from datetime import UTC, datetime
from typing import Any

from domain.proposal import SINGLE_ANGLES
from domain.remarks import READY, MeshPin, Pin
from storage.record import Event
from storage.use_cases.review import Entry, LastDecision, Offered, Taken, Talk, Thread
from ui.i18n import gettext
from ui.live.payloads import answer_json, saved_json

Json = dict[str, Any]


def talk_message(talk: Talk, *, reload: bool) -> Json:
    """All that is said about an assignment, for one person. `reload`: open it again, the answer may be another."""
    return {
        "type": "talk",
        "assignment": talk.assignment_id,
        "version": talk.version,
        "state": talk.state.value,
        "reload": reload,
        "can_review": talk.can_review,
        "can_remark": talk.can_remark,
        "can_propose": talk.can_propose,
        "owner": talk.owner,
        "revision": talk.saved.revision if talk.saved else None,
        "threads": [_thread(thread) for thread in talk.threads],
        "proposals": [_offered(offered) for offered in talk.proposals],
        "decision": _decision(talk.decision) if talk.decision else None,
        "ready": [*(talk.ready or map(gettext, READY))] if talk.can_review else [],
    }


def taken_message(assignment_id: int, taken: Taken) -> Json:
    """The gesture that took parts of a proposal: for the taker's own history."""
    applied = taken.applied
    return {
        "type": "proposal_taken",
        "assignment": assignment_id,
        "op_id": applied.op_id,
        "version": applied.version,
        "answer": answer_json(applied.answer),
        "state": applied.state.value,
        "saved": saved_json(applied.saved),
        "changes": {
            group.value: {"before": change.before, "after": change.after} for group, change in taken.changes.items()
        },
    }


def news_message(event: Event) -> Json:
    """To those whom it concerns, wherever they are."""
    payload = event.payload
    return {
        "type": "news",
        "assignment": event.object_id,
        "kind": _kind(event),
        "by": payload["by"],
        "excerpt": payload.get("excerpt", ""),
    }


def _kind(event: Event) -> str:
    """As in `ui.news_texts`."""
    payload = event.payload
    match event.topic:
        case "remark.added":
            return "remark_answered" if payload.get("answers") else "remark_added"
        case "proposal.changed":
            return f"proposal_{payload.get('ended', 'taken')}"
        case _:
            return str(payload.get("decision") or event.topic.replace(".", "_"))


def done_message(kind: str, assignment_id: int, id_: str) -> Json:
    """What was asked for under this id is on disk."""
    return {"type": "review_done", "of": kind, "assignment": assignment_id, "id": id_}


def _thread(thread: Thread) -> Json:
    return {
        "id": thread.id,
        "number": thread.number,
        "pin": _pin(thread.pin) if thread.pin else None,
        "entries": [_entry(entry) for entry in thread.entries],
        "resolved": thread.resolved,
        "unread": thread.unread,
    }


def _pin(pin: Pin) -> Json:
    if isinstance(pin, MeshPin):
        return {"on": "object", "point": [pin.x, pin.y, pin.z], "cad_index": pin.cad_index}
    return {"on": "photo", "u": pin.u, "v": pin.v}


def _entry(entry: Entry) -> Json:
    return {"id": entry.id, "author": entry.author, "text": entry.text, "at": _moment(entry.at)}


def _offered(offered: Offered) -> Json:
    return {
        "id": offered.id,
        "author_id": offered.author_id,
        "author": offered.author,
        "answer": answer_json(offered.answer),
        "comment": offered.comment,
        "at": _moment(offered.at),
        "parts": [part.value for part in offered.parts],
        "angles": [part.value for part in SINGLE_ANGLES],
    }


def _decision(decision: LastDecision) -> Json:
    return {
        "revision": decision.revision,
        "decision": decision.decision.value,
        "reason": decision.reason,
        "reviewer": decision.reviewer,
        "at": _moment(decision.at),
        "unread": decision.unread,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
