"""Gold in real work: judged after the save, in a transaction that every save gets, so that no time tells it apart."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.qualification import Consequence, Feedback, Judged, Thresholds, too_many_wrong
from domain.task_state import TaskKind
from storage.acting import Acting, acting_with
from storage.record import audit, moment, publish
from storage.tables import Assignment, Gold, GoldAlert, GoldCheck, GoldRule, Revision, Task, User
from storage.tables.qualification import threshold_values
from storage.use_cases.archiving import in_work_task
from storage.use_cases.qualify.judging import judged, keep
from storage.use_cases.review.pictured import Pictured, pictured_answer

MOST_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldTerms:
    """`last`: so many answers to gold are looked at, of which the share `least_right` must be right. `feedback` EACH:
    a person learns of a gold item as soon as it is saved; END: never."""

    limits: Thresholds = field(default_factory=Thresholds)
    feedback: Feedback = Feedback.END
    last: int = 5
    least_right: float = 0.8
    consequence: Consequence = Consequence.WARN

    def __post_init__(self) -> None:
        if not 1 <= self.last <= MOST_LOOKED_AT:
            raise InvalidInput(
                f"the last 1 to {MOST_LOOKED_AT} answers can be looked at, not {self.last}",
                rule="gold_last",
                most=MOST_LOOKED_AT,
            )
        if not 0 <= self.least_right <= 1:
            raise InvalidInput("a share is between 0 and 100 %", rule="share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`correct` of `counted` answers to gold were right. `paused`: the person cannot go on with the task."""

    id: int
    task_id: int
    task: str
    person: str
    correct: int
    counted: int
    paused: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How an answer to gold was, for a task that tells. `check_id` names the right answer's picture."""

    check_id: int
    revision_id: int
    judged: Judged


def gold_terms(session: Session, *, actor: Acting, task_id: int) -> GoldTerms | None:
    """How a task's gold is looked at; None where it is not."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    row = _rule(session, task_id)
    return None if row is None else _terms(row)


def set_gold_terms(session: Session, *, actor: Acting, task_id: int, terms: GoldTerms | None) -> None:
    """For answers from now on; None: gold is not looked at. Raises NotFound, InvalidInput."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    if task.kind is not TaskKind.ANNOTATE:
        raise InvalidInput("gold is hidden in tasks of labelling")
    row = _rule(session, task_id)
    before = _terms(row) if row else None
    if before == terms:
        return
    if terms is None:
        session.delete(row)
    else:
        if row is None:
            row = GoldRule(
                task_id=task_id, **threshold_values(terms.limits), feedback=terms.feedback, last=terms.last,
                least_right=terms.least_right, consequence=terms.consequence,
            )  # fmt: skip
            session.add(row)
        row.set_thresholds(terms.limits)
        row.feedback, row.last = terms.feedback, terms.last
        row.least_right, row.consequence = terms.least_right, terms.consequence
    audit(session, person, "set_gold_rule", "task", task_id, before=_plain(before), after=_plain(terms))
    session.flush()


def is_looked_at(session: Session, task_id: int) -> bool:
    """Whether a task's gold is looked at; of the items it says nothing. Checks no right: for the server itself."""
    return _rule(session, task_id) is not None


def check_gold(session: Session, *, actor: Acting, assignment_id: int, revision: int) -> Told | None:
    """Looks at a save, whatever the item. Returns how the answer was where its person is to know.

    With feedback the first answer counts, else the last: what somebody was told is no test of them any more.
    """
    assignment = session.get(Assignment, assignment_id)
    person = acting_with(session, actor, Action.ANNOTATE, owner_ids=_authors(session, assignment_id, revision))
    saved = session.exec(
        select(Revision).where(Revision.assignment_id == assignment_id, Revision.number == revision)
    ).first()
    if assignment is None or saved is None or saved.author_id is None or saved.author_id != person.user_id:
        return None
    rule, answer = _rule(session, assignment.task_id), saved.answer()
    if rule is None or answer is None or saved.id is None:
        return None
    found = judged(session, assignment, answer, rule.thresholds())
    if found is None:
        return None
    row = session.exec(
        select(GoldCheck).where(GoldCheck.assignment_id == assignment_id, GoldCheck.user_id == saved.author_id)
    ).first()
    if row is not None and (rule.feedback is Feedback.EACH or row.revision_id >= saved.id):
        return None
    if row is None:
        row = GoldCheck(
            assignment_id=assignment_id, task_id=assignment.task_id, user_id=saved.author_id, revision_id=saved.id,
            at=moment(session), off=[],
        )  # fmt: skip
        session.add(row)
    keep(row, found)
    row.revision_id, row.at = saved.id, moment(session)
    session.flush()
    _alert(session, rule, row)
    if rule.feedback is not Feedback.EACH or row.id is None:
        return None
    return Told(check_id=row.id, revision_id=saved.id, judged=found)


