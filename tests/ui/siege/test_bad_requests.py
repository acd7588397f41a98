"""Requests as no browser sends them, to every address there is: an answer that says something, and never a 5xx."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.ui.siege.conftest import Siege

NASTY = (
    "", "0", "-1", "007", "1.5", "1e9", "NaN", "9" * 19, "9" * 40, "9" * 5000, "2147483648", "9223372036854775808",
    "\0", "a\0b", "..", "../../secret", "..\\..\\secret", "/etc/passwd", "%2e%2e%2f", "%00", "'", "' OR 1=1 --",
    '"><script>alert(1)</script>', "javascript:alert(1)", "//evil.example", "/\\evil.example", "=1+1", "é" * 300,
    "𝕏\u202e", "\ud7ff", "a" * 3000, "\r\nSet-Cookie: a=b", "{}", "[]", "null", "true", "2026-13-45", "0001-01-01",
    "9999-12-31", "{id}",
)  # fmt: skip
PLACES = (
    "/login", "/setup", "/reset", "/password", "/account", "/account/password", "/account/sign-out", "/language",
    "/images/{}", "/images/{}/small", "/thumbnails/{}.png", "/assets/{}", "/overlays/revision/{}.jpg",
    "/overlays/proposal/{}.jpg", "/overlays/prediction/{}.jpg", "/tasks", "/statistics", "/how-to", "/review",
    "/history/{}", "/annotate/{}", "/task/{}", "/task/{}/draw", "/board", "/watch/{}", "/admin/people",
    "/admin/tasks/{}", "/admin/library", "/admin/library/{}", "/admin/audit", "/admin/audit.csv", "/admin/boxes",
    "/admin/data/uploads", "/admin/data/work/{}/report.csv", "/admin/data/work/{}/export.zip", "/admin/keeping",
    "/admin/data/work/1/picture/{}.jpg", "/admin/keeping/backups/{}", "/how-to/pictures/{}",
    "/how-to/photos/{}.jpg", "/how-to/frame", "/account/keys", "/{}", "/_nicegui/client/{}/upload/1",
    "/_nicegui/3.18.0/libraries/{}", "/_nicegui/3.18.0/components/{}", "/_nicegui/3.18.0/static/{}",
    "/_nicegui/3.18.0/resources/{}/x", "/_nicegui/3.18.0/dynamic_resources/{}", "/_nicegui/3.18.0/esm/{}/x",
)  # fmt: skip
QUERIES = (
    "next", "token", "name", "size", "by", "since", "until", "days", "category", "person", "task", "quality", "older",
    "page", "dataset", "passing", "actor_id", "object_id", "action", "object_type", "done", "sample", "seed", "image",
)  # fmt: skip
FIELDS = ("session", "session_id", "current", "repeated", "token", "language", "back", "next", "name")
HEADERS = (
    "Accept",
    "Accept-Language",
    "Cookie",
    "If-None-Match",
    "Range",
    "Referer",
    "Content-Type",
    "Origin",
    "Host",
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
KNOWN = ("{id}", "1", "2")


@dataclass(frozen=True)
class Request:
    """`body` goes as it is; `target` is quoted, so that it reaches the server."""

    who: str
    method: str
    target: str
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""


@st.composite
def requests(draw: st.DrawFn) -> Request:
    rng = random.Random(draw(st.integers(0, 2**40)))
    number = rng.choice(KNOWN if rng.random() < 0.4 else NASTY)
    target = quote(rng.choice(PLACES).format(number), safe="/%" if rng.random() < 0.5 else "/")
    if rng.random() < 0.5:
        target += "?" + "&".join(
            f"{rng.choice(QUERIES)}={quote(rng.choice(NASTY))}" for _ in range(rng.randrange(1, 4))
        )
    headers = tuple(
        (header, rng.choice(NASTY).replace("\0", "").replace("\r\n", " ").encode("utf-8")[:900].strip())
        for header in rng.sample(HEADERS, rng.choice((0, 0, 1, 2)))  # httpx itself refuses to send two Hosts
    )
    method = rng.choice(METHODS)
    body = b""
    if method in {"POST", "PUT", "PATCH"}:
        form = "&".join(f"{rng.choice(FIELDS)}={quote(rng.choice(NASTY))}" for _ in range(rng.randrange(5)))
        body = rng.choice((form.encode(), form.encode(), rng.randbytes(rng.randrange(300)), b"%ff%fe=\xff&&&=" * 30))
    return Request(rng.choice(("admin", "admin", "owner", "anonymous")), method, target, headers, body)


@example(Request("owner", "GET", "/images/9223372036854775808"))
@example(Request("owner", "GET", "/history/" + "9" * 5000))
@example(Request("admin", "GET", "/admin/keeping/backups/%00"))
@example(Request("anonymous", "GET", "/_nicegui/3.18.0/static/%00"))
@example(Request("anonymous", "GET", "/_nicegui/3.18.0/libraries/%00"))
@example(Request("admin", "GET", "/admin/data/work/1/report.csv", (("Range", b"bytes=5-1,,9999999999999-"),)))
@example(Request("admin", "POST", "/admin/data/uploads?name=a%00.zip", (), b"PK\x03\x04"))
@example(Request("admin", "POST", "/_nicegui/client/x/upload/%00", (("Content-Type", b"multipart/form-data"),), b"-"))
@example(Request("anonymous", "POST", "/login", (), b"name=%00&password=" + b"\xff" * 20))
@example(Request("anonymous", "POST", "/login", (("Host", b"evil.example"),), b"name=" + b"a" * 70_000))
@given(request=requests())
def ask(request: Request) -> None:
    client = ask.clients[request.who]  # type: ignore[attr-defined]
    target = request.target.replace("%7Bid%7D", str(ask.some_id))  # type: ignore[attr-defined]
    url = httpx.URL(client.base_url).copy_with(raw_path=target.encode())
    headers = [(name.encode(), value) for name, value in request.headers]
    if "Cookie" not in dict(request.headers):
        headers += [(b"cookie", ask.cookies[request.who])]  # type: ignore[attr-defined]
    built = httpx.Request(request.method, url, headers=headers, content=request.body or None)
    answer = client.send(built, auth=None)
    assert answer.status_code < 500, (request, answer.text[:300])
    if answer.status_code not in {416, 499} and answer.status_code >= 400 and request.method != "HEAD":
        assert len(answer.content) > 5, request


@pytest.fixture
def besiegers(siege: Siege):
    """A client and a cookie for each; the cookie jar is kept out of it."""
    whos = ("admin", "owner", "anonymous")
    cookies = {who: b"" if who == "anonymous" else f"posewright_session={siege.cookie(who)}".encode() for who in whos}
    clients = {who: httpx.Client(base_url=siege.url, timeout=30) for who in whos}
    ask.clients, ask.cookies, ask.some_id = clients, cookies, siege.ids["assignment"]  # type: ignore[attr-defined]
    yield
    for client in clients.values():
        client.close()


def test_bad_requests(siege: Siege, besiegers: None, count: Callable[[int, int], int]) -> None:
    settings(
        max_examples=count(260, 3500), deadline=None, derandomize=True, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )(ask)()  # fmt: skip
    assert siege.errors() == []


def test_an_old_cookie_and_others_that_are_none(siege: Siege) -> None:
    token, _dot, signature = siege.cookie("owner").partition(".")
    for cookie in (
        siege.cookie("deactivated"),
        token,
        f"{token}.",
        f".{signature}",
        f"{token}.{signature[::-1]}",
        ".",
    ):
        with siege.server.client() as client:
            answer = client.get("/tasks", headers={"Cookie": f"posewright_session={cookie}"})
            assert answer.headers["location"].startswith("/login?next="), cookie


def test_what_is_no_photo_and_no_archive_stays_outside(siege: Siege) -> None:
    """Markup under an innocent name, and names that lead elsewhere."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    kept = siege.server.home / "uploads"
    before = set(siege.server.home.parent.rglob("*.svg")) | set(siege.server.home.rglob("*.zip"))
    with siege.browser("admin") as browser:
        for name in ("a.svg", "a.html", "a.zip", "../../a.zip", "..%5C..%5Ca.zip", "a.zip%00.svg", "/etc/a.zip"):
            answer = browser.post(f"/admin/data/uploads?name={name}", content=svg)
            assert answer.status_code == 400, name
            assert "<svg" not in answer.text
    after = set(siege.server.home.parent.rglob("*.svg")) | set(siege.server.home.rglob("*.zip"))
    assert after == before, kept


