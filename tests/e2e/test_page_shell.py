"""The pages around the stage, in a browser: the menu, unsaved changes of saved work, a log-out in another tab."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.annotator import Annotator
from tests.e2e.people import cookie_of
from tests.e2e.stage_world import PASSWORD, PERSON, StageWorld, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("pages"), items=1) as made:
        yield made


@pytest.fixture
def annotator(world: StageWorld, context: BrowserContext) -> Annotator:
    """At the list of tasks."""
    context.clear_cookies()
    context.add_cookies([cookie_of(world.server, PERSON)])
    annotator = Annotator(context.new_page(), world.server.url)
    annotator.page.goto(f"{world.server.url}/tasks")
    return annotator


def test_the_menu_closes_with_escape_and_with_a_click_elsewhere(annotator: Annotator) -> None:
    page = annotator.page
    how_to = page.get_by_test_id("menu-how-to")
    page.get_by_test_id("user-menu").click()
    expect(how_to).to_be_visible()
    page.keyboard.press("Escape")
    expect(how_to).not_to_be_visible()
    expect(page.get_by_test_id("user-menu")).to_be_focused()
    annotator.open_first_task()
    page.get_by_test_id("user-menu").click()
    expect(how_to).to_be_visible()
    page.mouse.move(*annotator.stage_point(0.9, 0.9))
    page.mouse.down()
    expect(how_to).not_to_be_visible()
    page.mouse.up()


def test_all_is_not_done_while_saved_work_has_an_unsaved_change(annotator: Annotator) -> None:
    page = annotator.page
    annotator.open_first_task()
    annotator.answer()
    page.get_by_test_id("stage").focus()
    page.keyboard.press("Enter")
    annotator.wait_for_status("saved")
    page.goto(f"{annotator.url}/tasks")
    expect(page.get_by_text("All done")).to_be_visible()
    expect(page.get_by_test_id("changed")).to_have_count(0)
    page.get_by_test_id("continue").click()
    annotator.wait_until_drawn()
    page.keyboard.press("d")
    page.wait_for_function("() => window.posewright.state().status === 'unsaved'")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Tasks").click()
    page.wait_for_url("**/tasks")
    changed = page.get_by_test_id("changed")
    while not changed.is_visible():  # the list may have been read while the gesture was still on its way
        page.reload()
    changed.click()
    assert annotator.wait_until_drawn()["status"] == "unsaved"
    page.goto(f"{annotator.url}/tasks")
    expect(page.get_by_test_id("changed")).to_have_text("1 changed since the save")
    expect(page.get_by_text("All done")).to_have_count(0)


def test_a_log_out_elsewhere_says_so_and_leads_back_to_the_item(
    annotator: Annotator, context: BrowserContext
) -> None:
    page = annotator.page
    annotator.open_first_task()
    address = page.url
    other = context.new_page()
    other.goto(f"{annotator.url}/tasks")
    other.get_by_test_id("user-menu").click()
    other.get_by_test_id("logout").click()
    expect(other.get_by_test_id("login-name")).to_be_visible()
    expect(other.get_by_test_id("login-ended")).to_have_count(0)
    expect(page.get_by_test_id("login-ended")).to_be_visible()
    page.get_by_test_id("login-name").fill(PERSON)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    annotator.wait_until_drawn()
    assert page.url == address
    other.close()


def test_everything_that_saves_is_in_sight_in_small_windows(annotator: Annotator) -> None:
    page = annotator.page
    annotator.open_first_task()
    for width, height in ((1366, 768), (1366, 640), (1280, 720), (1024, 700), (800, 600)):
        page.set_viewport_size({"width": width, "height": height})
        panel = page.locator(".stage-panel").bounding_box()
        assert panel
        for test_id in ("undo", "revert", "save", "save-next", "status", "flag"):
            box = page.get_by_test_id(test_id).bounding_box()
            assert box
            assert panel["x"] <= box["x"]
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        for covering in (".stage-picture", ".stage-toolbar", ".stage-strip"):
            box = page.locator(covering).bounding_box()
            assert box
            assert box["x"] + box["width"] <= panel["x"], covering
        page.get_by_test_id("dense-yes").click()
        page.get_by_test_id("save-next").click(trial=True)
