"""Everything that is noted in the audit log has words there, in every language: the codes are read from the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

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
