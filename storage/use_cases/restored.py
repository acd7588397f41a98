"""What a restored database must not go on with: sessions, password links and long work of the time of the backup."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.jobs import UNFINISHED, JobState
from domain.permissions import CONSOLE
from storage.record import audit, moment
from storage.tables import Image, Job, LoginSession, PasswordLink


def settle_restored(
    session: Session,
    *,
    archive: str,
    made_at: datetime,
    revision: str,
    asked_by: str = "",
    safety: str = "",
    gone: Iterable[str] = (),
) -> list[str]:
    """Ends all sessions and password links, gives up unfinished long work, and writes the fact into the audit log.

    A session that was ended after the backup would be alive again, a link that was used since could be used once
    more. `gone` are digests of photos that were taken down since: they stay down. `asked_by` names who ordered it
    from the page, `safety` the backup of what was there before. Returns the digests of all photos that were taken
    down, which must have no file. Only for a database that nobody uses yet.
    """
    at = moment(session)
    for sha256 in gone:
        session.execute(
            update(Image)
            .where(col(Image.sha256) == sha256, col(Image.taken_down_at).is_(None))
            .values(taken_down_at=at)
        )
    session.execute(update(LoginSession).where(col(LoginSession.ended_at).is_(None)).values(ended_at=at))
    session.execute(update(PasswordLink).where(col(PasswordLink.spent_at).is_(None)).values(spent_at=at))
    session.execute(
        update(Job)
        .where(col(Job.state).in_(UNFINISHED))
        .values(
            state=JobState.FAILED,
            ended_at=at,
            worker=None,
            error_code="restored",
            message="it was under way when the backup was made that is restored now",
        )
    )
    # The person may have another number in these tables, or none: the name is what people know.
    who = replace(CONSOLE, name=asked_by) if asked_by else CONSOLE
    kept: dict[str, Any] = {"safety": safety} if safety else {}
    audit(session, who, "restore_backup", "installation", archive=archive, made_at=made_at.isoformat(),
          revision=revision, **kept)  # fmt: skip
    return list(session.exec(select(Image.sha256).where(col(Image.taken_down_at).is_not(None)).distinct()))
