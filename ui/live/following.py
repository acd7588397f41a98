"""Watchers go along when the person whom they watch goes on to another item."""

from collections.abc import Mapping
from typing import Any, Protocol

from ui.live.presence import Doing
from ui.live.room import Room


class Follower(Protocol):
    def post(self, message: Mapping[str, Any]) -> None: ...


class Following:
    """One for each process."""

    def __init__(self) -> None:
        self._after: dict[Follower, tuple[int, int]] = {}

    def go(self, follower: Follower, person: int | None, assignment: int) -> None:
        """From now on after this person, being at this assignment; None: after nobody."""
        self._after.pop(follower, None)
        if person is not None:
            self._after[follower] = (person, assignment)

    def people_changed(self, room: Room) -> None:
        at_work = {person.user_id for person in room.presence.people() if person.doing is Doing.EDITING}
        for follower, (person, assignment) in [*self._after.items()]:
            if person in at_work and assignment != room.assignment_id:
                self._after[follower] = (person, room.assignment_id)
                follower.post({"type": "follows", "assignment": room.assignment_id})

    def answer_changed(self, room: Room, user_id: int) -> None:
        """Says nothing of where anybody is."""
