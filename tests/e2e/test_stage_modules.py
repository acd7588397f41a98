"""The stage's own arithmetic and bookkeeping, in Chromium, against the domain's numbers."""

import json
import math
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from domain.box import Box
from domain.pose import ANGLES, Pose, wrap_positive
from domain.steps import STEPS
from domain.view import View
from tests.e2e.stage_modules import module_page
from ui.live.first_look import first_look

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stage_modules")]

BOX = [100.0, 50.0, 220.0, 140.0]
POSE = {"azimuth": 0.3, "elevation": 0.2, "theta": -0.1, "distance": 5.0, "px": 160.0, "py": 95.0}
ANSWER = {"pose": POSE, "cad_index": 1, "object_status": None, "dense": None}
VIEW = {"left": 12.5, "top": -3.25, "scale": 1.75, "width": 800, "height": 600}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with module_page() as page:
        yield page


def table() -> dict[str, Any]:
    return json.loads(json.dumps({name: asdict(steps) for name, steps in STEPS.items()}))


def some_poses(number: int, *, beyond: bool = True) -> list[dict[str, float]]:
    """Poses all over, the poles and both ends of every range among them; `beyond` canonical ranges too."""
    chance = random.Random(4)
    reach = 3 * math.pi if beyond else math.pi / 2
    corners = [0.0, math.pi / 2, -math.pi / 2, math.pi, -math.pi, 2 * math.pi, -1e-17, 1e-17]
    poses = [
        {"azimuth": a, "elevation": e, "theta": t, "distance": 2.0, "px": 0.0, "py": 0.0}
        for a in corners
        for e in corners
        for t in corners
    ]
    return poses + [
        {
            "azimuth": chance.uniform(-reach, reach),
            "elevation": chance.uniform(-reach, reach),
            "theta": chance.uniform(-reach, reach),
            "distance": chance.uniform(0.5, 20),
            "px": chance.uniform(-100, 900),
            "py": chance.uniform(-100, 900),
        }
        for _ in range(number)
    ]


def test_the_camera_is_the_domains(page: Page, count: Callable[[int, int], int]) -> None:
    poses, points = some_poses(count(200, 5000)), [[0.3, -0.2, 0.1], [-0.4, 0.1, 0.35]]
    projected = page.evaluate(
        "([poses, points]) => poses.map((pose) => points.map((point) => stage.project(pose, 700, point)))",
        [poses, points],
    )
    for pose, pixels in zip(poses, projected, strict=True):
        expected = Pose(**pose, viewport=700).project(points)
        np.testing.assert_allclose(np.array(pixels, dtype=float), expected, atol=1e-6)


def test_the_canonical_form_is_the_domains_to_the_bit(page: Page, count: Callable[[int, int], int]) -> None:
    poses = some_poses(count(500, 20_000))
    for pose, seen in zip(poses, page.evaluate("poses => poses.map(stage.canonical)", poses), strict=True):
        assert {name: seen[name] for name in ANGLES} == {
            name: getattr(Pose(**pose).canonical(), name) for name in ANGLES
        }


def test_degrees_that_are_typed_are_read_back_as_typed(page: Page, count: Callable[[int, int], int]) -> None:
    chance = random.Random(5)
    typed = [
        {
            "azimuth": round(chance.uniform(0, 359.4), digits),
            "elevation": round(chance.uniform(-90, 90), digits),
            "theta": round(chance.uniform(-180, 179.4), digits),
        }
        for digits in (0, 1, 2, 5, 9)
        for _ in range(count(100, 4000))
    ]
    pairs = page.evaluate(
        """([pose, typed]) => typed.map((degrees) => {
            const stored = stage.withDegrees(pose, degrees); return [stored, stage.shownDegrees(stored)] })""",
        [POSE, typed],
    )
    for degrees, (stored, shown) in zip(typed, pairs, strict=True):
        assert shown == {name: value + 0.0 for name, value in degrees.items()}
        for name in ANGLES:
            assert stored[name] == wrap_positive(degrees[name] * (math.pi / 180))
            assert 0 <= stored[name] < 2 * math.pi


def test_shown_degrees_are_the_same_direction(page: Page) -> None:
    poses = some_poses(500)
    for pose, shown in zip(poses, page.evaluate("poses => poses.map(stage.shownDegrees)", poses), strict=True):
        assert 0 <= shown["azimuth"] < 360
        assert -90 <= shown["elevation"] <= 90
        assert -180 <= shown["theta"] < 180
        back = Pose(**{**pose, **{name: math.radians(shown[name]) for name in ANGLES}})
        np.testing.assert_allclose(back.rotation(), Pose(**pose).rotation(), atol=1e-12)


