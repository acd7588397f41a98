"""How much work was done, how fast and how well: by person, category, task or day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import Session, col

from domain.intervals import Interval, proportion
from domain.metrics.rotation import COARSE, FINE
from domain.pace import per_hour
from domain.permissions import Action
from storage.acting import Acting, acting, acting_with, may
from storage.tables import Category, Dataset, EffortDay, Task, User
from storage.tables.effort import CHANGED
from storage.use_cases.gold_answers import GoldAnswers, gold_answers

COUNTS = ("active_seconds", "gestures", "items", "saves", "reviewed", "passed")


class By(StrEnum):
    """What a row of statistics stands for."""

    PERSON = "person"
    CATEGORY = "category"
    TASK = "task"
    DAY = "day"


FLIPPED = math.radians(150)
"""A rotation that is off by more is counted as a flip."""


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

    `changes`: gestures that changed a parameter, by its name. `gold`: how far the answers to items with a known
    answer are from it; None where there are none, or where the reader may not know which items those are.
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
    gold = {}
    if sees_all:
        gold = _gold_by(gold_answers(session, user_id=user_id, dataset_id=dataset_id, since=since, until=until), by)
    return [
        Worked(
            key=row["key"],
            label=str(row["label"]),
            **{name: row[name] for name in COUNTS},
            changes={name: row[f"changed_{name}"] for name in CHANGED},
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
