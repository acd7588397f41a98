"""What an import says of single files is known again, and still said by the code in these words."""

import re
from pathlib import Path

import pytest

from ui.finding_words import SENTENCES, finding_in_words, what_in_words
from ui.i18n import use_language

ROOT = Path(__file__).resolve().parents[2]


def test_the_code_still_says_what_is_translated() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for room in ("storage", "meshes", "ui/actions", "ui/jobs")
        for path in (ROOT / room).rglob("*.py")
    )
    gone = []
    for sentence in SENTENCES:
        piece = max(re.split(r"%\(\w+\)s", sentence), key=len)
        if piece.strip(" :.,") and piece.strip() not in code:
            gone.append(sentence)
    assert gone == []


@pytest.mark.parametrize(
    "reason",
    [
        "object 3: bbox is not x1, y1, x2, y2 (it has 3 numbers)",
        "kept, but cannot be shown: 01.off, line 3: 'zero' is not a number",
        "the box lies outside of the photo, which has 640×480 pixels",
        "there is no photo a (1).jpg",
    ],
)
def test_a_sentence_is_the_same_in_english_and_another_in_chinese(reason: str) -> None:
    with use_language("en"):
        assert finding_in_words(reason) == reason
    with use_language("zh"):
        said = finding_in_words(reason)
        assert re.search("[\u4e00-\u9fff]", said)
        assert all(number in said for number in re.findall(r"\d+", reason) if "bbox" not in reason)


def test_what_nobody_foresaw_is_shown_as_it_was_said() -> None:
    with use_language("zh"):
        assert finding_in_words("something new") == "something new"
        assert what_in_words("left out") != "left out"
