"""What the stage is handed: every text that its scripts name, in every language, and step sizes as JSON."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.steps import STEPS
from ui.i18n import LANGUAGES, use_language
from ui.stage.stage import stage_props
from ui.stage.texts import stage_texts

STAGE = Path(__file__).resolve().parents[3] / "ui" / "stage"
SCRIPTS = {path.name: path.read_text("utf-8") for path in [STAGE / "stage.js", *(STAGE / "modules").rglob("*.js")]}


def named(pattern: str, scripts: Iterable[str] = SCRIPTS) -> set[str]:
    return {name for script in scripts for name in re.findall(pattern, SCRIPTS[script])}


def test_every_text_that_a_script_names_is_there() -> None:
    texts = stage_texts()
    used = named(r"\btexts\.(\w+)") | named(r'text: "(\w+)"', ["keys.js"]) | named(r'\bname: "(\w+)", (?:key|testid)')
    used |= {f"notice_{key}" for key in named(r'key: "(\w+)"', ["session.js", "saving.js", "replies.js"])}
    assert used - set(texts) == set()
    assert len(used) > 80


def test_texts_named_by_pattern_are_there() -> None:
    texts = stage_texts()
    for hold in ("photo", "pose", "prediction", "saved"):
        assert {f"hold_{hold}", f"showing_{hold}"} <= set(texts)
    for status in ("saved", "unsaved", "saving", "offline", "error"):
        assert f"status_{status}" in texts
    for choice in ("quality_good", "quality_partially", "quality_barely", "quality_bad", "dense_no", "dense_yes"):
        assert {choice, f"{choice}_help"} <= set(texts)
    for name in STEPS:
        assert {name, f"{name}_help"} <= set(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_props_are_json_and_hold_the_domains_steps(language: str) -> None:
    with use_language(language):
        props = json.loads(json.dumps(stage_props(7, 3)))
    assert (props["assignment"], props["userId"]) == (7, 3)
    assert list(props["steps"]) == list(STEPS)
    assert props["steps"]["distance"]["kind"] == "multiply"
    assert all(props["texts"].values())


def test_places_to_fill_are_the_same_in_every_language() -> None:
    def places(language: str) -> dict[str, list[str]]:
        with use_language(language):
            return {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in stage_texts().items()}

    assert places("en") == places("zh")
