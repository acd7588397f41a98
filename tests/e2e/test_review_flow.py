"""Two browsers: a supervisor remarks on the model and proposes a rotation; the annotator takes it; it is accepted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.annotator import Annotator, degrees_apart
from tests.e2e.browser import new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_world import PERSON, SUPERVISOR, StageWorld, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("review_flow")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("review"), 4) as world:
        yield world


def person_at(browser: Browser, world: StageWorld, name: str) -> Annotator:
    context = new_context(browser)
    context.add_cookies([cookie_of(world.server, name)])
    return Annotator(context.new_page(), world.server.url)


def asks_before_leaving(page: Page) -> bool:
    return page.evaluate(
        "() => { const leave = new Event('beforeunload', {cancelable: true}); dispatchEvent(leave);"
        " return leave.defaultPrevented }"
    )


def mark_at(page: Page) -> tuple[float, float]:
    """The point of the first mark: the middle of its lower edge."""
    box = page.get_by_test_id("remark-mark").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"]


def test_from_a_remark_to_an_accepted_answer(world: StageWorld, browser: Browser) -> None:
    item = world.assignment_ids[0]
    ann, sue = person_at(browser, world, PERSON), person_at(browser, world, SUPERVISOR)
    for person in (ann, sue):
        person.page.goto(f"{world.server.url}/annotate/{item}")
        person.wait_until_drawn()
    elsewhere = ann.page.context.new_page()
    elsewhere.goto(f"{world.server.url}/tasks")
    elsewhere.wait_for_load_state("networkidle")

    # A remark, pinned to the mesh: it reaches the annotator on every page, and follows the model there.
    middle = sue.stage_point(0.5, 0.5)
    sue.click("remark-add")
    sue.page.mouse.click(*middle)
    expect(sue.page.get_by_test_id("remark-on-object")).to_have_attribute("aria-checked", "true")
    sue.page.get_by_test_id("remark-text").fill("this corner")
    assert asks_before_leaving(sue.page)
    sue.click("remark-send")
    expect(ann.page.get_by_test_id("news")).to_contain_text("sue remarks: this corner")
    expect(sue.page.get_by_test_id("remark-slip")).to_have_count(0)
    assert not asks_before_leaving(sue.page)
    expect(ann.page.get_by_test_id("remarks-unread")).to_have_text("1")
    expect(elsewhere.get_by_test_id("news")).to_contain_text("sue remarks: this corner")
    expect(elsewhere.get_by_test_id("unread-remarks")).to_have_text("1 unread remark")
    at = mark_at(ann.page)
    assert at == pytest.approx(middle, abs=3)
    ann.page.get_by_test_id("stage").focus()
    for _ in range(3):
        ann.page.keyboard.press("Shift+ArrowRight")
    ann.wait_for_status("unsaved")
    ann.page.wait_for_function(
        "left => document.querySelector('[data-testid=remark-mark]').getBoundingClientRect().left > left + 20",
        arg=at[0],
    )
    assert mark_at(ann.page)[1] == pytest.approx(at[1], abs=3)
    ann.click("remark-mark")
    expect(ann.page.get_by_test_id("remarks-unread")).to_have_count(0)
    expect(elsewhere.get_by_test_id("unread-remarks")).to_have_count(0)
    elsewhere.goto(f"{world.server.url}/history/{item}")
    expect(elsewhere.get_by_test_id("story-line")).to_have_count(1)
    ann.page.get_by_test_id("remark-reply").fill("thank you")
    ann.page.get_by_test_id("remark-reply").press("Enter")
    expect(sue.page.get_by_test_id("news")).to_contain_text(f"{PERSON} answers: thank you")
    ann.click("remarks")

    # A proposal: a ghost over the annotator's own, of which only the rotation is taken, as a gesture of theirs.
    sue.page.wait_for_function(
        "x => Math.abs(window.posewright.state().pose.px - x) < 0.1", arg=ann.state["pose"]["px"]
    )
    sue.click("propose")
    sue.turn_with_keys("azimuth", 70)
    sue.page.keyboard.press("z")
    offered = sue.pose()
    assert asks_before_leaving(sue.page)
    sue.click("proposal-send")
    expect(ann.page.get_by_test_id("proposal")).to_contain_text("sue proposes")
    before = ann.pose()
    expect(ann.page.get_by_test_id("proposal-take-azimuth")).to_be_enabled()
    ann.click("proposal-take-rotation")
    expect(ann.page.get_by_test_id("proposal-take-rotation")).to_have_count(0)
    expect(ann.page.get_by_test_id("proposal-take-distance")).to_be_visible()
    ann.wait_until_drawn()
    assert degrees_apart(ann.pose(), offered) < 1e-6
    assert ann.pose().distance == before.distance
    ann.click("undo")
    ann.wait_until_drawn()
    assert degrees_apart(ann.pose(), before) < 1e-6
    ann.click("redo")
    ann.answer()
    ann.click("save")
    ann.wait_for_status("saved")
    assert degrees_apart(ann.pose(), offered) < 1e-6

    # Sent back with a reason, which stays in sight until it is read; then saved again and accepted.
    expect(sue.page.get_by_test_id("judge-message")).to_contain_text("revision 1")
    sue.click("review-send-back")
    sue.page.keyboard.press("7")
    sue.page.get_by_test_id("send-back-send").click()
    expect(ann.page.get_by_test_id("banner-sent-back")).to_contain_text("Sent back by sue: The centre is off.")
    ann.click("banner-sent-back-button")
    expect(ann.page.get_by_test_id("banner-sent-back")).to_have_count(0)
    ann.page.get_by_test_id("stage").focus()
    ann.page.keyboard.press("Shift+ArrowLeft")
    ann.click("save")
    ann.wait_for_status("saved")
    expect(sue.page.get_by_test_id("judge-message")).to_contain_text("revision 2")
    sue.click("review-accept")
    expect(ann.page.get_by_test_id("banner-read-only")).to_contain_text("accepted")
    expect(ann.page.get_by_test_id("save")).to_be_disabled()
    expect(sue.page.get_by_test_id("judged-state")).to_have_attribute("data-state", "accepted")

    # The history has told the story as it happened; the queue holds what is left, and decides by keys.
    expect(elsewhere.get_by_test_id("story-line")).to_have_count(7)
    expect(elsewhere.get_by_test_id("history-state")).to_have_text("Accepted")
    elsewhere.close()
    sue.page.goto(f"{world.server.url}/review")
    expect(sue.page.get_by_test_id("empty")).to_be_visible()
    ann.page.goto(f"{world.server.url}/annotate/{world.assignment_ids[1]}")
    ann.wait_until_drawn()
    ann.answer()
    ann.click("save")
    ann.wait_for_status("saved")
    expect(sue.page.get_by_test_id("queue-card")).to_have_count(1)
    sue.page.get_by_test_id("queue-card").get_by_role("button").click()
    expect(sue.page.get_by_test_id("sides").locator("img")).to_have_count(2)
    sue.page.keyboard.press("f")
    sue.page.get_by_test_id("fix-accept").wait_for()
    sue.turn_with_keys("azimuth", 40)
    sue.click("fix-accept")
    sue.page.wait_for_url("**/review")
    expect(sue.page.get_by_test_id("empty")).to_be_visible()
    expect(ann.page.get_by_test_id("news").last).to_contain_text("sue corrected an item")
    ann.page.wait_for_function("() => Math.abs(window.posewright.state().pose.azimuth - 40) < 1")
    assert ann.errors == sue.errors == []
