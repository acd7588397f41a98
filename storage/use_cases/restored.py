"""What a restored database must not go on with: sessions and long work of the time when the backup was made."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.jobs import UNFINISHED, JobState
from domain.permissions import CONSOLE
from storage.record import audit, moment
from storage.tables import Image, Job, LoginSession


def settle_restored(session: Session, *, archive: str, made_at: datetime, revision: str) -> list[str]:
    """Ends all sessions, gives up unfinished long work, and writes the fact into the audit log.

    A session that was ended after the backup would be alive again. Returns the digests of photos that were taken
    down, which must have no file. Only for the command line, on a database that nobody uses yet.
    """
    at = moment(session)
    session.execute(update(LoginSession).where(col(LoginSession.ended_at).is_(None)).values(ended_at=at))
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
    audit(session, CONSOLE, "restore_backup", "installation", archive=archive, made_at=made_at.isoformat(),
          revision=revision)  # fmt: skip
    return list(session.exec(select(Image.sha256).where(col(Image.taken_down_at).is_not(None)).distinct()))
