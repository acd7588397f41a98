"""Dealing work out: each item to as many different people as its overlap says, as evenly as that can be done."""

from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InvalidInput

MOST_OVERLAP = 20
"""People for one item: agreement says little more beyond a handful, and a slip of the finger makes no 200 copies."""

Taken = Mapping[int, Collection[int]]
"""Of each person, the items that they must not get: they have them, or have seen somebody's answer to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """`given`: the people of each item, in the order of the items. `short`: how many places of an item nobody of
    these people can take; such items are in `given` with fewer people, or none."""

    given: Mapping[int, tuple[int, ...]]
    short: Mapping[int, int]

    def loads(self) -> Counter[int]:
        """How many items each person gets."""
        return Counter(person for people in self.given.values() for person in people)


def check_overlap(overlap: int) -> None:
    """Raises InvalidInput."""
    if not 1 <= overlap <= MOST_OVERLAP:
        raise InvalidInput(
            f"the overlap is a number of people from 1 to {MOST_OVERLAP}, not {overlap}",
            rule="overlap",
            most=MOST_OVERLAP,
        )


def deal(places: Mapping[int, int], people: Sequence[int], *, taken: Taken | None = None) -> Deal:
    """Deals items to people; `places` says how many different people each item is for, in the order of the work.

    Where everybody may have everything, the shares differ by one at most. Where not, no exchange along a chain of
    people would make them more even. Pairs of people meet on items about equally often, so that who agrees with
    whom can be told apart from who was put together with whom.
    """
    people = list(dict.fromkeys(people))
    excluded = {person: set((taken or {}).get(person, ())) for person in people}
    load = dict.fromkeys(people, 0)
    met: Counter[tuple[int, int]] = Counter()
    order = {person: place for place, person in enumerate(people)}
    given: dict[int, list[int]] = {item: [] for item in places}
    short: dict[int, int] = {}
    able = {item: [person for person in people if item not in excluded[person]] for item in places}
    # Items that few may have come first, while those few still have room.
    for item in sorted(places, key=lambda item: len(able[item])):
        chosen = given[item]
        free = able[item]
        for _place in range(places[item]):
            left = [person for person in free if person not in chosen]
            if not left:
                short[item] = places[item] - len(chosen)
                break
            person = min(
                left, key=lambda one: (load[one], sum(met[_pair(one, other)] for other in chosen), order[one])
            )
            met.update(_pair(person, other) for other in chosen)
            chosen.append(person)
            load[person] += 1
    if any(excluded.values()):
        _even_out(given, load, excluded)
    return Deal(given={item: tuple(chosen) for item, chosen in given.items()}, short=short)


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _even_out(given: dict[int, list[int]], load: dict[int, int], excluded: Mapping[int, set[int]]) -> None:
    """Hands items on along chains of people until nobody has two more than somebody at the end of such a chain.

    These are the cost-reducing paths of Harvey, Ladner, Lovász and Tamir, "Semi-matchings for bipartite graphs and
    load balancing" (2006): without one left, the shares are as even as they can be.
    """
    held: dict[int, set[int]] = {person: set() for person in load}
    for item, chosen in given.items():
        for person in chosen:
            held[person].add(item)
    while chain := _chain(held, load, excluded):
        for item, giver, taker in chain:
            given[item][given[item].index(giver)] = taker
            held[giver].remove(item)
            held[taker].add(item)
            load[giver] -= 1
            load[taker] += 1


def _chain(
    held: Mapping[int, set[int]], load: Mapping[int, int], excluded: Mapping[int, set[int]]
) -> list[tuple[int, int, int]]:
    """(item, giver, taker) for each link, the last first; empty where there is none."""
    for start in sorted(load, key=lambda person: -load[person]):
        came: dict[int, tuple[int, int]] = {}
        waiting = deque([start])
        while waiting:
            giver = waiting.popleft()
            for taker in load:
                if taker == start or taker in came:
                    continue
                item = min(held[giver] - held[taker] - excluded[taker], default=None)
                if item is None:
                    continue
                came[taker] = (item, giver)
                if load[taker] <= load[start] - 2:
                    return _links(came, start, taker)
                waiting.append(taker)
    return []


def _links(came: Mapping[int, tuple[int, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    links = []
    while end != start:
        item, giver = came[end]
        links.append((item, giver, end))
        end = giver
    return links
