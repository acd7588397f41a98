"""The first account of an empty installation. Nobody has a right yet: who may make it is for `ui` to say."""

from sqlalchemy import text
from sqlmodel import Session

from domain.errors import NotAllowed
from domain.permissions import CONSOLE, Role
from storage.passwords import HashedPassword
from storage.use_cases.accounts import UserView, add_user, count_users


def add_first_admin(session: Session, *, name: str, password: HashedPassword) -> UserView:
    """Raises NotAllowed as soon as there is anybody, deactivated or not; InvalidInput for the name."""
    if session.get_bind().dialect.name == "postgresql":
        # Two set-ups at the same moment would each see an empty table. SQLite has one writer.
        session.execute(text('LOCK TABLE "user" IN SHARE ROW EXCLUSIVE MODE'))
    if count_users(session):
        raise NotAllowed("this installation has been set up already")
    return add_user(session, actor=CONSOLE, name=name, role=Role.ADMIN, password=password)
