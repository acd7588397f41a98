"""The reviewer's pages: who may open them, and what they hold where nothing is saved yet."""

from tests.ui.conftest import World
from tests.ui.test_pages import assignment_of


def test_the_queue_is_for_supervisors(world: World) -> None:
    with world.browser("ann") as client:
        assert client.get("/review").status_code == 403
        assert "/review" not in client.get("/tasks").text
    with world.browser("sue") as client:
        page = client.get("/review?category=x&quality=nonsense&hours=-4&share=5000&seed=%20")
        assert page.status_code == 200, "what makes no sense in an address is passed over"
        assert "queue-filters" in page.text
        assert "Nothing waits to be judged" in page.text
        assert "/review" in client.get("/tasks").text


def test_the_history_is_for_those_whose_it_is(world: World) -> None:
    with world.browser("ann") as client:
        assignment = assignment_of(world, client)
        page = client.get(f"/history/{assignment}")
        assert page.status_code == 200
        assert "Nothing has happened here yet" in page.text
    with world.browser("bob") as client:
        foreign, absent = (client.get(f"/history/{id_}") for id_ in (assignment, 999999))
        assert (foreign.status_code, foreign.text) == (absent.status_code, absent.text)
        assert foreign.status_code == 403


def test_pictures_are_not_told_from_absent_ones(world: World) -> None:
    with world.browser("bob") as client:
        for kind in ("revision", "proposal", "prediction"):
            assert client.get(f"/overlays/{kind}/1.jpg").status_code == 404
    with world.server.client() as stranger:
        assert stranger.get("/overlays/revision/1.jpg").status_code in {303, 401}
