"""Handing places of a task to people, from nobody or from others, and withdrawing them; in numbers first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain.dealing import deal
from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.task_state import TRANSITIONS, AssignmentState, Event, TaskKind
from storage.acting import Acting, acting_with
from storage.errors import NumbersChanged
from storage.record import audit
from storage.tables import Assignment, Image, Item, Task, User
from storage.use_cases.work import places
from storage.use_cases.work.creating import Share, active_people
from storage.use_cases.work.knowing import known_items

ANSWERED_STATES = (AssignmentState.SAVED, AssignmentState.SENT_BACK, AssignmentState.REOPENED)
PORTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What handing places over does. `begun`: those on which somebody has worked; drafts and revisions go along.

    Not moved are `accepted` ones, `answered` ones unless they were asked for, `known`: nobody of these people may
    have the item, and `staying`: they are with one of these people already, or withdrawn.
    """

    assigned: int
    moved: int
    begun: int
    shares: tuple[Share, ...]
    accepted: int
    answered: int
    known: int
    staying: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What withdrawing places does. `untouched` are simply nobody's again; on `begun` and `answered` ones somebody
    has worked: they are kept as withdrawn with all that is on them. `accepted` ones stay, `gone` ones are nobody's or
    withdrawn already. `offered`: how many places wait for somebody new afterwards."""

    untouched: int
    begun: int
    answered: int
    accepted: int
    gone: int
    offered: int


def preview_transfer(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    assignment_ids: Sequence[int],
    user_ids: Sequence[int],
    with_answers: bool = False,
) -> Transfer:
    """Raises NotFound, InvalidInput."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    return _Transfer(session, task_id, assignment_ids, user_ids, with_answers).numbers()


def transfer(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    assignment_ids: Sequence[int],
    user_ids: Sequence[int],
    with_answers: bool = False,
    expected: Transfer | None = None,
) -> Transfer:
    """Deals the places to these people, as evenly as can be; whoever has one of them already keeps it.

    Drafts and revisions stay on the place. `with_answers`: also places with a saved answer, never accepted ones.
    `expected`: what was confirmed. Raises NotFound, InvalidInput, NumbersChanged.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    plan = _Transfer(session, task_id, assignment_ids, user_ids, with_answers, lock=True)
    numbers = plan.numbers()
    if expected is not None and numbers != expected:
        raise NumbersChanged("somebody has worked on these items, or moved them, in the meantime")
    from_whom = Counter(place.user_id for place, _taker in plan.given)
    for place, taker in plan.given:
        places.give(session, place, taker)
    names = _names(session, [user_id for user_id in from_whom if user_id is not None])
    audit(
        session,
        person,
        "move_work",
        "task",
        task_id,
        assignments=places.in_words([place.id for place, _taker in plan.given]),
        given={share.name: share.items for share in numbers.shares},
        taken={names.get(user_id or 0, "-"): number for user_id, number in from_whom.items()},
    )
    return numbers


def preview_withdrawal(
    session: Session, *, actor: Acting, task_id: int, assignment_ids: Sequence[int], offer_again: bool = True
) -> Withdrawal:
    """Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_TASKS)
    return _withdrawal(_chosen(session, task_id, assignment_ids), offer_again)


