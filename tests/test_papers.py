"""What the papers name is there: every path of the map, every link of every page, and every format that goes out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from storage.exports import export_formats
from ui.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAPERS = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
OF_PATHS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")
CODE = re.compile(r"`([\w.{},/-]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def spread(path: str) -> Iterator[str]:
    """`a/{b,c}.py` as `a/b.py` and `a/c.py`."""
    if (braces := re.search(r"\{(.*?)\}", path)) is None:
        yield path
        return
    for part in braces[1].split(","):
        yield from spread(path[: braces.start()] + part + path[braces.end() :])


@pytest.mark.parametrize("name", OF_PATHS)
def test_paths_are_there(name: str) -> None:
    """A file's name alone lies beside the path that was named before it."""
    folder, named = ROOT, 0
    for path in (each for found in CODE.findall((ROOT / name).read_text("utf-8")) for each in spread(found)):
        if path.startswith("/") or not ("/" in path or path.endswith((".py", ".js", ".css", ".md", ".sh"))):
            continue
        place = ROOT / path if "/" in path or (ROOT / path).exists() else folder / path
        assert place.exists(), path
        folder, named = place if place.is_dir() else place.parent, named + 1
    assert named


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_links_lead_somewhere(paper: Path) -> None:
    assert [link for link in LINK.findall(paper.read_text("utf-8")) if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_commands_and_benchmarks_are_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    program = get_command(app)
    assert isinstance(program, TyperGroup)
    commands = set(program.commands)
    assert set(re.findall(r"(?:\./run\.sh|main\.py) ([a-z][\w-]*)", text)) - commands == set()
    benchmarks = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("*.py")}
    assert set(re.findall(r"\./test\.sh bench ([a-z]\w*)", text)) - benchmarks == set()


def test_every_format_is_described() -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert [name for name in export_formats() if f"### `{name}`" not in page] == []


def test_both_readmes_have_the_same_parts_commands_and_pictures() -> None:
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
    for part in (r"^#+ ", r"^\| \*\*|^\| `", r"!\[.*?\]\((.*?)\)", r"^\./(?:run|test)\.sh \w*(?: \w+)?"):
        found = [re.findall(part, page, re.MULTILINE) for page in (english, chinese)]
        assert found[0] == found[1], part
