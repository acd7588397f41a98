"""The journal of drags: what is under people's hands is written down several times a second, for all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from domain.answer import Answer
from domain.errors import WrongState
from domain.permissions import Action, Actor
from domain.task_state import AssignmentState, Event, transition
from storage.acting import may
from storage.record import moment
from storage.tables import Assignment, Draft
from storage.use_cases.annotate.answers import working_answer
from storage.use_cases.annotate.states import enter

ASSIGNMENT, COLLABORATOR, DRAFT, USER = (
    SQLModel.metadata.tables[name] for name in ("assignment", "collaborator", "draft", "user")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """What somebody sees in the middle of a gesture. `version` is the assignment's as they know it."""

    assignment_id: int
    author_id: int
    version: int
    answer: Answer


def journal_drafts(session: Session, *, entries: Sequence[DraftEntry]) -> frozenset[int]:
    """Keeps the entries as drafts, in one transaction for all people; returns the assignments that were kept.

    Passed over without a word are entries that are older than the assignment (their gesture has ended as an op, or
    was saved), and those of people who may not edit it (any more): their own socket will tell them. No version and no
    outbox: the op at the end of the gesture is what counts. Audited is only that a new item is begun.
    """
    entries = list({entry.assignment_id: entry for entry in entries}.values())
    found = _found(session, entries)
    people = _people(session, entries)
    beside = _beside(session, [entry for entry in entries if _is_strange(entry, found)])
    kept, changed = set(), []
    for entry in entries:
        row = found.get(entry.assignment_id)
        author = people.get(entry.author_id)
        owns = row is not None and (row.owner_id == entry.author_id or (row.assignment_id, entry.author_id) in beside)
        if row is None or entry.version != row.version or not _may_edit(author, row, owns=owns):
            continue
        kept.add(entry.assignment_id)
        if row.draft_id is None:
            assert author is not None
            _begin(session, entry, author)
        else:  # its assignment is in the state to which an edit leads already
            changed.append(
                {"which": row.draft_id, "answer": entry.answer.to_json(), "author_id": entry.author_id}
                | {"at": moment(session)}
            )
    if changed:
        session.connection().execute(sa.update(DRAFT).where(DRAFT.c.id == sa.bindparam("which")), changed)
    session.flush()
    return frozenset(kept)


class _Found(NamedTuple):
    """What must be known of an assignment. Columns, not objects: of all that the server writes, this is the most
    often, and it takes its time from the frames of everybody."""

    assignment_id: int
    version: int
    state: AssignmentState
    owner_id: int | None
    draft_id: int | None


def _found(session: Session, entries: Sequence[DraftEntry]) -> dict[int, _Found]:
    ids = [entry.assignment_id for entry in entries]
    assignment, draft = ASSIGNMENT.c, DRAFT.c
    rows = session.connection().execute(
        sa.select(assignment.id, assignment.version, assignment.state, assignment.user_id, draft.id)
        .outerjoin_from(ASSIGNMENT, DRAFT, draft.assignment_id == assignment.id)
        .where(assignment.id.in_(ids))
        .with_for_update(of=ASSIGNMENT)
    )
    return {row[0]: _Found(*row) for row in rows}


def _people(session: Session, entries: Sequence[DraftEntry]) -> dict[int, Actor]:
    """Those of the authors who are active, with the rights of this moment."""
    ids = {entry.author_id for entry in entries}
    rows = session.connection().execute(
        sa.select(USER.c.id, USER.c.name, USER.c.role).where(USER.c.id.in_(ids), USER.c.active)
    )
    return {user_id: Actor(user_id=user_id, name=name, role=role) for user_id, name, role in rows}


def _begin(session: Session, entry: DraftEntry, author: Actor) -> None:
    """The first draft since the last save."""
    assignment = session.get(Assignment, entry.assignment_id)
    assert assignment is not None
    session.add(
        Draft(
            assignment_id=entry.assignment_id,
            answer=entry.answer.to_json(),
            committed=working_answer(session, assignment).to_json(),
            version=assignment.version,
            author_id=entry.author_id,
            at=moment(session),
        )
    )
    enter(session, author, assignment, Event.EDIT)


def _is_strange(entry: DraftEntry, found: Mapping[int, _Found]) -> bool:
    row = found.get(entry.assignment_id)
    return row is not None and row.owner_id != entry.author_id


def _beside(session: Session, entries: Sequence[DraftEntry]) -> frozenset[tuple[int, int]]:
    """(assignment, person) of those who are collaborators; asked for the few entries by others than the owner."""
    if not entries:
        return frozenset()
    columns = COLLABORATOR.c
    pairs = [(entry.assignment_id, entry.author_id) for entry in entries]
    rows = session.connection().execute(
        sa.select(columns.assignment_id, columns.user_id).where(
            sa.tuple_(columns.assignment_id, columns.user_id).in_(pairs)
        )
    )
    return frozenset((assignment_id, user_id) for assignment_id, user_id in rows)


def _may_edit(author: Actor | None, row: _Found, *, owns: bool) -> bool:
    if author is None or not may(author, Action.ANNOTATE, owner_id=author.user_id if owns else None):
        return False
    try:
        transition(row.state, Event.EDIT)
    except WrongState:
        return False
    return True
