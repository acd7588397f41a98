"""Making tasks: what an order would make, in numbers, and making it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.dealing import Deal, check_overlap, deal
from domain.errors import InvalidInput, NotFound
from domain.permissions import Action, Actor
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.errors import NothingToAssign, NumbersChanged, TooFewPeople
from storage.record import audit, moment, publish
from storage.tables import Assignment, Dataset, Task, User
from storage.use_cases.compared_sources import comparable, keep_pairs
from storage.use_cases.imported import add_imported_revisions
from storage.use_cases.work.knowing import known_items
from storage.use_cases.work.mixing import mixed_with_gold
from storage.use_cases.work.selection import Selection, chosen_items

MOST_PLACES = 100_000
"""In one order: made in one transaction, while which nobody else can write."""

LARGEST_PRIORITY = 1000
LONGEST_NAME = 256


class Handing(StrEnum):
    """To whom the work goes: dealt to people, drawn from a pool, or to nobody yet."""

    PEOPLE = "people"
    POOL = "pool"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """`size`: items a task, else all in one. `name` empty: after the data set and its categories. `compares`: the
    two sources of a task of comparisons (`storage.use_cases.compared_sources`); only items with both are taken.
    `gold_share`: how much of a task of labelling is hidden gold (`storage.use_cases.work.mixing`)."""

    selection: Selection
    kind: TaskKind = TaskKind.ANNOTATE
    handing: Handing = Handing.NOBODY
    user_ids: tuple[int, ...] = ()
    overlap: int = 1
    size: int | None = None
    name: str = ""
    due_at: datetime | None = None
    priority: int = 0
    compares: tuple[str, str] | None = None
    gold_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many items somebody gets."""

    user_id: int
    name: str
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What an order makes. `left_out`: items that were chosen, but that all of these people know already. `nobodys`:
    places that stay free, in a pool or because too few of these people may have the item. `gold`: items that are
    hidden gold, where a share of it was ordered."""

    tasks: int
    items: int
    places: int
    shares: tuple[Share, ...]
    nobodys: int
    left_out: int
    gold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    items: Sequence[int]
    given: Deal
    left_out: int
    people: dict[int, User]
    gold: frozenset[int] = frozenset()


def preview_order(session: Session, *, actor: Acting, order: WorkOrder) -> Outlook:
    """The numbers to be confirmed. Raises NotFound, InvalidInput, TooFewPeople, NothingToAssign."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    return _outlook(order, _plan(session, order))


def place_order(
    session: Session, *, actor: Acting, order: WorkOrder, expected: Outlook | None = None
) -> tuple[int, ...]:
    """Makes the tasks and returns their ids. `expected`: what was confirmed; raises NumbersChanged where it would be
    something else by now. Raises what `preview_order` raises."""
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    plan = _plan(session, order)
    if expected is not None and _outlook(order, plan) != expected:
        raise NumbersChanged("other work was made or shared in the meantime")
    size = order.size or len(plan.items)
    chunks = [plan.items[start : start + size] for start in range(0, len(plan.items), size)]
    names = _names(session, order, len(chunks))
    return tuple(_make(session, person, order, plan, name, chunk) for name, chunk in zip(names, chunks, strict=True))


def _plan(session: Session, order: WorkOrder) -> _Plan:
    _check(order)
    gold: frozenset[int] = frozenset()
    if order.gold_share and order.kind is TaskKind.ANNOTATE:
        items, gold = mixed_with_gold(session, order.selection, order.kind, order.gold_share)
    else:
        items = chosen_items(session, order.selection, order.kind)
    if order.compares is not None:
        found, items = items, comparable(session, items, order.compares, order.selection.dataset_id)
        if found and not items:
            raise InvalidInput("no item has an answer of both sources", rule="nothing_to_compare")
    if not items:
        raise NothingToAssign("no item of the data set is as chosen")
    if len(items) * order.overlap > MOST_PLACES:
        raise InvalidInput(
            f"{len(items)} items for {order.overlap} people each are more than {MOST_PLACES} at once: choose fewer",
            rule="too_many_places",
            most=MOST_PLACES,
        )
    people = _people(session, order)
    if order.handing is not Handing.PEOPLE:
        nobody = Deal(given=dict.fromkeys(items, ()), short={})
        return _Plan(items=items, given=nobody, left_out=0, people={}, gold=gold)
    taken: dict[int, set[int]] = {}
    if order.kind is not TaskKind.EVALUATE:  # another pair of the same photo tells nothing of this one
        taken = known_items(session, user_ids=order.user_ids, dataset_id=order.selection.dataset_id, kind=order.kind)
    given = deal(dict.fromkeys(items, order.overlap), list(people), taken=taken)
    usable = [item for item in items if given.given[item]]
    if not usable:
        who = " and ".join(user.name for user in people.values()) if len(people) <= 3 else "everybody chosen"
        raise NothingToAssign(f"{who} got all of these {len(items)} items already")
    return _Plan(items=usable, given=given, left_out=len(items) - len(usable), people=people, gold=gold)


