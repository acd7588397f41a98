"""The stage in a real browser on a real server: what the screen shows, steps and numbers, hands on the picture."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import SCREEN, new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_annotator import START, StageAnnotator
from tests.e2e.stage_world import (
    HEIGHT,
    NOTE,
    PERSON,
    PREDICTED,
    READABLE,
    REASON,
    WIDTH,
    StageWorld,
    stage_world,
)

pytestmark = pytest.mark.e2e

ITEMS = 27


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("stage"), ITEMS) as world:
        yield world


# ---- the page ------------------------------------------------------------------------------------------------------


def test_everything_fits_the_window_and_the_picture_is_the_largest(annotator: StageAnnotator) -> None:
    page = annotator.page
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREEN["height"]
    panel = page.locator(".stage-panel")
    assert panel.evaluate("panel => panel.scrollHeight <= panel.clientHeight")
    for test_id in ("save-next", "gallery", "quality-bad", "dense-yes", "param-py", "preview-pose"):
        box = page.get_by_test_id(test_id).bounding_box()
        assert box
        assert box["y"] + box["height"] <= SCREEN["height"], test_id
        assert box["x"] + box["width"] <= SCREEN["width"], test_id
    picture = page.get_by_test_id("stage").bounding_box()
    assert picture
    assert picture["width"] * picture["height"] > 0.5 * SCREEN["width"] * SCREEN["height"]


def test_the_state_is_what_the_issue_names(annotator: StageAnnotator) -> None:
    state = annotator.state
    assert set(state) == {
        "item", "pose", "viewport", "cad_index", "object_status", "dense", "status", "sent_seq", "drawn_seq",
    }  # fmt: skip
    assert state["pose"] == pytest.approx({**START, "elevation": 22.918311805232932, "theta": 0})
    assert (state["viewport"], state["cad_index"], state["status"]) == (800, READABLE, "unsaved")
    assert (state["object_status"], state["dense"]) == (None, None)


def test_the_rule_and_what_it_ignores_are_shown(annotator: StageAnnotator) -> None:
    rule = annotator.page.get_by_test_id("rule-note").inner_text()
    assert NOTE in rule
    assert REASON in rule
    ignored = annotator.page.locator(".stage-parameter.is-ignored")
    expect(ignored).to_have_count(1)
    expect(ignored.get_by_test_id("param-theta")).to_be_visible()


def test_chinese(world: StageWorld, browser: Browser) -> None:
    context = new_context(browser, locale="zh-CN")
    context.add_cookies([cookie_of(world.server, PERSON)])
    annotator = StageAnnotator(context.new_page(), world.server.url)
    annotator.open(world.assignment_ids[-1])
    expect(annotator.page.get_by_test_id("status")).to_have_text("未保存")
    expect(annotator.page.get_by_test_id("save")).to_contain_text("保存")
    context.close()


# ---- steps, boxes, sliders -----------------------------------------------------------------------------------------


def test_ten_quick_clicks_are_ten_steps_and_ten_undos_survive_a_reload(annotator: StageAnnotator) -> None:
    annotator.click("azimuth-plus", times=10)
    assert annotator.shown["azimuth"] == pytest.approx(START["azimuth"] + 10, abs=1e-8)
    annotator.page.wait_for_function("window.posewright.state().drawn_seq === window.posewright.state().sent_seq")
    assert annotator.reload()["pose"]["azimuth"] == pytest.approx(START["azimuth"] + 10, abs=1e-8)
    for done in range(1, 11):
        annotator.press("Control+z")
        assert annotator.shown["azimuth"] == pytest.approx(START["azimuth"] + 10 - done, abs=1e-8)
    expect(annotator.page.get_by_test_id("undo")).to_be_disabled()
    annotator.press("Control+Shift+z", "Control+y")
    assert annotator.shown["azimuth"] == pytest.approx(START["azimuth"] + 2, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [
        ("azimuth", "a", "d"),
        ("elevation", "s", "w"),
        ("theta", "e", "q"),
        ("distance", "z", "x"),
        ("px", "ArrowLeft", "ArrowRight"),
        ("py", "ArrowUp", "ArrowDown"),
    ],
)
def test_every_parameter_has_buttons_and_keys_in_three_sizes(
    annotator: StageAnnotator, name: str, less: str, more: str
) -> None:
    for suffix, modifier in (("", ""), ("-coarse", "Shift+"), ("-finest", "Alt+")):
        for sign, key in (("plus", more), ("minus", less)):
            before = annotator.shown[name]
            annotator.click(f"{name}-{sign}{suffix}")
            by_button = annotator.shown[name]
            annotator.press("Control+z")
            assert annotator.shown[name] == pytest.approx(before, abs=1e-8)
            annotator.press(modifier + key)
            assert annotator.shown[name] == by_button != before
            annotator.press("Control+z")


def test_a_typed_elevation_beyond_the_pole_becomes_canonical(annotator: StageAnnotator) -> None:
    annotator.type_in("azimuth", 10)
    annotator.type_in("elevation", 120)
    assert {name: annotator.shown[name] for name in ("azimuth", "elevation", "theta")} == {
        "azimuth": 190,
        "elevation": 60,
        "theta": -180,
    }
    expect(annotator.page.get_by_test_id("param-elevation")).to_have_value("60")


def test_what_is_no_number_is_not_taken_over(annotator: StageAnnotator) -> None:
    box = annotator.page.get_by_test_id("param-distance")
    for wrong in ("far", "-2", ""):
        box.fill(wrong)
        box.press("Enter")
        expect(box).to_have_attribute("aria-invalid", "true")
        box.press("Escape")
        expect(box).to_have_value("5")
    box.fill("6,5")
    box.press("Tab")
    assert annotator.shown["distance"] == 6.5


def test_a_number_box_says_what_became_of_what_was_typed(annotator: StageAnnotator) -> None:
    for name, typed, said in (
        ("distance", "0x10", "not a number: kept 5"),
        ("distance", "1e6", "limited to 10000"),
        ("elevation", "120", "same picture, written another way"),
    ):
        box = annotator.page.get_by_test_id(f"param-{name}")
        box.fill(typed)
        box.press("Tab")
        expect(annotator.page.get_by_test_id(f"comment-{name}")).to_have_text(said)


def small_pose(page: Page) -> dict[str, int]:
    """Box and number of the grey pixels in the small picture of the pose, in device pixels."""
    return page.evaluate(
        """() => { const canvas = document.querySelector("[data-testid=preview-pose] canvas")
            const { width, height } = canvas
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
            const box = { left: width, top: height, right: -1, bottom: -1, pixels: 0, width, height }
            for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
                if (data[4 * (y * width + x)] > 240) continue
                box.left = Math.min(box.left, x); box.right = Math.max(box.right, x)
                box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y); box.pixels += 1
            } return box }"""
    )


def test_the_small_picture_is_the_whole_shaded_model_in_every_mode_and_zoom(annotator: StageAnnotator) -> None:
    page = annotator.page
    page.wait_for_timeout(1500)
    before = small_pose(page)
    assert before["pixels"] > 0.1 * before["width"] * before["height"]
    assert 0 < before["left"] < before["right"] < before["width"] - 1
    assert 0 < before["top"] < before["bottom"] < before["height"] - 1
    annotator.press("m", "f", "+", "+", "+")
    annotator.wait_until_drawn()
    page.wait_for_timeout(500)
    assert small_pose(page) == before


def test_a_model_outside_the_photo_can_be_brought_back(annotator: StageAnnotator) -> None:
    annotator.type_in("px", -3000)
    annotator.wait_until_drawn()
    annotator.click("banner-outside-button")
    annotator.page.wait_for_function("window.posewright.state().pose.px === 320")
    assert annotator.shown["py"] == 240
    expect(annotator.page.get_by_test_id("banner-outside")).to_have_count(0)
    annotator.press("Control+z")
    assert annotator.shown["px"] == -3000


def test_a_slider_moves_the_model_live_and_is_one_step(annotator: StageAnnotator) -> None:
    slider = annotator.page.get_by_test_id("slider-azimuth").bounding_box()
    assert slider
    y = slider["y"] + slider["height"] / 2
    annotator.page.mouse.move(slider["x"] + 0.08 * slider["width"], y)
    annotator.page.mouse.down()
    annotator.page.mouse.move(slider["x"] + 0.5 * slider["width"], y, steps=6)
    assert annotator.shown["azimuth"] == pytest.approx(180, abs=12)
    annotator.page.mouse.up()
    annotator.press("Control+z")
    assert annotator.shown["azimuth"] == pytest.approx(START["azimuth"])


# ---- on the picture ------------------------------------------------------------------------------------------------


def test_dragging_the_object_moves_it_with_the_hand(annotator: StageAnnotator) -> None:
    x, y = annotator.centre()
    assert annotator.cursor(x, y) == "move"
    scale = annotator.view["scale"] / annotator.view["ratio"]
    annotator.drag((x, y), (60, -35))
    assert annotator.shown["px"] == pytest.approx(START["px"] + 60 / scale, abs=0.01)
    assert annotator.shown["py"] == pytest.approx(START["py"] - 35 / scale, abs=0.01)
    annotator.press("Control+z")
    assert (annotator.shown["px"], annotator.shown["py"]) == (START["px"], START["py"])


def test_a_drag_goes_on_outside_the_picture_and_escape_gives_it_up(annotator: StageAnnotator) -> None:
    mouse = annotator.page.mouse
    mouse.move(*annotator.centre())
    mouse.down()
    mouse.move(1300, 700, steps=5)
    assert annotator.shown["px"] > WIDTH
    annotator.press("Escape")
    assert annotator.shown["px"] == START["px"]
    mouse.up()
    expect(annotator.page.get_by_test_id("undo")).to_be_disabled()


def test_dragging_beside_the_object_turns_and_tilts_it(annotator: StageAnnotator) -> None:
    x, y = annotator.at(150, 100)
    assert annotator.cursor(x, y) == "turn"
    annotator.drag((x, y), (50, 25))
    assert annotator.shown["azimuth"] == pytest.approx(START["azimuth"] - 20, abs=0.02)
    assert annotator.shown["elevation"] == pytest.approx(22.918 + 10, abs=0.02)
    annotator.drag((x, y), (0, 400))
    assert annotator.shown["elevation"] == 90


def test_the_ring_and_shift_roll_it(annotator: StageAnnotator) -> None:
    x, y = annotator.centre()
    annotator.page.keyboard.down("Shift")
    annotator.page.mouse.move(x + 150, y)
    annotator.page.mouse.down()
    annotator.page.mouse.move(x + 106.066, y - 106.066, steps=9)
    annotator.page.mouse.up()
    annotator.page.keyboard.up("Shift")
    assert annotator.shown["theta"] == pytest.approx(45, abs=1)
    ring = next(r for r in range(60, 260, 4) if annotator.cursor(x + r, y) == "roll")
    annotator.drag((x + ring + 4, y), (0, 40))
    assert annotator.shown["theta"] < 40


def test_the_wheel_changes_distance_as_one_step_and_with_ctrl_zooms(annotator: StageAnnotator) -> None:
    page = annotator.page
    page.mouse.move(*annotator.centre())
    for _ in range(3):
        page.mouse.wheel(0, 100)
    assert annotator.shown["distance"] == pytest.approx(5 * 1.02**3, rel=1e-4)
    expect(page.get_by_test_id("undo")).to_be_enabled()
    annotator.press("Control+z")
    assert annotator.shown["distance"] == 5
    before = annotator.view["scale"]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    assert annotator.view["scale"] > 1.3 * before
    assert annotator.shown["distance"] == 5
    annotator.press("0")
    assert annotator.view["scale"] == before


def test_a_double_click_puts_the_centre_there_at_any_zoom(annotator: StageAnnotator) -> None:
    annotator.press("f", "+")
    annotator.page.mouse.dblclick(*annotator.at(301, 222))
    assert (annotator.shown["px"], annotator.shown["py"]) == pytest.approx((301, 222), abs=0.3)


def test_the_photo_is_panned_with_space_and_nothing_else_moves(annotator: StageAnnotator) -> None:
    before, pose = annotator.view, annotator.shown
    annotator.page.keyboard.down("Space")
    annotator.drag(annotator.centre(), (80, 40))
    annotator.page.keyboard.up("Space")
    assert annotator.view["left"] == pytest.approx(before["left"] - 80 / before["scale"])
    assert annotator.shown == pose


def test_keys_show_the_photo_alone_the_prediction_or_the_pose_on_white(annotator: StageAnnotator) -> None:
    annotator.wait_until_drawn()
    assert annotator.painted()["pixels"] > 1000
    annotator.page.keyboard.down("c")
    annotator.page.wait_for_timeout(100)
    assert annotator.painted()["pixels"] == 0
    annotator.page.keyboard.up("c")
    annotator.click("px-plus-coarse")
    for key, text in (("v", "Prediction"), ("b", "Nothing is saved yet"), ("g", "Pose alone")):
        annotator.page.keyboard.down(key)
        expect(annotator.page.get_by_test_id("banner-hold")).to_have_text(text)
        annotator.page.keyboard.up(key)
        expect(annotator.page.get_by_test_id("banner-hold")).to_have_count(0)


def test_the_last_frame_moves_with_the_hand_while_the_server_is_silent(
    world: StageWorld, context: BrowserContext, fresh_items: Iterator[int]
) -> None:
    """px and py: the painted overlay is shifted by exactly the drag, without any new frame."""
    page = context.new_page()
    silent = []

    def relay(socket: Any) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if silent and isinstance(message, bytes) else socket.send(message))

    page.route_web_socket("**/ws/stage", relay)
    annotator = StageAnnotator(page, world.server.url)
    annotator.open(next(fresh_items))
    page.wait_for_timeout(100)
    before, drawn = annotator.painted(), annotator.state["drawn_seq"]
    silent.append(True)
    annotator.drag(annotator.centre(), (48, 24))
    page.mouse.move(5, 5)
    page.wait_for_timeout(100)
    after = annotator.painted()
    assert annotator.state["drawn_seq"] == drawn < annotator.state["sent_seq"]
    for side, shift in (("left", 48), ("right", 48), ("top", 24), ("bottom", 24)):
        assert after[side] - before[side] == pytest.approx(shift, abs=1)


def test_the_photo_fills_what_there_is_and_pixels_stay_square(annotator: StageAnnotator) -> None:
    view = annotator.view
    assert view["scale"] == pytest.approx(min(view["width"] / WIDTH, view["height"] / HEIGHT))
    assert PREDICTED.pose.px == annotator.shown["px"]
