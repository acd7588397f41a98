"""Active time: gestures and short gaps count, breaks do not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.pace import LONGEST_PAUSE, Span, active_seconds, added_seconds, first_pass, per_hour

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
spans = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 100)).map(
        lambda pair: Span(START + timedelta(seconds=pair[0]), START + timedelta(seconds=sum(pair)))
    ),
    max_size=30,
)


def by_the_second(given: list[Span]) -> float:
    """Counted second by second: in a span, or in a gap of at most 100 seconds between two."""
    busy = sorted(
        {(span.start - START).seconds + second for span in given for second in range((span.end - span.start).seconds)}
    )
    edges = sorted((int((s.start - START).total_seconds()), int((s.end - START).total_seconds())) for s in given)
    total, reach = set(busy), None
    for start, end in edges:
        if reach is not None and 0 < start - reach <= LONGEST_PAUSE.total_seconds():
            total |= set(range(reach, start))
        reach = end if reach is None else max(reach, end)
    return len(total)


@given(spans)
def test_it_is_the_count_of_busy_seconds(given: list[Span]) -> None:
    assert active_seconds(given) == by_the_second(given)


@given(spans, spans)
def test_more_work_never_takes_less_time(some: list[Span], more: list[Span]) -> None:
    assert active_seconds([*some, *more]) >= active_seconds(some)


@given(spans, st.integers(-(10**6), 10**6))
def test_when_and_in_which_order_does_not_matter(given: list[Span], seconds: int) -> None:
    shift = timedelta(seconds=seconds)
    moved = [Span(span.start + shift, span.end + shift) for span in reversed(given)]
    assert active_seconds(moved) == active_seconds(given)


@given(spans)
def test_work_apart_adds_up(given: list[Span]) -> None:
    later = [Span(span.start + timedelta(days=1), span.end + timedelta(days=1)) for span in given]
    assert active_seconds([*given, *later]) == 2 * active_seconds(given)


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1)), max_size=30))
def test_counting_as_it_comes_gives_the_same(steps: list[tuple[int, float]]) -> None:
    """One person's gestures end one after the other and do not overlap: then nothing must be looked at twice."""
    at, until, total, made = START, None, 0.0, []
    for gap, share in steps:
        start, at = at + timedelta(seconds=int(gap * share)), at + timedelta(seconds=gap)
        span = Span.recorded(at, start, at)
        total += added_seconds(until, span)
        until = at
        made.append(span)
    assert total == active_seconds(made)


def test_by_hand() -> None:
    def at(start: float, end: float) -> Span:
        return Span(START + timedelta(seconds=start), START + timedelta(seconds=end))

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


def test_first_pass() -> None:
    assert first_pass([]) is None
    assert first_pass([True, False]) is True
    assert first_pass([False, True]) is False
