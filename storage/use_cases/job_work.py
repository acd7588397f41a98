"""Long work as those see it who do it: take it, tell how far it is, end it; and take back what was made.

Called by the consumer of the queue (`ui.jobs`), which acts for nobody; what the work itself does, it does with the
rights of the person who started it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from domain.jobs import MOST_ATTEMPTS, ONE_AT_A_TIME, UNFINISHED, JobState, moved
from domain.permissions import Actor
from storage.record import moment, publish
from storage.tables import (
    Assignment,
    CadModel,
    Category,
    Dataset,
    Gold,
    Image,
    ImportedLabel,
    Item,
    Job,
    JobPart,
    Prediction,
)
from storage.use_cases.job_end import note_end, started_from, starter

LOST_AFTER: Final = timedelta(minutes=2)
"""A worker that was not heard of for so long is gone, on whichever machine it was."""

Made = Mapping[str, Sequence[int]]
"""Ids of rows by table."""

TABLES: Final[dict[str, type[SQLModel]]] = {
    "prediction": Prediction,
    "imported_label": ImportedLabel,
    "gold": Gold,
    "item": Item,
    "image": Image,
    "cad_model": CadModel,
    "category": Category,
    "dataset": Dataset,
}
"""What an import makes, in the order in which it can be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """Work that is ours now. `cancelling`: only what it made is to be taken back. `first`: nobody has tried yet.
    `address`: where it was started from, for what the audit log keeps of it."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    actor: Actor
    address: str | None
    cancelling: bool
    first: bool


def claim_job(session: Session, *, job_id: int, worker: str) -> ClaimedJob | None:
    """Takes waiting work, or the rest of work that is to be cancelled; None where it is somebody else's or over, or
    has to wait for another of its kind."""
    at = moment(session)
    kind = session.exec(select(Job.kind).where(Job.id == job_id)).first()
    if kind in ONE_AT_A_TIME and _one_runs(session, kind, job_id):
        return None
    for state, to in ((JobState.WAITING, JobState.RUNNING), (JobState.CANCELLING, JobState.CANCELLING)):
        taken = session.exec(
            update(Job)
            .where(col(Job.id) == job_id, col(Job.state) == state, col(Job.worker).is_(None))
            .values(state=to, worker=worker, heartbeat_at=at, attempts=col(Job.attempts) + 1)
        )
        if taken.rowcount:
            break
    else:
        return None
    job = session.get_one(Job, job_id)
    job.started_at = job.started_at or at
    session.add(job)
    publish(session, "job.changed", "job", job_id, state=job.state.value)
    return ClaimedJob(
        id=job_id,
        kind=job.kind,
        parameters=job.parameters,
        actor=starter(session, job),
        address=started_from(session, job_id),
        cancelling=job.state is JobState.CANCELLING,
        first=job.attempts == 1,
    )


def _one_runs(session: Session, kind: str, but: int) -> bool:
    others = select(Job.id).where(Job.kind == kind, Job.state == JobState.RUNNING, Job.id != but)
    return session.exec(others).first() is not None


def note_progress(
    session: Session, *, job_id: int, worker: str, phase: str, done: int, total: int, bad: int
) -> JobState | None:
    """Writes how far it is; returns its state, or None where the work is not ours any more."""
    noted = session.exec(
        update(Job)
        .where(col(Job.id) == job_id, col(Job.worker) == worker)
        .values(phase=phase, done=done, total=total, bad=bad, heartbeat_at=moment(session))
    )
    return job_state(session, job_id=job_id) if noted.rowcount else None


def job_state(session: Session, *, job_id: int) -> JobState | None:
    found = session.exec(select(Job.state).where(Job.id == job_id)).first()
    return None if found is None else JobState(found)


def note_made(session: Session, *, job_id: int, made: Made) -> None:
    """Remembers, in the transaction that made them, rows which a cancellation takes back."""
    if any(made.values()):
        session.add(JobPart(job_id=job_id, made={name: list(ids) for name, ids in made.items() if ids}))


def finish_job(
    session: Session,
    *,
    job_id: int,
    worker: str,
    state: JobState,
    result: Mapping[str, Any] | None = None,
    report: str | None = None,
    error_code: str = "",
    message: str = "",
) -> bool:
    """Ends the work, unless it is not ours any more. What it made stays."""
    job = session.get_one(Job, job_id, with_for_update=True)
    if job.worker != worker or job.state not in UNFINISHED:
        return False
    job.state = moved(job.state, state)
    job.ended_at, job.worker = moment(session), None
    job.result, job.report = dict(result or {}), report
    job.error_code, job.message = error_code, message[:2000]
    session.add(job)
    session.exec(delete(JobPart).where(col(JobPart.job_id) == job_id))
    note_end(session, job)
    publish(session, "job.changed", "job", job_id, state=state.value)
    return True


def release_jobs(session: Session, *, worker: str) -> None:
    """When a worker starts: what one of its name held, or one that is not heard of any more, is free again.

    Work that has been interrupted too often fails instead.
    """
    at = moment(session)
    held = select(Job).where(
        col(Job.state).in_(UNFINISHED),
        (col(Job.worker) == worker) | (col(Job.heartbeat_at) < at - LOST_AFTER),
        col(Job.worker).is_not(None),
    )
    for job in session.exec(held).all():
        job.worker = None
        if job.state is JobState.RUNNING and job.attempts >= MOST_ATTEMPTS:
            job.state, job.ended_at = moved(job.state, JobState.FAILED), at
            job.error_code = "interrupted"
            job.message = f"the process that did this ended {job.attempts} times before it was done"
            session.exec(delete(JobPart).where(col(JobPart.job_id) == job.id))
            note_end(session, job)
        elif job.state is JobState.RUNNING:
            job.state = moved(job.state, JobState.WAITING)
        session.add(job)
        publish(session, "job.changed", "job", job.id or 0, state=job.state.value)


def open_jobs(session: Session) -> list[int]:
    """Work that waits for somebody to do it, the oldest first."""
    waiting = (
        select(Job.id)
        .where(col(Job.state).in_((JobState.WAITING, JobState.CANCELLING)), col(Job.worker).is_(None))
        .order_by(col(Job.id))
    )
    return [job_id for job_id in session.exec(waiting) if job_id is not None]


def unfinished_jobs(session: Session) -> int:
    """How many pieces of work are not over; for whoever decides whether a worker is needed."""
    return len(session.exec(select(Job.id).where(col(Job.state).in_(UNFINISHED))).all())


def kept_files(session: Session) -> set[str]:
    """The uploads that unfinished work still needs."""
    parameters = session.exec(select(Job.parameters).where(col(Job.state).in_(UNFINISHED)))
    return {given["upload"] for given in parameters if given.get("upload")}


def heavy_models(session: Session, *, dataset: str, faces: int) -> list[tuple[str, str]]:
    """(sha256, suffix) of the readable CAD models of a data set with at least so many faces, the lightest first."""
    statement = (
        select(CadModel.sha256, CadModel.suffix, CadModel.faces)
        .join(Category, col(Category.id) == col(CadModel.category_id))
        .join(Dataset, col(Dataset.id) == col(Category.dataset_id))
        .where(col(Dataset.name) == dataset, col(CadModel.readable), col(CadModel.faces) >= faces)
        .order_by(col(CadModel.faces), col(CadModel.sha256))
    )
    return list(dict.fromkeys((sha256, suffix) for sha256, suffix, _faces in session.exec(statement)))


def take_back(session: Session, *, job_id: int, limit: int = 100) -> tuple[int, int, bool]:
    """Deletes what the last parts of the work made. Returns (parts taken back, parts that stay, whether all is done).

    A part stays when somebody works on its items already, or others have added to it.
    """
    parts = session.exec(
        select(JobPart).where(JobPart.job_id == job_id).order_by(col(JobPart.id).desc()).limit(limit)
    ).all()
    gone = 0
    for part in parts:
        if not _is_somebodys_work(session, part.made):
            try:
                with session.begin_nested():
                    _delete(session, part.made)
                gone += 1
            except IntegrityError:
                pass  # others have added to what it made: that counts for more
        session.delete(part)
    session.flush()
    return gone, len(parts) - gone, len(parts) < limit


def _delete(session: Session, made: Made) -> None:
    for name, table in TABLES.items():
        if made.get(name):
            session.exec(delete(table).where(table.id.in_(made[name])))  # type: ignore[attr-defined]


def _is_somebodys_work(session: Session, made: Made) -> bool:
    items = set(made.get("item", ()))
    for name, table in (("prediction", Prediction), ("imported_label", ImportedLabel), ("gold", Gold)):
        if made.get(name):
            items |= set(session.exec(select(table.item_id).where(col(table.id).in_(made[name]))))
    return (
        bool(items)
        and session.exec(select(Assignment.id).where(col(Assignment.item_id).in_(items))).first() is not None
    )
