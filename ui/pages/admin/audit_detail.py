"""The details of an audit entry, as people read them: every code that has a name elsewhere has the same name here."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from domain.evaluation import Choice
from storage.use_cases.audit_log import AuditEntry
from ui.i18n import N_, _
from ui.pages.admin.cells import as_size
from ui.pages.admin.data_words import COUNTED, KINDS, OUTCOMES
from ui.pages.admin.library.rule_words import ANGLE_NAMES, SYMMETRY_NAMES
from ui.pages.admin.work.trust_fields import CONSEQUENCES, EXAM_FEEDBACK
from ui.pages.quality.words import FLIPS, VERDICTS, WAYS
from ui.pages.review.history import PART_NAMES
from ui.words import FLAG_NAMES, KIND_NAMES, ROLE_NAMES, STATE_NAMES

NAMES: dict[str, str] = {
    "addresses": N_("addresses"),
    "again": N_("again"),
    "answers": N_("answers"),
    "archive": N_("backup"),
    "assigned": N_("given to"),
    "assignments": N_("places"),
    "attempt": N_("attempt"),
    "attempts": N_("attempts"),
    "azimuth": N_("azimuth"),
    "cad_index": N_("CAD model"),
    "called": N_("file"),
    "categories": N_("categories"),
    "category": N_("category"),
    "centre": N_("centre"),
    "changes": N_("changes"),
    "choice": N_("choice"),
    "compares": N_("compares"),
    "consequence": N_("consequence"),
    "count": N_("number"),
    "dataset": N_("data set"),
    "dataset_id": N_("data set"),
    "distance": N_("distance"),
    "due_at": N_("due"),
    "earlier": N_("earlier answer"),
    "error": N_("error"),
    "event": N_("by"),
    "events": N_("gestures"),
    "extra": N_("further attempts"),
    "feedback": N_("feedback"),
    "filter": N_("filter"),
    "format": N_("format"),
    "given": N_("given to"),
    "ignored": N_("ignored"),
    "ignored_reason": N_("why ignored"),
    "is_pool": N_("pool"),
    "item": N_("object"),
    "items": N_("objects"),
    "judged": N_("judged answer"),
    "keys": N_("keys"),
    "kind": N_("kind"),
    "last": N_("the last"),
    "least_right": N_("right at least"),
    "left_out": N_("left out"),
    "made_at": N_("made"),
    "missing": N_("missing"),
    "model": N_("CAD model"),
    "most_centre": N_("Centre within"),
    "most_distance": N_("Distance within"),
    "most_rotation": N_("Rotation within"),
    "name": N_("name"),
    "near_symmetry": N_("near symmetry"),
    "needed": N_("right at least"),
    "note": N_("note"),
    "number": N_("number"),
    "objects": N_("objects"),
    "of": N_("of"),
    "offered_again": N_("offered again"),
    "overlap": N_("people for each object"),
    "parts": N_("parts"),
    "passed": N_("passed"),
    "person": N_("person"),
    "photos": N_("photos"),
    "pool": N_("pool"),
    "priority": N_("priority"),
    "proposal": N_("proposal"),
    "reason": N_("reason"),
    "release": N_("release"),
    "remark": N_("remark"),
    "revision": N_("answer"),
    "revision_id": N_("answer"),
    "right": N_("right"),
    "role": N_("role"),
    "rotation": N_("rotation"),
    "safety": N_("the state before it"),
    "same_answers": N_("quality and density must be right"),
    "same_model": N_("the CAD model must be right"),
    "secret": N_("with the key"),
    "sha256": N_("content"),
    "size": N_("size"),
    "source_name": N_("from"),
    "stays": N_("stays"),
    "symmetry": N_("symmetry"),
    "taken": N_("taken from"),
    "taken_back": N_("taken back"),
    "task": N_("task"),
    "user": N_("person"),
    "user_id": N_("person"),
    "verdict": N_("verdict"),
    "version": N_("version"),
    "warnings": N_("to look at"),
    "way": N_("how"),
}
"""What is written before a value. `before` and `after` have none: what has changed is shown with an arrow."""

NAMES_OF: dict[tuple[str, str], str] = {
    ("restore_backup", "revision"): N_("tables"),
    ("set_gold_rule", "rotation"): N_("Rotation within"),
    ("set_gold_rule", "centre"): N_("Centre within"),
    ("set_gold_rule", "distance"): N_("Distance within"),
    ("set_gold_rule", "model"): N_("the CAD model must be right"),
    ("set_gold_rule", "answers"): N_("quality and density must be right"),
}
"""Fields that mean something else with one action."""

ADDED: dict[str, str] = {
    "cad_model": "CAD models",
    "CAD_models": "CAD models",
    "category": "categories",
    "gold": "gold",
    "image": "photos",
    "imported_label": "labels",
    "item": "items",
    "prediction": "predictions",
}
"""What was counted, as `data_words.COUNTED` names it."""

CHOICES: dict[Choice, str] = {
    Choice.LEFT: N_("the left one"),
    Choice.RIGHT: N_("the right one"),
    Choice.CANT_TELL: N_("cannot tell"),
}

EVENTS: dict[str, str] = {
    "edit": N_("an edit"),
    "save": N_("a save"),
    "clear": N_("clearing"),
    "send_back": N_("sending back"),
    "accept": N_("accepting"),
    "reopen": N_("opening again"),
    "withdraw": N_("withdrawing"),
}

Words = Mapping[Any, str]

CODES: dict[tuple[str, str], Words] = {
    ("add_user", "role"): ROLE_NAMES,
    ("set_role", ""): ROLE_NAMES,
    ("flag", "kind"): FLAG_NAMES,
    ("unflag", "kind"): FLAG_NAMES,
    ("create_task", "kind"): KIND_NAMES,
    ("state", "event"): EVENTS,
    ("state", ""): STATE_NAMES,
    ("adjudicate", "way"): WAYS,
    ("judge_annotation", "verdict"): VERDICTS,
    ("swap_flip", "kind"): FLIPS,
    ("take_proposal", "parts"): PART_NAMES,
    ("evaluate", "choice"): CHOICES,
    ("settle_alert", "kind"): CONSEQUENCES,
    **{(action, "kind"): KINDS for action in ("start_job", "cancel_job", "job_done", "job_failed", "job_cancelled")},
}
"""Words for the codes of a field, by action; an empty field stands for what was before and after."""

ANYWHERE: dict[str, Words] = {
    "consequence": {one.value: words for one, words in CONSEQUENCES.items()},
    "feedback": {one.value: words for one, words in EXAM_FEEDBACK.items()},
    "ignored": ANGLE_NAMES,
    "symmetry": SYMMETRY_NAMES,
    "near_symmetry": SYMMETRY_NAMES,
}
"""Words for the codes of a field, whatever was done."""

LIMITS: dict[str, Callable[[float], str]] = {
    **dict.fromkeys(("most_rotation", "rotation"), lambda value: f"{math.degrees(value):.3g}°"),
    **dict.fromkeys(("most_centre", "centre", "least_right"), lambda value: f"{100 * value:.3g} %"),
    **dict.fromkeys(("most_distance", "distance"), lambda value: f"{100 * math.expm1(value):.3g} %"),
}
"""Limits as their form has them: kept are radians, shares and logarithms."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_OUTCOME = re.compile(r"(\w+)_(created|updated|unchanged)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*")


