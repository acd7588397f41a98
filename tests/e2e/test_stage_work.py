"""An annotator's work in a real browser on a real server: models, questions, saving, and a line that breaks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, WebSocketRoute, expect

from tests.e2e.stage_annotator import START, StageAnnotator
from tests.e2e.stage_world import (
    BROKEN,
    OTHER,
    StageWorld,
    stage_world,
)

pytestmark = pytest.mark.e2e

ITEMS = 20


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("stage"), ITEMS) as world:
        yield world


# ---- models, questions, saving -------------------------------------------------------------------------------------


def test_an_unreadable_model_says_so_and_another_can_be_chosen(annotator: StageAnnotator) -> None:
    page = annotator.page
    annotator.answer()
    annotator.click(f"model-{BROKEN}")
    expect(page.get_by_test_id("banner-undrawn")).to_contain_text("cannot be read")
    annotator.press("Enter")
    annotator.expect_message("cannot be drawn")
    assert annotator.state["status"] == "error"
    annotator.press(",")
    assert annotator.state["cad_index"] == OTHER
    annotator.wait_until_drawn()
    expect(page.get_by_test_id("banner-undrawn")).to_have_count(0)
    annotator.press("Enter")
    annotator.wait_for_status("saved")


def test_a_save_says_which_answers_are_missing_and_goes_there(annotator: StageAnnotator) -> None:
    annotator.press("Enter")
    annotator.expect_message("Not answered yet: Quality, Density.", focus="quality-good")
    annotator.press("2", "Enter")
    annotator.expect_message("Not answered yet: Density.", focus="dense-no")
    annotator.press("Escape", "5", "Enter")
    state = annotator.wait_for_status("saved")
    assert (state["object_status"], state["dense"]) == ("status_partially", "dense_no")


def test_a_bad_object_needs_nothing_more(annotator: StageAnnotator) -> None:
    annotator.click("quality-bad")
    annotator.click("save")
    state = annotator.wait_for_status("saved")
    assert (state["object_status"], state["dense"]) == ("status_bad", None)


def test_enter_saves_the_typed_value_once_it_is_drawn(annotator: StageAnnotator) -> None:
    annotator.answer()
    box = annotator.page.get_by_test_id("param-azimuth")
    box.fill("123.4")
    box.press("Enter")
    state = annotator.wait_for_status("saved")
    assert state["pose"]["azimuth"] == 123.4
    assert state["drawn_seq"] == state["sent_seq"]
    state = annotator.reload()
    assert (state["pose"]["azimuth"], state["status"]) == (123.4, "saved")


def test_revert_goes_to_the_last_save_and_clear_to_the_start_and_both_can_be_undone(
    annotator: StageAnnotator,
) -> None:
    annotator.answer()
    annotator.type_in("theta", 12)
    annotator.click("save")
    annotator.wait_for_status("saved")
    annotator.click("theta-plus-coarse")
    annotator.click("revert")
    assert annotator.shown["theta"] == 12
    annotator.wait_for_status("saved")
    annotator.press("Control+z")
    assert annotator.shown["theta"] == 42
    annotator.click("revert-menu")
    annotator.click("revert-clear")
    annotator.page.wait_for_function("window.posewright.state().object_status === null")
    assert annotator.shown["theta"] == 0
    expect(annotator.page.get_by_test_id("light-annotated")).not_to_have_class("is-on")
    annotator.press("Control+z", "Control+z")
    assert annotator.shown["theta"] == 12
    annotator.wait_for_status("saved")


def test_save_and_next_then_back_by_button_number_and_browser(annotator: StageAnnotator) -> None:
    page, item = annotator.page, annotator.state["item"]
    annotator.answer()
    annotator.press("Shift+Enter")
    page.wait_for_function("item => window.posewright.state().item !== item", arg=item)
    following = annotator.wait_until_drawn()["item"]
    assert page.url.endswith(f"/annotate/{following}")
    page.go_back()
    page.wait_for_function("item => window.posewright.state().item === item", arg=item)
    expect(page.get_by_test_id("status")).to_have_text("Saved")
    page.get_by_test_id("jump").fill("1")
    page.get_by_test_id("jump").press("Enter")
    page.wait_for_function("window.posewright.state().item === 1")
    expect(page.get_by_test_id("prev")).to_be_disabled()
    annotator.press("PageDown")
    page.wait_for_function("window.posewright.state().item === 2")


def test_quick_presses_add_up(annotator: StageAnnotator) -> None:
    item = annotator.state["item"]
    annotator.press(*["PageDown"] * 5)
    annotator.page.wait_for_function("item => window.posewright.state().item === item", arg=item + 5)
    annotator.wait_until_drawn()
    annotator.press(*["PageUp"] * 5)
    annotator.page.wait_for_function("item => window.posewright.state().item === item", arg=item)
    annotator.wait_until_drawn()


def test_a_skip_without_a_reason_asks_for_one(annotator: StageAnnotator) -> None:
    annotator.press("k")
    annotator.page.get_by_test_id("flag-reason").fill("   ")
    annotator.click("flag-send")
    expect(annotator.page.get_by_test_id("flag-lacking")).to_have_text("Please give a reason.")
    annotator.page.get_by_test_id("flag-reason").fill("A mirror image")
    annotator.click("flag-send")
    expect(annotator.page.get_by_test_id("flag")).to_have_text("Skipped")


def test_asking_for_help_leaves_the_item_open(annotator: StageAnnotator) -> None:
    annotator.press("k")
    annotator.page.get_by_role("radio", name="Ask for help").check()
    annotator.page.get_by_test_id("flag-reason").fill("Which end is the front?")
    annotator.click("flag-send")
    expect(annotator.page.get_by_test_id("flag")).to_have_text("Help asked for")
    annotator.reload()
    expect(annotator.page.get_by_test_id("flag")).to_have_text("Help asked for")


# ---- the line ------------------------------------------------------------------------------------------------------


def hold_work(route: WebSocketRoute, held: list[bool]) -> None:
    """A line on which, while `held`, neither gestures nor saves go up."""
    server = route.connect_to_server()
    stops = ('"type":"op"', '"type":"save"')
    route.on_message(lambda text: None if held and str(text).startswith(stops, 1) else server.send(text))


def lose(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_function("window.posewright.state().status === 'offline'")


def test_work_goes_on_without_a_connection_and_arrives_once(annotator: StageAnnotator) -> None:
    page = annotator.page
    annotator.click("py-plus")
    before = annotator.wait_until_drawn()["pose"]["py"]
    lose(page)
    annotator.click("py-plus", times=3)
    annotator.answer()
    annotator.press("Enter")
    assert annotator.state["status"] == "offline"
    expect(page.get_by_test_id("banner-offline")).to_be_visible()
    page.context.set_offline(False)
    state = annotator.wait_for_status("saved")
    assert state["pose"]["py"] == pytest.approx(before + 3 * 200 / 60, abs=1e-6)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('posewright:op')).length") == 0
    annotator.errors.clear()  # the browser's own words about the lost line
    for _ in range(6):
        annotator.press("Control+z")
    assert annotator.shown["py"] == pytest.approx(START["py"])
    expect(page.get_by_test_id("undo")).to_be_disabled()


def test_another_tab_sees_the_same_unsaved_answer(annotator: StageAnnotator) -> None:
    page = annotator.page
    second = StageAnnotator(page.context.new_page(), annotator.url)
    second.open(annotator.state["item"])
    page.bring_to_front()
    annotator.type_in("azimuth", 77)
    second.page.bring_to_front()
    second.page.wait_for_function("window.posewright.state().pose.azimuth === 77")
    second.click("dense-yes")
    page.bring_to_front()
    page.wait_for_function("window.posewright.state().dense === 'dense_yes'")
    assert annotator.shown["azimuth"] == 77


def test_an_edit_after_a_save_without_connection_is_not_left_behind(annotator: StageAnnotator) -> None:
    page, item = annotator.page, annotator.state["item"]
    annotator.answer()
    annotator.wait_until_drawn()
    lose(page)
    annotator.click("py-plus")
    annotator.press("Shift+Enter")
    annotator.expect_message("Will be saved when it is drawn: that needs the connection.")
    seen = annotator.shown["py"]
    annotator.click("py-plus")
    page.context.set_offline(False)
    annotator.expect_message("what you changed since is not")
    state = annotator.wait_for_status("unsaved")
    assert state["item"] == item
    assert state["pose"]["py"] > seen
    annotator.click("revert")
    assert annotator.shown["py"] == pytest.approx(seen)
    annotator.errors.clear()  # the browser's own words about the lost line


def test_a_save_survives_a_reload_of_the_page_by_itself_and_nobody_is_asked(annotator: StageAnnotator) -> None:
    page = annotator.page
    asked: list[str] = []

    def answer_dialog(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer_dialog)
    held = [True]
    page.route_web_socket("**/ws/stage*", lambda route: hold_work(route, held))
    annotator.reload()
    annotator.answer()
    annotator.press("Enter")
    annotator.wait_for_status("saving")
    held.clear()
    with page.expect_navigation():
        page.evaluate("location.reload()")
    annotator.wait_until_drawn()
    annotator.wait_for_status("saved")
    assert asked == []
