"""The end of a session ends what it has open, on the server, whoever ended it."""

import time
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.server import running_server
from tests.ui.conftest import PASSWORD, World, furnish
from tests.ui.open_page import client_id_of, page_of, page_socket, until_it_ends
from ui.auth import COOKIE


def test_logging_out_in_one_tab_ends_the_other(world: World) -> None:
    with world.browser("ann") as client, page_of(world.url, client) as other_tab:
        client.post("/logout")
        assert "posewright-signed-out" in until_it_ends(other_tab)


def test_another_persons_log_out_ends_nothing(world: World) -> None:
    with (
        world.browser("ann") as ann,
        world.browser("bob") as bob,
        page_of(world.url, ann) as page,
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
    with server.sign_in("gone", PASSWORD) as client, page_of(world.url, client) as page:
        assert server.command("user", "deactivate", "gone").exit_code == 0
        assert "posewright-signed-out" in until_it_ends(page)


def test_a_page_answers_only_to_the_session_that_opened_it(world: World) -> None:
    with world.browser("ann") as ann, world.browser("bob") as bob:
        page = ann.get("/tasks").text
        with (
            pytest.raises(InvalidStatus, match="403"),
            page_socket(world.url, bob.cookies[COOKIE], client_id_of(page)),
        ):
            raise AssertionError("let in")


def test_a_page_that_was_left_before_the_log_out_is_no_error(tmp_path: Path) -> None:
    """NiceGUI keeps a page for a while after its socket is gone; here for half a second."""
    home = tmp_path / "home"
    facts = furnish(home)
    with running_server(home, first="import ui.server; ui.server.RECONNECT_PATIENCE_S = 0.5") as server:
        world = World(server=server, **facts)
        with world.browser("ann") as client:
            with page_of(server.url, client):
                pass
            client.post("/logout")
        with world.browser("ann") as client, page_of(server.url, client) as page:
            client.post("/logout")
            assert "posewright-signed-out" in until_it_ends(page)
        time.sleep(1.5)
        assert "logged out" in server.log
        assert "KeyError" not in server.log + server.output
        assert "error" not in server.log.lower()
