"""The stage socket, `/ws/stage`: one for each tab, text both ways and frames down.

Three tasks serve it. The reader takes what comes: poses go to the renderer at once, everything else is worked off
in order by the clerk, who waits for storage. The sender alone writes to the network. What is wished for ahead of its
time (`ui.live.ahead`) has a task of its own, which nobody waits for.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from nicegui import App
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from domain.errors import InvalidPose, PosewrightError
from rendering.request import RenderedFrame
from rendering.scheduler import MAIN_LAYER
from storage.use_cases.annotate import FlagKind, OpenedAssignment
from storage.use_cases.qualify.flips import keep_pose
from storage.use_cases.watching import watch_assignment
from storage.use_cases.work.pool import renew_reservation
from ui.auth import SignedIn
from ui.errors import explain, unexpected_message
from ui.i18n import _, current_language
from ui.live.admission import admit
from ui.live.ahead import Ahead
from ui.live.frames import StageFrames, StageOrder, scenery_of
from ui.live.hub import Live
from ui.live.mailbox import Closing, Mailbox
from ui.live.messages import (
    LARGEST_MESSAGE,
    Clear,
    Flag,
    FlipChoice,
    Open,
    OpMessage,
    Ping,
    PoseMessage,
    Prefetch,
    Save,
    Stats,
    Upward,
    Watch,
    op_of,
    read_message,
)
from ui.live.payloads import (
    answer_json,
    cleared_message,
    moving_message,
    op_ok_message,
    opened_message,
    refusal,
    saved_message,
)
from ui.live.review_desk import listen, send_talk, work_off
from ui.live.room import Room
from ui.live.turning_out import turn_out_others
from ui.logs import about, log, report
from ui.outbox_watch import OutboxWatch
from ui.services import Services

PATH = "/ws/stage"
MOST_BAD_MESSAGES = 20
MOST_WAITING = 64
"""Messages for the clerk. When they are so many, the reader stops reading, and the network holds the browser back."""

ENDED = Closing(4401, "session ended")
TOO_LARGE = Closing(1009, "message too large")
TOO_MANY_BAD = Closing(1008, "too many bad messages")
UNEXPECTED = Closing(1011, "unexpected error")


class NothingOpen(PosewrightError):
    """A gesture or save came before an assignment was opened on this socket."""

    code = "nothing_open"


def add_stage_socket(app: App, services: Services, watch: OutboxWatch) -> Live:
    """Registers the socket and what it needs for the life of the server."""
    live = Live(services)
    listen(watch, live)
    turn_out_others(watch, live)
    app.on_startup(live.start)
    app.on_shutdown(live.close)

    @app.websocket(PATH)
    async def stage(websocket: WebSocket) -> None:
        await serve(websocket, live)

    return live


async def serve(websocket: WebSocket, live: Live) -> None:
    """One connection from handshake to end."""
    await admit(websocket, live.services, lambda person: StageSocket(websocket, person, live))


class StageSocket:
    """One tab. A member of at most one room."""

    def __init__(self, websocket: WebSocket, person: SignedIn, live: Live) -> None:
        self.actor = person.actor
        self.language = current_language()
        self._author_id = person.user_id
        self._websocket = websocket
        self._live = live
        self._mailbox = Mailbox()
        self._own_frames = StageFrames(live.scheduler, self._mailbox, self._drawn)
        self._shared_frames: StageFrames | None = None
        """For a stage that only looks on."""
        self._frames = self._own_frames
        self._ahead = Ahead(live.services, person.actor, self._mailbox)
        self._client = live.greet(self)
        self._room: Room | None = None
        self._can_edit = False
        self._received = 0
        self._bad = 0
        self._work: asyncio.Queue[tuple[int, Upward] | None] = asyncio.Queue(MOST_WAITING)

    def post(self, message: Mapping[str, Any]) -> None:
        self._mailbox.post(message)

    def post_latest(self, key: str, text: str) -> None:
        self._mailbox.post_latest(key, text)

    def put_frame(self, layer: str, frame: bytes) -> None:
        self._mailbox.put_frame(layer, frame)

    def turn_out(self, assignment_id: int, reason: str) -> None:
        """The person may not see this assignment any more: from here on nothing of it reaches them."""
        if self._room is None or self._room.assignment_id != assignment_id:
            return
        self._live.rooms.leave(self._room, self)
        self._room = None
        self._can_edit = False
        self.post({"type": "error", "code": "not_allowed", "message": reason, "assignment": assignment_id})

    async def end(self) -> None:
        """The session is over: say so and close."""
        self.post({"type": "ended", "reason": _("You were logged out.")})
        self._mailbox.close(ENDED)

    async def run(self) -> None:
        """Serves until either side closes. What was received by then is still worked off."""
        sender = asyncio.create_task(self._mailbox.send_all(self._websocket))
        reader = asyncio.create_task(self._read())
        clerk = asyncio.create_task(self._work_off())
        try:
            await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
            if self._mailbox.closing:
                await asyncio.wait({sender})
        finally:
            self._mailbox.abandon()
            self._own_frames.leave()
            if self._shared_frames is not None:
                self._shared_frames.leave()
            self._ahead.leave()
            self._live.part(self)
            reader.cancel()
            sender.cancel()
            if not clerk.done():
                await self._work.put(None)
            ends = await asyncio.gather(sender, reader, clerk, return_exceptions=True)
            if self._room is not None:
                self._live.rooms.leave(self._room, self)
            for end in ends:
                if isinstance(end, Exception) and not isinstance(end, (WebSocketDisconnect, WebSocketDisconnected)):
                    report(end, "serving a stage socket")

    # ---- reading -----------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while not self._mailbox.closing:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            if text is None:
                self._refuse_bad("messages are text")
            elif len(text) > LARGEST_MESSAGE:
                self._mailbox.close(TOO_LARGE)
            else:
                await self._take(text)

    async def _take(self, text: str) -> None:
        try:
            message = read_message(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            self._refuse_bad(f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200])
            return
        self._received += 1
        match message:
            case PoseMessage():
                self._pose(message)
            case Ping():
                self.post({"type": "pong", "t": message.t})
            case Stats():
                self._client.stats = message
            case Prefetch():
                self._ahead.wish(message)
            case _:
                await self._work.put((self._received, message))

    def _pose(self, message: PoseMessage) -> None:
        room = self._room
        if room is None:
            return
        try:
            pose = message.pose.with_viewport(room.answer.pose.viewport)
        except InvalidPose as error:
            self._frames.refuse(message, error)
            return
        self._frames.submit(message, pose)
        if message.layer == MAIN_LAYER and self._can_edit:
            held = room.move(self, pose, self._received, message.groups)
            room.relay.tell(self._author_id, moving_message(room.assignment_id, self.actor, message, pose, held))

    def _drawn(self, order: StageOrder, frame: RenderedFrame) -> None:
        """For whoever is in the room besides."""
        room = self._room
        if self._can_edit and room is not None and room.assignment_id == order.assignment:
            room.relay.frame(self._author_id, order, frame)

    def _refuse_bad(self, detail: str) -> None:
        self._bad += 1
        self.post(
            {
                "type": "error",
                "code": "bad_message",
                "message": _("The server did not understand this page. Reload it."),
                "detail": detail,
            }
        )
        if self._bad > MOST_BAD_MESSAGES:
            log.warning("stage socket closed: %s bad messages, the last: %s", self._bad, detail)
            self._mailbox.close(TOO_MANY_BAD)

    # ---- working -----------------------------------------------------------------------------------------------

    async def _work_off(self) -> None:
        while (job := await self._work.get()) is not None:
            number, message = job
            with about(item=self._room.assignment_id if self._room else "-"):
                try:
                    await self._do(message, number)
                except Exception as error:  # noqa: BLE001  one message must not end the work on the others
                    self._give_up(report(error, f"working off a message of type {message.type}"))

    async def _do(self, message: Upward, number: int) -> None:
        match message:
            case Open():
                await self._open(message, watching=False)
            case Watch():
                await self._open(message, watching=True)
            case OpMessage() | Clear():
                await self._gesture(message, number)
            case Save():
                await self._save(message, number)
            case Flag():
                await self._flag(message)
            case FlipChoice():
                await self._flip(message, number)
            case Prefetch() | PoseMessage() | Ping() | Stats():
                pass  # the reader's own
            case _:
                await work_off(self._live, self, message, number)

    async def _open(self, message: Open | Watch, *, watching: bool) -> None:
        """Goes over to another assignment; where that is refused, the present one stays open."""
        try:
            if watching:
                await self._live.services.reading(
                    watch_assignment, actor=self.actor, assignment_id=message.assignment
                )
            welcome = self._welcome_watcher if watching else self._welcome
            room = await self._live.rooms.enter(message.assignment, self, welcome, watching=watching)
        except PosewrightError as error:
            explanation = explain(error, what="opening an assignment")
            self.post(refusal("error", explanation, assignment=message.assignment))
            return
        # Nothing was awaited since the welcome: no pose can have come that is meant for this room.
        if self._room not in (None, room):
            self._live.rooms.leave(self._room, self)
        self._room = room
        self._client.assignment_id = message.assignment
        self._live.following.go(self, message.person if isinstance(message, Watch) else None, message.assignment)
        await send_talk(self._live, self, message.assignment)

    async def _welcome_watcher(self, opened: OpenedAssignment) -> None:
        if self._shared_frames is None:
            self._shared_frames = StageFrames(self._live.shared_frames, self._mailbox)
        await self._welcome(opened, self._shared_frames)

    async def _welcome(self, opened: OpenedAssignment, frames: StageFrames | None = None) -> None:
        scenery = await asyncio.to_thread(scenery_of, opened, self._live.services.cad_files)
        self._frames = frames or self._own_frames
        self._frames.show(scenery)
        self._can_edit = opened.can_edit
        self.post(opened_message(opened))
        if opened.reserved:
            services = self._live.services
            renewal = services.transact(renew_reservation, actor=self.actor, assignment_id=opened.assignment_id)
            services.in_background(renewal)

    async def _gesture(self, message: OpMessage | Clear, number: int) -> None:
        room = None
        try:
            async with self._room_of(message) as room:
                applied = await room.apply(self, op_of(message, self._author_id), number)
        except PosewrightError as error:
            explanation = explain(error, what="recording a gesture")
            self.post(refusal("op_refused", explanation, op_id=message.op_id, **_what_holds(message, room)))
        except Exception as error:
            # Whether it was recorded is not known. The browser has it still: it connects again and repeats it.
            if self._live.worth_another_try(message.op_id):
                raise
            explanation = explain(error, what="recording a gesture, given up")
            self.post(refusal("op_refused", explanation, op_id=message.op_id, **_what_holds(message, room)))
        else:
            if isinstance(message, Clear):
                self.post(cleared_message(room.assignment_id, applied))
            else:
                self.post(op_ok_message(room.assignment_id, applied, (room.version, room.answer)))

    async def _save(self, message: Save, number: int) -> None:
        room = None
        try:
            async with self._room_of(message) as room:
                saved = await room.save(
                    self,
                    message.answer.with_viewport(room.answer.pose.viewport),
                    base_version=message.base_version,
                    save_id=message.save_id,
                    number=number,
                )
        except Exception as error:  # noqa: BLE001  the person hears of it, and presses save again
            explanation = explain(error, what="saving")
            missing = list(getattr(error, "missing", ()))
            held = _what_holds(message, room)
            self.post(refusal("save_refused", explanation, save_id=message.save_id, missing=missing, **held))
            return
        log.info("saved revision %s, version %s", saved.revision, saved.version)
        self.post(saved_message(room.assignment_id, saved))
        self._live.second_look.after_save(self, room, saved)

    async def _flag(self, message: Flag) -> None:
        kind = None if message.kind == "none" else FlagKind(message.kind)
        try:
            await self._open_room().flag(self, kind, message.reason)
        except PosewrightError as error:
            self.post(refusal("error", explain(error, what="flagging")))

    async def _flip(self, message: FlipChoice, number: int) -> None:
        try:
            if message.choice == "keep":
                await self._live.services.transact(keep_pose, actor=self.actor, question_id=message.question)
            else:
                async with self._room_of(message) as room:
                    await room.swap(self, message.question, number)
        except PosewrightError as error:
            explanation = explain(error, what="answering the flip guard")
            self.post(refusal("flip_refused", explanation, assignment=message.assignment))
            return
        self.post({"type": "flip_done", "assignment": message.assignment, "choice": message.choice})

    def _open_room(self) -> Room:
        """Raises NothingOpen."""
        if self._room is None:
            raise NothingOpen("open an assignment first")
        return self._room

    @asynccontextmanager
    async def _room_of(self, message: OpMessage | Clear | Save | FlipChoice) -> AsyncIterator[Room]:
        """The room that a piece of work belongs to: the open one, or one that was left before it was delivered.

        Raises NothingOpen, NotFound, NotAllowed.
        """
        if message.assignment is None or (self._room and self._room.assignment_id == message.assignment):
            yield self._open_room()
            return
        async with self._live.rooms.visit(message.assignment, self.actor) as room:
            with about(item=message.assignment):
                yield room

    def _give_up(self, number: str) -> None:
        self.post({"type": "error", "code": "unexpected", "message": unexpected_message(number)})
        self._mailbox.close(UNEXPECTED)


def _what_holds(message: OpMessage | Clear | Save, room: Room | None) -> dict[str, Any]:
    """What a refused browser goes back to."""
    if room is None:
        return {"assignment": message.assignment, "answer": None, "version": None}
    return {"assignment": room.assignment_id, "answer": answer_json(room.answer), "version": room.version}
