"""Languages: complete catalogues without leftovers, and the right language for each reader."""

import re
from datetime import UTC, datetime

import pytest

from ui.i18n import LANGUAGES, current_language, gettext, language_source, negotiate, ngettext, use_language
from ui.i18n import extract as extraction
from ui.words import as_time
from ui.zone import use_zone, zone_named


@pytest.fixture(scope="module")
def template():
    return extraction.extract()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_no_other_is_kept(template, language: str) -> None:
    catalogue = extraction.read_catalogue(language)
    used = {message.id for message in template if message.id}
    kept = {message.id for message in catalogue if message.id}
    assert kept - used == set(), "texts that nobody uses; run `python -m ui.i18n.extract`"
    assert used - kept == set(), "texts that are not in the catalogue; run `python -m ui.i18n.extract`"
    assert [message.id for message in extraction.untranslated(catalogue)] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    for message in extraction.read_catalogue(language):
        original = message.id if isinstance(message.id, str) else message.id[-1]
        strings = [message.string] if isinstance(message.string, str) else message.string
        if original:
            assert all(_fields(string) == _fields(original) for string in strings), original


def _fields(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]|{\w+}", text))


@pytest.mark.parametrize(
    ("cookie", "accept", "language"),
    [
        (None, "", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "de-DE,de;q=0.9,zh;q=0.5,en;q=0.4", "zh"),
        (None, "en;q=0.2, zh-TW;q=0.3", "zh"),
        (None, "zh;q=0, en", "en"),
        (None, "fr, *;q=0.1", "en"),
        (None, "zh;q=nonsense, en", "en"),
        ("zh", "en", "zh"),
        ("../../etc", "zh", "zh"),
    ],
)
def test_who_gets_which_language(cookie: str | None, accept: str, language: str) -> None:
    assert negotiate(cookie, accept) == language


def test_the_language_is_bound_to_what_runs_inside() -> None:
    assert gettext("Log in") == "Log in"
    with use_language("zh"):
        assert gettext("Log in") == "登录"
        assert current_language() == "zh"
    assert current_language() == "en"


def test_without_a_request_the_open_page_is_asked() -> None:
    answers = ["zh"]
    language_source(lambda: answers[0] if answers else None)
    assert gettext("Log in") == "登录"
    with use_language("en"):
        assert gettext("Log in") == "Log in"
    answers.clear()
    assert gettext("Log in") == "Log in"


def test_plurals() -> None:
    with use_language("en"):
        assert ngettext("%(number)d item", "%(number)d items", 1) % {"number": 1} == "1 item"
        assert ngettext("%(number)d item", "%(number)d items", 2) % {"number": 2} == "2 items"
    with use_language("zh"):
        assert ngettext("%(number)d item", "%(number)d items", 2) % {"number": 2} == "2 个物体"


def test_times_are_written_at_the_reader_s_clock() -> None:
    at = datetime(2026, 1, 31, 22, 5, tzinfo=UTC)
    with use_language("en"):
        assert as_time(at).replace("\u202f", " ") == "Jan 31 10:05 PM"
        with use_zone(zone_named("Asia/Shanghai")):
            assert as_time(at).replace("\u202f", " ") == "Feb 1 6:05 AM"
    with use_language("zh"), use_zone(zone_named("Asia/Shanghai")):
        assert as_time(at) == "2月1日 06:05"
    for nonsense in (None, "", "Nowhere/At_all", "../../etc/passwd", "/etc/passwd", "x" * 100, "Asia"):
        assert zone_named(nonsense) is UTC
