"""Gold among the items of real work, in such places that nothing tells it apart."""

import random
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.errors import InvalidInput
from domain.task_state import TaskKind
from storage.tables import Assignment, Task
from storage.use_cases.work.selection import Condition, Selection, chosen_items

MOST_GOLD = 0.5


def mixed_with_gold(
    session: Session, selection: Selection, kind: TaskKind, share: float
) -> tuple[list[int], frozenset[int]]:
    """(what the selection chooses and is no gold, with so much gold of the same categories, by chance, that it makes
    up `share` of all; which of it is gold); in the order of category, photo and object, as any other task.

    Gold of tests comes only where there is no other: whoever took them knows it. Raises InvalidInput where there is
    none at all, or nothing else.
    """
    if not 0 < share <= MOST_GOLD:
        raise InvalidInput(
            f"gold is more than 0 and at most {MOST_GOLD:.0%} of a task",
            rule="gold_share",
            most=round(100 * MOST_GOLD),
        )
    conditions = frozenset(selection.conditions | {Condition.NOT_GOLD})
    plain = chosen_items(session, replace(selection, conditions=conditions), kind)
    everything = replace(selection, conditions=frozenset(), limit=None, seed=None)
    gold = chosen_items(session, replace(everything, conditions=frozenset({Condition.GOLD})), kind)
    if not gold:
        raise InvalidInput(
            "no object of these categories is gold: import some as hidden right answers", rule="no_gold"
        )
    if not plain:
        raise InvalidInput(
            "all of these objects are gold: there is no other work to hide it in; leave the share empty",
            rule="only_gold",
        )
    chance = random.Random(f"{selection.dataset_id} {selection.seed} {len(plain)}")
    tested = _in_tests(session, gold)
    chance.shuffle(gold)
    gold.sort(key=lambda item: item in tested)
    hidden = frozenset(gold[: max(1, round(len(plain) * share / (1 - share)))])
    chosen = hidden.union(plain)
    return [item for item in chosen_items(session, everything, kind) if item in chosen], hidden


def _in_tests(session: Session, items: list[int]) -> set[int]:
    rows = session.execute(
        sa.select(col(Assignment.item_id))
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(col(Task.kind) == TaskKind.QUALIFY)
        .distinct()
    ).scalars()
    return set(items) & set(rows)
