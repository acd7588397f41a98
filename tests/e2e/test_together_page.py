"""People who see each other at work, in real browsers; and what is done while the line is gone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.permissions import Role
from tests.e2e.annotator import Annotator
from tests.e2e.browser import new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_world import PERSON, StageWorld, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("together")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("together"), items=3) as world:
        yield world


def somebody(world: StageWorld, browser: Browser, name: str, role: Role = Role.ANNOTATOR) -> Annotator:
    """A person at a browser of their own, logged in; one who was not there before is added."""
    context = new_context(browser)
    context.add_cookies([cookie_of(world.server, name, role)])
    return Annotator(context.new_page(), world.server.url)


def turning(annotator: Annotator, by: tuple[float, float]) -> None:
    """A drag beside the object that is not let go of."""
    x, y = annotator.stage_point(0.85, 0.85)
    annotator.page.mouse.move(x, y)
    annotator.page.mouse.down()
    annotator.page.mouse.move(x + by[0], y + by[1], steps=8)


def shows(page: Page, azimuth: float) -> None:
    page.wait_for_function("azimuth => window.posewright?.state?.().pose?.azimuth === azimuth", arg=azimuth)


def test_watched_helped_and_taken_back(world: StageWorld, browser: Browser) -> None:
    item = world.assignment_ids[0]
    ann, sue = somebody(world, browser, PERSON), somebody(world, browser, "sue", Role.SUPERVISOR)
    foreign: list[str] = []
    sue.page.on("request", lambda request: foreign.append(request.url) if "//127.0.0.1" not in request.url else None)
    sue.page.goto(f"{world.server.url}/board")
    card = sue.page.locator("[data-testid=board-card]", has_text=PERSON)
    expect(card).to_have_attribute("data-doing", "away")
    ann.page.goto(f"{world.server.url}/annotate/{item}")
    ann.wait_until_drawn()
    expect(card).to_have_attribute("data-doing", "editing")
    card.locator("canvas[data-drawn]").wait_for()
    expect(card.get_by_test_id("in-all")).to_have_text("0/3")
    assert not [url for url in foreign if not url.startswith(("data:", "blob:"))]

    card.get_by_test_id("board-watch").click()
    sue.page.get_by_test_id("watch-stage").wait_for()
    sue.wait_until_drawn()
    expect(ann.page.get_by_test_id("presence")).to_contain_text("sue")
    turning(ann, (-90, 20))
    shows(sue.page, ann.state["pose"]["azimuth"])
    sue.page.wait_for_function(
        "() => { const { wanted, painted } = window.posewright.poses(); return painted?.azimuth === wanted.azimuth }"
    )
    ann.page.mouse.up()
    ann.answer()
    sue.page.wait_for_function("() => window.posewright.state().dense === 'dense_no'")
    expect(sue.page.get_by_test_id("save")).not_to_be_visible()

    tasks = sue.page.context.new_page()
    tasks.goto(f"{world.server.url}/tasks")
    tasks.wait_for_load_state("networkidle")
    expect(tasks.get_by_role("heading", name="Your tasks")).to_have_count(0)
    sue.page.get_by_test_id("add-collaborator").click()
    sue.page.get_by_test_id("collaborator").click()
    sue.page.get_by_role("option", name="sue").click()
    sue.page.get_by_test_id("submit").click()
    sue.page.locator("span[data-testid=collaborator]").wait_for()
    expect(tasks.get_by_role("heading", name="Your tasks")).to_be_visible()
    tasks.close()
    sue.page.goto(f"{world.server.url}/annotate/{item}")
    sue.wait_until_drawn()
    expect(sue.page.get_by_test_id("presence")).to_have_attribute("data-doing", "editing")

    before = sue.state["pose"]["azimuth"]
    turning(ann, (-60, 10))
    sue.page.wait_for_function("() => window.posewright.ghosts().length === 1 && window.posewright.ghosts()[0].drawn")
    assert sue.state["pose"]["azimuth"] == before
    sue.click("distance-plus")
    sue.click("azimuth-plus")
    mine = sue.state["pose"]["azimuth"]
    ann.page.wait_for_function(
        "distance => window.posewright.state().pose.distance === distance", arg=sue.state["pose"]["distance"]
    )
    ann.page.mouse.up()
    theirs = ann.state["pose"]["azimuth"]
    shows(sue.page, theirs)
    assert theirs != mine
    sue.click("take-mine-back")
    shows(ann.page, mine)
    assert ann.state["pose"] == sue.state["pose"]
    ann.page.get_by_test_id("stage").focus()
    ann.page.keyboard.press("Enter")
    ann.wait_for_status("saved")
    sue.wait_for_status("saved")
    assert not ann.errors + sue.errors


def test_a_line_that_is_gone_costs_nothing(
    world: StageWorld, browser: Browser, count: Callable[[int, int], int]
) -> None:
    """Edits while offline, then back: all there, once, and the save of what could only then be drawn."""
    ann = somebody(world, browser, PERSON)
    page = ann.page
    page.goto(f"{world.server.url}/annotate/{world.assignment_ids[1]}")
    before = ann.wait_until_drawn()["pose"]
    page.context.set_offline(True)
    ann.wait_for_status("offline")
    edits = count(12, 50)
    for number in range(edits):
        ann.click(("py-plus", "azimuth-plus")[number % 2])
        page.wait_for_timeout(1000 * count(3, 60) / edits)
    ann.answer()
    page.get_by_test_id("stage").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("banner-offline")).to_contain_text("not drawn")
    expect(page.get_by_test_id("message")).to_contain_text("Will be saved when it is drawn")
    assert ann.state["pose"]["azimuth"] == pytest.approx(before["azimuth"] + edits // 2)
    page.context.set_offline(False)
    state = ann.wait_for_status("saved")
    assert state["sent_seq"] == state["drawn_seq"]
    assert state["pose"]["py"] == pytest.approx(before["py"] + edits / 2 * 200 / 60)
    page.reload()
    assert ann.wait_until_drawn()["pose"] == state["pose"]
    for _ in range(edits + 2):
        page.get_by_test_id("undo").click()
    assert ann.state["pose"] == pytest.approx(before)
    expect(page.get_by_test_id("undo")).to_be_disabled()


def test_a_browser_that_dies_offline_delivers_when_it_is_back(world: StageWorld, browser: Browser) -> None:
    ann = somebody(world, browser, PERSON)
    item = world.assignment_ids[2]
    ann.page.goto(f"{world.server.url}/annotate/{item}")
    ann.wait_until_drawn()
    ann.page.context.set_offline(True)
    ann.wait_for_status("offline")
    ann.click("azimuth-plus", times=3)
    ann.answer()
    ann.page.get_by_test_id("stage").focus()
    ann.page.keyboard.press("Enter")
    seen = ann.state["pose"]
    ann.page.close(run_before_unload=False)
    again = Annotator(ann.page.context.new_page(), world.server.url)
    again.page.context.set_offline(False)
    # On another item first: gestures are delivered from there, and the page says that a save waits.
    again.page.goto(f"{world.server.url}/annotate/{world.assignment_ids[1]}")
    again.wait_until_drawn()
    again.page.get_by_test_id("banner-unsent").get_by_role("link").click()
    again.page.wait_for_function("item => window.posewright?.state?.().item === item", arg=item)
    again.wait_for_status("saved")
    assert again.state["pose"] == seen
