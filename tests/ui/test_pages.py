"""What the pages hold, and who may open which, against the running server."""

from pathlib import Path

import httpx
import pytest

from tests.ui.conftest import World
from ui.pages.page_at import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def assignment_of(world: World, client: httpx.Client) -> int:
    """The annotator's only item, as the task's own address leads there."""
    answer = client.get(f"/task/{world.task_id}")
    assert answer.status_code == 303
    return int(answer.headers["location"].removeprefix("/annotate/"))


def test_the_annotator_finds_the_task_and_the_way_to_it(world: World) -> None:
    with world.browser("ann") as client:
        page = client.get("/tasks").text
        assert "mini: top" in page
        assert "task-row" in page
        assert f"/annotate/{assignment_of(world, client)}" in page


def test_somebody_without_tasks_is_told_so(world: World) -> None:
    with world.browser("bob") as client:
        page = client.get("/tasks").text
        assert "No tasks yet" in page
        assert "mini" not in page


def test_the_supervisor_sees_everybodys_progress(world: World) -> None:
    with world.browser("sue") as client:
        page = client.get("/tasks").text
        assert "team-row" in page
        assert "mini: top" in page


def test_the_supervisor_sees_who_needs_help_and_why(world: World) -> None:
    with world.browser("sue") as client:
        page = client.get("/tasks").text
    assert "flagged-row" in page
    assert "front or back?" in page
    assert "asks for help" in page
    assert "back? <b>" not in page, "what people type is text, never markup"
    with world.browser("ann") as client:
        assert "flagged-row" not in client.get("/tasks").text


def test_who_may_open_an_item(world: World) -> None:
    with world.browser("ann") as client:
        assignment = assignment_of(world, client)
        assert client.get(f"/annotate/{assignment}").status_code == 200
    with world.browser("sue") as client:
        assert client.get(f"/annotate/{assignment}").status_code == 200
    with world.browser("bob") as client:
        foreign, absent = (client.get(f"/annotate/{id_}") for id_ in (assignment, 999999))
        assert "This is not yours to open" in foreign.text
        assert (foreign.status_code, foreign.text) == (absent.status_code, absent.text)
        assert client.get(f"/task/{world.task_id}").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/annotate/x", "/task/999999"])
def test_what_is_not_there_is_said_with_a_way_on(world: World, path: str) -> None:
    with world.browser("ann") as client:
        answer = client.get(path)
        assert answer.status_code == 404
        assert "This page is not here" in answer.text
        assert 'href="/tasks"' in answer.text
        assert "Traceback" not in answer.text


def test_pages_load_nothing_from_elsewhere(world: World) -> None:
    with world.browser("ann") as client:
        for path in ("/login", "/tasks"):
            page = client.get(path).text
            assert "https://" not in page.replace("https://github.com", "")


def test_what_the_job_is_is_one_click_away(world: World) -> None:
    with world.browser("bob") as client:
        assert client.get("/tasks").text.count("/how-to") >= 2, "on the page and in the menu"
        page = client.get("/how-to")
        assert page.status_code == 200
        assert "Do not chase the outline" in page.text
        client.cookies.set("posewright_language", "zh")
        assert "不要只追求轮廓" in client.get("/how-to").text
    with world.server.client() as stranger:
        assert stranger.get("/how-to").headers["location"] == "/login?next=/how-to"


def test_a_single_task_has_one_way_in(world: World) -> None:
    with world.browser("ann") as client:
        page = client.get("/tasks").text
        assert page.count("pw-button-main") == 1
        assert "pw-button-small" not in page
        assert page.count(f"/annotate/{assignment_of(world, client)}") == 1


def test_everybody_sees_their_own_statistics_and_supervisors_all(world: World) -> None:
    with world.browser("sue") as client:
        page = client.get("/statistics?by=person&days=0").text
        assert "By person" in page
        assert client.get("/statistics?by=nonsense&days=-5").status_code == 200
    with world.browser("ann") as client:
        page = client.get("/statistics?by=person&days=0").text
        assert "Your work in numbers" in page
        assert "By person" not in page


def test_a_page_may_be_late() -> None:
    """NiceGUI gives a page up after 3 s, with an error: on a busy machine the rest of the team would see that."""
    pages = [path for path in (ROOT / "ui").rglob("*.py") if "ui.page(" in path.read_text("utf-8")]
    assert [path.name for path in pages] == ["page_at.py"]
    assert PATIENCE_S > 30
