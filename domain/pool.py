"""Pools: work that nobody has yet, from which people draw for themselves, and how long what they drew is theirs."""

from datetime import datetime, timedelta

from domain.task_state import AssignmentState

RESERVATION = timedelta(hours=2)
"""Since the last touch. Long enough for lunch, short enough that a closed laptop does not hold up a release."""

MOST_HELD = 12
"""Items of one pool that a person may have drawn and not saved: who goes on drawing past hard ones keeps them from
everybody else."""

RESERVED_STATES = (AssignmentState.NEW, AssignmentState.DRAFTED)
"""Only these go back to the pool: what was saved once is its person's, sent back or not."""


def lapses_at(touched_at: datetime, reservation: timedelta = RESERVATION) -> datetime:
    """When others may draw what was last touched then."""
    return touched_at + reservation