def withdraw_work(
    session: Session,
    *,
    actor: Acting,
    task_id: int,
    assignment_ids: Sequence[int],
    offer_again: bool = True,
    expected: Withdrawal | None = None,
) -> Withdrawal:
    """Takes places from their people. What somebody has worked on is kept as withdrawn, readable, with its drafts
    and revisions; `offer_again`: each item gets a free place instead, else it has one person fewer.

    Raises NotFound, NumbersChanged.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    chosen = _chosen(session, task_id, assignment_ids, lock=True)
    numbers = _withdrawal(chosen, offer_again)
    if expected is not None and numbers != expected:
        raise NumbersChanged("somebody has worked on these items, or moved them, in the meantime")
    from_whom: Counter[int] = Counter()
    done = []
    for place in chosen:
        if place.state in (AssignmentState.ACCEPTED, AssignmentState.WITHDRAWN):
            continue
        if place.user_id is None and offer_again:
            continue
        done.append(place.id)
        if place.user_id is not None:
            from_whom[place.user_id] += 1
        _take(session, place, offer_again)
    names = _names(session, list(from_whom))
    audit(
        session,
        person,
        "withdraw_work",
        "task",
        task_id,
        assignments=places.in_words(done),
        taken={names[user_id]: number for user_id, number in from_whom.items()},
        offered_again=offer_again,
    )
    return numbers


def give_back(session: Session, *, actor: Acting, task_id: int, assignment_ids: Sequence[int]) -> int:
    """Withdrawn places go back to their people, as they were; a free place of the item, if there is one, goes.

    Returns how many. Raises NotFound, InvalidInput where a person is not active or a photo not there any more.
    """
    person = acting_with(session, actor, Action.MANAGE_TASKS)
    back = [
        place
        for place in _chosen(session, task_id, assignment_ids, lock=True)
        if place.state is AssignmentState.WITHDRAWN and place.user_id is not None
    ]
    users = {user.id: user for user in session.exec(select(User).where(col(User.id).in_({p.user_id for p in back})))}
    gone = (
        select(Item.id)
        .join(Image, col(Image.id) == Item.image_id)
        .where(col(Item.id).in_([place.item_id for place in back]), col(Image.taken_down_at).is_not(None))
    )
    if session.exec(gone).first() is not None:
        raise InvalidInput("the photo of one of them was taken down: nobody can work on it", rule="photo_gone")
    for place in back:
        if not users[place.user_id].active:
            name = users[place.user_id].name
            raise InvalidInput(
                f"{name} is not active any more: move the work to somebody else", rule="not_active", name=name
            )
        instead = session.exec(
            select(Assignment).where(
                Assignment.task_id == task_id, Assignment.item_id == place.item_id, places.free(), places.untouched()
            )
        ).first()
        if instead is not None:
            position = instead.position
            places.spare(session, instead)
            place.position = position
        places.bring_back(session, place)
    if back:
        audit(session, person, "give_back_work", "task", task_id, assignments=places.in_words([p.id for p in back]))
    return len(back)


class _Transfer:
    """Who gets which of the chosen places."""

    def __init__(
        self,
        session: Session,
        task_id: int,
        assignment_ids: Sequence[int],
        user_ids: Sequence[int],
        with_answers: bool,
        *,
        lock: bool = False,
    ) -> None:
        if not user_ids:
            raise InvalidInput("choose who gets the work", rule="nobody_chosen")
        self.people = active_people(session, list(dict.fromkeys(user_ids)))
        chosen = _chosen(session, task_id, assignment_ids, lock=lock)
        task = session.get(Task, task_id)
        assert task is not None
        if task.kind is TaskKind.QUALIFY:
            raise InvalidInput("the items of a test are drawn by those who take it", rule="of_a_test")
        self.accepted = sum(place.state is AssignmentState.ACCEPTED for place in chosen)
        self.answered = sum(place.state in ANSWERED_STATES and not with_answers for place in chosen)
        self.staying = sum(place.state is AssignmentState.WITHDRAWN for place in chosen)
        movable = [
            place
            for place in chosen
            if (place.state, Event.WITHDRAW) in TRANSITIONS and (with_answers or place.state not in ANSWERED_STATES)
        ]
        self.given = self._dealt(session, task, movable)
        self.known = len(movable) - len(self.given) - self._kept
        self.staying += self._kept

    def numbers(self) -> Transfer:
        loads = Counter(taker for _place, taker in self.given)
        return Transfer(
            assigned=sum(place.user_id is None for place, _taker in self.given),
            moved=sum(place.user_id is not None for place, _taker in self.given),
            begun=sum(place.user_id is not None and not places.is_untouched(place) for place, _taker in self.given),
            shares=tuple(
                Share(user_id=user_id, name=user.name, items=loads[user_id]) for user_id, user in self.people.items()
            ),
            accepted=self.accepted,
            answered=self.answered,
            known=self.known,
            staying=self.staying,
        )

    def _dealt(self, session: Session, task: Task, movable: Sequence[Assignment]) -> list[tuple[Assignment, int]]:
        """The places that change hands, with who gets them."""
        of_item: dict[int, list[Assignment]] = {}
        for place in movable:
            of_item.setdefault(place.item_id, []).append(place)
        taken = known_items(session, user_ids=list(self.people), dataset_id=task.dataset_id, kind=task.kind)
        for place in movable:
            if place.user_id in self.people:
                taken[place.user_id].discard(place.item_id)
        result = deal({item: len(its) for item, its in of_item.items()}, list(self.people), taken=taken)
        self._kept = 0
        given = []
        for item, takers in result.given.items():
            keeping = {place.user_id for place in of_item[item]} & set(takers)
            self._kept += len(keeping)
            # Nobody's first: where there are fewer people than places, nobody loses what could stay with them.
            others = sorted(
                (place for place in of_item[item] if place.user_id not in keeping),
                key=lambda place: place.user_id is not None,
            )
            given += list(zip(others, (taker for taker in takers if taker not in keeping), strict=False))
        return given


def _chosen(session: Session, task_id: int, assignment_ids: Sequence[int], *, lock: bool = False) -> list[Assignment]:
    """In the order of the task; `lock` for who is going to change them. Raises NotFound where one is of another."""
    if session.get(Task, task_id) is None:
        raise NotFound(f"there is no task {task_id}")
    wanted = list(dict.fromkeys(assignment_ids))
    found: list[Assignment] = []
    for start in range(0, len(wanted), PORTION):
        statement = select(Assignment).where(
            Assignment.task_id == task_id, col(Assignment.id).in_(wanted[start : start + PORTION])
        )
        found += session.exec(statement.with_for_update() if lock else statement)
    if len(found) != len(wanted):
        raise NotFound(f"not all of these items are in task {task_id}")
    return sorted(found, key=lambda place: place.position)


def _withdrawal(chosen: Sequence[Assignment], offer_again: bool) -> Withdrawal:
    somebodys = [
        place for place in chosen if place.user_id is not None and (place.state, Event.WITHDRAW) in TRANSITIONS
    ]
    untouched = sum(places.is_untouched(place) for place in somebodys)
    answered = sum(place.state in ANSWERED_STATES for place in somebodys)
    accepted = sum(place.state is AssignmentState.ACCEPTED for place in chosen)
    return Withdrawal(
        untouched=untouched,
        begun=len(somebodys) - untouched - answered,
        answered=answered,
        accepted=accepted,
        gone=len(chosen) - len(somebodys) - accepted,
        offered=len(somebodys) if offer_again else 0,
    )


def _take(session: Session, place: Assignment, offer_again: bool) -> None:
    if places.is_untouched(place):
        if offer_again:
            places.release(session, place)
        else:
            places.spare(session, place)
        return
    position = place.position
    places.withdraw(session, place)
    if offer_again:
        places.place_at(session, place.task_id, place.item_id, position)


def _names(session: Session, user_ids: Sequence[int]) -> dict[int, str]:
    rows = session.exec(select(User).where(col(User.id).in_(user_ids)))
    return {user.id: user.name for user in rows if user.id is not None}
