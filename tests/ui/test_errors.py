"""Errors become sentences; what nobody foresaw becomes a number that finds it in the log."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain import errors
from meshes.errors import MeshUnreadable
from rendering.errors import RenderFailed
from ui.errors import RULES, SENTENCES, explain
from ui.i18n import use_language
from ui.logs import logging_to
from ui.services import TooBusy

ROOT = Path(__file__).resolve().parents[2]


def rules(kind: type[errors.PosewrightError] = errors.PosewrightError) -> Iterator[type[errors.PosewrightError]]:
    yield kind
    for further in kind.__subclasses__():
        yield from rules(further)


def test_every_rule_of_the_domain_and_of_the_stage_has_a_sentence_of_its_own() -> None:
    of_domain = {kind.code for kind in rules() if kind.__module__ == "domain.errors"}
    assert of_domain | {MeshUnreadable.code, RenderFailed.code, TooBusy.code} <= SENTENCES.keys()


def test_the_code_travels_and_the_text_is_the_readers() -> None:
    error = errors.InvalidAnswer(("object_status", "dense"))
    assert explain(error, what="saving").message == "Something is still missing: object quality, scene density."
    with use_language("zh"):
        assert explain(error, what="saving").message == "还缺少：物体质量、场景密度。"
    assert explain(error, what="saving").code == "answer_incomplete"


def test_every_rule_that_is_named_has_a_sentence_with_its_values() -> None:
    """Else a form says no more than that what was given cannot be used."""
    named: dict[str, set[str]] = {}
    for path in (path for package in ("domain", "storage", "ui") for path in (ROOT / package).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "InvalidInput":
                given = {keyword.arg or "": keyword.value for keyword in call.keywords}
                if isinstance(rule := given.pop("rule", None), ast.Constant):
                    named.setdefault(rule.value, set(given)).intersection_update(given)
    sentences = {rule: sentence for (code, rule), sentence in RULES.items() if code == "invalid_input"}
    assert named.keys() == sentences.keys()
    for rule, sentence in sentences.items():
        assert set(re.findall(r"%\((\w+)\)s", sentence)) <= named[rule], rule
        assert "%" not in explain(
            errors.InvalidInput("detail", rule=rule, **dict.fromkeys(named[rule], 7)), what="x"
        ).message.replace(" %", "")


def test_a_rule_without_a_sentence_borrows_that_of_its_family() -> None:
    class NewRule(errors.InvalidInput):
        code = "new_rule"

    explanation = explain(NewRule("detail"), what="trying")
    assert (explanation.code, explanation.message) == ("new_rule", SENTENCES["invalid_input"])


def test_the_unexpected_has_a_number_and_tells_no_secrets(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path):
        explanation = explain(ZeroDivisionError("inner detail"), what="saving")
    assert explanation.number
    assert explanation.number in explanation.message
    assert "inner detail" not in explanation.message
    (line,) = (tmp_path / "posewright.log").read_text("utf-8").splitlines()
    assert explanation.number in line
    assert "inner detail" in line
