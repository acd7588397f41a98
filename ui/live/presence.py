"""Who is on an assignment: since when, and whether to work or to look."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Doing(StrEnum):
    EDITING = "editing"
    WATCHING = "watching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A person in a room, however many tabs they have there."""

    user_id: int
    name: str
    since: datetime
    doing: Doing

    def to_json(self) -> dict[str, Any]:
        since = self.since.isoformat().replace("+00:00", "Z")
        return {"id": self.user_id, "name": self.name, "since": since, "doing": self.doing.value}


class Presence:
    """Of one room. A person who edits in one tab and watches in another is editing, since the first of both."""

    def __init__(self) -> None:
        self._tabs: dict[object, Present] = {}

    def come(self, tab: object, present: Present) -> bool:
        """Whether the people seen are others than before."""
        before = self.people()
        self._tabs[tab] = present
        return self.people() != before

    def go(self, tab: object) -> bool:
        before = self.people()
        self._tabs.pop(tab, None)
        return self.people() != before

    def people(self) -> list[Present]:
        """Each once, in the order of their coming."""
        found: dict[int, Present] = {}
        for tab in sorted(self._tabs.values(), key=lambda present: present.since):
            first = found.get(tab.user_id)
            if first is None:
                found[tab.user_id] = tab
            elif first.doing is Doing.WATCHING and tab.doing is Doing.EDITING:
                found[tab.user_id] = Present(
                    user_id=first.user_id, name=first.name, since=first.since, doing=tab.doing
                )
        return list(found.values())
