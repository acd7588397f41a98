"""Kinds of tasks, and the states of an assignment with their transitions."""

from enum import StrEnum

from domain.errors import WrongState


class TaskKind(StrEnum):
    ANNOTATE = "annotate"
    QUALIFY = "qualify"
    EVALUATE = "evaluate"


class AssignmentState(StrEnum):
    NEW = "new"
    DRAFTED = "drafted"
    SAVED = "saved"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    """Taken from its person; what they did stays and can be read, but nobody goes on with it."""


class Event(StrEnum):
    """What happens to an assignment."""

    EDIT = "edit"
    SAVE = "save"
    CLEAR = "clear"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


S, E = AssignmentState, Event

TRANSITIONS: dict[tuple[AssignmentState, Event], AssignmentState] = {
    (S.NEW, E.EDIT): S.DRAFTED,
    (S.NEW, E.SAVE): S.SAVED,
    (S.NEW, E.CLEAR): S.NEW,
    (S.DRAFTED, E.EDIT): S.DRAFTED,
    (S.DRAFTED, E.SAVE): S.SAVED,
    (S.DRAFTED, E.CLEAR): S.NEW,
    # An unsaved change to saved work leaves the saved answer standing, so the state stays.
    (S.SAVED, E.EDIT): S.SAVED,
    (S.SAVED, E.SAVE): S.SAVED,
    (S.SAVED, E.CLEAR): S.NEW,
    (S.SAVED, E.SEND_BACK): S.SENT_BACK,
    (S.SAVED, E.ACCEPT): S.ACCEPTED,
    (S.SENT_BACK, E.EDIT): S.SENT_BACK,
    (S.SENT_BACK, E.SAVE): S.SAVED,
    (S.SENT_BACK, E.CLEAR): S.SENT_BACK,
    (S.ACCEPTED, E.REOPEN): S.REOPENED,
    (S.REOPENED, E.EDIT): S.REOPENED,
    (S.REOPENED, E.SAVE): S.SAVED,
    (S.REOPENED, E.CLEAR): S.NEW,
    (S.REOPENED, E.SEND_BACK): S.SENT_BACK,
    (S.REOPENED, E.ACCEPT): S.ACCEPTED,
    # Accepted work stays: it must be reopened first. What was withdrawn comes back in the state that it had.
    (S.NEW, E.WITHDRAW): S.WITHDRAWN,
    (S.DRAFTED, E.WITHDRAW): S.WITHDRAWN,
    (S.SAVED, E.WITHDRAW): S.WITHDRAWN,
    (S.SENT_BACK, E.WITHDRAW): S.WITHDRAWN,
    (S.REOPENED, E.WITHDRAW): S.WITHDRAWN,
}

OPEN_STATES = frozenset({S.NEW, S.DRAFTED, S.SENT_BACK, S.REOPENED})
"""Still to be done by the annotator."""

DONE_STATES = frozenset({S.SAVED, S.ACCEPTED})
"""Nothing is left to do for the annotator."""


def transition(state: AssignmentState, event: Event) -> AssignmentState:
    """The next state; raises WrongState where the event is not admitted (accepted work must be reopened first)."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WrongState(f"an assignment that is {state.value} does not admit {event.value}") from None
