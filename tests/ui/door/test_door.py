"""Who gets in, how they are put out, and what strangers cannot do; against one server that began empty."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select
from websockets.exceptions import InvalidStatus

from domain.permissions import CONSOLE, Role
from storage.tables import LoginAttempt, User
from storage.types import now
from storage.use_cases import accounts, sessions
from storage.use_cases.login import PER_ACCOUNT, attempts_since
from storage.use_cases.password_links import make_password_link
from tests.server import eventually
from tests.ui.door.house import (
    ADMIN,
    ADMIN_PASSWORD,
    NEW_PASSWORD,
    PASSWORD,
    House,
    house,
)
from tests.ui.open_page import click_on, client_id_of, until_it_ends
from ui.auth import COOKIE
from ui.guard import LARGEST_BODY

CHANGE = {"current": PASSWORD, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("door")) as made:
        yield made


class TestSetUp:
    def test_who_cannot_see_the_console_gets_nowhere(self, home: House) -> None:
        answers = home.set_up.answers
        assert answers["login"].headers["location"] == "/setup"
        assert "setup-name" not in answers["without a token"].text
        for step in ("a guessed token", "posted without a token", "posted with a guess"):
            assert "setup-name" not in answers[step].text
            assert COOKIE not in answers[step].cookies
        assert answers["a guessed token"].status_code == 403
        assert answers["from another site"].status_code == 403

    def test_with_the_token_it_asks_again_until_all_is_right(self, home: House) -> None:
        answers = home.set_up.answers
        for step in ("with the token", "the token typed"):
            assert answers[step].status_code == 200
            assert "setup-name" in answers[step].text
        assert "differ" in answers["passwords that differ"].text
        assert "too easy to guess" in answers["a weak password"].text
        assert (answers["made"].status_code, answers["made"].headers["location"]) == (303, "/tasks")
        assert answers["in"].status_code == 200

    def test_it_is_gone_afterwards(self, home: House) -> None:
        assert home.set_up.answers["again"].status_code == 404
        assert home.set_up.answers["posted again"].status_code == 404
        with home.browser() as client:
            assert client.get("/login").status_code == 200
        with home.database.reading() as session:
            admins = session.exec(select(User).where(User.role == Role.ADMIN)).all()
        assert [admin.name for admin in admins] == [ADMIN]

    def test_the_token_is_on_the_console_and_in_no_file(self, home: House) -> None:
        assert home.set_up.token in home.server.output
        for secret in (home.set_up.token, ADMIN_PASSWORD, home.secret):
            assert secret not in home.server.log
            assert all(
                secret.encode() not in path.read_bytes()
                for path in home.server.home.rglob("*")
                if path.is_file() and path.name != "secret"
            )


class TestTemporaryPasswords:
    def test_they_open_nothing_but_the_page_that_changes_them(self, home: House) -> None:
        user_id, name = home.add(Role.ADMIN, must_change=True)
        with home.browser() as client:
            client.post("/login", data={"name": name, "password": PASSWORD})
            cookie = client.cookies[COOKIE]
            for path in ("/tasks", "/account", "/admin/people", "/annotate/1", "/images/1", "/nowhere", "/"):
                assert client.get(path).headers["location"] == "/password", path
                assert client.get(path, headers={"Accept": "*/*"}).status_code == 403, path
            for path in ("/account/password", "/account/sign-out-others", "/tasks"):
                assert client.post(path, data=CHANGE).status_code == 403, path
            for path in ("/ws/stage", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket&client_id=x"):
                with pytest.raises(InvalidStatus, match="403"), home.socket(path, cookie):
                    raise AssertionError("let in")
            assert client.get("/password").status_code == 200

            for wrong, said in (
                ({"current": "wrong"}, "present password"),
                ({"repeated": "other"}, "differ"),
                ({"password": PASSWORD, "repeated": PASSWORD}, "another one"),
                ({"password": name * 2, "repeated": name * 2}, "must not contain"),
            ):
                refused = client.post("/password", data={**CHANGE, **wrong})
                assert (refused.status_code, said in refused.text) == (400, True), said
            changed = client.post("/password", data=CHANGE)
            assert (changed.status_code, changed.headers["location"]) == (303, "/tasks")
            assert client.cookies[COOKIE] != cookie
            assert client.get("/tasks").status_code == 200
            assert client.get("/password").headers["location"] == "/account"
        with home.browser(cookie) as old:
            assert old.get("/tasks").headers["location"].startswith("/login")
        assert [row.actor_name for row in home.audited("change_own_password", user_id)] == [name]

    def test_what_the_command_line_made_up_is_temporary(self, home: House) -> None:
        made = home.server.command("user", "add", "new here", "--role", "annotator")
        password = made.stdout.split()[-1]
        with home.browser() as client:
            client.post("/login", data={"name": "new here", "password": password})
            assert client.get("/tasks").headers["location"] == "/password"


class TestLinks:
    def test_a_link_gives_a_new_password_once(self, home: House) -> None:
        user_id, name = home.add()
        cookie = home.cookie_for(user_id)
        older = home.do(make_password_link, actor=CONSOLE, user_id=user_id)
        said = home.server.command("user", "reset-link", name)
        path = said.stdout.strip().rpartition(":" + home.server.url.rpartition(":")[2])[2] or said.stdout
        token = path.rpartition("token=")[2].strip()
        form = {"token": token, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        with home.browser() as client, home.browser(cookie) as signed_in:
            assert signed_in.get("/tasks").status_code == 200
            for bad in (older.token, "x", ""):
                assert client.get("/reset", params={"token": bad}).status_code == 404
                assert client.post("/reset", data={**form, "token": bad}).status_code == 404
            assert name in client.get("/reset", params={"token": token}).text
            assert client.post("/reset", data={**form, "repeated": "x"}).status_code == 400
            assert client.post("/reset", data={**form, "password": "short", "repeated": "short"}).status_code == 400
            used = client.post("/reset", data=form)
            assert (used.status_code, used.headers["location"]) == (303, "/login?reset=1")
            assert COOKIE not in client.cookies
            assert client.post("/reset", data=form).status_code == 404
            assert signed_in.get("/tasks").status_code == 303
            assert client.post("/login", data={"name": name, "password": NEW_PASSWORD}).status_code == 303
        assert token not in home.server.log


class TestMyAccount:
    def test_sessions_are_listed_and_ended_singly_and_all_at_once(self, home: House) -> None:
        user_id, _name = home.add()
        agents = ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 Edg/1", "Mozilla/5.0 (X11; Linux) Firefox/1", "<script>x")
        mine, other, third = (home.cookie_for(user_id, agent) for agent in agents)
        stranger = home.cookie_for(home.add()[0])
        with home.browser(mine) as client:
            page = client.get("/account").text
            assert page.count('data-testid="session"') == 3
            assert "Edge, Windows" in page
            assert "Firefox, Linux" in page
            assert "<script>x" not in page
            assert "10.1.2.3" in page
            for session_id in (home.session_row(stranger).id, "0", "9" * 30, "-1", "x", ""):
                assert client.post("/account/sign-out", data={"session": session_id}).status_code == 404
            client.post("/account/sign-out", data={"session": home.session_row(other).id})
            assert self.alive(home, mine, other, third, stranger) == [True, False, True, True]
            client.post("/account/sign-out-others")
            assert self.alive(home, mine, other, third, stranger) == [True, False, False, True]
            assert client.get("/account").text.count('data-testid="session"') == 1

    def test_the_own_password_needs_the_present_one_and_not_too_many_guesses(self, home: House) -> None:
        user_id, name = home.add()
        mine, other = home.cookie_for(user_id), home.cookie_for(user_id)
        with home.browser(mine) as client:
            for guess in range(PER_ACCOUNT.free):
                refused = client.post("/account/password", data={**CHANGE, "current": f"guess {guess}"})
                assert refused.status_code == 400
            late = client.post("/account/password", data=CHANGE)
            assert (late.status_code, late.text) == (400, refused.text)
            with home.database.transaction() as session:
                for row in session.exec(select(LoginAttempt)):
                    session.delete(row)
            changed = client.post("/account/password", data=CHANGE)
            assert (changed.status_code, changed.headers["location"]) == (303, "/account?done=password")
            assert client.get("/account").status_code == 200
        assert self.alive(home, mine, other) == [False, False]
        assert len(home.audited("own_password_refused", user_id)) == PER_ACCOUNT.free + 1
        with home.browser() as client:
            assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 401

    @staticmethod
    def alive(home: House, *cookies: str) -> list[bool]:
        def asks(cookie: str) -> bool:
            with home.browser(cookie) as client:
                return client.get("/account").status_code == 200

        return [asks(cookie) for cookie in cookies]


def deactivated(home: House, user_id: int, cookie: str) -> None:
    home.do(accounts.deactivate_user, actor=CONSOLE, user_id=user_id)


def another_role(home: House, user_id: int, cookie: str) -> None:
    home.do(accounts.set_role, actor=CONSOLE, user_id=user_id, role=Role.SUPERVISOR)


def new_password(home: House, user_id: int, cookie: str) -> None:
    home.do(accounts.set_password, actor=CONSOLE, user_id=user_id, password=home.known)


def logged_out(home: House, user_id: int, cookie: str) -> None:
    with home.browser(cookie) as client:
        client.post("/logout")


def signed_out_elsewhere(home: House, user_id: int, cookie: str) -> None:
    with home.browser(home.cookie_for(user_id)) as client:
        client.post("/account/sign-out", data={"session": home.session_row(cookie).id})


def signed_out_with_all_others(home: House, user_id: int, cookie: str) -> None:
    with home.browser(home.cookie_for(user_id)) as client:
        client.post("/account/sign-out-others")


def own_password_changed(home: House, user_id: int, cookie: str) -> None:
    with home.browser(home.cookie_for(user_id)) as client:
        assert client.post("/account/password", data=CHANGE).status_code == 303


def link_used(home: House, user_id: int, cookie: str) -> None:
    token = home.do(make_password_link, actor=CONSOLE, user_id=user_id).token
    with home.browser() as client:
        client.post("/reset", data={"token": token, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD})


def idle_for_too_long(home: House, user_id: int, cookie: str) -> None:
    home.session_row(cookie, lambda row: setattr(row, "last_seen_at", now() - sessions.IDLE))


def at_its_absolute_end(home: House, user_id: int, cookie: str) -> None:
    home.session_row(cookie, lambda row: setattr(row, "expires_at", now()))


ENDS = (
    deactivated, another_role, new_password, logged_out, signed_out_elsewhere, signed_out_with_all_others,
    own_password_changed, link_used, idle_for_too_long, at_its_absolute_end,
)  # fmt: skip


class TestTheEnd:
    @pytest.mark.parametrize("end", ENDS)
    def test_it_ends_what_is_open_on_the_server(self, home: House, end: Callable[[House, int, str], None]) -> None:
        user_id, _name = home.add()
        cookie, bystander = home.cookie_for(user_id), home.cookie_for(home.add()[0])
        with (
            home.browser(cookie) as client,
            home.browser(bystander) as other,
            home.page(client) as page,
            home.page(other) as others_page,
            home.socket("/ws/stage", cookie) as stage,
        ):
            stage.send('{"type": "ping", "t": 1}')
            assert "pong" in str(stage.recv(10))
            end(home, user_id, cookie)
            assert "posewright-signed-out" in until_it_ends(page)
            assert '"ended"' in until_it_ends(stage)
            assert client.get("/tasks").status_code == 303
            others_page.send('42["event",{"client_id":"nobody"}]')
            assert other.get("/tasks").status_code == 200

    def test_a_session_that_ran_out_is_in_the_audit_log(self, home: House) -> None:
        user_id, name = home.add()
        cookie = home.cookie_for(user_id)
        with home.browser(cookie) as client, home.page(client) as page:
            idle_for_too_long(home, user_id, cookie)
            until_it_ends(page)
        (row,) = eventually(lambda: home.audited("session_expired", user_id))
        assert row.actor_name == name

    @pytest.mark.parametrize("path", ["page", "/ws/stage"])
    def test_work_on_an_open_page_keeps_a_session_alive(self, home: House, path: str) -> None:
        cookie = home.cookie_for(home.add()[0])
        with (
            home.browser(cookie) as client,
            home.page(client) if path == "page" else home.socket(path, cookie) as socket,
        ):
            message = click_on(socket) if path == "page" else '{"type": "open", "assignment": 999999}'
            # Before and after: where the machine takes longer than the two seconds, the first one was in time.
            socket.send(message)
            nearly_over = now() - sessions.IDLE + timedelta(seconds=2)
            home.session_row(cookie, lambda row: setattr(row, "last_seen_at", nearly_over))
            socket.send(message)
            assert eventually(lambda: home.last_seen(cookie) > nearly_over)
            assert client.get("/tasks").status_code == 200


class TestGuessing:
    def test_guesses_from_many_addresses_hardly_reach_the_hash(self, home: House, count) -> None:
        user_id, name = home.add()
        start, guesses = now(), count(120, 10_000)
        said = set()
        with home.browser() as client:
            for number in range(guesses):
                answer = client.post(
                    "/login",
                    data={"name": name, "password": f"guess number {number}"},
                    headers={"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"},
                )
                said.add((answer.status_code, answer.text))
            unknown = client.post("/login", data={"name": name[:-1] + "?", "password": "guess"})
            assert client.post("/login", data={"name": ADMIN, "password": ADMIN_PASSWORD}).status_code == 303
        assert {(status, text.replace(name, "")) for status, text in said} == {
            (unknown.status_code, unknown.text.replace(name[:-1] + "?", ""))
        }
        with home.database.reading() as session:
            assert PER_ACCOUNT.free <= attempts_since(session, name=name, since=start) <= PER_ACCOUNT.most

        def all_noted() -> bool:
            refused = sum(row.detail["count"] for row in home.audited("login_slowed_down"))
            return refused + len(home.audited("login_failed", user_id)) >= guesses

        assert eventually(all_noted)


class TestHardening:
    def test_behind_tls_the_cookie_is_secure_and_the_browser_comes_no_other_way(self, home: House) -> None:
        _user_id, name = home.add()
        with home.browser() as client:
            for proto in ("http", "https"):
                headers = {"X-Forwarded-Proto": proto}
                answer = client.post("/login", data={"name": name, "password": PASSWORD}, headers=headers)
                attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
                assert {"httponly", "samesite=lax"} <= attributes
                assert ("secure" in attributes) is (proto == "https")
                assert ("strict-transport-security" in answer.headers) is (proto == "https")

    def test_plain_pages_run_nothing_that_is_written_in_them(self, home: House) -> None:
        cookie = home.cookie_for(home.add()[0])
        with home.browser() as stranger, home.browser(cookie) as client:
            pages = [stranger.get("/login"), stranger.get("/reset"), client.get("/account")]
            pages += [client.get("/nowhere"), client.get("/annotate/999999")]
        for page in pages:
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert page.headers["cache-control"] == "no-store"
            assert "<style" not in page.text
            assert " style=" not in page.text
            assert " onclick=" not in page.text

    def test_a_picture_opened_by_itself_runs_nothing(self, home: House) -> None:
        with home.browser() as client:
            policy = client.get("/assets/mark.svg").headers["content-security-policy"]
        assert "sandbox" in policy
        assert "script" not in policy

    def test_an_upload_goes_to_ones_own_page_only(self, home: House) -> None:
        path = "/_nicegui/client/00000000-0000-0000-0000-000000000000/upload/1"
        with home.browser() as stranger:
            assert stranger.post(path, files={"file": b"x"}).status_code == 401
        cookie = home.cookie_for(home.add()[0])
        with home.browser(cookie) as client, home.browser(home.cookie_for(home.add()[0])) as other:
            client_id = client_id_of(client.get("/tasks").text)
            assert other.post(f"/_nicegui/client/{client_id}/upload/1", files={"f": b"x"}).status_code == 403
            assert client.post(f"/_nicegui/client/{client_id}/upload/1", files={"f": b"x"}).status_code == 404

    def test_a_body_larger_than_any_of_ours_is_refused(self, home: House) -> None:
        with home.browser() as client:
            answer = client.post("/_nicegui_ws/socket.io/?EIO=4&transport=polling", content=b"a" * (LARGEST_BODY * 2))
            assert answer.status_code in (401, 413)
            assert client.post("/reset", content=b"a" * (LARGEST_BODY * 2)).status_code in (404, 413)

    @pytest.mark.parametrize("path", ["/account/sign-out", "/account/password", "/password", "/reset"])
    def test_other_sites_cannot_post(self, home: House, path: str) -> None:
        with home.browser(home.cookie_for(home.add()[0])) as client:
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                assert client.post(path, data=CHANGE, headers=headers).status_code == 403

    def test_nothing_secret_is_in_the_log(self, home: House) -> None:
        user_id, _name = home.add()
        token = home.token_for(user_id)
        httpx.get(f"{home.server.url}/tasks", headers={"Cookie": f"{COOKIE}={token}.x"})
        for secret in (token, PASSWORD, NEW_PASSWORD, ADMIN_PASSWORD, home.secret, home.known.hash):
            assert secret not in home.server.log
