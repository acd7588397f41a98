"""Assignments that somebody has open: one room each, whose members see each other's changes.

A room's version and answer are those of the last committed transaction; whatever changes them goes through a use
case of storage, one after another. Only the pose of a drag lives here alone, until the journal writes it down.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from domain.answer import Answer
from domain.errors import RevisionConflict
from domain.ops import Op, OpKind
from domain.permissions import Actor
from domain.pose import Pose
from domain.task_state import AssignmentState
from storage.database import Session
from storage.use_cases.annotate import (
    Applied,
    DraftEntry,
    FlagKind,
    OpenedAssignment,
    Saved,
    SavedAnswer,
    apply_op,
    clear_answer,
    flag_assignment,
    journal_drafts,
    open_assignment,
    save_annotation,
    unflag_assignment,
)
from ui.live.payloads import changed_message, flagged_message
from ui.services import Services

Welcome = Callable[[OpenedAssignment], Awaitable[None]]


class Member(Protocol):
    """A socket in a room."""

    actor: Actor

    def post(self, message: Mapping[str, Any]) -> None:
        """Puts a message in the socket's mailbox."""


class AnswerDiffers(RevisionConflict):
    """What is to be saved is not what the server holds as the working answer of that version."""


@dataclass(frozen=True, slots=True)
class Moving:
    """The pose under somebody's hand; `number` orders it among the messages of its member."""

    pose: Pose
    member: Member
    number: int


class Room:
    """One open assignment. What changes or reads it in storage holds the lock: one at a time."""

    def __init__(self, assignment_id: int, services: Services, changed: asyncio.Event) -> None:
        self.assignment_id = assignment_id
        self.members: set[Member] = set()
        self.guests = 0
        """Sockets that are members or about to be. At 0, and with everything written, the room can go."""
        self.version = 0
        self._services = services
        self._changed = changed
        self._lock = asyncio.Lock()
        self._answer: Answer | None = None
        self._written: Answer | None = None
        self._moving: Moving | None = None
        self._mover_id: int | None = None

    @property
    def answer(self) -> Answer:
        """The working answer: after the last op, save or clearing."""
        assert self._answer is not None, "a member is let in after the room was loaded"
        return self._answer

    @property
    def live_answer(self) -> Answer:
        """What is on the screen at this moment: the working answer with the pose of a drag."""
        return replace(self.answer, pose=self._moving.pose) if self._moving else self.answer

    async def enter(self, member: Member, welcome: Welcome) -> None:
        """Lets a socket in, if its person may see the assignment, and tells it what there is before anything else.

        Raises NotFound, NotAllowed.
        """
        async with self._lock:
            opened = await self._load(member.actor)
            unsaved = opened.unsaved or self.live_answer != opened.answer
            await welcome(replace(opened, answer=self.live_answer, unsaved=unsaved))
            self.members.add(member)

    async def catch_up(self, actor: Actor) -> None:
        """For somebody who has work to hand in and does not come in. Raises NotFound, NotAllowed."""
        async with self._lock:
            await self._load(actor)

    def move(self, member: Member, pose: Pose, number: int) -> None:
        """A pose in the middle of a gesture: it makes no version, but the draft follows it."""
        self._moving = None if pose == self.answer.pose else Moving(pose, member, number)
        self._mover_id = member.actor.user_id
        self._changed.set()

    async def apply(self, member: Member, op: Op, number: int) -> Applied:
        """Records a gesture, a clearing included. Raises what the use case raises."""
        async with self._lock:
            applied = await self._services.transact(
                _on_top_of,
                self.unwritten(),
                clear_answer if op.kind is OpKind.CLEAR else apply_op,
                actor=member.actor,
                assignment_id=self.assignment_id,
                op=op,
            )
            if not applied.duplicate:
                self._settle(member, number, applied.version, applied.answer)
                self._tell_others(member, applied.state, applied.saved)
            return applied

    async def save(self, member: Member, answer: Answer, *, base_version: int, save_id: str, number: int) -> Saved:
        """Saves what is on the screen, which must be what the server holds. Raises what the use case raises."""
        async with self._lock:
            if base_version == self.version and answer not in (self.answer, self.live_answer):
                raise AnswerDiffers(base_version, self.version)
            try:
                saved = await self._services.transact(
                    save_annotation,
                    actor=member.actor,
                    assignment_id=self.assignment_id,
                    answer=answer,
                    base_version=base_version,
                    save_id=save_id,
                )
            except RevisionConflict:
                await self._load(member.actor)
                raise
            if not saved.duplicate:
                self._settle(member, number, saved.version, saved.answer)
                self._tell_others(member, saved.state, saved)
            return saved

    async def flag(self, member: Member, kind: FlagKind | None, reason: str) -> None:
        """Skip, call for help, or (None) take either back; told to all members. Raises what the use cases raise."""
        async with self._lock:
            transact, actor = self._services.transact, member.actor
            if kind is None:
                await transact(unflag_assignment, actor=actor, assignment_id=self.assignment_id)
            else:
                await transact(
                    flag_assignment, actor=actor, assignment_id=self.assignment_id, kind=kind, reason=reason
                )
            for each in self.members:
                each.post(flagged_message(kind.value if kind else "none", reason))

    def unwritten(self) -> DraftEntry | None:
        """What the journal has to write, if anything."""
        if self._answer is None or self._mover_id is None or self.live_answer == self._written:
            return None
        return DraftEntry(
            assignment_id=self.assignment_id,
            author_id=self._mover_id,
            version=self.version,
            answer=self.live_answer,
        )

    def wrote(self, entry: DraftEntry) -> None:
        """The journal has dealt with it. An op that came in between has written more than that."""
        if entry.version == self.version:
            self._written = entry.answer

    async def _load(self, actor: Actor) -> OpenedAssignment:
        """Looks at storage, which is ahead of this room where another process changed the assignment."""
        opened = await self._services.reading(open_assignment, actor=actor, assignment_id=self.assignment_id)
        if self._answer is None or opened.version != self.version:
            self.version = opened.version
            self._answer = self._written = opened.answer
        return opened

    def _settle(self, member: Member, number: int, version: int, answer: Answer) -> None:
        """Storage holds a new version. A pose that was under the hand before it is part of it, or given up."""
        self.version = version
        self._answer = self._written = answer
        moving = self._moving
        if moving is None:
            return
        # One hand, one pose: a person's other socket is a line that broke without a word, or a tab left behind.
        same_person = moving.member.actor.user_id == member.actor.user_id
        is_past = same_person and (moving.member is not member or moving.number < number)
        if is_past or moving.member not in self.members or moving.pose == answer.pose:
            self._moving = None
        else:
            self._changed.set()

    def _tell_others(self, member: Member, state: AssignmentState, saved: SavedAnswer | Saved | None) -> None:
        message = changed_message(
            self.assignment_id,
            version=self.version,
            answer=self.answer,
            by=member.actor.name,
            state=state,
            saved=saved,
        )
        for other in self.members - {member}:
            other.post(message)


