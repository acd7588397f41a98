"""Restoring from the page: who may order it, and what the audit log keeps of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from domain.errors import WrongState
from domain.jobs import UNFINISHED
from domain.permissions import CONSOLE, Action
from storage.acting import Acting, acting_with
from storage.errors import NameNotTyped
from storage.record import audit
from storage.tables import Audit, Job
from storage.use_cases.backups import INSTALLATION
from storage.use_cases.jobs import start_job

KIND = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRestoring:
    """How the last one ended. `safety` is the backup of the state before it; `reason` why it did not come about."""

    at: datetime
    archive: str
    asked_by: str
    safety: str = ""
    reason: str = ""


def order_restoring(session: Session, *, actor: Acting, archive: str, typed: str) -> int:
    """Puts the checks of a backup in line, after which it takes the place of the present state; returns the work's
    number. `typed` is the backup's name as the person typed it. Raises NameNotTyped, WrongState while another is
    under way."""
    person = acting_with(session, actor, Action.BACK_UP)
    if typed.strip() != archive:
        raise NameNotTyped("the name that was typed is not the backup's")
    waiting = select(func.count()).select_from(Job).where(Job.kind == KIND, col(Job.state).in_(UNFINISHED))
    if session.exec(waiting).one():
        raise WrongState("a backup is being restored already")
    audit(session, person, "order_restoring", INSTALLATION, archive=archive)
    return start_job(session, actor=actor, kind=KIND, parameters={"archive": archive})


def note_restoring_failed(session: Session, *, archive: str, asked_by: str, reason: str) -> None:
    """Writes down that the old state stands. What the server does at a start, for whoever ordered it."""
    audit(session, replace(CONSOLE, name=asked_by), "restoring_failed", INSTALLATION, archive=archive, reason=reason)


def last_restoring(session: Session, *, actor: Acting, since: datetime) -> LastRestoring | None:
    """The last that was ordered from the page and ended after this moment."""
    acting_with(session, actor, Action.BACK_UP)
    row = session.exec(
        select(Audit)
        .where(col(Audit.action).in_(("restore_backup", "restoring_failed")), Audit.at >= since)
        .order_by(col(Audit.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return LastRestoring(
        at=row.at,
        archive=str(row.detail.get("archive", "")),
        asked_by=row.actor_name,
        safety=str(row.detail.get("safety", "")),
        reason=str(row.detail.get("reason", "")),
    )