def test_an_elevation_beyond_the_pole_is_the_same_picture(page: Page) -> None:
    upright = {**POSE, "azimuth": 0.0, "theta": 0.0}
    typed = page.evaluate("pose => stage.withDegrees(pose, { elevation: 120 })", upright)
    shown = page.evaluate("pose => stage.shownDegrees(pose)", typed)
    assert shown == {"azimuth": 180, "elevation": 60, "theta": -180}
    as_typed = Pose(**{**upright, "elevation": math.radians(120)})
    np.testing.assert_allclose(Pose(**typed).rotation(), as_typed.rotation(), atol=1e-12)


def test_angles_that_nobody_touched_keep_their_bits(page: Page) -> None:
    pose = {**POSE, "azimuth": 1.2345678901234567, "elevation": 0.1000000000000001, "theta": 0.3333333333333333}
    turned = page.evaluate("pose => stage.withDegrees(pose, { azimuth: 10 })", pose)
    assert (turned["elevation"], turned["theta"]) == (pose["elevation"], pose["theta"])


STEP = "([table, box, pose, name, direction, size]) => new stage.Steps(table, box).step(pose, name, direction, size)"


def step(page: Page, pose: dict[str, float], name: str, direction: int, size: str) -> dict[str, float]:
    return page.evaluate(STEP, [table(), BOX, pose, name, direction, size])


def shown(page: Page, pose: dict[str, float]) -> dict[str, float]:
    return page.evaluate("pose => stage.shownDegrees(pose)", pose)


@pytest.mark.parametrize("name", list(STEPS))
@pytest.mark.parametrize("size", ["finest", "fine", "coarse"])
def test_a_step_up_and_a_step_down_cancel(page: Page, name: str, size: str) -> None:
    pose = page.evaluate("pose => stage.withDegrees(pose, { azimuth: 40, elevation: 10.5, theta: -20 })", POSE)
    up = step(page, pose, name, 1, size)
    assert up != pose
    back = step(page, up, name, -1, size)
    assert {**back, **shown(page, back)} == pytest.approx({**pose, **shown(page, pose)}, abs=1e-9)
    if name in ANGLES:
        assert shown(page, back)[name] == shown(page, pose)[name]


def test_azimuth_and_theta_wrap_and_elevation_stops(page: Page) -> None:
    pose = page.evaluate("pose => stage.withDegrees(pose, { azimuth: 350, elevation: 80, theta: 170 })", POSE)
    assert shown(page, step(page, pose, "azimuth", 1, "coarse"))["azimuth"] == 20
    assert shown(page, step(page, pose, "theta", 1, "coarse"))["theta"] == -160
    stopped = shown(page, step(page, pose, "elevation", 1, "coarse"))
    assert stopped == {"azimuth": 350, "elevation": 90, "theta": 170}


def test_steps_of_distance_and_centre_have_the_domains_sizes(page: Page) -> None:
    assert step(page, POSE, "distance", 1, "coarse")["distance"] == pytest.approx(5 * 1.15)
    assert step(page, POSE, "distance", -1, "fine")["distance"] == pytest.approx(5 / 1.02)
    assert step(page, POSE, "px", 1, "fine")["px"] == pytest.approx(160 + 150 / 60)
    assert step(page, POSE, "py", -1, "finest")["py"] == pytest.approx(95 - 150 / 500)


def test_a_view_puts_pixels_where_the_domain_does(page: Page) -> None:
    x, y = page.evaluate("view => { const p = stage.toScreen(view, 160, 95); return [p.x, p.y] }", VIEW)
    camera = View(**VIEW).camera(Pose(**POSE))
    assert (x - 0.5, y - 0.5) == pytest.approx((camera.px, camera.py))
    back = page.evaluate("([view, x, y]) => stage.toPixel(view, x, y)", [VIEW, x, y])
    assert (back["px"], back["py"]) == pytest.approx((160, 95))


