"""All rooms of this process: one for each assignment that somebody has open."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from domain.permissions import Actor
from ui.live.members import Member
from ui.live.room import Onlooker, Room, Welcome
from ui.services import Services


class Rooms:
    """All rooms of this process."""

    def __init__(self, services: Services) -> None:
        self.changed = asyncio.Event()
        """Something may have to be written."""
        self.left = asyncio.Event()
        """A room was left by its last member: to be written at once."""
        self.onlookers: list[Onlooker] = []
        self._services = services
        self._rooms: dict[int, Room] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    async def enter(self, assignment_id: int, member: Member, welcome: Welcome, *, watching: bool = False) -> Room:
        """The assignment's room, with this member in it; a member is welcomed anew. Raises NotFound, NotAllowed."""
        room = self._room(assignment_id)
        is_new = member not in room.members
        room.guests += is_new
        try:
            await room.enter(member, welcome, watching=watching)
        except BaseException:
            if is_new:
                self._depart(room)
            raise
        return room

    @asynccontextmanager
    async def visit(self, assignment_id: int, actor: Actor) -> AsyncIterator[Room]:
        """The assignment's room, for work that is handed in after its person has gone on to another one.

        Raises NotFound, NotAllowed.
        """
        room = self._room(assignment_id)
        room.guests += 1
        try:
            await room.catch_up(actor)
            yield room
        finally:
            self._depart(room)

    def find(self, assignment_id: int) -> Room | None:
        """The assignment's room, if there is one."""
        return self._rooms.get(assignment_id)

    def leave(self, room: Room, member: Member) -> None:
        """The room is kept until what was last seen in it is on disk."""
        room.leave(member)
        self._depart(room)

    def sweep(self) -> None:
        """Lets go of rooms that nobody is in and of which everything is written."""
        for room in [*self._rooms.values()]:
            if room.guests == 0 and room.unwritten() is None:
                del self._rooms[room.assignment_id]

    def _room(self, assignment_id: int) -> Room:
        room = self._rooms.get(assignment_id)
        if room is None:
            room = self._rooms[assignment_id] = Room(assignment_id, self._services, self.changed, self.onlookers)
        return room

    def _depart(self, room: Room) -> None:
        room.guests -= 1
        if room.guests == 0:
            self.changed.set()
            self.left.set()
