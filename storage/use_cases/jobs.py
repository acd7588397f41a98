"""Long work as people see it: start it, look at it, cancel it. Who may, `domain.jobs.KINDS` says for each kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.jobs import KINDS, UNFINISHED, JobState, moved
from domain.permissions import CONSOLE, Action, Actor, allowed, require
from storage.acting import Acting, acting, acting_with
from storage.errors import WorkRefused
from storage.formats.imagenet3d.layout import unusable_category
from storage.record import audit, moment, publish
from storage.tables import Dataset, Job, User
from storage.use_cases.job_end import note_end, told_of

MOST_WAITING: Final = 50
LONGEST_PARAMETERS: Final = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """`person` is who started it. `done` of `total` pieces of `phase` are worked off, `bad` of them left out so far;
    a total of 0: nobody knows yet. `report`: the name of its file."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    person: str
    state: JobState
    phase: str
    done: int
    total: int
    bad: int
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error_code: str
    message: str
    result: Mapping[str, Any]
    report: str | None

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


def start_job(session: Session, *, actor: Acting, kind: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Puts work in line; returns its id. Raises WorkRefused."""
    person = _acting_for(session, actor, kind)
    given = dict(parameters or {})
    if len(json.dumps(given)) > LONGEST_PARAMETERS:
        raise WorkRefused("too_long", "the parameters of this work are too long")
    if "dataset" in given and (reason := unusable_category(str(given["dataset"]))):
        raise WorkRefused("name", f"the data set's name becomes a folder: {reason}")
    waiting = select(func.count()).select_from(Job).where(col(Job.state).in_(UNFINISHED))
    if session.exec(waiting).one() >= MOST_WAITING:
        raise WorkRefused("too_many", f"{MOST_WAITING} pieces of work wait already")
    job = Job(kind=kind, parameters=given, user_id=person.user_id, created_at=moment(session))
    session.add(job)
    session.flush()
    assert job.id is not None
    audit(session, person, "start_job", "job", job.id, kind=kind, **told_of(given))
    publish(session, "job.changed", "job", job.id, state=job.state.value)
    return job.id


def may_start(session: Session, *, actor: Acting, kind: str) -> None:
    """For what comes before the start, such as an upload. Raises NotAllowed."""
    _acting_for(session, actor, kind)


def dataset_names(session: Session, *, actor: Acting) -> list[str]:
    """All data sets, by name: to import into, or to export."""
    acting_with(session, actor, Action.IMPORT)
    return sorted(session.exec(select(Dataset.name)))


def cancel_job(session: Session, *, actor: Acting, job_id: int) -> JobState:
    """Asks for its end; returns the state that it has now. Raises WrongState for work that is over."""
    job = _row(session, job_id)
    person = _acting_for(session, actor, job.kind)
    if job.state is JobState.CANCELLING:
        return job.state
    waiting = job.state is JobState.WAITING and job.attempts == 0
    if waiting:
        job.state, job.ended_at = moved(job.state, JobState.CANCELLED), moment(session)
    else:
        if job.state is JobState.WAITING:
            job.state = moved(job.state, JobState.RUNNING)  # an earlier attempt has left something to take back
        job.state = moved(job.state, JobState.CANCELLING)
    session.add(job)
    audit(session, person, "cancel_job", "job", job_id, kind=job.kind, **told_of(job.parameters))
    if waiting:
        note_end(session, job, by=person)
    publish(session, "job.changed", "job", job_id, state=job.state.value)
    return job.state


def list_jobs(session: Session, *, actor: Acting, limit: int = 30, before_id: int | None = None) -> list[JobView]:
    """Those of the kinds that the person may start, the newest first."""
    person = acting(session, actor)
    kinds = [kind for kind, action in KINDS.items() if allowed(person, action)]
    if not kinds:
        require(person, next(iter(KINDS.values())))
    statement = (
        select(Job, User.name)
        .outerjoin(User, col(User.id) == col(Job.user_id))
        .where(col(Job.kind).in_(kinds))
        .order_by(col(Job.id).desc())
        .limit(limit)
    )
    if before_id is not None:
        statement = statement.where(col(Job.id) < before_id)
    return [_view(job, name) for job, name in session.exec(statement)]


def one_job(session: Session, *, actor: Acting, job_id: int) -> JobView:
    """Raises NotFound."""
    job = _row(session, job_id)
    _acting_for(session, actor, job.kind)
    user = session.get(User, job.user_id) if job.user_id is not None else None
    return _view(job, user.name if user else None)


def _acting_for(session: Session, actor: Acting, kind: str) -> Actor:
    action = KINDS.get(kind)
    if action is None:
        raise WorkRefused("unknown", f"there is no work of the kind {kind!r}")
    person = acting(session, actor)
    require(person, action)
    return person


def _row(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(f"there is no work {job_id}")
    return job


def _view(job: Job, person: str | None) -> JobView:
    assert job.id is not None
    return JobView(
        id=job.id,
        kind=job.kind,
        parameters=job.parameters,
        person=person or CONSOLE.name,
        state=job.state,
        phase=job.phase,
        done=job.done,
        total=job.total,
        bad=job.bad,
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        error_code=job.error_code,
        message=job.message,
        result=job.result,
        report=job.report,
    )
