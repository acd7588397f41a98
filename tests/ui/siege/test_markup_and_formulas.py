"""No way around what makes text harmless: `csv_text` for spreadsheets, `textContent` and Tag for pages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def sources(suffix: str, *folders: str) -> dict[str, str]:
    found = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{suffix}")
    }
    assert found
    return found


def test_every_csv_is_written_where_formulas_are_defused() -> None:
    writing = re.compile(r"csv\.(writer|DictWriter)|import (writer|DictWriter)")
    ours = sources(".py", "domain", "storage", "meshes", "rendering", "ui")
    assert {name for name, text in ours.items() if writing.search(text)} == {"storage/formats/csv_text.py"}


def test_no_script_of_ours_writes_markup() -> None:
    markup = re.compile(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|v-html")
    assert {name for name, text in sources(".js", "ui").items() if markup.search(text)} == set()


def test_markup_that_is_not_sanitised_is_made_in_few_places() -> None:
    """Each of them escapes what people wrote; a new one is looked at before it is added here."""
    raw = {name for name, text in sources(".py", "ui").items() if "sanitize=False" in text}
    assert raw == {"ui/theme/shell.py", "ui/pages/admin/table.py", "ui/pages/task_rows.py"}
    unescaped = re.compile(r"\|\s*safe\b|Markup\(|autoescape=False")
    assert {name for name, text in sources(".html", "ui").items() if unescaped.search(text)} == set()
