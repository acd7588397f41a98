"""Messages come back as they went, and no bytes whatever do more than raise MessageInvalid."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pose import Pose
from domain.view import View
from rendering.errors import MessageInvalid
from rendering.messages import (
    MAX_HEADER,
    MAX_PAYLOAD,
    PREFIX,
    VERSION,
    Failed,
    Frame,
    Hello,
    Message,
    Render,
    Started,
    decode_message,
    decode_prefix,
    encode_message,
)
from rendering.request import Detail, Output, OverlayMode, RenderedFrame, RenderRequest

numbers = st.integers(0, 2**40)
finite = st.floats(-1e6, 1e6)
requests = st.builds(
    RenderRequest,
    mesh_path=st.text("abc/. ä中", min_size=1).map(lambda text: Path("/" + text)),
    pose=st.builds(
        Pose, azimuth=finite, elevation=finite, theta=finite, distance=st.floats(1e-3, 1e6),
        px=finite, py=finite, viewport=st.floats(1, 1e5),
    ),
    view=st.builds(
        View, left=finite, top=finite, scale=st.floats(1e-3, 1e3),
        width=st.integers(1, 8192), height=st.integers(1, 8192),
    ),
    mode=st.sampled_from(OverlayMode),
    detail=st.sampled_from(Detail),
    output=st.sampled_from(Output),
    fit=st.booleans(),
)  # fmt: skip
frames = st.builds(
    lambda x, y, payload: RenderedFrame(
        x=x, y=y, width=len(payload), height=1 if payload else 0, payload=payload, media_type="image/png"
    ),
    numbers, numbers, st.binary(max_size=100),
)  # fmt: skip
messages = st.one_of(
    st.builds(Hello, token=st.text(), pid=numbers, context=st.dictionaries(st.text(), st.text())),
    st.builds(Render, number=numbers, request=requests, announce=st.booleans()),
    st.builds(Started, number=numbers),
    st.builds(Frame, number=numbers, frame=frames),
    st.builds(
        Failed, number=numbers, code=st.text(), reason=st.text(),
        file=st.none() | st.text(), line=st.none() | numbers,
    ),
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def decoded(packed: bytes) -> Message:
    header_length, payload_length = decode_prefix(packed[: PREFIX.size])
    header = packed[PREFIX.size : PREFIX.size + header_length]
    payload = packed[PREFIX.size + header_length :]
    assert len(payload) == payload_length
    return decode_message(header, payload)


@given(message=messages)
def test_a_message_comes_back_as_it_went(message: Message) -> None:
    assert decoded(encode_message(message)) == message


@given(header=st.binary(max_size=200), payload=st.binary(max_size=20))
def test_random_bytes_are_refused(header: bytes, payload: bytes) -> None:
    with pytest.raises(MessageInvalid):
        decode_message(header, payload)


@given(message=messages, name=st.text(), value=json_values, data=st.data())
def test_a_message_with_a_changed_field_is_read_or_refused(
    message: Message, name: str, value: object, data: st.DataObject
) -> None:
    packed = encode_message(message)
    header_length, _ = decode_prefix(packed[: PREFIX.size])
    header = json.loads(packed[PREFIX.size : PREFIX.size + header_length])
    header[data.draw(st.sampled_from([*header, name]))] = value
    with suppress(MessageInvalid):
        decode_message(json.dumps(header).encode(), packed[PREFIX.size + header_length :])


@given(message=messages, data=st.data())
def test_a_message_with_a_flipped_byte_is_read_or_refused(message: Message, data: st.DataObject) -> None:
    packed = bytearray(encode_message(message))
    header_length, _ = decode_prefix(bytes(packed[: PREFIX.size]))
    place = data.draw(st.integers(PREFIX.size, PREFIX.size + header_length - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    header, payload = packed[PREFIX.size : PREFIX.size + header_length], packed[PREFIX.size + header_length :]
    with suppress(MessageInvalid):
        decode_message(bytes(header), bytes(payload))


def test_sizes_beyond_the_limits_are_refused_before_anything_is_read() -> None:
    for header_length, payload_length in ((MAX_HEADER + 1, 0), (10, MAX_PAYLOAD + 1), (0, 0), (2**32 - 1, 2**32 - 1)):
        with pytest.raises(MessageInvalid, match="limits"):
            decode_prefix(PREFIX.pack(header_length, payload_length))
    with pytest.raises(MessageInvalid, match="ended"):
        decode_prefix(b"\x01\x02")


def test_another_version_is_refused() -> None:
    header = {"version": VERSION + 1, "kind": "Started", "number": 1}
    with pytest.raises(MessageInvalid, match="version"):
        decode_message(json.dumps(header).encode(), b"")


def test_deeply_nested_json_is_refused() -> None:
    with pytest.raises(MessageInvalid):
        decode_message(b"[" * 50_000, b"")


def test_a_header_too_long_to_be_read_is_not_sent() -> None:
    with pytest.raises(MessageInvalid):
        encode_message(Failed(number=1, code="failed", reason="x" * MAX_HEADER))
