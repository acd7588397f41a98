"""A person's own new password.

As in `storage.use_cases.login`, Argon2 stays outside the transactions; and the present password is guarded by the
same patience, or whoever finds an open browser could guess it there.
"""

from domain.errors import InvalidInput, NotAllowed
from domain.permissions import Action
from storage import passwords
from storage.acting import Acting, acting, acting_with
from storage.database import Database
from storage.errors import PasswordRefused
from storage.record import audit, publish
from storage.use_cases import sessions
from storage.use_cases.login import begin_login, settle


class PresentPasswordWrong(InvalidInput):
    """The present password is not right, or was tried too often; one message for both."""

    code = "present_password_wrong"


def change_own_password(
    database: Database, *, actor: Acting, current: str, password: str, address: str, agent: str
) -> str:
    """Ends all the person's sessions and returns the token of a new one. Takes the time of two hashes: call it off
    the event loop. Raises PresentPasswordWrong, PasswordRefused, NotAllowed.
    """
    with database.reading() as session:
        person = acting(session, actor)
        if person.user_id is None:
            raise NotAllowed("the console has no password")
        acting_with(session, actor, Action.CHANGE_OWN_PASSWORD, owner_id=person.user_id)
    passwords.check_password_rules(person.name, password)
    if password == current:
        raise PasswordRefused("same", "the new password must be another one than the present")
    with database.transaction() as session:
        check = begin_login(session, name=person.name, address=address)
    right = check.attempt_id is not None and passwords.verify(current, check.password_hash)[0]
    made = passwords.hashed(person.name, password) if right else None
    with database.transaction() as session:
        user = settle(session, check=check, right=right)
        token = None
        if user is None or user.id != person.user_id or made is None:
            audit(session, person, "own_password_refused", "user", person.user_id, address=check.address)
        else:
            user.password_hash = made.hash
            user.must_change_password = False
            audit(session, person, "change_own_password", "user", user.id, address=check.address)
            publish(session, "user.changed", "user", person.user_id)
            sessions.end_all(session, actor=person, user_id=person.user_id)
            session.flush()
            token = sessions.open_session(session, user_id=person.user_id, address=address, agent=agent)
    if token is None:
        raise PresentPasswordWrong("the present password is not right, or was tried too often")
    return token