def test_text_of_others_is_shown_as_text(siege: Siege) -> None:
    """What ends up in a page is written into it escaped, whether as markup or inside NiceGUI's script."""
    with siege.browser("supervisor") as browser:
        pages = ["/history/{assignment}", "/review", "/board", "/watch/{assignment}", "/annotate/{assignment}"]
        found = 0
        for address in (*pages, "/tasks", "/statistics?by=task"):
            page = browser.get(address.format(**siege.ids)).text
            assert "<img src=x onerror" not in page, address
            found += "onerror" in page
    assert found >= 2
    with siege.browser("admin") as browser:
        for address in ("/admin/tasks", "/admin/tasks/{pool}", "/admin/audit", "/admin/people"):
            assert "<img src=x onerror" not in browser.get(address.format(**siege.ids)).text, address


def test_forty_tabs_of_one_person(siege: Siege) -> None:
    """All are let in and answered, and the server has time for others afterwards."""
    with ExitStack() as open_tabs:
        cookie = siege.cookie("owner")
        tabs = [open_tabs.enter_context(siege.socket("/ws/stage", "owner", cookie=cookie)) for _ in range(40)]
        for tab in tabs:
            tab.send(f'{{"type": "open", "assignment": {siege.ids["assignment"]}}}')
        for tab in tabs:
            while '"type":"opened"' not in str(tab.recv(20)).replace(" ", ""):
                pass
        with siege.browser("other") as browser:
            assert browser.get("/tasks").status_code == 200