def test_a_first_look_is_the_servers_to_the_bit(page: Page, count: Callable[[int, int], int]) -> None:
    """Frames that are drawn ahead are used only where they are exactly what the stage would ask for."""
    chance = random.Random(20)
    cases = []
    for _ in range(count(200, 2000)):
        image = (chance.randint(20, 8192), chance.randint(20, 8192))
        x1, y1 = chance.uniform(0, 0.9 * image[0]), chance.uniform(0, 0.9 * image[1])
        box = Box(x1=x1, y1=y1, x2=chance.uniform(x1 + 1, image[0] + 1), y2=chance.uniform(y1 + 1, image[1] + 1))
        screen = (chance.randint(100, 4000), chance.randint(100, 4000))
        cases.append((chance.choice([None, chance.uniform(0.2, 20)]), box, image, screen))
    shown = page.evaluate(
        "cases => cases.map(([room, box, [w, h], [x, y]]) =>"
        " stage.viewWith(room, box, { width: w, height: h }, { width: x, height: y }))",
        [[room, [box.x1, box.y1, box.x2, box.y2], image, screen] for room, box, image, screen in cases],
    )
    for (room, box, image, screen), view in zip(cases, shown, strict=True):
        assert first_look(room, box, image, screen) == View(**view)


def test_zooming_keeps_the_point_under_the_pointer(page: Page) -> None:
    before, after = page.evaluate(
        """view => { const image = { width: 640, height: 480 }
            const zoomed = stage.zoomed(view, 300, 200, 1.7, image)
            return [stage.toPixel(view, 300, 200), stage.toPixel(zoomed, 300, 200)] }""",
        VIEW,
    )
    assert after == pytest.approx(before)


@pytest.mark.parametrize(
    "change",
    [{"px": 201.5, "py": 80.25}, {"theta": 1.1}, {"theta": -2.9, "px": 120.0}, {}],
    ids=["centre", "theta", "theta and centre", "view alone"],
)
def test_the_warp_is_exact_for_centre_roll_and_view(page: Page, change: dict[str, float]) -> None:
    """Every point of the frame lands where the camera of the new pose and view puts it."""
    views = [VIEW, {"left": 40.0, "top": 10.0, "scale": 3.5, "width": 1000, "height": 500}]
    a, b, c, d, e, f = page.evaluate(
        "([from, to]) => stage.warp(from, to)",
        [{"pose": POSE, "view": views[0]}, {"pose": {**POSE, **change}, "view": views[1]}],
    )
    points = np.array([[0.3, -0.2, 0.1], [-0.4, 0.1, 0.35], [0.05, 0.3, -0.3]])
    old = View(**views[0]).camera(Pose(**POSE)).project(points) + 0.5
    new = View(**views[1]).camera(Pose(**{**POSE, **change})).project(points) + 0.5
    np.testing.assert_allclose(old @ np.array([[a, b], [c, d]]) + [e, f], new, atol=1e-9)


EDITOR = """([answer, script]) => {
    const opened = { answer, version: 3, saved: null, undo: [], redo: [] }
    const editor = new stage.Editor(opened)
    const turn = (azimuth) => editor.edit({ ...editor.answer, pose: { ...editor.answer.pose, azimuth } })
    const move = (px) => editor.edit({ ...editor.answer, pose: { ...editor.answer.pose, px } })
    return new Function("editor", "turn", "move", "opened", "stage", script)(editor, turn, move, opened, stage)
}"""


def edit(page: Page, script: str) -> Any:
    return page.evaluate(EDITOR, [ANSWER, script])


def test_ten_gestures_are_ten_ops_and_ten_undos(page: Page) -> None:
    ops, answers = edit(
        page,
        """const ops = []; for (let i = 1; i <= 10; i += 1) ops.push(turn(i / 10))
           const answers = []; while (editor.canUndo) { editor.undo(); answers.push(editor.answer.pose.azimuth) }
           return [ops, answers]""",
    )
    assert len({op["op_id"] for op in ops}) == 10
    assert [op["kind"] for op in ops] == ["edit"] * 10
    assert all(list(op["changes"]) == ["rotation"] for op in ops)
    assert answers == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, POSE["azimuth"]]


def test_a_gesture_is_one_op_and_a_cancelled_one_is_none(page: Page) -> None:
    op, after, nothing = edit(
        page,
        """editor.begin()
           for (const px of [1, 2, 3]) editor.update({ ...editor.answer, pose: { ...editor.answer.pose, px } })
           const op = editor.commit(); editor.begin()
           editor.update({ ...editor.answer, cad_index: 9 }); editor.cancel()
           return [op, editor.answer, editor.commit()]""",
    )
    assert op["changes"] == {"centre": {"before": {"px": 160.0, "py": 95.0}, "after": {"px": 3, "py": 95.0}}}
    assert (after["cad_index"], after["pose"]["px"], nothing) == (1, 3, None)


