"""Blind comparison of two overlays of one photo: which stands on the left, and what the answers say of the two."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from domain.intervals import Interval, clustered_proportion, proportion


class Choice(StrEnum):
    """Which of the two fits better."""

    LEFT = "left"
    RIGHT = "right"
    CANT_TELL = "cant_tell"


def first_is_left(assignment_id: int, *, seed: int) -> bool:
    """By chance for each assignment, and the same each time it is shown; `seed` is a secret of the task."""
    return blake2b(f"{seed}:{assignment_id}".encode(), digest_size=1).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Somebody's answer on an item, and how the two were shown."""

    item_id: int
    choice: Choice
    first_left: bool

    @property
    def first(self) -> bool | None:
        """Whether it is for the first source; None: they could not tell."""
        return None if self.choice is Choice.CANT_TELL else (self.choice is Choice.LEFT) is self.first_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Of n answers. `share`: of those that could tell, how many are for the first source, with its interval.
    `left`: of the same, how many chose the left: far from a half, people look at the side and not at the picture."""

    n: int
    first: int
    second: int
    undecided: int
    share: Interval
    left: Interval

    @property
    def winner(self) -> int | None:
        """1 or 2 where the interval leaves no doubt which is preferred."""
        if self.share.low > 0.5:
            return 1
        return 2 if self.share.high < 0.5 else None


def preference(answers: Sequence[Judged]) -> Preference:
    """Intervals are Wilson's; where several people judged one item, theirs go together (`clustered_proportion`)."""
    told = [answer for answer in answers if answer.first is not None]
    first = sum(answer.first is True for answer in told)
    hits: dict[int, int] = {}
    trials: dict[int, int] = {}
    for answer in told:
        hits[answer.item_id] = hits.get(answer.item_id, 0) + (answer.first is True)
        trials[answer.item_id] = trials.get(answer.item_id, 0) + 1
    alone = all(number == 1 for number in trials.values())
    return Preference(
        n=len(answers),
        first=first,
        second=len(told) - first,
        undecided=len(answers) - len(told),
        share=proportion(first, len(told))
        if alone
        else clustered_proportion(list(hits.values()), [trials[item_id] for item_id in hits]),
        left=proportion(sum(answer.choice is Choice.LEFT for answer in told), len(told)),
    )