def detail_words(entry: AuditEntry) -> str:
    """All of it in one line."""
    fields = dict(entry.detail)
    parts = []
    if "before" in fields and "after" in fields:
        before, after = fields.pop("before"), fields.pop("after")
        parts.append(_change(entry.action, before, after))
    parts += [_field(entry.action, name, value) for name, value in fields.items()]
    return _(", ").join(parts)


def _change(action: str, before: Any, after: Any) -> str:
    """Of two groups of values only what differs."""
    if not isinstance(before, dict) or not isinstance(after, dict) or "kind" in {**before, **after}:
        return f"{_value(action, '', before)} → {_value(action, '', after)}"
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _(", ").join(
        _named(
            name,
            f"{_value(action, name, before.get(name))} → {_value(action, name, after.get(name))}",
            NAMES_OF.get((action, name), ""),
        )
        for name in changed
    )


def _field(action: str, name: str, value: Any) -> str:
    if counted := _OUTCOME.fullmatch(name):
        what = COUNTED.get(ADDED.get(counted[1], counted[1]), counted[1])
        return _(OUTCOMES[counted[2]]) % {"number": f"{value:,}", "what": _(what)}
    if name == "size" and isinstance(value, int):
        return _named(name, as_size(value))
    return _named(name, _value(action, name, value), NAMES_OF.get((action, name), ""))


def _named(name: str, value: str, other: str = "") -> str:
    known = other or NAMES.get(name)
    title = _(known) if known else name.replace("_", " ")
    return _("%(name)s: %(value)s") % {"name": title, "value": value}


def _value(action: str, name: str, value: Any) -> str:
    def inner(one: Any) -> str:
        return _value(action, name, one)

    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _mapping(action, name, value)
    if isinstance(value, list):
        return _(", ").join(map(inner, value))
    if isinstance(value, float) and action in ("set_test", "set_gold_rule") and name in LIMITS:
        return LIMITS[name](value)
    text = str(value)
    words = CODES.get((action, name)) or ANYWHERE.get(name) or {}
    if text in words:
        return _(words[text])
    if _SHA256.fullmatch(text):
        return f"{text[:12]}…"
    return f"{moment[1]} {moment[2]}" if (moment := _MOMENT.fullmatch(text)) else text


def _mapping(action: str, name: str, value: Mapping[str, Any]) -> str:
    """A symmetry by its kind; shares by person; other groups of values field by field."""
    if value.get("kind") in SYMMETRY_NAMES:
        rest = {key: each for key, each in value.items() if key != "kind"}
        kind = _(SYMMETRY_NAMES[str(value["kind"])])
        return f"{kind} ({_mapping(action, name, rest)})" if rest else kind
    return _(", ").join(_field(action, key, each) for key, each in value.items())
