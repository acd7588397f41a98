"""Messages between the web process and its render workers: a JSON header and raw bytes, each with its length.

    uint32 header length | uint32 payload length | header (JSON, UTF-8) | payload          (little-endian)

The header names version and kind. Nothing is executed on reading, sizes are checked before memory is taken, and
whatever does not fit raises MessageInvalid. The two ends may be on different machines some day.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.errors import InvalidInput
from rendering.errors import MessageInvalid
from rendering.request import RenderedFrame, RenderRequest

VERSION = 1
PREFIX = struct.Struct("<II")
MAX_HEADER = 64 * 2**10
MAX_PAYLOAD = 300 * 2**20
"""An RGBA picture of 8192² that does not compress is 256 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The worker's first words: the token shows that the pool started it."""

    token: str
    pid: int
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Render:
    """Draw this. With `announce` the worker answers Started before it begins."""

    number: int
    request: RenderRequest
    announce: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The picture. `heavy`: it was asked for a drag, and a lighter mesh might be made for it."""

    number: int
    frame: RenderedFrame
    heavy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No picture. `code` is the error's own; `file` and `line` are of a mesh that cannot be read."""

    number: int
    code: str
    reason: str
    file: str | None = None
    line: int | None = None


Message = Hello | Render | Started | Frame | Failed


def encode_message(message: Message) -> bytes:
    """The bytes of a message. Raises MessageInvalid where it is larger than the other end would take."""
    header: dict[str, Any] = {"version": VERSION, "kind": type(message).__name__}
    payload = b""
    match message:
        case Hello():
            header |= {"token": message.token, "pid": message.pid, "context": dict(message.context)}
        case Render():
            header |= {
                "number": message.number,
                "announce": message.announce,
                "request": message.request.to_json(),
            }
        case Started():
            header |= {"number": message.number}
        case Frame():
            frame, payload = message.frame, message.frame.payload
            header |= {"number": message.number, "media_type": frame.media_type, "heavy": message.heavy}
            header |= {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}
        case Failed():
            header |= {"number": message.number, "code": message.code, "reason": message.reason}
            header |= {"file": message.file, "line": message.line}
    packed = orjson.dumps(header)
    _check_sizes(len(packed), len(payload))
    return b"".join((PREFIX.pack(len(packed), len(payload)), packed, payload))


def decode_prefix(prefix: bytes) -> tuple[int, int]:
    """Lengths of header and payload. Raises MessageInvalid where they are beyond the limits."""
    if len(prefix) != PREFIX.size:
        raise MessageInvalid("the connection ended within a message")
    header_length, payload_length = PREFIX.unpack(prefix)
    _check_sizes(header_length, payload_length)
    return header_length, payload_length


def decode_message(header: bytes, payload: bytes) -> Message:
    """The message of a header and its payload; raises MessageInvalid for anything that is none."""
    try:
        values = orjson.loads(header)
    except orjson.JSONDecodeError:
        raise MessageInvalid("the header is no JSON") from None
    if not isinstance(values, dict) or values.get("version") != VERSION:
        raise MessageInvalid(f"the header is not of version {VERSION}")
    reader = _READERS.get(str(values.get("kind")))
    if reader is None:
        raise MessageInvalid(f"there is no message {values.get('kind')!r}")
    if payload and reader is not _read_frame:
        raise MessageInvalid(f"a message {values['kind']} has no payload")
    return reader(values, payload)


def _check_sizes(header_length: int, payload_length: int) -> None:
    if not (0 < header_length <= MAX_HEADER and payload_length <= MAX_PAYLOAD):
        raise MessageInvalid(f"a message of {header_length} + {payload_length} bytes is beyond the limits")


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        raise MessageInvalid(f"{name} must be text")
    return value


def _whole(values: Mapping[str, Any], name: str) -> int:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise MessageInvalid(f"{name} must be a whole number")
    return value


def _read_hello(values: Mapping[str, Any], payload: bytes) -> Hello:
    context = values.get("context")
    if not isinstance(context, dict):
        raise MessageInvalid("context must be an object")
    return Hello(token=_text(values, "token"), pid=_whole(values, "pid"), context=context)


def _read_render(values: Mapping[str, Any], payload: bytes) -> Render:
    announce = values.get("announce")
    if not isinstance(announce, bool):
        raise MessageInvalid("announce must be true or false")
    try:
        request = RenderRequest.from_json(values["request"])
    except (InvalidInput, KeyError, TypeError) as error:
        raise MessageInvalid(f"request: {error}") from None
    return Render(number=_whole(values, "number"), request=request, announce=announce)


def _read_started(values: Mapping[str, Any], payload: bytes) -> Started:
    return Started(number=_whole(values, "number"))


def _read_frame(values: Mapping[str, Any], payload: bytes) -> Frame:
    x, y, width, height = (_whole(values, name) for name in ("x", "y", "width", "height"))
    if (width * height == 0) != (not payload):
        raise MessageInvalid("a frame has a payload exactly when it has an area")
    media_type = _text(values, "media_type")
    frame = RenderedFrame(x=x, y=y, width=width, height=height, payload=payload, media_type=media_type)
    return Frame(number=_whole(values, "number"), frame=frame, heavy=values.get("heavy") is True)


def _read_failed(values: Mapping[str, Any], payload: bytes) -> Failed:
    return Failed(
        number=_whole(values, "number"),
        code=_text(values, "code"),
        reason=_text(values, "reason"),
        file=None if values.get("file") is None else _text(values, "file"),
        line=None if values.get("line") is None else _whole(values, "line"),
    )


_READERS: dict[str, Callable[[Mapping[str, Any], bytes], Message]] = {
    "Hello": _read_hello,
    "Render": _read_render,
    "Started": _read_started,
    "Frame": _read_frame,
    "Failed": _read_failed,
}
