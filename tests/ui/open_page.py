"""A page with its NiceGUI socket, as a browser holds it, for tests without a browser."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ui.auth import COOKIE

PATIENCE_S = 10.0


@contextmanager
def page_of(url: str, client: httpx.Client) -> Iterator[ClientConnection]:
    """The tasks page of who is logged in there."""
    answer = client.get("/tasks")
    assert answer.status_code == 200
    with page_socket(url, client.cookies[COOKIE], client_id_of(answer.text)) as socket:
        yield socket


@contextmanager
def page_socket(url: str, cookie: str, client_id: str) -> Iterator[ClientConnection]:
    query = (
        f"EIO=4&transport=websocket&client_id={client_id}&implicit_handshake=true"
        "&tab_id=tab&document_id=document&next_message_id=0"
    )
    with socket_at(url, f"/_nicegui_ws/socket.io/?{query}", cookie) as socket:
        assert str(socket.recv(PATIENCE_S)).startswith("0")
        socket.send("40")
        assert str(socket.recv(PATIENCE_S)).startswith("40")
        yield socket


@contextmanager
def socket_at(url: str, path: str, cookie: str) -> Iterator[ClientConnection]:
    with connect(
        url.replace("http", "ws") + path,
        additional_headers={"Cookie": f"{COOKIE}={cookie}"},
        origin=url,  # type: ignore[arg-type]
    ) as socket:
        yield socket


def click_on(socket: ClientConnection) -> str:
    """What this page says when something is clicked that has gone meanwhile."""
    assert socket.request
    (client_id,) = parse_qs(urlsplit(socket.request.path).query)["client_id"]
    content = {"client_id": client_id, "id": 10**6, "listener_id": "gone", "args": []}
    return f"42{json.dumps(['event', content])}"


def client_id_of(page: str) -> str:
    """The id by which NiceGUI knows this page."""
    (client_id,) = set(re.findall(r"client_id\W+([0-9a-f]{8}-[0-9a-f-]{27})", page))
    return client_id


def until_it_ends(socket: ClientConnection) -> str:
    """What the server still sends; TimeoutError where it stays silent and open."""
    received = ""
    try:
        while True:
            message = str(socket.recv(PATIENCE_S))
            received += message
            if message == "2":
                socket.send("3")
    except ConnectionClosed:
        return received
