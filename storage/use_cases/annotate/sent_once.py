"""What a client sends carries an id of its own, so that the same sent twice is one."""

from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, select

from domain.errors import InvalidInput, NotAllowed
from domain.permissions import Actor
from storage.errors import IdTaken
from storage.tables import Proposal, Revision

Row = TypeVar("Row", Revision, Proposal)


def sent_before(
    session: Session, table: type[Row], column: str, given: str, *, author: Actor, assignment_id: int
) -> tuple[str, Row | None]:
    """The id as it is kept, and the author's own row of this assignment that carries it already.

    `column` keeps the ids. Raises NotAllowed (nobody is the author), InvalidInput (no UUID), IdTaken.
    """
    if author.user_id is None:
        raise NotAllowed("an answer needs a person as its author")
    try:
        known_as = str(UUID(given))
    except ValueError:
        raise InvalidInput(f"{column} must be a UUID, not {given!r}") from None
    row = session.exec(select(table).where(getattr(table, column) == known_as)).first()
    if row is not None and (row.author_id != author.user_id or row.assignment_id != assignment_id):
        raise IdTaken(f"{column} {known_as} is in use")
    return known_as, row
