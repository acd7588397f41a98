"""The guide as a newcomer uses it: the figure, the practice item, the rule, keys of their own, fingers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.annotator import Annotator
from tests.e2e.browser import chromium, new_context
from tests.e2e.stage_world import NOTE, PASSWORD, PERSON, StageWorld, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("guide_page")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("guide"), 2) as world:
        yield world


@pytest.fixture(scope="module")
def newcomer(world: StageWorld) -> Iterator[Annotator]:
    """Has a tablet that takes fingers too."""
    with chromium() as browser:
        context = new_context(browser, has_touch=True)
        annotator = Annotator(context.new_page(), world.server.url)
        annotator.log_in(PERSON, PASSWORD)
        yield annotator
        context.close()


def test_a_newcomer_learns_the_job(world: StageWorld, newcomer: Annotator) -> None:
    page = newcomer.page
    # The photos of all the pictures take many seconds; the practice item's alone is taken here.
    page.route("**/how-to/pictures/*-*", lambda route: route.fulfill(status=204))
    the_figure(page, world.server.url)
    the_practice(page, world.server.url)
    page.goto(f"{world.server.url}/annotate/1")
    newcomer.wait_until_drawn()
    the_rule(page)
    own_keys(newcomer)
    fingers(newcomer)
    assert not [error for error in newcomer.errors if "409" not in error and "net::ERR" not in error]


def the_figure(page: Page, url: str) -> None:
    page.goto(f"{url}/how-to")
    figure = page.get_by_test_id("figure")
    page.locator("#figure canvas[data-drawn=true]").wait_for()
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box
    azimuth = page.get_by_test_id("figure-azimuth")
    assert azimuth.input_value() == "325"
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 20, steps=4)
    page.mouse.up()
    assert azimuth.input_value() == "285", "0.4° for each of 100 pixels"
    figure.focus()
    page.keyboard.press("d")
    assert azimuth.input_value() == "286"


def the_practice(page: Page, url: str) -> None:
    page.goto(f"{url}/tasks")
    page.get_by_test_id("practise").click()
    page.locator("main canvas[data-drawn=true]").wait_for()
    page.get_by_test_id("practice-save").click()
    said = page.get_by_test_id("practice-said")
    expect(said).to_contain_text("Choose the model")
    page.keyboard.press(",")  # from the first model round to the last, which is the van
    expect(page.get_by_test_id("model-3")).to_have_attribute("aria-checked", "true")
    for step in ("rotation", "centre", "distance"):
        page.get_by_test_id(f"show-{step}").click()
    page.keyboard.press("1")
    page.keyboard.press("6")
    page.get_by_test_id("practice-save").click()
    expect(said).to_contain_text("Density")
    page.keyboard.press("5")
    page.get_by_test_id("practice-save").click()
    page.get_by_test_id("practice-finish").click()
    page.get_by_test_id("task-row").first.wait_for()
    expect(page.get_by_test_id("practice-offer")).to_have_count(0)


def the_rule(page: Page) -> None:
    panel = page.get_by_test_id("rule-panel")
    page.keyboard.press("h")
    expect(panel).to_contain_text(NOTE)
    page.keyboard.press("h")
    expect(panel).to_have_count(0)
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def own_keys(newcomer: Annotator) -> None:
    page = newcomer.page
    page.keyboard.press("?")
    page.get_by_test_id("keys-change").click()
    page.get_by_test_id("key-azimuth-1").click()
    page.keyboard.press("k")
    expect(page.get_by_test_id("keys-say")).to_contain_text("Skip this item, or ask for help")
    page.get_by_test_id("key-azimuth-1").click()
    page.keyboard.press("l")
    expect(page.get_by_test_id("key-azimuth-1")).to_have_text("L")
    page.keyboard.press("Escape")
    before = newcomer.state["pose"]["azimuth"]
    page.keyboard.press("d")
    page.keyboard.press("l")
    page.wait_for_function("before => window.posewright.state().pose.azimuth !== before", arg=before)
    assert newcomer.wait_until_drawn()["pose"]["azimuth"] == pytest.approx(before + 1)
    page.reload()
    assert newcomer.wait_until_drawn()["item"]
    page.keyboard.press("l")
    page.wait_for_function(
        "before => Math.abs(window.posewright.state().pose.azimuth - before - 2) < 1e-6", arg=before
    )


def fingers(newcomer: Annotator) -> None:
    """Two fingers apart and to the right: nearer, and the centre follows."""
    page = newcomer.page
    before = newcomer.wait_until_drawn()["pose"]
    x, y = newcomer.stage_point(0.5, 0.5)
    touch = page.context.new_cdp_session(page)

    def fingers_at(kind: str, *spots: tuple[float, float]) -> None:
        points = [{"x": u, "y": v, "id": k} for k, (u, v) in enumerate(spots)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers_at("touchStart", (x - 50, y), (x + 50, y))
    for k in range(1, 6):
        fingers_at("touchMove", (x - 50, y), (x + 50 + 20 * k, y))
    fingers_at("touchEnd")
    page.wait_for_function("before => window.posewright.state().pose.distance < 0.6 * before", arg=before["distance"])
    after = newcomer.wait_until_drawn()["pose"]
    assert after["px"] > before["px"]
    assert after["distance"] == pytest.approx(before["distance"] / 2, rel=0.01)
    assert (after["azimuth"], after["elevation"]) == (before["azimuth"], before["elevation"])
    page.keyboard.press("Control+z")
    page.wait_for_function("before => window.posewright.state().pose.distance === before", arg=before["distance"])
