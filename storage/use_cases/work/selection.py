"""Which items of a data set are meant: by category, by what is known of them, by number."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.task_state import AssignmentState, TaskKind
from storage.acting import Acting, acting_with
from storage.tables import Assignment, Category, Dataset, Gold, Image, ImportedLabel, Item, Prediction, Task

ANSWERED = (
    AssignmentState.SAVED,
    AssignmentState.SENT_BACK,
    AssignmentState.ACCEPTED,
    AssignmentState.REOPENED,
)


class Condition(StrEnum):
    """What an item must be like. Assignments count that are of the task's own kind and not withdrawn."""

    UNASSIGNED = "unassigned"
    """It is in no task."""
    UNSAVED = "unsaved"
    """Nobody has saved an answer to it."""
    PREDICTED = "predicted"
    UNPREDICTED = "unpredicted"
    LABELLED = "labelled"
    """An imported file had an answer."""
    UNLABELLED = "unlabelled"
    GOLD = "gold"
    NOT_GOLD = "not_gold"


CONTRADICTIONS = (
    {Condition.PREDICTED, Condition.UNPREDICTED},
    {Condition.LABELLED, Condition.UNLABELLED},
    {Condition.GOLD, Condition.NOT_GOLD},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """`categories` empty: all of them. `limit`: so many at most, the first in the order of category, photo and
    object, or with a `seed` by chance: the same ones for the same seed."""

    dataset_id: int
    categories: tuple[str, ...] = ()
    conditions: frozenset[Condition] = frozenset()
    limit: int | None = None
    seed: int | None = None

    def check(self) -> None:
        """Raises InvalidInput."""
        if self.limit is not None and self.limit < 1:
            raise InvalidInput(f"a number of items begins at 1, not {self.limit}", rule="number_of_items")
        if any(pair <= self.conditions for pair in CONTRADICTIONS):
            raise InvalidInput(
                "no item can be so and not so at once: take one of the conditions away", rule="contradiction"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCount:
    """How many items of a category a selection chooses."""

    name: str
    items: int


def count_by_category(
    session: Session, *, actor: Acting, selection: Selection, kind: TaskKind
) -> list[CategoryCount]:
    """For each category of the data set, whether selected or not, what the conditions leave of it."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    statement = (
        select(col(Category.name), sa.func.count(col(Item.id)))
        .join(Item, (col(Item.category_id) == Category.id) & _fits(selection, kind), isouter=True)
        .where(Category.dataset_id == selection.dataset_id)
        .group_by(col(Category.name))
        .order_by(col(Category.name))
    )
    return [CategoryCount(name=name, items=items) for name, items in session.execute(statement)]


def dataset_to_share(session: Session, *, actor: Acting) -> int | None:
    """The data set that new work is most likely for: the newest with an item in no task of labelling yet, else the
    newest with any. None where there are no items."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    free = _fits(Selection(dataset_id=0, conditions=frozenset({Condition.UNASSIGNED})), TaskKind.ANNOTATE)
    for clauses in ((free,), ()):
        items = sa.select(col(Item.id)).join(Category, col(Category.id) == Item.category_id)
        there = items.where(col(Category.dataset_id) == Dataset.id, *clauses).correlate(Dataset).exists()
        newest = select(Dataset.id).where(col(Dataset.archived_at).is_(None), there).order_by(col(Dataset.id).desc())
        if (found := session.exec(newest.limit(1)).first()) is not None:
            return found
    return None


def chosen_items(session: Session, selection: Selection, kind: TaskKind) -> list[int]:
    """Their ids in the order of category, photo and object. Checks no right: for use cases that have. Raises
    NotFound, InvalidInput."""
    selection.check()
    dataset = session.get(Dataset, selection.dataset_id)
    if dataset is None:
        raise NotFound(f"there is no data set {selection.dataset_id}")
    if dataset.archived_at is not None:
        raise InvalidInput(
            f"the data set {dataset.name} is archived: take it back before work is made from it",
            rule="archived",
            name=dataset.name,
        )
    _check_categories(session, selection, dataset.name)
    statement = (
        select(col(Item.id))
        .join(Image, col(Image.id) == Item.image_id)
        .join(Category, col(Category.id) == Item.category_id)
        .where(Category.dataset_id == selection.dataset_id, _fits(selection, kind))
        .order_by(col(Category.name), col(Image.name), col(Item.object_index))
    )
    if selection.categories:
        statement = statement.where(col(Category.name).in_(selection.categories))
    if selection.limit is not None and selection.seed is None:
        statement = statement.limit(selection.limit)
    items = [item_id for item_id in session.exec(statement) if item_id is not None]
    if selection.limit is not None and selection.seed is not None and selection.limit < len(items):
        drawn = random.Random(selection.seed).sample(range(len(items)), selection.limit)
        items = [items[place] for place in sorted(drawn)]
    return items


def _check_categories(session: Session, selection: Selection, dataset: str) -> None:
    there = set(session.exec(select(Category.name).where(Category.dataset_id == selection.dataset_id)))
    if missing := sorted(set(selection.categories) - there):
        raise NotFound(f"the data set {dataset} has no category {missing[0]}")


def _fits(selection: Selection, kind: TaskKind) -> sa.ColumnElement[bool]:
    """Photos that were taken down are work for nobody."""
    assigned = (
        sa.select(col(Assignment.id))
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(
            col(Assignment.item_id) == Item.id,
            col(Assignment.state) != AssignmentState.WITHDRAWN,
            col(Task.kind) == kind,
        )
        .correlate(Item)
    )
    predicted = sa.select(col(Prediction.id)).where(col(Prediction.item_id) == Item.id).correlate(Item).exists()
    labelled = sa.select(col(ImportedLabel.id)).where(col(ImportedLabel.item_id) == Item.id).correlate(Item).exists()
    gold = sa.select(col(Gold.id)).where(col(Gold.item_id) == Item.id).correlate(Item).exists()
    clauses: Mapping[Condition, sa.ColumnElement[bool]] = {
        Condition.UNASSIGNED: ~assigned.exists(),
        Condition.UNSAVED: ~assigned.where(col(Assignment.state).in_(ANSWERED)).exists(),
        Condition.PREDICTED: predicted,
        Condition.UNPREDICTED: ~predicted,
        Condition.LABELLED: labelled,
        Condition.UNLABELLED: ~labelled,
        Condition.GOLD: gold,
        Condition.NOT_GOLD: ~gold,
    }
    there = (
        sa.select(col(Image.id)).where(col(Image.id) == Item.image_id, col(Image.taken_down_at).is_(None))
    ).correlate(Item)
    return sa.and_(there.exists(), *(clauses[condition] for condition in sorted(selection.conditions)))