def test_undo_and_redo_name_what_they_take_back(page: Page) -> None:
    edited, undone, redone, answer = edit(
        page, "const ops = [turn(1), editor.undo(), editor.redo()]; return [...ops, editor.answer]"
    )
    assert (undone["kind"], undone["undoes"]) == ("undo", edited["op_id"])
    assert (redone["kind"], redone["undoes"]) == ("redo", undone["op_id"])
    assert answer["pose"]["azimuth"] == 1


def test_what_comes_from_elsewhere_and_what_is_on_its_way_both_stand(page: Page) -> None:
    """Different groups: both. The same group: the gesture that the server has not heard of is the later one."""
    merged, later = edit(
        page,
        """turn(1)
           editor.merge({ ...opened.answer, cad_index: 4, pose: { ...opened.answer.pose, azimuth: 2, px: 7 } }, 9)
           const merged = editor.answer; editor.acknowledge(editor.unacknowledged[0].op_id, 10)
           editor.begin(); editor.update({ ...editor.answer, pose: { ...editor.answer.pose, distance: 8 } })
           editor.merge({ ...editor.committed, dense: "dense_yes" }, 11); return [merged, editor.answer]""",
    )
    assert (merged["pose"]["azimuth"], merged["pose"]["px"], merged["cad_index"]) == (1, 7, 4)
    assert (later["pose"]["distance"], later["dense"]) == (8, "dense_yes")


def test_a_reopened_item_keeps_gestures_that_the_server_never_got(page: Page) -> None:
    azimuth, undoable, dirty = edit(
        page,
        """const heard = turn(1), unheard = turn(2); editor.acknowledge(heard.op_id, 4)
           const answer = { ...opened.answer, pose: { ...opened.answer.pose, azimuth: 1 } }
           editor.reopen({ ...opened, answer, version: 4, undo: [heard], redo: [] })
           return [editor.answer.pose.azimuth, editor.undoable.map((op) => op.op_id).length, editor.dirty]""",
    )
    assert (azimuth, undoable, dirty) == (2, 2, True)


def test_a_save_waits_for_its_gestures_and_holds_back_later_ones(page: Page) -> None:
    sent = page.evaluate(
        """() => { const sent = []; let version = 1, seen = false
            const outbox = new stage.Outbox((message) => { sent.push(message); return true }, () => version)
            outbox.add("op", "a", { type: "op", id: "a" }); outbox.add("op", "b", { type: "op", id: "b" })
            outbox.add("save", "s", { type: "save" }, () => seen); outbox.add("op", "c", { type: "op", id: "c" })
            sent.push("acknowledged a"); version = 2; outbox.settle("a")
            sent.push("acknowledged b"); version = 3; outbox.settle("b")
            sent.push("seen"); seen = true; outbox.pump(); sent.push("saved"); outbox.settle("s")
            return sent }"""
    )
    assert sent == [
        {"type": "op", "id": "a"}, {"type": "op", "id": "b"}, "acknowledged a", "acknowledged b", "seen",
        {"type": "save", "base_version": 3}, "saved", {"type": "op", "id": "c"},
    ]  # fmt: skip


def test_after_a_lost_connection_the_same_ids_go_out_again(page: Page) -> None:
    sent = page.evaluate(
        """() => { const sent = []; let open = true
            const outbox = new stage.Outbox((message) => { if (open) sent.push(message.id); return open }, () => 0)
            outbox.add("op", "a", { id: "a" }); outbox.add("op", "b", { id: "b" }); outbox.settle("a")
            open = false; outbox.lost(); outbox.add("op", "c", { id: "c" })
            open = true; outbox.pump(); return sent }"""
    )
    assert sent == ["a", "b", "b", "c"]


def test_two_moving_frames_are_in_flight_at_most_and_the_newest_follows(page: Page) -> None:
    sent = page.evaluate(
        """() => { const sent = []
            const frames = new stage.FrameRequests(({ layer, seq }) => sent.push([layer, seq]))
            frames.resume(); frames.request("main", {}); frames.request("other:7", {})
            frames.request("main", {})
            const pinned = frames.request("main", {}, { pinned: true }); frames.request("main", {})
            const newest = frames.request("main", {}); frames.answered("main", 1); frames.answered("main", pinned)
            frames.answered("main", newest); frames.pause(); frames.resume(); return [sent, pinned, newest] }"""
    )
    assert sent == [
        [["main", 1], ["main", 3], ["main", 4], ["main", 6], ["other:7", 2], ["other:7", 2]], 4, 6,
    ]  # fmt: skip


