"""An assignment that somebody has open: a room, whose members see each other's changes.

A room's version and answer are those of the last committed transaction; whatever changes them goes through a use
case of storage, one after another. Only the poses of drags live here alone (`ui.live.hands`), until the journal
writes them down.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from domain.answer import Answer, FieldGroup, difference
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
    Replaced,
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
from storage.use_cases.qualify.flips import swap_pose
from storage.use_cases.review import Taken, take_proposal
from ui.live.hands import Hands
from ui.live.members import Member
from ui.live.payloads import changed_message, flagged_message, presence_message
from ui.live.presence import Doing, Presence, Present
from ui.live.relay import Relay
from ui.services import Services

Welcome = Callable[[OpenedAssignment], Awaitable[None]]


class AnswerDiffers(RevisionConflict):
    """What is to be saved is not what the server holds as the working answer of that version."""


class Onlooker(Protocol):
    """Who hears of all rooms, such as the board."""

    def people_changed(self, room: "Room") -> None:
        """Somebody came or went, or does something else now."""

    def answer_changed(self, room: "Room", user_id: int) -> None:
        """What there is to see has changed, by this person's doing."""


class Room:
    """One open assignment. What changes or reads it in storage holds the lock: one at a time."""

    def __init__(
        self, assignment_id: int, services: Services, changed: asyncio.Event, onlookers: list[Onlooker]
    ) -> None:
        self.assignment_id = assignment_id
        self.members: set[Member] = set()
        self.guests = 0
        """Sockets that are members or about to be. At 0, and with everything written, the room can go."""
        self.version = 0
        self._services = services
        self._changed = changed
        self._lock = asyncio.Lock()
        self._onlookers = onlookers
        self._answer: Answer | None = None
        self._written: Answer | None = None
        self._hands = Hands()
        self._mover_id: int | None = None
        self._movers: set[int] = set()
        """Everybody who has had something under the hand here."""
        self.presence = Presence()
        self.relay = Relay(self.members)
        self.opened: OpenedAssignment | None = None
        """As it was when somebody came last: for what does not change while it is worked on."""

    @property
    def answer(self) -> Answer:
        """The working answer: after the last op, save or clearing."""
        assert self._answer is not None, "a member is let in after the room was loaded"
        return self._answer

    @property
    def live_answer(self) -> Answer:
        """What there is to see at this moment: the working answer with what is under everybody's hands."""
        return self._hands.over(self.answer)

    def answer_of(self, user_id: int | None) -> Answer:
        """What this person has on the screen: the working answer with what is under their own hand."""
        return self.answer if user_id is None else self._hands.over(self.answer, user_id)

    async def enter(self, member: Member, welcome: Welcome, *, watching: bool = False) -> None:
        """Lets a socket in, if its person may see the assignment, and tells it what there is before anything else.

        Raises NotFound, NotAllowed.
        """
        async with self._lock:
            opened = await self._load(member.actor)
            edits = opened.can_edit and not watching
            seen = self.answer_of(member.actor.user_id) if edits else self.live_answer
            unsaved = opened.unsaved or self.live_answer != opened.answer
            await welcome(replace(opened, answer=seen, unsaved=unsaved, can_edit=edits))
            self.members.add(member)
            self._present(member, Doing.EDITING if edits else Doing.WATCHING)
            self.relay.welcome(member)

    def leave(self, member: Member) -> None:
        """What was under the member's hand stays, for when its person comes back."""
        self.members.discard(member)
        person = member.actor.user_id
        changed = self.presence.go(member)
        if person is not None and all(other.actor.user_id != person for other in self.members):
            self.relay.forget(person)
        if changed:
            self._tell_people()

    async def catch_up(self, actor: Actor) -> None:
        """For somebody who has work to hand in and does not come in. Raises NotFound, NotAllowed."""
        async with self._lock:
            await self._load(actor)

    def move(
        self, member: Member, pose: Pose, number: int, groups: frozenset[FieldGroup] | None = None
    ) -> list[FieldGroup]:
        """A pose in the middle of a gesture: it makes no version, but the draft follows it.

        `groups`: what the gesture is about, as far as the browser says. Returns what of them differs from the answer.
        """
        person = member.actor.user_id
        assert person is not None
        held = self._hands.move(person, self.answer, pose, groups, member, number)
        self._mover_id = person
        self._movers.add(person)
        self._changed.set()
        for onlooker in self._onlookers:
            onlooker.answer_changed(self, person)
        return held

    async def apply(self, member: Member, op: Op, number: int) -> Applied:
        """Records a gesture, a clearing included. Raises what the use case raises."""
        async with self._lock:
            applied = await self._services.transact(
                _on_top_of,
                self._beneath(member.actor.user_id),
                clear_answer if op.kind is OpKind.CLEAR else apply_op,
                actor=member.actor,
                assignment_id=self.assignment_id,
                op=op,
            )
            if not applied.duplicate:
                self._settle(member, number, applied.version, applied.answer)
                self._tell_others(member, applied.state, applied.saved, applied.groups, applied.replaced)
            return applied

    async def take(self, member: Member, number: int, **given: Any) -> Taken:
        """Takes parts of a proposal over, which is a gesture. Raises what the use case raises."""
        async with self._lock:
            taken = await self._services.transact(
                _taken_on_top_of,
                self._entry(member.actor.user_id, self.answer_of(member.actor.user_id)),
                actor=member.actor,
                assignment_id=self.assignment_id,
                **given,
            )
            applied = taken.applied
            if not applied.duplicate:
                self._settle(member, number, applied.version, applied.answer)
                self._tell_others(member, applied.state, applied.saved, applied.groups, applied.replaced)
            return taken

    async def save(self, member: Member, answer: Answer, *, base_version: int, save_id: str, number: int) -> Saved:
        """Saves what is on the screen, which must be what the server holds. Raises what the use case raises."""
        async with self._lock:
            if base_version == self.version and answer not in (self.answer, self.answer_of(member.actor.user_id)):
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
                groups = frozenset(difference(self.answer, saved.answer))
                self._settle(member, number, saved.version, saved.answer)
                self._tell_others(member, saved.state, saved, groups)
            return saved

    async def swap(self, member: Member, question_id: int, number: int) -> None:
        """Turns a saved pose round, by the flip guard's question; told to its own person too, who did not see it.

        Raises what the use case raises.
        """
        async with self._lock:
            applied, saved = await self._services.transact(swap_pose, actor=member.actor, question_id=question_id)
            self._settle(member, number, saved.version, saved.answer)
            self._tell_others(member, saved.state, saved, applied.groups, told={*self.members, member})

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
        if self._answer is None:
            return None
        holding = [*self._hands]
        return self._entry(holding[-1] if holding else self._mover_id, self.live_answer)

    def wrote(self, entry: DraftEntry) -> None:
        """The journal has dealt with it. An op that came in between has written more than that."""
        if entry.version == self.version:
            self._written = entry.answer

    def _beneath(self, author_id: int | None) -> DraftEntry | None:
        """What must be on disk before an op by this person: what they saw. The journal may be writing at this moment
        what others have under the hand, so where there are others it is written in any case."""
        seen = self.answer_of(author_id)
        if self._movers - {author_id}:
            self._written = None
        return self._entry(author_id, seen)

    def _entry(self, author_id: int | None, answer: Answer) -> DraftEntry | None:
        """For the journal; None where that is on disk already."""
        if author_id is None or answer == self._written:
            return None
        return DraftEntry(assignment_id=self.assignment_id, author_id=author_id, version=self.version, answer=answer)

    async def _load(self, actor: Actor) -> OpenedAssignment:
        """Looks at storage, which is ahead of this room where another process changed the assignment."""
        opened = self.opened = await self._services.reading(
            open_assignment, actor=actor, assignment_id=self.assignment_id
        )
        if opened.state is AssignmentState.ACCEPTED:
            # Whatever was under a hand when it was accepted is given up: its gesture will be refused.
            self._hands = Hands()
        if self._answer is None or opened.version != self.version:
            self.version = opened.version
            self._answer = opened.committed
            self._written = opened.journalled or opened.committed
            if opened.draft_author_id is not None and opened.draft_author_id not in self._hands:
                self._hands.find(opened.draft_author_id, self._answer, self._written)
                self._movers.add(opened.draft_author_id)
        return opened

    def _present(self, member: Member, doing: Doing) -> None:
        person = member.actor
        if person.user_id is None:
            return
        since = next((each.since for each in self.presence.people() if each.user_id == person.user_id), None)
        present = Present(user_id=person.user_id, name=person.name, since=since or datetime.now(UTC), doing=doing)
        if self.presence.come(member, present):
            self._tell_people()
        else:
            member.post(presence_message(self.assignment_id, self.presence.people()))

    def _tell_people(self) -> None:
        message = presence_message(self.assignment_id, self.presence.people())
        for member in self.members:
            member.post(message)
        for onlooker in self._onlookers:
            onlooker.people_changed(self)

    def _settle(self, member: Member, number: int, version: int, answer: Answer) -> None:
        """Storage holds a new version. A pose that was under the hand before it is part of it, or given up."""
        self.version = version
        self._answer = self._written = answer
        person = member.actor.user_id
        assert person is not None
        self._hands.settle(person, answer, member, number, self.members.__contains__)
        if person not in self._hands:
            self.relay.rests(person)
        if [*self._hands]:
            self._changed.set()
        for onlooker in self._onlookers:
            onlooker.answer_changed(self, person)

    def _tell_others(
        self,
        member: Member,
        state: AssignmentState,
        saved: SavedAnswer | Saved | None,
        groups: frozenset[FieldGroup],
        replaced: tuple[Replaced, ...] = (),
        told: set[Member] | None = None,
    ) -> None:
        message = changed_message(
            self.assignment_id,
            version=self.version,
            answer=self.answer,
            by=member.actor,
            state=state,
            saved=saved,
            groups=groups,
            replaced=replaced,
        )
        for other in self.members - {member} if told is None else told:
            other.post(message)


def _on_top_of(
    session: Session, /, entry: DraftEntry | None, use_case: Callable[..., Applied], **arguments: Any
) -> Applied:
    """An op, on top of what was on the screen when it came: the journal may know a drag that was given up since."""
    if entry is not None:
        journal_drafts(session, entries=[entry])
    return use_case(session, **arguments)


def _taken_on_top_of(session: Session, /, entry: DraftEntry | None, **arguments: Any) -> Taken:
    """The same for parts of a proposal."""
    if entry is not None:
        journal_drafts(session, entries=[entry])
    return take_proposal(session, **arguments)
