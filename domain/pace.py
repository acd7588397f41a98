"""How long work took, from the times of gestures and saves: pauses do not count as work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(seconds=100)
"""A longer gap between two gestures is a break, and counts for nothing."""


@dataclass(frozen=True, slots=True)
class Span:
    """When something was being done. A save is a moment: start and end are the same."""

    start: datetime
    end: datetime

    @classmethod
    def recorded(cls, at: datetime, started: datetime, ended: datetime) -> "Span":
        """A gesture of the person's clock, put where the server's clock recorded it: only its length is theirs.

        A gesture has no sane length below 0 or above the longest pause.
        """
        length = min(max(ended - started, timedelta()), LONGEST_PAUSE)
        return cls(at - length, at)


def active_seconds(spans: Iterable[Span]) -> float:
    """Time in gestures, and between them where the gap is no longer than the longest pause.

    Equals adding `added_seconds` over the spans in the order of their ends, except where a span begins before the
    end of one that is already counted: here nothing is counted twice.
    """
    total = timedelta()
    until: datetime | None = None
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if until is None or span.start - until > LONGEST_PAUSE:
            total += span.end - span.start
            until = span.end
        elif span.end > until:
            total += span.end - until
            until = span.end
    return total.total_seconds()


def added_seconds(until: datetime | None, span: Span) -> float:
    """What a span adds to the active time that was counted up to `until`; 0 for one that lies before."""
    if until is None or span.start - until > LONGEST_PAUSE:
        return (span.end - span.start).total_seconds()
    return max((span.end - until).total_seconds(), 0.0)


def per_hour(items: int, seconds: float) -> float | None:
    """Items an hour of active time; None where there was none."""
    return items * 3600 / seconds if seconds > 0 else None


def first_pass(reviews: Iterable[bool]) -> bool | None:
    """Whether work was accepted at its first review: `reviews` in order, True for accepted. None: never reviewed."""
    return next(iter(reviews), None)
