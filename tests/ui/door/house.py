"""A server that began empty, behind a proxy that it trusts, and its database as another process sees it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
from sqlmodel import select
from websockets.sync.client import ClientConnection

from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.passwords import HashedPassword, hashed
from storage.tables import Audit, LoginSession
from storage.use_cases import accounts, sessions
from tests.server import Server, running_server
from tests.ui.open_page import page_of, socket_at
from ui.auth import COOKIE, seal
from ui.settings import load_settings

ADMIN, ADMIN_PASSWORD = "Ada", "ten tiny tea cups"
PASSWORD = "correct horse battery"
NEW_PASSWORD = "seven purple kettles"
T = TypeVar("T")


@dataclass(slots=True)
class SetUp:
    """What the set-up page answered, step by step."""

    token: str
    answers: dict[str, httpx.Response] = field(default_factory=dict)


@dataclass(slots=True)
class House:
    """`known` is the hash of PASSWORD, made once."""

    server: Server
    database: Database
    secret: str
    set_up: SetUp
    known: HashedPassword
    _made: int = 0

    def add(self, role: Role = Role.ANNOTATOR, *, must_change: bool = False) -> tuple[int, str]:
        """(id, name) of a new person with PASSWORD."""
        self._made += 1
        name = f"person {self._made}"
        user = self.do(
            accounts.add_user, actor=CONSOLE, name=name, role=role, password=self.known, must_change=must_change
        )
        return user.id, name

    def do(self, use_case: Callable[..., T], **given: object) -> T:
        """A use case in this process, which is another one to the server."""
        with self.database.transaction() as session:
            return use_case(session, **given)

    def token_for(self, user_id: int, agent: str = "test") -> str:
        return self.do(sessions.open_session, user_id=user_id, address="10.1.2.3", agent=agent)

    def cookie_for(self, user_id: int, agent: str = "test") -> str:
        return seal(self.token_for(user_id, agent), self.secret)

    @contextmanager
    def browser(self, cookie: str | None = None) -> Iterator[httpx.Client]:
        with self.server.client() as client:
            if cookie:
                client.cookies.set(COOKIE, cookie, domain="127.0.0.1")
            yield client

    def session_row(self, cookie: str, change: Callable[[LoginSession], None] = lambda row: None) -> LoginSession:
        """The row of a cookie's session, changed."""
        with self.database.transaction() as session:
            row = session.exec(
                select(LoginSession).where(LoginSession.token_sha256 == sessions._digest(cookie.split(".")[0]))
            ).one()
            change(row)
            return row

    def last_seen(self, cookie: str) -> datetime:
        digest = sessions._digest(cookie.split(".")[0])
        with self.database.reading() as session:
            return session.exec(select(LoginSession.last_seen_at).where(LoginSession.token_sha256 == digest)).one()

    def audited(self, action: str, user_id: int | None = None) -> list[Audit]:
        with self.database.reading() as session:
            return [
                row for row in session.exec(select(Audit).where(Audit.action == action))
                if user_id is None or row.object_id == user_id or row.actor_id == user_id
            ]  # fmt: skip

    def page(self, client: httpx.Client) -> AbstractContextManager[ClientConnection]:
        return page_of(self.server.url, client)

    def socket(self, path: str, cookie: str) -> AbstractContextManager[ClientConnection]:
        return socket_at(self.server.url, path, cookie)


@contextmanager
def house(folder: Path) -> Iterator[House]:
    home = folder / "home"
    with running_server(home, "--no-demo", POSEWRIGHT_TRUSTED_PROXIES="127.0.0.1") as server:
        database = Database(load_settings(home=home).database)
        (token,) = re.findall(r"/setup\?token=([0-9a-f]{32})\n", server.output)
        set_up = SetUp(token)
        _set_up(server, set_up)
        secret = (home / "secret").read_text().strip()
        yield House(server, database, secret, set_up, hashed("everybody", PASSWORD))
        database.close()


def _set_up(server: Server, set_up: SetUp) -> None:
    """From the log-in of an empty installation to its first admin."""
    form = {"name": ADMIN, "password": ADMIN_PASSWORD, "repeated": ADMIN_PASSWORD}
    with server.client() as stranger, server.client() as client:
        tell = set_up.answers.__setitem__
        tell("login", stranger.get("/login"))
        tell("without a token", stranger.get("/setup"))
        tell("a guessed token", stranger.get("/setup?token=" + "0" * 32))
        tell("posted without a token", stranger.post("/setup", data=form))
        tell("posted with a guess", stranger.post("/setup", data={**form, "token": "é" * 32}))
        tell("with the token", client.get(f"/setup?token={set_up.token}"))
        tell("the token typed", client.post("/setup", data={"token": f" {set_up.token} "}))
        tell("passwords that differ", client.post("/setup", data={**form, "token": set_up.token, "repeated": "x"}))
        weak = {"name": ADMIN, "password": "0123456789", "repeated": "0123456789", "token": set_up.token}
        tell("a weak password", client.post("/setup", data=weak))
        whole = {**form, "token": set_up.token}
        tell("from another site", client.post("/setup", data=whole, headers={"Origin": "http://evil.example"}))
        tell("made", client.post("/setup", data=whole))
        tell("in", client.get("/admin/people"))
        tell("again", client.get(f"/setup?token={set_up.token}"))
        second = {**form, "name": "Eve", "token": set_up.token}
        tell("posted again", stranger.post("/setup", data=second))
