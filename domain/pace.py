"""How long work took, from the times of gestures and saves: pauses do not count as work."""

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


def added_seconds(until: datetime | None, span: Span) -> float:
    """What a span adds to a person's active time that was counted up to `until`; 0 for one that lies before.

    Time in gestures counts, and between them where the gap is no longer than the longest pause.
    """
    if until is None or span.start - until > LONGEST_PAUSE:
        return (span.end - span.start).total_seconds()
    return max((span.end - until).total_seconds(), 0.0)


def per_hour(items: int, seconds: float) -> float | None:
    """Items an hour of active time; None where there was none."""
    return items * 3600 / seconds if seconds > 0 else None