def pictured_told(session: Session, *, actor: Acting, check_id: int) -> Pictured:
    """The right answer of a gold item, for whoever was told of it, and for the team. Raises NotFound, NotAllowed."""
    row = session.get(GoldCheck, check_id)
    acting_with(session, actor, Action.SEE_HISTORY, owner_id=row.user_id if row else None)
    rule = _rule(session, row.task_id) if row else None
    assignment = session.get(Assignment, row.assignment_id) if row else None
    if row is None or assignment is None or rule is None or rule.feedback is not Feedback.EACH:
        raise NotFound(f"nobody was told of the check {check_id}")
    gold = session.exec(select(Gold).where(Gold.item_id == assignment.item_id)).first()
    if gold is None:
        raise NotFound("the item is gold no more")
    return pictured_answer(session, assignment, gold.answer())


def open_alerts(session: Session, *, actor: Acting) -> list[Alert]:
    """Those that nobody has looked at, the newest first."""
    acting_with(session, actor, Action.SEE_FLAGS)
    rows = session.exec(
        select(GoldAlert, Task.name, User.name)
        .join(Task, col(Task.id) == GoldAlert.task_id)
        .join(User, col(User.id) == GoldAlert.user_id)
        .where(col(GoldAlert.settled_at).is_(None), in_work_task())
        .order_by(col(GoldAlert.at).desc(), col(GoldAlert.id).desc())
    )
    return [
        Alert(
            id=row.id or 0,
            task_id=row.task_id,
            task=task,
            person=person,
            correct=row.correct,
            counted=row.counted,
            paused=row.consequence is Consequence.PAUSE,
            at=row.at,
        )
        for row, task, person in rows
    ]


def settle_alert(session: Session, *, actor: Acting, alert_id: int) -> None:
    """Somebody has looked: a pause ends, and answers count anew from here. Raises NotFound."""
    person = acting_with(session, actor, Action.SETTLE_ALERTS)
    row = session.get(GoldAlert, alert_id)
    if row is None:
        raise NotFound(f"there is no alert {alert_id}")
    if row.settled_at is not None:
        return
    row.settled_at, row.settled_by = moment(session), person.user_id
    audit(session, person, "settle_alert", "task", row.task_id, user_id=row.user_id, kind=row.consequence.value)
    publish(session, "alert.settled", "task", row.task_id, user_id=row.user_id)
    session.flush()


def _alert(session: Session, rule: GoldRule, row: GoldCheck) -> None:
    """At most one is open for a person in a task; answers count once."""
    if rule.consequence is Consequence.NONE:
        return
    mine = sa.and_(col(GoldAlert.task_id) == row.task_id, col(GoldAlert.user_id) == row.user_id)
    last = session.exec(select(GoldAlert).where(mine).order_by(col(GoldAlert.id).desc())).first()
    if last is not None and last.settled_at is None:
        return
    recent = session.exec(
        select(GoldCheck.is_right, GoldCheck.id)
        .where(
            GoldCheck.task_id == row.task_id,
            GoldCheck.user_id == row.user_id,
            col(GoldCheck.id) > (last.up_to if last else 0),
        )
        .order_by(col(GoldCheck.id).desc())
        .limit(rule.last)
    ).all()
    right = sum(bool(is_right) for is_right, _id in recent)
    if not too_many_wrong(right, len(recent), last=rule.last, share=rule.least_right):
        return
    session.add(
        GoldAlert(
            task_id=row.task_id, user_id=row.user_id, consequence=rule.consequence, correct=right,
            counted=len(recent), up_to=max(id_ or 0 for _right, id_ in recent), at=moment(session),
        )
    )  # fmt: skip
    publish(session, "alert.added", "task", row.task_id, user_id=row.user_id)
    session.flush()


def _authors(session: Session, assignment_id: int, revision: int) -> list[int]:
    statement = select(Revision.author_id).where(Revision.assignment_id == assignment_id, Revision.number == revision)
    return [author for author in session.exec(statement) if author is not None]


def _rule(session: Session, task_id: int) -> GoldRule | None:
    return session.exec(select(GoldRule).where(GoldRule.task_id == task_id)).first()


def _terms(row: GoldRule) -> GoldTerms:
    return GoldTerms(
        limits=row.thresholds(),
        feedback=row.feedback,
        last=row.last,
        least_right=row.least_right,
        consequence=row.consequence,
    )


def _plain(terms: GoldTerms | None) -> dict[str, object] | None:
    if terms is None:
        return None
    limits = terms.limits
    return {
        "rotation": limits.rotation, "centre": limits.centre, "distance": limits.distance, "model": limits.model,
        "answers": limits.answers, "feedback": terms.feedback.value, "last": terms.last,
        "least_right": terms.least_right, "consequence": terms.consequence.value,
    }  # fmt: skip
