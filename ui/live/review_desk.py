"""Works off what one browser says of remarks, proposals and decisions, and brings everybody what is said."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from domain.errors import PosewrightError
from domain.permissions import Actor
from storage.record import Event
from storage.use_cases import review
from storage.use_cases.adjudicate import adjudicate_own
from ui.errors import explain
from ui.i18n import use_language
from ui.live.hub import Live
from ui.live.payloads import answer_json, refusal
from ui.live.review_messages import (
    AddRemark,
    Decide,
    EndProposal,
    Fix,
    Propose,
    ReadDecision,
    ReadRemarks,
    ReplyToRemark,
    ResolveRemark,
    ReviewMessage,
    TakeProposal,
)
from ui.live.review_payloads import done_message, news_message, taken_message, talk_message
from ui.live.room import Room
from ui.logs import log
from ui.outbox_watch import OutboxWatch

HEARD = (
    "assignment.saved",
    "review.decided",
    "review.read",
    "remark.added",
    "remark.changed",
    "proposal.added",
    "proposal.changed",
)
TOLD = frozenset({"review.decided", "remark.added", "proposal.added", "proposal.changed"})
"""Worth a word to people who are elsewhere."""


class Desk(Protocol):
    """The socket whose browser speaks."""

    actor: Actor
    language: str
    """Of the person: what is sent on others' account is in it too."""

    def post(self, message: Mapping[str, Any]) -> None: ...


async def work_off(live: Live, desk: Desk, message: ReviewMessage, number: int) -> None:
    """Does it; where it is refused, says so."""
    kind = message.type
    id_ = str(getattr(message, "entry_id", None) or getattr(message, "proposal_id", None) or "")
    try:
        if not isinstance(message, (TakeProposal, AddRemark, Propose, Fix)):
            await _do(live, desk, message)
        else:
            async with _room_of(live, desk, message.assignment) as room:
                if isinstance(message, TakeProposal):
                    await _take(room, desk, message, number)
                    return
                await _do_on(live, room, desk, message)
    except PosewrightError as error:
        explanation = explain(error, what=f"working off {kind}")
        if isinstance(message, TakeProposal):
            held = await _held(live, desk, message.assignment)
            desk.post(refusal("op_refused", explanation, op_id=message.op_id, **held))
        else:
            desk.post(refusal("review_refused", explanation, of=kind, assignment=message.assignment, id=id_))
    else:
        desk.post(done_message(kind, message.assignment, id_))


async def send_talk(live: Live, desk: Desk, assignment_id: int, *, reload: bool = False) -> None:
    """Everything that is said about an assignment, as this person may see it now."""
    try:
        talk = await live.services.reading(review.talk_of, actor=desk.actor, assignment_id=assignment_id)
    except PosewrightError as error:
        log.debug("%s is not told of assignment %s: %s", desk.actor.name, assignment_id, error)
        return
    with use_language(desk.language):
        desk.post(talk_message(talk, reload=reload))


def listen(watch: OutboxWatch, live: Live) -> None:
    """From here on, whoever has an assignment open, or is concerned by it, hears what is said about it."""

    async def heard(event: Event) -> None:
        if event.topic in TOLD:
            people = set(event.payload.get("user_ids", ()))
            for member in (*live.members(), *live.pages):
                if member.actor.user_id in people:
                    member.post(news_message(event))
        reload = event.topic == "review.decided"
        room = live.rooms.find(event.object_id)
        members = [*room.members] if room else []
        await asyncio.gather(*(send_talk(live, member, event.object_id, reload=reload) for member in members))

    for topic in HEARD:
        watch.subscribe(topic, heard)


@asynccontextmanager
async def _room_of(live: Live, desk: Desk, assignment_id: int) -> AsyncIterator[Room]:
    """The one that the socket is in, or else has left. Raises NotFound, NotAllowed."""
    room = live.rooms.find(assignment_id)
    if room is not None and any(member is desk for member in room.members):
        yield room
        return
    async with live.rooms.visit(assignment_id, desk.actor) as room:
        yield room


async def _do_on(live: Live, room: Room, desk: Desk, message: AddRemark | Propose | Fix) -> None:
    """What is about the picture that the room shows."""
    transact = live.services.transact
    given: dict[str, Any] = {"actor": desk.actor, "assignment_id": message.assignment}
    viewport = room.answer.pose.viewport
    match message:
        case AddRemark():
            assert room.opened is not None
            pin = await live.pins.pin(room.opened, message.pin, viewport)
            await transact(review.add_remark, pin=pin, text=message.text, entry_id=message.entry_id, **given)
        case Propose():
            await transact(
                review.propose,
                answer=message.answer.with_viewport(viewport),
                version=message.version,
                comment=message.comment,
                proposal_id=message.proposal_id,
                **given,
            )
        case Fix():
            decide: Callable[..., object] = adjudicate_own if message.adjudicates else review.fix_and_accept
            await transact(
                decide,
                revision=message.revision,
                answer=message.answer.with_viewport(viewport),
                save_id=message.save_id,
                **given,
            )


async def _do(
    live: Live, desk: Desk, message: ReplyToRemark | ResolveRemark | ReadRemarks | EndProposal | Decide | ReadDecision
) -> None:
    transact = live.services.transact
    given: dict[str, Any] = {"actor": desk.actor, "assignment_id": message.assignment}
    match message:
        case ReplyToRemark():
            await transact(
                review.reply_to_remark,
                actor=desk.actor,
                remark_id=message.remark,
                text=message.text,
                entry_id=message.entry_id,
            )
        case ResolveRemark():
            await transact(
                review.resolve_remark, actor=desk.actor, remark_id=message.remark, resolved=message.resolved
            )
        case ReadRemarks():
            await transact(review.read_remarks, remark_ids=message.remarks, **given)
        case EndProposal():
            ends: dict[str, Callable[..., None]] = {
                "proposal_decline": review.decline_proposal,
                "proposal_withdraw": review.withdraw_proposal,
            }
            await transact(ends[message.type], proposal_id=message.proposal, **given)
        case ReadDecision():
            await transact(review.read_decision, **given)
        case Decide(decision="accept"):
            await transact(review.accept, revision=message.revision, **given)
        case Decide(decision="send_back"):
            await transact(review.send_back, revision=message.revision, reason=message.reason, **given)
        case Decide():
            await transact(review.reopen, reason=message.reason, **given)


async def _take(room: Room, desk: Any, message: TakeProposal, number: int) -> None:
    taken = await room.take(
        desk,
        number,
        proposal_id=message.proposal,
        parts=message.parts,
        op_id=message.op_id,
        base_version=message.base_version,
        at=datetime.now(UTC),
    )
    desk.post(taken_message(room.assignment_id, taken))


async def _held(live: Live, desk: Desk, assignment_id: int) -> dict[str, Any]:
    """What a refused browser goes back to."""
    try:
        async with live.rooms.visit(assignment_id, desk.actor) as room:
            return {"assignment": assignment_id, "answer": answer_json(room.answer), "version": room.version}
    except PosewrightError:
        return {"assignment": assignment_id, "answer": None, "version": None}
