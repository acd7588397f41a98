"""Imports point inward only, and frameworks stay in their rooms (ARCHITECTURE.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT = {
    "domain": set(),
    "meshes": {"domain"},
    "rendering": {"meshes", "domain"},
    "storage": {"meshes", "domain"},
    "ui": {"rendering", "storage", "meshes", "domain"},
}
FRAMEWORKS = {
    "nicegui": lambda place: place.startswith("ui/") and not place.startswith(("ui/actions/", "ui/cli/")),
    "vispy": lambda place: place.startswith("rendering/"),
    "sqlmodel": lambda place: place.startswith("storage/"),
    "sqlalchemy": lambda place: place.startswith("storage/"),
    "alembic": lambda place: place.startswith("storage/"),
    "fastapi": lambda place: place.startswith("ui/") and not place.startswith(("ui/actions/", "ui/cli/")),
    "starlette": lambda place: place.startswith("ui/") and not place.startswith(("ui/actions/", "ui/cli/")),
    "typer": lambda place: place.startswith("ui/cli/"),
    "trimesh": lambda place: False,
    "passlib": lambda place: place == "storage/passwords.py",
}


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def broken_rules(place: str, source: str) -> list[str]:
    room = place.split("/", 1)[0]
    broken = []
    for name in imports(source):
        top = name.split(".", 1)[0]
        if top in MAY_IMPORT and top != room and top not in MAY_IMPORT[room]:
            broken.append(f"{place}: {room} must not import {name}")
        if top in FRAMEWORKS and not FRAMEWORKS[top](place):
            broken.append(f"{place}: {top} does not belong here")
    return broken


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_layers(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    broken = [
        rule for file in files for rule in broken_rules(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("domain/x.py", "import storage.tables"),
        ("domain/x.py", "from sqlmodel import Field"),
        ("ui/actions/x.py", "def f():\n    from nicegui import ui"),
        ("storage/x.py", "import rendering.pool"),
        ("ui/x.py", "import vispy.gloo"),
    ],
)
def test_the_check_sees_what_is_forbidden(place: str, source: str) -> None:
    assert broken_rules(place, source)
