"""How much work was done, how fast and how well: by person, category, task or day."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import Session, col

from domain.intervals import Interval, proportion
from domain.metrics.rotation import COARSE, FINE
from domain.pace import per_hour
from domain.permissions import Action
from storage.acting import Acting, acting, acting_with, may
from storage.record import moment
from storage.tables import Assignment, Category, Dataset, EffortDay, FlipQuestion, Item, Task, User
from storage.tables.effort import CHANGED
from storage.tables.qualification import FlipChoice
from storage.use_cases.gold_answers import GoldAnswers, gold_answers, midnight

COUNTS = ("active_seconds", "gestures", "items", "saves", "reviewed", "passed")


class By(StrEnum):
    """What a row of statistics stands for."""

    PERSON = "person"
    CATEGORY = "category"
    TASK = "task"
    DAY = "day"


FLIPPED = math.radians(150)
"""A rotation that is off by more is counted as a flip."""

FEWEST_GOLD_SHOWN = 5
"""People see their own score from so many answers on, and only of days that are over: neither one answer nor the
moment in which the score changes may tell them which items are gold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldScore:
    """Of n answers to items whose right answer is known: shares within 30° and 10°, and how many are flips."""

    n: int
    acc_pi_6: Interval
    acc_pi_18: Interval
    median_degrees: float
    flips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """`key`: the id of person, category or task, or the day; `label`: its name. `items`: saved for the first time.

    `changes`: gestures that changed a parameter, by its name. `flips_asked`: answers at which the flip guard asked,
    by the day of the question; `flips_caught`: those that the person then turned. `gold`: how far the answers to
    items with a known answer are from it; None where there are none, or where it would tell the reader which items
    those are (`FEWEST_GOLD_SHOWN`).
    """

    key: int | date
    label: str
    active_seconds: float
    gestures: int
    items: int
    saves: int
    reviewed: int
    passed: int
    changes: Mapping[str, int]
    flips_asked: int
    flips_caught: int
    gold: GoldScore | None

    @property
    def items_per_hour(self) -> float | None:
        return per_hour(self.items, self.active_seconds)

    @property
    def seconds_per_item(self) -> float | None:
        return self.active_seconds / self.items if self.items else None

    @property
    def first_pass(self) -> Interval:
        """Share of reviewed work that was accepted at its first review."""
        return proportion(self.passed, self.reviewed)


def statistics(
    session: Session,
    *,
    actor: Acting,
    by: By,
    user_id: int | None = None,
    dataset_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Worked]:
    """In the order of names, or of days; `since` and `until` are days (UTC), both included.

    Whoever may see only their own work gets that, and needs to say no `user_id`. Raises NotAllowed.
    """
    person = acting(session, actor)
    sees_all = may(person, Action.SEE_STATISTICS)
    if not sees_all and user_id is None:
        user_id = person.user_id
    acting_with(session, actor, Action.SEE_STATISTICS, owner_id=user_id)
    key, label, joined = _grouping(by)
    conditions = [
        *([col(EffortDay.user_id) == user_id] if user_id is not None else []),
        *([col(EffortDay.day) >= since] if since else []),
        *([col(EffortDay.day) <= until] if until else []),
    ]
    # Few rows: one for a person's day in a category of a task, however many items there are.
    statement: Any = sa.select(
        key.label("key"),
        label.label("label"),
        *(func.sum(getattr(EffortDay, name)).label(name) for name in (*COUNTS, *_CHANGED)),
    ).select_from(EffortDay)
    for table, condition in joined:
        statement = statement.join(table, condition)
    if dataset_id is not None:
        conditions.append(
            col(EffortDay.category_id).in_(sa.select(col(Category.id)).where(col(Category.dataset_id) == dataset_id))
        )
    rows = session.execute(statement.where(*conditions).group_by(key, label)).mappings().all()
    narrowed: Any = {"user_id": user_id, "dataset_id": dataset_id, "since": since}
    asked, caught = _flips_by(session, by, until=until, **narrowed)
    if not sees_all:
        yesterday = moment(session).date() - timedelta(days=1)
        until = min(until, yesterday) if until else yesterday
    # Of people's own the first answers: by a standing one it would show which item its change belongs to.
    gold = _gold_by(gold_answers(session, until=until, first=not sees_all, **narrowed), by)
    fewest = 1 if sees_all else FEWEST_GOLD_SHOWN
    gold = {key: score for key, score in gold.items() if score.n >= fewest}
    return [
        Worked(
            key=row["key"],
            label=str(row["label"]),
            **{name: row[name] for name in COUNTS},
            changes={name: row[f"changed_{name}"] for name in CHANGED},
            flips_asked=asked[row["key"]],
            flips_caught=caught[row["key"]],
            gold=gold.get(row["key"]),
        )
        for row in sorted(rows, key=lambda row: (str(row["label"]), str(row["key"])))
    ]


