"""What trust in a task's work rests on, for whoever sets it."""

from dataclasses import dataclass

from sqlmodel import Session

from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.errors import NumbersChanged
from storage.tables import Task
from storage.use_cases.qualify.gate import require_test, requirement_of
from storage.use_cases.qualify.hidden_gold import GoldTerms, gold_terms, set_gold_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The tests that the task and its data set require, and how its gold is looked at."""

    dataset_id: int
    of_task: int | None
    of_dataset: int | None
    gold: GoldTerms | None


def trust_of(session: Session, *, actor: Acting, task_id: int) -> Trust:
    """Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    of_task = requirement_of(session, task_id=task_id)
    of_dataset = requirement_of(session, dataset_id=task.dataset_id)
    return Trust(
        dataset_id=task.dataset_id,
        of_task=of_task.test_id if of_task else None,
        of_dataset=of_dataset.test_id if of_dataset else None,
        gold=gold_terms(session, actor=actor, task_id=task_id),
    )


def set_trust(session: Session, *, actor: Acting, task_id: int, seen: Trust, wanted: Trust) -> None:
    """All of it, or nothing. Raises NotFound, InvalidInput, and NumbersChanged where it is not as it was `seen`."""
    if trust_of(session, actor=actor, task_id=task_id) != seen:
        raise NumbersChanged("somebody has changed the test or the gold of this work in the meantime")
    if wanted.of_task != seen.of_task:
        require_test(session, actor=actor, test_id=wanted.of_task, task_id=task_id)
    if wanted.of_dataset != seen.of_dataset:
        require_test(session, actor=actor, test_id=wanted.of_dataset, dataset_id=seen.dataset_id)
    if wanted.gold != seen.gold:
        set_gold_terms(session, actor=actor, task_id=task_id, terms=wanted.gold)
