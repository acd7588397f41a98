"""What the audit log keeps of long work: which it was, and how it ended."""

from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import Session, col, select

from domain.jobs import JobState
from domain.permissions import CONSOLE, Actor
from storage.record import audit
from storage.tables import Audit, Job, User

LONGEST_REASON: Final = 300


def note_end(session: Session, job: Job, *, by: Actor | None = None) -> None:
    """One line with the counts, in the name of the person who started it unless `by` names another, and from where
    they started it. The work must be over."""
    assert job.id is not None
    result = job.result or {}
    counts = {name.replace(", ", "_").replace(" ", "_"): number for name, number in result.get("counts", {}).items()}
    told = {name: result[name] for name in ("left_out", "warnings", "taken_back", "stays") if result.get(name)}
    reason = {"error": job.error_code, "reason": job.message[:LONGEST_REASON]} if job.error_code else {}
    action = (
        "job_done"
        if job.state is JobState.DONE
        else "job_cancelled"
        if job.state is JobState.CANCELLED
        else "job_failed"
    )
    audit(
        session,
        by or starter(session, job),
        action,
        "job",
        job.id,
        address=None if by else started_from(session, job.id),
        kind=job.kind,
        **told_of(job.parameters),
        **counts,
        **told,
        **reason,
    )


def told_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit log keeps of the parameters."""
    told = ("dataset", "source_name", "archive")
    return {key: parameters[key] for key in told if isinstance(parameters.get(key), str)}


def starter(session: Session, job: Job) -> Actor:
    """Who started it. Whether they may still do it, each use case looks up by their id."""
    if job.user_id is None:
        return CONSOLE
    user = session.get_one(User, job.user_id)
    return Actor(user_id=job.user_id, name=user.name, role=user.role)


def started_from(session: Session, job_id: int) -> str | None:
    """The network address that the work was started from; None for the command line."""
    statement = select(Audit.address).where(
        Audit.object_type == "job", Audit.object_id == job_id, Audit.action == "start_job"
    )
    return session.exec(statement.order_by(col(Audit.id)).limit(1)).first()
