"""Messages as no page of ours sends them, on every socket: an answer or a close with a reason, and never an error."""

import copy
import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.storage.world import new_id
from tests.ui.open_page import client_id_of
from tests.ui.siege.conftest import Siege
from ui.auth import COOKIE

POSE = {"azimuth": 0.5, "elevation": 0.1, "theta": 0.0, "distance": 5.0, "px": 30.0, "py": 30.0}
VIEW = {"left": 0, "top": 0, "scale": 1, "width": 64, "height": 48}
ANSWER = {"pose": POSE, "cad_index": 1, "object_status": "status_good", "dense": "dense_no"}
AT = "2026-01-01T10:00:00.000Z"
CHANGE = {"distance": {"before": {"distance": 5.0}, "after": {"distance": 6.0}}}
ID = "the assignment"
"""Stands for a number that is really there."""

MESSAGES: list[dict[str, Any]] = [
    {"type": "open", "assignment": ID},
    {"type": "watch", "assignment": ID, "person": 1},
    {"type": "prefetch", "assignments": [ID], "width": 64, "height": 48, "mode": "solid"},
    {"type": "pose", "seq": 1, "layer": "main", "pose": POSE, "cad_index": 1, "view": VIEW, "mode": "solid",
     "detail": "drag", "groups": ["rotation"]},
    {"type": "op", "op_id": new_id(), "kind": "edit", "base_version": 0, "changes": CHANGE, "undoes": None,
     "started_at": AT, "ended_at": AT},
    {"type": "save", "save_id": new_id(), "base_version": 0, "answer": ANSWER},
    {"type": "clear", "op_id": new_id(), "base_version": 0},
    {"type": "flag", "kind": "help", "reason": "why"},
    {"type": "ping", "t": 1.0},
    {"type": "stats", "frames": 1, "p50_ms": 3.0},
    {"type": "remark_add", "assignment": ID, "entry_id": new_id(), "pin": {"on": "photo", "u": 1.0, "v": 1.0},
     "text": "so"},
    {"type": "remark_add", "assignment": ID, "entry_id": new_id(), "text": "so",
     "pin": {"on": "object", "u": 1.0, "v": 1.0, "pose": POSE, "cad_index": 1}},
    {"type": "remark_reply", "assignment": ID, "remark": 1, "entry_id": new_id(), "text": "so"},
    {"type": "remark_resolve", "assignment": ID, "remark": 1, "resolved": True},
    {"type": "remarks_read", "assignment": ID, "remarks": [1, 2]},
    {"type": "propose", "assignment": ID, "proposal_id": new_id(), "version": 0, "answer": ANSWER, "comment": "so"},
    {"type": "proposal_take", "assignment": ID, "op_id": new_id(), "base_version": 0, "proposal": 1,
     "parts": ["rotation"]},
    {"type": "proposal_decline", "assignment": ID, "proposal": 1},
    {"type": "decide", "assignment": ID, "decision": "send_back", "revision": 1, "reason": "turned"},
    {"type": "fix", "assignment": ID, "save_id": new_id(), "revision": 1, "answer": ANSWER},
    {"type": "decision_read", "assignment": ID},
]  # fmt: skip
BOARD: list[dict[str, Any]] = [{"type": "in_sight", "people": [1, 2]}, {"type": "ping", "t": 1.0}]
NICEGUI = [
    '42["event",{"id":1,"client_id":"x","listener_id":"y","args":[]}]', '42["handshake",{}]', "2", "3", "40", "41",
    '42["handshake",{"client_id":"x","tab_id":"t","document_id":"d","next_message_id":0}]',
    '42["ack",{"client_id":"x","next_message_id":1}]', '42["log",{"client_id":"x","level":"info","message":"m"}]',
    '42["javascript_response",{"client_id":"x","request_id":"r"}]', '451-["event",{"_placeholder":true}]',
]  # fmt: skip
SOCKET = (
    "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    "&implicit_handshake=true&tab_id=t&document_id=d&next_message_id=0"
)
NASTY: list[Any] = [
    None, True, "", "0", -1, 0, 1.5, 1e308, -1e308, 2**31, 2**53 - 1, 2**53, 2**63, 10**40, "\0", "a" * 600,
    "𝕏\u202e", [], {}, [[]], [None], {"a": {}}, "NaN", "' OR 1=1 --", "<script>", new_id(), ID, "main",
    "other:1", "9999-12-31", 5e-324, 1e-300, 89.0, 3.2e4,
]  # fmt: skip
NOISE = (
    "",
    "null",
    "[]",
    "{",
    '"a"',
    "NaN",
    '{"type":',
    "[" * 5000,
    '{"type":"open"}' * 3,
    "\ufeff{}",
    '{"type":1e999}',
)


def mutated(message: Any, rng: random.Random) -> Any:
    """The message with up to three of its values, at any depth, replaced, taken away or added to."""
    changed = copy.deepcopy(message)
    for _ in range(rng.randrange(4)):
        at: Any = changed
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = rng.choice([key for key in keys if key != "type"] or keys)
            if isinstance(at[key], dict | list) and at[key] and rng.random() < 0.7:
                at = at[key]
                continue
            match rng.randrange(8):
                case 0:
                    del at[key]
                case 1 if isinstance(at, dict):
                    at["more"] = copy.deepcopy(rng.choice(NASTY))
                case 2 if isinstance(at[key], float | int):
                    at[key] = at[key] * rng.choice((-1, 1e6, 1e-9, 1e150))
                case _:
                    at[key] = copy.deepcopy(rng.choice(NASTY))  # it may be mutated itself
            break
    return changed


