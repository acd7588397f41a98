"""People who are logged in already: logging in by hand costs a page and a hash, and has tests of its own."""

from typing import Any

from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.passwords import HashedPassword
from storage.use_cases import accounts, sessions
from tests.server import Server
from ui.auth import COOKIE, seal
from ui.settings import load_settings, signing_secret


def cookie_of(server: Server, name: str, role: Role = Role.ANNOTATOR) -> Any:
    """For a browser context. Who was not there before is added, with this role and no password."""
    settings = load_settings(home=server.home)
    database = Database(settings.database)
    with database.transaction() as session:
        known = {user.name: user.id for user in accounts.list_users(session, actor=CONSOLE)}
        if name not in known:
            added = accounts.add_user(
                session, actor=CONSOLE, name=name, role=role, password=HashedPassword("no password has this hash")
            )
            known[name] = added.id
        token = sessions.open_session(session, user_id=known[name], address="127.0.0.1", agent="test")
    database.close()
    return {"name": COOKIE, "value": seal(token, signing_secret(settings)), "url": server.url}
