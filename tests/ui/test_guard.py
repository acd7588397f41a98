"""Every route of the running application is either public by name or closed to strangers."""

import pytest

from tests.ui.conftest import World
from ui.guard import PUBLIC_PATHS

CLOSED = (
    "/",
    "/tasks",
    "/annotate/1",
    "/task/1",
    "/images/1",
    "/thumbnails/1.png",
    "/nowhere",
    "/docs",
    "/openapi.json",
)


@pytest.mark.parametrize("path", CLOSED)
def test_strangers_are_sent_to_the_log_in(world: World, path: str) -> None:
    with world.server.client() as client:
        page = client.get(path)
        assert (page.status_code, page.headers["location"]) == (303, f"/login?next={path}")
        assert client.get(path, headers={"Accept": "application/json"}).status_code == 401
        assert client.post(path, headers={"Accept": "text/html"}).status_code == 401


@pytest.mark.parametrize("path", sorted(PUBLIC_PATHS - {"/language"}))
def test_public_paths_answer(world: World, path: str) -> None:
    """Set-up is over here, and nobody has a link to choose a new password: those two are not there."""
    with world.server.client() as client:
        assert client.get(path).status_code == (404 if path in {"/setup", "/reset"} else 200)


def test_nobody_learns_the_routes(world: World) -> None:
    with world.browser("adm") as client:
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert client.get(path).status_code == 404