def text_of(kind: list[dict[str, Any]], seed: int, assignment: int) -> str | bytes:
    rng = random.Random(seed)
    if rng.random() < 0.08:
        return rng.choice((*NOISE, rng.randbytes(50)))
    text = json.dumps(mutated(rng.choice(kind), rng))
    # Ids of gestures are new each time, else most of them would be repetitions.
    return text.replace(f'"{ID}"', str(assignment)) if rng.random() < 0.9 else text


class Besieger:
    """A socket that is opened anew when the server has had enough of it."""

    def __init__(self, siege: Siege, path: str, who: str) -> None:
        self.siege, self.path, self.who = siege, path, who
        self._cookie = siege.cookie(who)
        self._open = ExitStack()
        self.socket: ClientConnection | None = None
        self.closes: set[int | None] = set()

    def send(self, text: str | bytes) -> None:
        if self.socket is None:
            self.socket = self._open.enter_context(self.siege.socket(self.path, self.who, cookie=self._cookie))
            if self.path == "/ws/stage":
                self.socket.send(json.dumps({"type": "open", "assignment": self.siege.ids["assignment"]}))
        try:
            self.socket.send(text)
        except ConnectionClosed as closed:
            self._closed(closed)

    def settle(self) -> None:
        """Waits until all that was sent is answered."""
        if self.socket is None:
            return
        try:
            self.socket.send('{"type": "ping", "t": 424242}')
            while "424242" not in str(self.socket.recv(30)):
                pass
        except ConnectionClosed as closed:
            self._closed(closed)

    def _closed(self, closed: ConnectionClosed) -> None:
        self.closes.add(closed.rcvd.code if closed.rcvd else None)
        self._open.close()
        self._open, self.socket = ExitStack(), None

    def end(self) -> None:
        self._open.close()


def besiege(siege: Siege, path: str, who: str, messages: list[dict[str, Any]], examples: int) -> set[int | None]:
    besieger = Besieger(siege, path, who)
    sent = 0

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(seed=st.integers(0, 2**40))
    def send(seed: int) -> None:
        nonlocal sent
        sent += 1
        besieger.send(text_of(messages, seed, siege.ids["assignment"]))
        if sent % 10 == 0:
            besieger.settle()

    try:
        send()
        besieger.settle()
    finally:
        besieger.end()
    return besieger.closes


def test_bad_messages_on_the_stage(siege: Siege, count: Callable[[int, int], int]) -> None:
    closes = set()
    for who, share in (("owner", 3), ("supervisor", 2), ("other", 1)):
        closes |= besiege(siege, "/ws/stage", who, MESSAGES, count(40, 650) * share)
    assert closes <= {1008, 1009}, "an unexpected error, or one that says nothing"
    assert siege.errors() == []


def test_bad_messages_on_the_board(siege: Siege, count: Callable[[int, int], int]) -> None:
    assert besiege(siege, "/ws/board", "supervisor", BOARD, count(40, 600)) <= {1008}
    assert siege.errors() == []


def test_bad_messages_on_nicegui_s_own_socket(siege: Siege, count: Callable[[int, int], int]) -> None:
    """To a page that is gone, and to one that is open: its own names and numbers, and what else may stand there."""
    cookie = siege.cookie("owner")
    with siege.browser("anonymous") as browser:
        browser.cookies.set(COOKIE, cookie, domain="127.0.0.1")
        page = client_id_of(browser.get("/tasks").text)
        for seed in range(count(15, 300)):
            rng = random.Random(seed)
            client_id = rng.choice((page, "gone"))
            text = rng.choice(NICEGUI).replace('"x"', f'"{client_id}"')
            if rng.random() < 0.4 and (content := text[2:]).startswith("["):
                text = f"42{json.dumps(mutated(json.loads(content), rng))}"
            if rng.random() < 0.4:
                at = rng.randrange(len(text))
                text = text[:at] + rng.choice(("", "\0", "{", "9" * 30, '"')) + text[at + rng.randrange(3) :]
            with siege.socket(f"{SOCKET}&client_id={client_id}", "owner", cookie=cookie) as socket:
                try:
                    for packet in ("40", text, rng.randbytes(9), "41"):
                        socket.send(packet)
                    socket.recv(20)
                except ConnectionClosed:
                    pass
        with siege.socket(f"{SOCKET}&client_id={page}", "owner", cookie=cookie) as socket:
            socket.send("40")
            while not str(socket.recv(20)).startswith("4"):  # it answers: what came before is behind it
                pass
        assert browser.get("/tasks").status_code == 200
    for polled in ("", "&sid=x"):
        with siege.browser("owner") as browser:
            answer = browser.post(f"/_nicegui_ws/socket.io/?EIO=4&transport=polling{polled}", content=b"4[[")
            assert answer.status_code == 400
    assert siege.errors() == []