def _check(order: WorkOrder) -> None:
    check_overlap(order.overlap)
    if (order.kind is TaskKind.EVALUATE) is not (order.compares is not None):
        raise InvalidInput("a task of comparisons, and no other, names the two sources that it compares")
    if order.size is not None and order.size < 1:
        raise InvalidInput(f"a task has at least 1 item, not {order.size}", rule="number_of_items")
    check_priority(order.priority)
    if len(order.name) > LONGEST_NAME - 10:
        raise InvalidInput(
            f"the name of a task has {LONGEST_NAME - 10} characters at most", rule="task_name", most=LONGEST_NAME - 10
        )
    if order.handing is Handing.PEOPLE and len(set(order.user_ids)) < order.overlap:
        raise TooFewPeople(
            f"{order.overlap} different people for each item need {order.overlap} people; "
            f"{len(set(order.user_ids))} are chosen"
        )


def check_priority(priority: int) -> None:
    """Raises InvalidInput."""
    if abs(priority) > LARGEST_PRIORITY:
        raise InvalidInput(
            f"a priority is a number from -{LARGEST_PRIORITY} to {LARGEST_PRIORITY}, not {priority}",
            rule="priority",
            most=LARGEST_PRIORITY,
        )


def _people(session: Session, order: WorkOrder) -> dict[int, User]:
    return active_people(session, order.user_ids) if order.handing is Handing.PEOPLE else {}


def active_people(session: Session, user_ids: Sequence[int]) -> dict[int, User]:
    """In the order given. Raises NotFound for one that is not there or deactivated."""
    found = {user.id: user for user in session.exec(select(User).where(col(User.id).in_(set(user_ids)), User.active))}
    for user_id in user_ids:
        if user_id not in found:
            raise NotFound(f"there is no active user {user_id}")
    return {user_id: found[user_id] for user_id in user_ids}


def _outlook(order: WorkOrder, plan: _Plan) -> Outlook:
    loads = plan.given.loads()
    places = len(plan.items) * order.overlap
    size = order.size or len(plan.items)
    return Outlook(
        tasks=-(-len(plan.items) // size),
        items=len(plan.items),
        places=places,
        shares=tuple(
            Share(user_id=user_id, name=user.name, items=loads[user_id]) for user_id, user in plan.people.items()
        ),
        nobodys=places - loads.total(),
        left_out=plan.left_out,
        gold=len(plan.gold.intersection(plan.items)),
    )


def _make(session: Session, person: Actor, order: WorkOrder, plan: _Plan, name: str, items: Sequence[int]) -> int:
    task = Task(
        dataset_id=order.selection.dataset_id,
        name=name,
        kind=order.kind,
        priority=order.priority,
        created_at=moment(session),
        due_at=order.due_at,
        overlap=order.overlap,
        is_pool=order.handing is Handing.POOL,
    )
    session.add(task)
    session.flush()
    assert task.id is not None
    holders = [
        (item, holder)
        for item in items
        for holder in (*plan.given.given[item], *[None] * (order.overlap - len(plan.given.given[item])))
    ]
    # In bulk: an order of many thousand places must not keep everybody's drafts waiting.
    session.execute(
        sa.insert(Assignment),
        [
            {
                "task_id": task.id,
                "item_id": item,
                "position": position,
                "user_id": holder,
                "state": AssignmentState.NEW,
                "version": 0,
                "flag_reason": "",
                "updated_at": moment(session),
            }
            for position, (item, holder) in enumerate(holders, start=1)
        ],
    )
    if order.compares is not None:
        keep_pairs(session, task_id=task.id, dataset_id=task.dataset_id, items=items, compares=order.compares)
    else:
        add_imported_revisions(session, task.id)
    shares = {plan.people[user_id].name: 0 for user_id in plan.people}
    for _item, holder in holders:
        if holder is not None:
            shares[plan.people[holder].name] += 1
    audit(
        session,
        person,
        "create_task",
        "task",
        task.id,
        name=name,
        kind=order.kind.value,
        items=len(items),
        overlap=order.overlap,
        pool=task.is_pool,
        assigned=shares,
        **(dict[str, Any](compares=list(order.compares)) if order.compares else {}),
    )
    publish(session, "task.added", "task", task.id)
    return task.id


def _names(session: Session, order: WorkOrder, count: int) -> list[str]:
    """Names that the data set's tasks do not have yet: the base alone, or the base with a number."""
    dataset = session.get(Dataset, order.selection.dataset_id)
    assert dataset is not None
    categories = order.selection.categories
    base = order.name.strip() or (f"{dataset.name}: {', '.join(categories)}" if categories else dataset.name)
    base = base[: LONGEST_NAME - 10]
    taken = set(session.exec(select(Task.name).where(Task.dataset_id == order.selection.dataset_id)))
    if count == 1 and base not in taken:
        return [base]
    names: list[str] = []
    number = 0
    while len(names) < count:
        number += 1
        if (name := f"{base} {number}") not in taken:
            names.append(name)
    return names
