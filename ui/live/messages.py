"""What a browser may say on the stage socket: one model a message, strict and bounded (`ui.live.wire`).

`read_message` is the only way in.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter

from domain.answer import FieldGroup
from domain.ops import Change, Op, OpKind
from domain.view import LARGEST_SIDE
from rendering.modes import OverlayMode, offered
from rendering.request import Detail
from ui.live.review_messages import ReviewMessage
from ui.live.wire import (
    ID_LIMIT,
    CadIndex,
    Count,
    Id,
    Message,
    Moment,
    Text,
    Uuid,
    Values,
    WireAnswer,
    WirePose,
    WireView,
)

LARGEST_MESSAGE = 32 * 1024
"""Characters. The longest honest message, an op with all groups, has under 2,000."""
MOST_AHEAD = 4
"""Assignments in one wish: next, next open, previous, and the present one's place again."""
MOST_ROOM = 1e6

Layer = Annotated[str, StringConstraints(pattern=r"^(main|reference|offer|pose|other:[1-9][0-9]{0,15})$")]
OverlayLook = Annotated[OverlayMode, AfterValidator(offered)]


class Open(Message):
    """Show this assignment; what came before on this socket is left."""

    type: Literal["open"]
    assignment: Id


class Watch(Message):
    """Show this assignment to somebody who only looks on, as its people have it on their screens."""

    type: Literal["watch"]
    assignment: Id
    person: Id | None = None
    """Whom to go after when they go on to another item."""


class Prefetch(Message):
    """What will probably be opened next; the newest such wish replaces the ones before.

    `width`, `height` in device pixels and `mode` are those of the frames to come. `room`: how near this person looks,
    as looking.js has it; None: the whole photo.
    """

    type: Literal["prefetch"]
    assignments: Annotated[list[Id], Field(max_length=MOST_AHEAD)]
    width: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
    height: Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
    mode: OverlayLook
    room: Annotated[float, Field(gt=0, le=MOST_ROOM)] | None = None


class PoseMessage(Message):
    """Draw this; the newest of a layer wins. On the main layer it is also what the draft holds.

    `groups`, on the main layer: what of the pose the server has not heard of as a gesture. Others may be changing the
    rest at this moment.
    """

    type: Literal["pose"]
    seq: Count
    layer: Layer
    pose: WirePose
    cad_index: CadIndex
    view: WireView
    mode: OverlayLook
    detail: Detail
    groups: Annotated[frozenset[FieldGroup], Field(strict=False)] | None = None


class WireChange(Message):
    before: Values
    after: Values


class OpMessage(Message):
    """One gesture, done. `assignment`: which it was done on, None for the one that is open."""

    type: Literal["op"]
    assignment: Id | None = None
    op_id: Uuid
    kind: Literal[OpKind.EDIT, OpKind.UNDO, OpKind.REDO, OpKind.REVERT]
    base_version: Count
    changes: dict[FieldGroup, WireChange]
    undoes: Uuid | None = None
    started_at: Moment
    ended_at: Moment


class Save(Message):
    type: Literal["save"]
    assignment: Id | None = None
    save_id: Uuid
    base_version: Count
    answer: WireAnswer


class Clear(Message):
    """Withdraw the answer: back to the starting pose, the item is open again."""

    type: Literal["clear"]
    assignment: Id | None = None
    op_id: Uuid
    base_version: Count


class Flag(Message):
    """Skip with a reason, ask for help, or take either back."""

    type: Literal["flag"]
    kind: Literal["skip", "help", "none"]
    reason: Text = ""


class FlipChoice(Message):
    """What somebody says of the guard's question: right as it is, or the other way round."""

    type: Literal["flip"]
    assignment: Id
    question: Id
    choice: Literal["keep", "swap"]


class Ping(Message):
    type: Literal["ping"]
    t: float


class Stats(Message):
    """How the stage feels on the other side, over its last seconds of work; kept in memory only.

    `p50_ms`, `p95_ms`: input event to pixels painted. `stale`: frames painted after a newer one.
    """

    type: Literal["stats"]
    frames: Annotated[int, Field(ge=0, lt=ID_LIMIT)] | None = None
    raf_fps: Annotated[float, Field(ge=0, le=1e4)] | None = None
    stale: Annotated[int, Field(ge=0, lt=ID_LIMIT)] | None = None
    p50_ms: Annotated[float, Field(ge=0, le=1e6)] | None = None
    p95_ms: Annotated[float, Field(ge=0, le=1e6)] | None = None
    fps: Annotated[float, Field(ge=0, le=1e4)] | None = None
    dropped: Annotated[int, Field(ge=0, lt=ID_LIMIT)] | None = None
    rtt_ms: Annotated[float, Field(ge=0, le=1e6)] | None = None


Upward = Annotated[
    Open
    | Watch
    | Prefetch
    | PoseMessage
    | OpMessage
    | Save
    | Clear
    | Flag
    | FlipChoice
    | Ping
    | Stats
    | ReviewMessage,
    Field(discriminator="type"),
]

_upward: TypeAdapter[Upward] = TypeAdapter(Upward)


def read_message(text: str) -> Upward:
    """Raises pydantic's ValidationError for anything that is not exactly one of the messages."""
    return _upward.validate_json(text)


def op_of(message: OpMessage | Clear, author_id: int) -> Op:
    """The gesture as the log keeps it. Raises InvalidInput where its parts do not fit together."""
    if isinstance(message, Clear):
        now = datetime.now(UTC)
        return Op(
            op_id=message.op_id,
            kind=OpKind.CLEAR,
            author_id=author_id,
            base_version=message.base_version,
            changes={},
            started_at=now,
            ended_at=now,
        )
    return Op(
        op_id=message.op_id,
        kind=message.kind,
        author_id=author_id,
        base_version=message.base_version,
        changes={
            group: Change(before=change.before, after=change.after) for group, change in message.changes.items()
        },
        undoes=message.undoes,
        started_at=message.started_at,
        ended_at=message.ended_at,
    )
