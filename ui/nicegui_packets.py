"""What NiceGUI's own pages send on their socket, and nothing else: socket.io and NiceGUI take every packet at its
word, and fail with a traceback on one that is none.

A packet is engine.io's type, socket.io's type, and for events a JSON list of name and content:
`42["event",{…}]` (https://socket.io/docs/v4/engine-io-protocol/, .../socket-io-protocol/). Attachments, namespaces
and acknowledgements are part of the protocol, but no page of ours sends any.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from nicegui import Client, json
from starlette.types import Message

LONGEST: Final = 1_000_000
"""Characters; NiceGUI's pages send no longer ones."""
LONGEST_WORD: Final = 200
LONGEST_LOG: Final = 2000
LARGEST_ID: Final = 2**53
PONG, CONNECT, DISCONNECT, CLOSE = "3", "40", "41", "1"
_EVENT = re.compile(r"42\d{0,15}(?=\[)", re.ASCII)
_LEVELS: Final = frozenset({"debug", "info", "warning", "error"})

Content = Mapping[str, Any]


class PageSocket:
    """The packets of one socket, which belongs to the page `client_id`: an event for another page's is none."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id
        self._connected = False

    def admits(self, message: Message) -> bool:
        """Whether the application may see what came in."""
        if message["type"] != "websocket.receive":
            return True
        text = message.get("text")
        if not isinstance(text, str) or len(text) > LONGEST:
            return False
        if text in {PONG, CLOSE}:
            return True
        if text in {CONNECT, f"{CONNECT}{{}}"}:
            first, self._connected = not self._connected, True
            return first
        if text == DISCONNECT:
            was, self._connected = self._connected, False
            return was
        found = _EVENT.match(text)
        return found is not None and self._connected and self._is_event(text[found.end() :])

    def _is_event(self, text: str) -> bool:
        event = _parsed(text)
        if not isinstance(event, list) or len(event) != 2 or not isinstance(event[0], str):
            return False
        name, content = event
        check = CHECKS.get(name)
        return (
            check is not None
            and isinstance(content, dict)
            and content.get("client_id") == self._client_id
            and check(content)
        )


def is_handshake(query: Mapping[str, str]) -> bool:
    """Whether the address of a socket names its page as NiceGUI's pages do; with `implicit_handshake` it shakes hands
    at once."""
    return query.get("implicit_handshake") != "true" or _is_handshake(query)


def _is_handshake(content: Content) -> bool:
    return (
        all(_is_word(content.get(name)) for name in ("client_id", "tab_id", "document_id"))
        and (content.get("old_tab_id") is None or _is_word(content["old_tab_id"]))
        and _is_count(content.get("next_message_id", 0))
    )


def _is_click(content: Content) -> bool:
    """An event of an element that is there, and of one of its listeners. One of an element that is gone passes:
    it may have been clicked a moment before, and NiceGUI leaves it alone."""
    arguments = content.get("args")
    if not _is_id(content.get("id")) or not _is_word(content.get("listener_id")) or not isinstance(arguments, list):
        return False
    if not all(each is None or (isinstance(each, str) and _parsed(each) is not UNREADABLE) for each in arguments):
        return False
    client = Client.instances.get(content["client_id"])
    element = client.elements.get(content["id"]) if client is not None else None
    return element is None or content["listener_id"] in element._event_listeners


def _is_answer(content: Content) -> bool:
    return _is_word(content.get("request_id"))


def _is_receipt(content: Content) -> bool:
    return _is_id(content.get("next_message_id"))


def _is_log(content: Content) -> bool:
    message = content.get("message")
    return content.get("level") in _LEVELS and isinstance(message, str) and len(message) <= LONGEST_LOG


CHECKS: Final[Mapping[str, Callable[[Content], bool]]] = {
    "handshake": _is_handshake,
    "event": _is_click,
    "javascript_response": _is_answer,
    "ack": _is_receipt,
    "log": _is_log,
}

UNREADABLE: Final = object()


def _parsed(text: str) -> Any:
    """Read by what NiceGUI reads it by: nothing passes here that fails there."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNREADABLE


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_WORD


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_ID


def _is_count(value: object) -> bool:
    """In an address it comes as text."""
    return value is None or _is_id(
        int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value) else value
    )