def test_an_outline_has_an_inside(page: Page) -> None:
    """A click within a drawn outline is on the object; beside it is not; a hole of the outline counts as inside."""
    hits = page.evaluate(
        """async () => { const canvas = new OffscreenCanvas(100, 80), context = canvas.getContext("2d")
            context.lineWidth = 2; context.strokeStyle = "white"
            context.beginPath(); context.arc(50, 40, 30, 0, 7); context.stroke()
            const header = { x: 200, y: 100, width: 100, height: 80, view: { width: 640, height: 480 } }
            const plane = context.getImageData(0, 0, 100, 80).data.filter((_, index) => index % 4 === 3)
            const overlay = new stage.Overlay(header, plane)
            const at = [[250, 140, 0], [205, 105, 0], [217, 140, 6], [20, 20, 6]]
            return at.map(([x, y, slack]) => overlay.covers(x, y, slack)) }"""
    )
    assert hits == [True, False, True, False]


def test_a_frame_is_unpacked_into_the_chosen_colour(page: Page) -> None:
    """Shades are opaque and darken the colour; a line's byte is its alpha; what is no frame is refused."""
    plane = bytes([0, 255, 51, 0, 128, 1])
    solid, lines, refused = page.evaluate(
        """async ([packed, cut]) => {
            const header = { x: 0, y: 0, width: 3, height: 2, view: { width: 9, height: 9 } }
            const pixels = async (shaded, bytes) => {
                const overlay = await stage.Overlay.decode({ ...header, shaded }, Uint8Array.from(bytes))
                const drawn = overlay.tinted("#ff8040").getContext("2d").getImageData(0, 0, 3, 2).data
                return Array.from({ length: 6 }, (_, index) => Array.from(drawn.subarray(4 * index, 4 * index + 4)))
            }
            const refused = await Promise.all([[1, 2, 3], cut].map((bytes) =>
                pixels(true, bytes).then(() => false, () => true)))
            return [await pixels(true, packed), await pixels(false, packed), refused] }""",
        [list(zlib.compress(plane)), list(zlib.compress(plane[:-1]))],
    )
    assert [pixel for pixel in solid if pixel[3]][:2] == [[255, 128, 64, 255], [51, 26, 13, 255]]
    assert [pixel[3] for pixel in solid] == [0, 255, 255, 0, 255, 255]
    assert [pixel[3] for pixel in lines] == list(plane)
    assert lines[1] == [255, 128, 64, 255]
    assert refused == [True, True]


def test_frames_are_read_as_they_are_written(page: Page) -> None:
    header = {"seq": 4, "layer": "main", "note": "中文"}
    text = json.dumps(header, ensure_ascii=False).encode()
    content = list(len(text).to_bytes(4, "little") + text + b"\x01\x02")
    read = page.evaluate(
        """bytes => { const [header, payload] = stage.readFrame(Uint8Array.from(bytes).buffer)
            return [header, Array.from(payload)] }""",
        content,
    )
    assert read == [header, [1, 2]]


def test_a_slip_lies_beside_the_object_that_it_is_about(page: Page) -> None:
    """Wherever there is room for it; it never leaves the picture, and never covers the point."""
    chance = random.Random(8)
    slip, room = {"width": 280, "height": 190}, {"width": 982, "height": 560}
    cases = []
    for _ in range(300):
        left, top = chance.uniform(-100, 900), chance.uniform(-100, 500)
        right, bottom = left + chance.uniform(10, 900), top + chance.uniform(10, 600)
        point = (chance.uniform(max(0, left), min(982, right)), chance.uniform(max(0, top), min(560, bottom)))
        box = {"left": left, "top": top, "right": right, "bottom": bottom}
        cases.append({"at": {"x": point[0], "y": point[1]}, "object": chance.choice([box, box, None])})
    places = page.evaluate(
        "([cases, slip, room]) => cases.map(({ at, object }) => stage.slipPlace(at, object, slip, room))",
        [cases, slip, room],
    )
    for case, place in zip(cases, places, strict=True):
        assert 8 <= place["left"] <= 982 - 280 - 8
        assert 8 <= place["top"] <= 560 - 190 - 8
        x, y = case["at"]["x"], case["at"]["y"]
        assert not (place["left"] <= x <= place["left"] + 280 and place["top"] <= y <= place["top"] + 190)
        box = case["object"]
        if box and max(982 - box["right"], box["left"]) > 280 + 22:
            assert (
                place["left"] >= box["right"]
                or place["left"] + 280 <= box["left"]
                or not (place["top"] < box["bottom"] and place["top"] + 190 > box["top"])
            )
