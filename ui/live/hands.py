"""What is under people's hands in one room: for each person what their drag changes, until its op comes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from domain.answer import FIELDS, POSE_GROUPS, Answer, FieldGroup, Values, apply, values_of
from domain.pose import Pose


@dataclass(frozen=True, slots=True)
class Held:
    """`number` orders it among the messages of its tab; None for a drag whose tab is gone."""

    values: Mapping[FieldGroup, Values]
    tab: object | None
    number: int


class Hands:
    """One hand, one pose: a person's other tab is a line that broke without a word, or was left behind."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}

    def __iter__(self) -> Iterator[int]:
        """Whose hands hold something, the one that moved last at the end."""
        return iter(self._held)

    def __contains__(self, user_id: int) -> bool:
        return user_id in self._held

    def move(
        self,
        user_id: int,
        answer: Answer,
        pose: Pose,
        groups: frozenset[FieldGroup] | None,
        tab: object,
        number: int,
    ) -> list[FieldGroup]:
        """A pose in mid-drag over `answer`; `groups`: what the drag is about, None where the browser does not say.

        Returns what is held then.
        """
        held = _values_of_pose(pose, POSE_GROUPS if groups is None else tuple(groups.intersection(POSE_GROUPS)))
        return self._hold(user_id, answer, held, tab, number)

    def find(self, user_id: int, answer: Answer, seen: Answer) -> None:
        """A drag that was journalled, and whose tab is not there any more."""
        self._hold(user_id, answer, _values_of_pose(seen.pose, POSE_GROUPS), None, -1)

    def settle(
        self, user_id: int, answer: Answer, tab: object, number: int, is_here: Callable[[object], bool]
    ) -> None:
        """`answer` stands now, by this person's message: what they held before it is part of it, or given up."""
        held = self._held.get(user_id)
        if held and (held.tab is not tab or held.number < number or held.tab is None or not is_here(held.tab)):
            del self._held[user_id]
        for other, kept in [*self._held.items()]:
            if all(values_of(answer, group) == values for group, values in kept.values.items()):
                del self._held[other]

    def over(self, answer: Answer, user_id: int | None = None) -> Answer:
        """The answer with what this person, or everybody, has under the hand."""
        hands = self._held.values() if user_id is None else filter(None, (self._held.get(user_id),))
        for held in hands:
            answer = apply(answer, held.values)
        return answer

    def _hold(
        self, user_id: int, answer: Answer, values: Mapping[FieldGroup, Values], tab: object | None, number: int
    ) -> list[FieldGroup]:
        self._held.pop(user_id, None)
        changed = {group: held for group, held in values.items() if held != values_of(answer, group)}
        if changed:
            self._held[user_id] = Held(changed, tab, number)
        return [*changed]


def _values_of_pose(pose: Pose, groups: tuple[FieldGroup, ...]) -> dict[FieldGroup, Values]:
    return {group: {name: getattr(pose, name) for name in FIELDS[group]} for group in groups}