def _on_top_of(
    session: Session, /, entry: DraftEntry | None, use_case: Callable[..., Applied], **arguments: Any
) -> Applied:
    """An op, on top of what was on the screen when it came: the journal may know a drag that was given up since."""
    if entry is not None:
        journal_drafts(session, entries=[entry])
    return use_case(session, **arguments)


class Rooms:
    """All rooms of this process."""

    def __init__(self, services: Services) -> None:
        self.changed = asyncio.Event()
        """Something may have to be written."""
        self.left = asyncio.Event()
        """A room was left by its last member: to be written at once."""
        self._services = services
        self._rooms: dict[int, Room] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    async def enter(self, assignment_id: int, member: Member, welcome: Welcome) -> Room:
        """The assignment's room, with this member in it; a member is welcomed anew. Raises NotFound, NotAllowed."""
        room = self._room(assignment_id)
        is_new = member not in room.members
        room.guests += is_new
        try:
            await room.enter(member, welcome)
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

    def leave(self, room: Room, member: Member) -> None:
        """The room is kept until what was last seen in it is on disk."""
        room.members.discard(member)
        self._depart(room)

    def sweep(self) -> None:
        """Lets go of rooms that nobody is in and of which everything is written."""
        for room in [*self._rooms.values()]:
            if room.guests == 0 and room.unwritten() is None:
                del self._rooms[room.assignment_id]

    def _room(self, assignment_id: int) -> Room:
        room = self._rooms.get(assignment_id)
        if room is None:
            room = self._rooms[assignment_id] = Room(assignment_id, self._services, self.changed)
        return room

    def _depart(self, room: Room) -> None:
        room.guests -= 1
        if room.guests == 0:
            self.changed.set()
            self.left.set()
