"""Long work that runs beside the server: its kinds, who may start which, and the states that it goes through."""

from enum import StrEnum
from typing import Final

from domain.errors import WrongState
from domain.permissions import Action

KINDS: Final[dict[str, Action]] = {
    "import_dataset": Action.IMPORT,
    "preview_photos": Action.IMPORT,
    "import_photos": Action.IMPORT,
    "export_dataset": Action.EXPORT,
    "lighten": Action.MANAGE_LIBRARY,
    "back_up": Action.BACK_UP,
    "restore": Action.BACK_UP,
}
"""Each kind of work and the right that starting, seeing and cancelling it takes."""

ONE_AT_A_TIME: Final = frozenset({"lighten"})
"""Kinds that nobody waits for: one of them never takes the place of another's import or export."""

MOST_ATTEMPTS: Final = 3
"""Work that has ended the process which did it this often is not begun again: it may well be what ends it."""


class JobState(StrEnum):
    """CANCELLING: the person has asked for the end, and what was done so far is being taken back."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED: Final = frozenset({JobState.WAITING, JobState.RUNNING, JobState.CANCELLING})

NEXT: Final[dict[JobState, frozenset[JobState]]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset({JobState.WAITING, JobState.CANCELLING, JobState.DONE, JobState.FAILED}),
    JobState.CANCELLING: frozenset({JobState.CANCELLED, JobState.FAILED, JobState.DONE}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}
"""From where to where. RUNNING goes back to WAITING when the process that did the work is gone."""


def moved(state: JobState, to: JobState) -> JobState:
    """The state after the step. Raises WrongState for one that there is not."""
    if to not in NEXT[state]:
        raise WrongState(f"work that is {state.value} cannot become {to.value}")
    return to
