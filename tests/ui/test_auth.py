"""Where a log-in may lead, which requests are ours, and what a cookie must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from ui.auth import HOME_PAGE, comes_from_us, local_target, seal, unseal

SECRET = "a secret that is long enough for tests"


@pytest.mark.parametrize("target", ["/tasks", "/annotate/12", "/annotate/3?view=all&x=%E4%B8%AD", "/a#b"])
def test_our_own_paths_are_kept(target: str) -> None:
    assert local_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5Cevil.example",
        "/%2F/evil.example",
        "/%2f%2fevil.example",
        "/%252F%252Fevil.example",
        "%2F%2Fevil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "tasks",
        "/" + "a" * 3000,
    ],
)
def test_other_targets_lead_to_the_tasks(target: str | None) -> None:
    assert local_target(target) == HOME_PAGE


@given(st.text(alphabet="/\\%25Ff:cC.evil\t\n ja@", max_size=30))
def test_no_spelling_leads_elsewhere(target: str) -> None:
    kept = local_target(target)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert "\\" not in kept


@pytest.mark.parametrize(
    ("headers", "http", "websocket"),
    [
        ({"host": "a:1", "origin": "http://a:1"}, True, True),
        ({"host": "a:1", "origin": "http://a:1", "sec-fetch-site": "same-origin"}, True, True),
        ({"host": "a:1", "sec-fetch-site": "none"}, True, False),
        ({"host": "a:1"}, True, False),
        ({"host": "a:1", "origin": "http://a:2"}, False, False),
        ({"host": "a:1", "origin": "http://evil"}, False, False),
        ({"host": "a:1", "origin": "null"}, False, False),
        ({"host": "a:1", "origin": "file://a:1"}, False, False),
        ({"host": "a:1", "origin": "http://a:1", "sec-fetch-site": "cross-site"}, False, False),
        ({"host": "a:1", "origin": "http://a:1", "sec-fetch-site": "same-site"}, False, False),
    ],
)
def test_which_requests_are_ours(headers: dict[str, str], http: bool, websocket: bool) -> None:
    assert comes_from_us(Headers(headers)) is http
    assert comes_from_us(Headers(headers), websocket=True) is websocket


def test_a_cookie_is_ours_or_nothing() -> None:
    cookie = seal("token", SECRET)
    assert unseal(cookie, SECRET) == "token"
    assert unseal(cookie, SECRET + "x") is None
    assert unseal(cookie[:-1] + ("0" if cookie[-1] != "0" else "1"), SECRET) is None
    assert unseal("other" + cookie[5:], SECRET) is None
    for broken in ("", ".", "token", "token.", f".{cookie.split('.')[1]}", "ä.ö"):
        assert unseal(broken, SECRET) is None
