"""Dealing: everybody different, nothing lost, as even as it can be."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dealing import MOST_OVERLAP, check_overlap, deal
from domain.errors import InvalidInput


@given(items=st.integers(0, 60), people=st.integers(1, 9), overlap=st.integers(1, 5))
def test_who_may_have_everything_get_the_same_give_or_take_one(items: int, people: int, overlap: int) -> None:
    everybody = list(range(100, 100 + people))
    dealt = deal(dict.fromkeys(range(items), overlap), everybody)
    able = min(overlap, people)
    assert list(dealt.given) == list(range(items)), "in the order of the work"
    assert all(len(set(takers)) == len(takers) == able for takers in dealt.given.values())
    assert dealt.short == ({item: overlap - able for item in range(items)} if able < overlap else {})
    loads = [dealt.loads()[person] for person in everybody]
    assert sum(loads) == items * able
    assert max(loads) - min(loads) <= 1


@st.composite
def hindered(draw):
    items = draw(st.integers(1, 9))
    people = list(range(10, 10 + draw(st.integers(1, 4))))
    places = {item: draw(st.integers(1, 3)) for item in range(items)}
    taken = {person: draw(st.sets(st.integers(0, items - 1))) for person in people}
    return places, people, taken


@given(hindered())
def test_where_some_may_not_have_some_no_dealing_is_more_even(case) -> None:
    places, people, taken = case
    dealt = deal(places, people, taken=taken)
    for item, takers in dealt.given.items():
        able = [person for person in people if item not in taken[person]]
        assert set(takers) <= set(able)
        assert len(set(takers)) == len(takers) == min(places[item], len(able))
        assert dealt.short.get(item, 0) == places[item] - len(takers)
    loads = [dealt.loads()[person] for person in people]
    assert sum(load * load for load in loads) == _least_squares(places, people, taken)


def _least_squares(places, people, taken) -> int:
    """By trying everything, item for item: the loads that can be reached."""
    reached = {(0,) * len(people)}
    for item, number in places.items():
        able = [place for place, person in enumerate(people) if item not in taken[person]]
        choices = list(itertools.combinations(able, min(number, len(able))))
        reached = {
            tuple(load + (place in choice) for place, load in enumerate(loads))
            for loads in reached
            for choice in choices
        }
    return min(sum(load * load for load in loads) for loads in reached)


def test_pairs_of_people_meet_about_equally_often() -> None:
    dealt = deal(dict.fromkeys(range(60), 2), [1, 2, 3, 4])
    meetings = Counter(tuple(sorted(pair)) for pair in dealt.given.values())
    assert set(meetings.values()) == {10}, meetings


def test_an_overlap_is_a_number_that_makes_sense() -> None:
    for overlap in (0, -1, MOST_OVERLAP + 1):
        with pytest.raises(InvalidInput):
            check_overlap(overlap)
    check_overlap(MOST_OVERLAP)
