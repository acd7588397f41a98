"""What gets past the guard to NiceGUI's socket: what its pages send, for their own page, and nothing else."""

import json
from typing import Any

import pytest

from ui.nicegui_packets import LONGEST, LONGEST_LOG, PageSocket, is_handshake

ME = "00000000-0000-4000-8000-000000000001"
EVENT = {"id": 7, "client_id": ME, "listener_id": "one", "args": ['{"a":1}', None]}
HANDSHAKE = {"client_id": ME, "tab_id": "t", "document_id": "d", "next_message_id": 0, "old_tab_id": None}


def event(name: str, content: object, id_: str = "") -> str:
    return f"42{id_}{json.dumps([name, content])}"


def admitted(text: Any, *, connected: bool = True) -> bool:
    socket = PageSocket(ME)
    if connected:
        assert socket.admits({"type": "websocket.receive", "text": "40"})
    key = "bytes" if isinstance(text, bytes) else "text"
    return socket.admits({"type": "websocket.receive", key: text})


FROM_PAGES = [
    "1", "3", "41", event("event", EVENT), event("handshake", HANDSHAKE, "0"),
    event("event", EVENT | {"args": []}), event("ack", {"client_id": ME, "next_message_id": 3}),
    event("javascript_response", {"client_id": ME, "request_id": "r", "result": [{"a": None}]}),
    event("log", {"client_id": ME, "level": "error", "message": "so"}),
]  # fmt: skip
NO_PACKETS = [
    "", "0", "2", "2probe", "5", "6", "x", "b4", "4", "42", "42[]", "42{}", "42[", "42[1,{}]", '42["event"]',
    "40", '40{"a":1}', "40/other,", "43[]", '430["a"]', "44",
    '451-["event",{"_placeholder":true,"num":0}]', "461-[]",
    '42/other,["event",{}]', "42" + "9" * 30 + '["event",{}]', "42" + "[" * 50_000, b"", b"4", b"\x00" * 40,
    event("event", []), event("event", EVENT, "") + "x", event("connect", {}),
    event("disconnect", {"client_id": ME}),
    *(event("event", {key: value for key, value in EVENT.items() if key != gone}) for gone in EVENT),
    event("event", EVENT | {"client_id": ME[:-1] + "2"}), event("event", EVENT | {"id": "7"}),
    event("event", EVENT | {"id": True}), event("event", EVENT | {"id": -1}), event("event", EVENT | {"id": []}),
    event("event", EVENT | {"listener_id": {}}), event("event", EVENT | {"args": "[]"}),
    event("event", EVENT | {"args": ["{"]}), event("event", EVENT | {"args": [1]}),
    event("event", EVENT | {"args": ["[" * 5000]}), event("event", EVENT | {"args": ["NaN"]}),
    event("handshake", HANDSHAKE | {"tab_id": []}), event("handshake", HANDSHAKE | {"next_message_id": "x"}),
    event("ack", {"client_id": ME}), event("ack", {"client_id": ME, "next_message_id": "1"}),
    event("javascript_response", {"client_id": ME, "request_id": []}),
    event("log", {"client_id": ME, "level": "x", "message": ""}),
    event("log", {"client_id": ME, "level": "error", "message": "a" * (LONGEST_LOG + 1)}),
    event("event", EVENT | {"args": ['"' + "a" * LONGEST + '"']}),
]  # fmt: skip


def test_what_pages_send_gets_through() -> None:
    assert [text for text in FROM_PAGES if not admitted(text)] == []


def test_nothing_else_does() -> None:
    assert [text[:200] for text in NO_PACKETS if admitted(text)] == []


def test_nothing_before_the_connection_or_after_its_end() -> None:
    assert not admitted(event("event", EVENT), connected=False)
    assert not admitted("41", connected=False)
    socket = PageSocket(ME)
    said = [socket.admits({"type": "websocket.receive", "text": text}) for text in ("40", "41", event("ack", EVENT))]
    assert said == [True, True, False]
    assert socket.admits({"type": "websocket.disconnect"})


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ({}, True), ({"implicit_handshake": "false", "tab_id": None}, True), ({"next_message_id": "12"}, True),
        ({"tab_id": None}, False), ({"document_id": None}, False), ({"next_message_id": "x"}, False),
        ({"next_message_id": "9" * 5000}, False),
    ],
)  # fmt: skip
def test_an_address_that_shakes_hands_is_whole(change: dict[str, str | None], whole: bool) -> None:
    query = {"client_id": ME, "tab_id": "t", "document_id": "d", "next_message_id": "0", "implicit_handshake": "true"}
    assert is_handshake({name: text for name, text in (query | change).items() if text is not None}) is whole
