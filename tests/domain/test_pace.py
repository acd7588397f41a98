"""Active time: gestures and short gaps count, breaks do not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.pace import LONGEST_PAUSE, Span, added_seconds, per_hour

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

work = st.lists(st.tuples(st.integers(0, 250), st.integers(0, 100)), max_size=30)
"""Pauses and gestures by turns, in seconds: one person's gestures do not overlap."""


def at(start: float, end: float) -> Span:
    return Span(START + timedelta(seconds=start), START + timedelta(seconds=end))


def spans_of(steps: list[tuple[int, int]], begin: int = 0) -> list[Span]:
    made, now = [], begin
    for pause, length in steps:
        made.append(at(now + pause, now + pause + length))
        now += pause + length
    return made


def active_seconds(spans: list[Span]) -> float:
    total, until = 0.0, None
    for span in spans:
        total += added_seconds(until, span)
        until = span.end if until is None else max(until, span.end)
    return total


def by_the_second(spans: list[Span]) -> int:
    """Counted second by second: in a gesture, or in a gap of at most 100 seconds between two."""
    edges = [(int((s.start - START).total_seconds()), int((s.end - START).total_seconds())) for s in spans]
    busy = {second for start, end in edges for second in range(start, end)}
    for (_, end), (start, _) in pairwise(edges):
        if start - end <= LONGEST_PAUSE.total_seconds():
            busy |= set(range(end, start))
    return len(busy)


@given(work)
def test_it_is_the_count_of_busy_seconds(steps: list[tuple[int, int]]) -> None:
    assert active_seconds(spans_of(steps)) == by_the_second(spans_of(steps))


@given(work, work)
def test_more_work_never_takes_less_time(some: list, more: list) -> None:
    assert active_seconds(spans_of([*some, *more])) >= active_seconds(spans_of(some))


@given(work, st.integers(-(10**6), 10**6))
def test_when_it_was_does_not_matter(steps: list, seconds: int) -> None:
    assert active_seconds(spans_of(steps, seconds)) == active_seconds(spans_of(steps))


@given(work)
def test_work_apart_adds_up(steps: list) -> None:
    days = [*spans_of(steps), *spans_of(steps, 86400)]
    assert active_seconds(days) == 2 * active_seconds(spans_of(steps))


@given(work)
def test_what_is_told_twice_counts_once(steps: list) -> None:
    twice = [span for span in spans_of(steps) for _ in range(2)]
    assert active_seconds(twice) == active_seconds(spans_of(steps))


def test_by_hand() -> None:
    assert active_seconds([]) == 0
    assert active_seconds([at(0, 10), at(110, 120)]) == 120
    assert active_seconds([at(0, 10), at(110.5, 120)]) == 10 + 9.5
    assert per_hour(30, 1800) == 60
    assert per_hour(3, 0) is None


def test_a_clock_that_is_wrong_spoils_nothing() -> None:
    far = START + timedelta(days=400)
    assert Span.recorded(START, far, far + timedelta(seconds=3)) == Span(START - timedelta(seconds=3), START)
    assert active_seconds([Span.recorded(START, far, START)]) == 0
    assert active_seconds([Span.recorded(START, START - timedelta(days=9), START)]) == 100