_CHANGED = tuple(f"changed_{name}" for name in CHANGED)


def _grouping(by: By) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """(key column, label column, joins)."""
    if by is By.PERSON:
        return col(EffortDay.user_id), col(User.name), [(User, col(User.id) == EffortDay.user_id)]
    if by is By.TASK:
        return col(EffortDay.task_id), col(Task.name), [(Task, col(Task.id) == EffortDay.task_id)]
    if by is By.DAY:
        return col(EffortDay.day), col(EffortDay.day), []
    joins = [
        (Category, col(Category.id) == EffortDay.category_id),
        (Dataset, col(Dataset.id) == Category.dataset_id),
    ]
    return col(EffortDay.category_id), col(Category.name), joins


def _flips_by(
    session: Session,
    by: By,
    *,
    user_id: int | None,
    dataset_id: int | None,
    since: date | None,
    until: date | None,
) -> tuple[Counter[Any], Counter[Any]]:
    """(how often the guard asked, how many of these answers were turned then), by the key of a row."""
    question, assignment, item = (cast(Any, table).__table__.c for table in (FlipQuestion, Assignment, Item))
    statement = (
        sa.select(question.user_id, assignment.task_id, item.category_id, question.at, question.choice)
        .select_from(FlipQuestion)
        .join(Assignment, assignment.id == question.assignment_id)
        .join(Item, item.id == assignment.item_id)
    )
    if user_id is not None:
        statement = statement.where(question.user_id == user_id)
    if dataset_id is not None:
        of_dataset = sa.select(col(Category.id)).where(col(Category.dataset_id) == dataset_id)
        statement = statement.where(item.category_id.in_(of_dataset))
    if since:
        statement = statement.where(question.at >= midnight(since))
    if until:
        statement = statement.where(question.at < midnight(until + timedelta(days=1)))
    asked: Counter[Any] = Counter()
    caught: Counter[Any] = Counter()
    for user, task, category, at, choice in session.execute(statement):
        key = {By.PERSON: user, By.TASK: task, By.CATEGORY: category, By.DAY: at.date()}[by]
        asked[key] += 1
        caught[key] += choice == FlipChoice.SWAPPED
    return asked, caught


def _gold_by(answers: GoldAnswers, by: By) -> dict[Any, GoldScore]:
    keys: Any = {
        By.PERSON: answers.user_id,
        By.CATEGORY: answers.category_id,
        By.TASK: answers.task_id,
        By.DAY: answers.day,
    }[by]
    found, group = np.unique(keys, return_inverse=True)
    errors = answers.errors.rotation
    counts = np.bincount(group, minlength=len(found))
    coarse, fine, flips = (
        np.bincount(group, weights=which, minlength=len(found)).astype(int)
        for which in (errors < COARSE, errors < FINE, errors > FLIPPED)
    )
    sorted_errors = np.degrees(errors[np.lexsort((errors, group))])
    ends = np.cumsum(counts)
    medians = (sorted_errors[ends - counts + (counts - 1) // 2] + sorted_errors[ends - counts + counts // 2]) / 2
    return {
        key: GoldScore(
            n=int(counts[row]),
            acc_pi_6=proportion(int(coarse[row]), int(counts[row])),
            acc_pi_18=proportion(int(fine[row]), int(counts[row])),
            median_degrees=float(medians[row]),
            flips=int(flips[row]),
        )
        for row, key in enumerate(found.tolist())
    }
