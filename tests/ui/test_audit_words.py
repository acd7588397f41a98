"""Everything that is noted in the audit log has words there, in every language: the codes are read from the code."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.permissions import Role
from storage.use_cases.audit_log import AuditEntry
from ui.pages.admin.audit_detail import CODES, NAMES, detail_words
from ui.pages.admin.audit_words import ACTIONS, OBJECTS

ROOT = Path(__file__).resolve().parents[2]
AUDIT_ARGUMENTS = {"action": 2, "object_type": 3}


def test_every_action_and_object_has_words() -> None:
    actions, objects = noted("action"), noted("object_type")
    assert {"save", "offer_cad_model", "withdraw_proposal", "login_failed"} <= actions
    assert {"user", "installation"} <= objects
    assert actions - ACTIONS.keys() == set()
    assert objects - OBJECTS.keys() == set()
    assert ACTIONS.keys() - actions == set(), "words for what nobody notes"


def test_every_detail_has_a_name() -> None:
    details = {keyword for path in (ROOT / "storage").rglob("*.py") for keyword in _keywords(path.read_text("utf-8"))}
    assert {"role", "archive", "revision"} <= details
    assert details - NAMES.keys() == {"address", "before", "after"}
    assert {action for action, _field in CODES} <= ACTIONS.keys()


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("add_user", {"name": "eve", "role": Role.ADMIN.value}, "name: eve, role: Administrator"),
        ("set_role", {"before": "annotator", "after": "admin"}, "Annotator → Administrator"),
        ("state", {"event": "send_back", "before": "saved", "after": "sent_back"},
         "Saved → Sent back, by: sending back"),
        ("add_to_dataset", {"cad_model_created": 1200, "item_updated": 2},
         "1,200 CAD models new, 2 objects brought up to date"),
        ("job_done", {"kind": "back_up", "photos": 3}, "kind: Backup, photos: 3"),
        ("edit_task",
         {"before": {"priority": 0, "due_at": None}, "after": {"priority": 0, "due_at": "2026-01-31T08:15:00"}},
         "due: – → 2026-01-31 08:15"),
        ("set_symmetry", {"before": None, "after": {"kind": "cyclic", "order": 4}},
         "– → looks the same n times in a turn (order: 4)"),
        ("back_up", {"size": 5 * 2**20, "secret": False}, "size: 5.0 MiB, with the key: no"),
        ("something_older", {"odd_field": ["a", True]}, "odd field: a, yes"),
    ],
)  # fmt: skip
def test_details_are_said_in_words(action: str, detail: dict[str, Any], words: str) -> None:
    entry = AuditEntry(
        id=1, at=datetime(2026, 1, 1, tzinfo=UTC), actor_id=1, actor_name="ada", action=action, object_type="task",
        object_id=1, object_name=None, address=None, detail=detail,
    )  # fmt: skip
    assert detail_words(entry) == words


def _keywords(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "audit":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def noted(argument: str) -> set[str]:
    return {
        code for path in (ROOT / "storage").rglob("*.py") for code in _in_module(path.read_text("utf-8"), argument)
    }


def _in_module(text: str, argument: str) -> Iterator[str]:
    """Codes written in the call, kept in a variable before it, or handed to a function that passes them on."""
    if "audit(" not in text:
        return
    tree = ast.parse(text)
    places = {"audit": AUDIT_ARGUMENTS[argument]}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and argument in (names := [a.arg for a in function.args.args]):
            places[function.name] = names.index(argument)
    variables: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            variables.setdefault(node.targets[0].id, set()).update(_texts(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
            for value in node.args[places[node.func.id] :][:1]:
                yield from variables.get(value.id, ()) if isinstance(value, ast.Name) else _texts(value)


def _texts(value: ast.expr) -> set[str]:
    """What the expression can be; of a condition both ends, not the words that it asks for."""
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()
