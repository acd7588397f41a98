"""Every use case there is has its row in `test_rights`: one that is added tomorrow fails here until it has."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType

import storage.use_cases
from tests.storage.rights_of_gates import GATES
from tests.storage.test_rights import READING, WRITING

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "storage.use_cases"
SESSIONS = ("session", "database")

ELSEWHERE = {
    "qualify.flips.ask": "needs a case that only `flip_case` makes: tests/storage/test_qualify.py",
    "own_password.change_own_password": "costs two hashes: tests/ui/door/test_door.py",
}
"""Use cases that ask who acts, and are tried somewhere else."""

NOBODY_YET = {
    "login.authenticate", "login.must_wait", "login.note_refusals", "login.begin_login", "login.finish_login",
    "first_admin.add_first_admin", "password_links.link_for", "password_links.use_password_link",
    "sessions.open_session", "sessions.live_session", "sessions.actor_for", "accounts.count_users",
}  # fmt: skip
"""They find out who it is, by password, token or link."""

BY_TOKEN = {"sessions.touch_session", "sessions.end_session"}
"""Whoever has the token."""

BY_ITSELF = {
    "sessions.dead_sessions", "sessions.end_expired", "sessions.note_use", "annotate.drafts.journal_drafts",
    "taking_down.taken_down_digests", "restored.settle_restored", "effort.ensure_counted", "library.dataset_id_of",
    "job_work.claim_job", "job_work.note_progress", "job_work.job_state", "job_work.note_made",
    "job_work.finish_job", "job_work.release_jobs", "job_work.open_jobs", "job_work.unfinished_jobs",
    "job_work.kept_files", "job_work.heavy_models", "job_work.take_back", "likeness.likenesses",
    "review.ready.ready_texts", "qualify.gate.barred_from", "qualify.rules.find_exam",
    "qualify.rules.exam_ids", "qualify.hidden_gold.is_looked_at", "job_end.note_end", "job_end.starter",
    "job_end.started_from", "named_files.photo_digests", "named_files.mesh_digests",
    "restoring.note_restoring_failed",
}  # fmt: skip
"""What the server does of its own accord, for nobody, and gives nothing of away; `journal_drafts` drops what is not
its author's (`test_rights.test_journalling`)."""


def use_cases() -> Iterator[tuple[str, FunctionType]]:
    """(module.name, function) of all that takes a session."""
    for found in pkgutil.walk_packages(storage.use_cases.__path__, f"{PREFIX}."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if not own or name.startswith("_"):
                continue
            if next(iter(inspect.signature(function).parameters), "") in SESSIONS:
                yield f"{found.name.removeprefix(PREFIX)[1:]}.{name}", function


def test_each_that_asks_who_acts_is_tried_with_everybody() -> None:
    rows = {name.split()[0] for name in (*WRITING, *READING)}
    asking = {name for name, function in use_cases() if "actor" in inspect.signature(function).parameters}
    assert len(asking) > 100
    missing = {name for name in asking - GATES.keys() if name.rpartition(".")[2] not in rows}
    assert missing == set(ELSEWHERE), "write their rows into rights_of_rooms or rights_of_gates"
    assert asking >= GATES.keys(), "no longer there"


def test_what_asks_nobody_is_reached_from_storage_only_or_is_named() -> None:
    silent = {name for name, function in use_cases() if "actor" not in inspect.signature(function).parameters}
    named = NOBODY_YET | BY_TOKEN | BY_ITSELF
    assert named <= silent, "no longer there"
    reached = {name for path in (ROOT / "ui").rglob("*.py") for name in reached_from(path)}
    assert reached
    assert (reached & silent) - named == set()


def reached_from(path: Path) -> Iterator[str]:
    """The use cases that a module imports, or takes from a module of use cases that it imports."""
    tree = ast.parse(path.read_text("utf-8"))
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PREFIX):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in all_modules():
                    modules[alias.asname or alias.name] = whole
                else:
                    yield origin(str(node.module), alias.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield origin(modules[node.value.id], node.attr)


def origin(module: str, name: str) -> str:
    """Where a function is at home, which a package may only pass on."""
    function = getattr(importlib.import_module(module), name, None)
    home = getattr(function, "__module__", module) or module
    return f"{home.removeprefix(PREFIX)[1:]}.{name}"


@cache
def all_modules() -> frozenset[str]:
    return frozenset(found.name for found in pkgutil.walk_packages(storage.use_cases.__path__, f"{PREFIX}."))
