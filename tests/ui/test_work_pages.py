"""Who may open the rooms for work, what they hold, and drawing from a pool by a form, against the running server."""

from collections.abc import Iterator

import pytest

from domain.permissions import CONSOLE
from storage.database import Database
from storage.use_cases.work.creating import Handing, WorkOrder, place_order
from storage.use_cases.work.overview import place_ids
from storage.use_cases.work.selection import Selection
from storage.use_cases.work.sharing import withdraw_work
from tests.ui.conftest import World
from ui.settings import load_settings

ROOMS = ("/admin/tasks", "/admin/tasks/new", "/admin/library")
FORM = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}


@pytest.fixture
def pool(world: World) -> Iterator[int]:
    """Of both photos, for ann and bob; withdrawn afterwards, since other tests share the server."""
    database = Database(load_settings(home=world.server.home).database)
    with database.transaction() as session:
        order = WorkOrder(selection=Selection(dataset_id=1), handing=Handing.POOL, name="a pool for all", overlap=2)
        (task_id,) = place_order(session, actor=CONSOLE, order=order)
    yield task_id
    with database.transaction() as session:
        everything = place_ids(session, actor=CONSOLE, task_id=task_id)
        withdraw_work(session, actor=CONSOLE, task_id=task_id, assignment_ids=everything, offer_again=False)
    database.close()


@pytest.mark.parametrize("name", ["ann", "sue"])
def test_only_admins_open_the_rooms_for_work(world: World, name: str) -> None:
    with world.browser(name) as client:
        for path in (*ROOMS, f"/admin/tasks/{world.task_id}", "/admin/library/1"):
            assert client.get(path, headers=FORM).status_code == 403, path


def test_an_admin_finds_tasks_categories_and_models(world: World) -> None:
    with world.browser("adm") as client:
        pages = {path: client.get(path) for path in (*ROOMS, f"/admin/tasks/{world.task_id}", "/admin/library/1")}
        assert {page.status_code for page in pages.values()} == {200}
        assert "mini: top" in pages["/admin/tasks"].text
        assert "What will be made" in pages["/admin/tasks/new"].text
        assert "mini: top" in pages[f"/admin/tasks/{world.task_id}"].text
        assert "truncated" in pages["/admin/library/1"].text, "why a model cannot be read"
        for path in ("/admin/tasks/4242", "/admin/library/4242"):
            assert client.get(path, headers=FORM).status_code == 404
        client.cookies.set("posewright_language", "zh")
        assert "新建任务" in client.get("/admin/tasks").text


def test_a_pool_is_drawn_from_by_a_form_and_by_the_stage(world: World, pool: int) -> None:
    with world.browser("bob") as client:
        assert "a pool for all" in (page := client.get("/tasks").text)
        assert f"/task/{pool}/draw" in page
        drawn = client.post(f"/task/{pool}/draw", headers=FORM)
        assert drawn.status_code == 303
        first = int(drawn.headers["location"].removeprefix("/annotate/"))
        assert client.get(f"/annotate/{first}").status_code == 200
        again = client.post(f"/task/{pool}/draw", headers=PROGRAM).json()["assignment"]
        assert again == first, "pressed twice"
        second = client.post(f"/task/{pool}/draw?passing={first}", headers=PROGRAM).json()["assignment"]
        assert second != first
        assert client.get(f"/task/{pool}/draw").status_code == 405, "a link draws nothing"
    with world.browser("ann") as client:
        # Of the two items she has one from another task: it is not for her to answer twice.
        only = client.post(f"/task/{pool}/draw", headers=PROGRAM).json()["assignment"]
        refused = client.post(f"/task/{pool}/draw?passing={only}", headers=PROGRAM)
        assert (refused.status_code, refused.json()["code"]) == (409, "pool_empty")
        assert client.post(f"/task/{world.task_id}/draw", headers=PROGRAM).json()["code"] == "not_found", "no pool"
        assert client.get(f"/annotate/{first}").status_code in (403, 404), "another's place of the same item"


def test_nobody_draws_from_another_site(world: World, pool: int) -> None:
    with world.browser("bob") as client:
        answer = client.post(f"/task/{pool}/draw", headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
