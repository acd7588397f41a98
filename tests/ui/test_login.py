"""Logging in and out against the running server."""

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.ui.conftest import PASSWORD, World
from ui.auth import COOKIE


def test_a_page_leads_a_stranger_to_the_log_in_and_back(world: World) -> None:
    with world.server.client() as client:
        answer = client.get("/tasks?x=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/tasks%3Fx%3D1"
        form = client.get(answer.headers["location"])
        assert 'value="/tasks?x=1"' in form.text
        answer = client.post("/login", data={"name": "ann", "password": PASSWORD, "next": "/tasks?x=1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/tasks?x=1")
        assert client.get("/tasks").status_code == 200


def test_who_was_signed_out_elsewhere_is_told_so_and_comes_back(world: World) -> None:
    with world.server.client() as client:
        form = client.get("/login?next=/annotate/1&ended=1").text
        assert "You have been signed out." in form
        assert 'value="/annotate/1"' in form
        assert "You have been signed out." not in client.get("/login?next=/annotate/1").text


@pytest.mark.parametrize("name", ["ann", "nobody", "", "ann'--", "a" * 3000])
def test_every_refusal_looks_the_same(world: World, name: str) -> None:
    with world.server.client() as client:
        answer = client.post("/login", data={"name": name, "password": "wrong but long enough"})
        assert answer.status_code == 401
        assert "Name or password is not right." in answer.text
        assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example"]
)
def test_the_log_in_leads_to_our_own_pages_only(world: World, target: str) -> None:
    with world.server.client() as client:
        assert "evil" not in client.get("/login", params={"next": target}).text
        answer = client.post("/login", data={"name": "ann", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == "/tasks"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(world: World) -> None:
    with world.server.client() as client:
        answer = client.post("/login", data={"name": "ann", "password": PASSWORD})
        (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE)]
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes


def test_a_log_in_makes_a_new_session_and_ends_the_old_one(world: World) -> None:
    with world.server.sign_in("ann", PASSWORD) as client:
        before = client.cookies[COOKIE]
        client.post("/login", data={"name": "ann", "password": PASSWORD})
        after = client.cookies[COOKIE]
    assert before != after
    assert status_with(world, before) == 303
    assert status_with(world, after) == 200


def test_a_planted_cookie_never_becomes_a_session(world: World) -> None:
    with world.server.client() as client:
        client.cookies.set(COOKIE, "planted.0000", domain="127.0.0.1")
        answer = client.post("/login", data={"name": "ann", "password": PASSWORD})
        assert answer.status_code == 303
    assert status_with(world, "planted.0000") == 303


def test_logging_out_ends_the_session_on_the_server(world: World) -> None:
    with world.server.sign_in("ann", PASSWORD) as client:
        cookie = client.cookies[COOKIE]
        assert client.post("/logout").headers["location"] == "/login"
        assert COOKIE not in client.cookies
    assert status_with(world, cookie) == 303


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/language"])
def test_other_sites_cannot_post(world: World, path: str, headers: dict[str, str]) -> None:
    with world.browser("ann") as client:
        answer = client.post(path, data={"name": "ann", "password": PASSWORD, "language": "zh"}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert client.get("/tasks").status_code == 200


def test_a_huge_form_is_refused(world: World) -> None:
    with world.server.client() as client:
        assert client.post("/login", content=b"name=" + b"a" * 1_000_000).status_code == 400


@pytest.mark.parametrize("path", ["/_nicegui_ws/socket.io/?EIO=4&transport=websocket&client_id=x", "/ws/stage"])
@pytest.mark.parametrize(
    ("known", "origin"), [(True, "https://evil.example"), (True, None), (False, "own"), (False, None)]
)
def test_sockets_need_a_session_and_our_origin(world: World, path: str, known: bool, origin: str | None) -> None:
    headers = {}
    if known:
        with world.server.sign_in("ann", PASSWORD) as client:
            headers["Cookie"] = f"{COOKIE}={client.cookies[COOKIE]}"
    address = world.url.replace("http", "ws")
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(
            address + path,
            additional_headers=headers,
            origin=world.url if origin == "own" else origin,  # type: ignore[arg-type]
        ),
    ):
        raise AssertionError("let in")
    assert refused.value.response.status_code == 403


def test_socket_polling_needs_a_session(world: World) -> None:
    with world.server.client() as client:
        answer = client.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling", headers={"Accept": "*/*"})
        assert answer.status_code == 401


def test_a_deactivated_person_is_out_at_once(world: World) -> None:
    server = world.server
    assert (
        server.command("user", "add", "tmp", "--role", "annotator", "--password-stdin", stdin=PASSWORD).exit_code == 0
    )
    with server.sign_in("tmp", PASSWORD) as client:
        assert client.get("/tasks").status_code == 200
        assert server.command("user", "deactivate", "tmp").exit_code == 0
        assert client.get("/tasks").status_code == 303
    with server.client() as client:
        assert client.post("/login", data={"name": "tmp", "password": PASSWORD}).status_code == 401


def test_nothing_secret_is_in_the_log(world: World) -> None:
    with world.server.sign_in("ann", PASSWORD) as client:
        token = client.cookies[COOKIE]
        client.get("/tasks")
        client.post("/login", data={"name": PASSWORD, "password": "ann"})
    written = world.server.log + world.server.output
    assert "logged in" in written
    for secret in (PASSWORD, token, token.split(".")[0], (world.server.home / "secret").read_text().strip()):
        assert secret not in written


def status_with(world: World, cookie: str) -> int:
    """What the tasks page answers to a cookie."""
    answer = httpx.get(f"{world.url}/tasks", headers={"Cookie": f"{COOKIE}={cookie}", "Accept": "text/html"})
    return answer.status_code
