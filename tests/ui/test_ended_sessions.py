"""The end of a session ends what it has open, on the server, whoever ended it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.ui.conftest import PASSWORD, World
from ui.auth import COOKIE

PATIENCE_S = 10.0


@contextmanager
def open_page(world: World, client: httpx.Client) -> Iterator[ClientConnection]:
    """The tasks page with its NiceGUI socket, as a browser holds it."""
    page = client.get("/tasks").text
    with page_socket(world, client.cookies[COOKIE], client_id_of(page)) as socket:
        yield socket


@contextmanager
def page_socket(world: World, cookie: str, client_id: str) -> Iterator[ClientConnection]:
    query = (
        f"EIO=4&transport=websocket&client_id={client_id}&implicit_handshake=true"
        "&tab_id=tab&document_id=document&next_message_id=0"
    )
    with connect(
        f"{world.url.replace('http', 'ws')}/_nicegui_ws/socket.io/?{query}",
        additional_headers={"Cookie": f"{COOKIE}={cookie}"},
        origin=world.url,  # type: ignore[arg-type]
    ) as socket:
        assert str(socket.recv(PATIENCE_S)).startswith("0")
        socket.send("40")
        assert str(socket.recv(PATIENCE_S)).startswith("40")
        yield socket


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


def test_logging_out_in_one_tab_ends_the_other(world: World) -> None:
    with world.server.sign_in("ann", PASSWORD) as client, open_page(world, client) as other_tab:
        client.post("/logout")
        assert "/login" in until_it_ends(other_tab)


def test_another_persons_log_out_ends_nothing(world: World) -> None:
    with (
        world.server.sign_in("ann", PASSWORD) as ann,
        world.server.sign_in("bob", PASSWORD) as bob,
        open_page(world, ann) as page,
    ):
        bob.post("/logout")
        with pytest.raises(TimeoutError):
            page.recv(1.0)


def test_deactivating_from_another_process_ends_open_pages(world: World) -> None:
    server = world.server
    assert (
        server.command("user", "add", "gone", "--role", "annotator", "--password-stdin", stdin=PASSWORD).exit_code
        == 0
    )
    with server.sign_in("gone", PASSWORD) as client, open_page(world, client) as page:
        assert server.command("user", "deactivate", "gone").exit_code == 0
        assert "/login" in until_it_ends(page)


def test_a_page_answers_only_to_the_session_that_opened_it(world: World) -> None:
    with world.server.sign_in("ann", PASSWORD) as ann, world.server.sign_in("bob", PASSWORD) as bob:
        page = ann.get("/tasks").text
        with pytest.raises(InvalidStatus, match="403"), page_socket(world, bob.cookies[COOKIE], client_id_of(page)):
            raise AssertionError("let in")
