"""Nothing waits for the server: next items, saves behind one's back, the warp. The server is stopped to prove it."""

import io
import os
import signal
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from domain.permissions import CONSOLE
from domain.pose import Pose
from domain.view import View
from rendering.pool import render_once
from rendering.request import Output, OverlayMode, RenderRequest
from storage.database import Database
from storage.use_cases.annotate import open_assignment
from tests.e2e.annotator import Annotator
from tests.e2e.stage_world import StageWorld, stage_world
from ui.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stage_flow")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    with stage_world(tmp_path_factory.mktemp("flow"), 27) as world:
        yield world


@pytest.fixture(scope="module")
def page(logged_in: BrowserContext) -> Page:
    return logged_in.new_page()


@pytest.fixture(scope="module")
def items(world: StageWorld) -> Iterator[int]:
    """Every third, so that each test has neighbours of its own."""
    return iter(world.assignment_ids[1::3])


@pytest.fixture
def annotator(world: StageWorld, page: Page, items: Iterator[int]) -> Iterator[Annotator]:
    """At an item whose neighbours have been fetched."""
    annotator = Annotator(page, world.server.url)
    item = next(items)
    with page.expect_websocket() as socket:
        fetched: set[int] = set()
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: note(frame, fetched)))
        page.goto(f"{world.server.url}/annotate/{item}")
    assert socket.value
    annotator.wait_until_drawn()
    for _ in range(200):
        if fetched >= {item - 1, item + 1}:
            break
        page.wait_for_timeout(50)
    yield annotator
    assert annotator.errors == []


def note(frame: object, fetched: set[int]) -> None:
    """Which first frames have come."""
    if isinstance(frame, bytes) and b'"layer":"ahead"' in frame:
        fetched.add(int(frame.split(b'"assignment":')[1].split(b",")[0]))


@contextmanager
def stopped(world: StageWorld) -> Iterator[None]:
    """The server does nothing at all meanwhile."""
    world.server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        world.server.process.send_signal(signal.SIGCONT)


def put_into_state(world: StageWorld, item: int, state: str) -> None:
    """Behind everybody's back."""
    database = Database(load_settings(home=world.server.home).database)
    with database.transaction() as session:
        session.execute(text("UPDATE assignment SET state = :state WHERE id = :item"), {"item": item, "state": state})
    database.close()


def shows(page: Page, item: int) -> None:
    """Waits until an item is on the screen with the overlay of its pose."""
    page.wait_for_function(
        """item => { const s = window.posewright.state()
            return s.item === item && s.sent_seq > 0 && s.drawn_seq === s.sent_seq }""",
        arg=item,
    )


def overlay(page: Page) -> np.ndarray:
    """Where the model is painted; bool (height, width) of the picture's device pixels."""
    alpha = page.evaluate(
        """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
            const canvas = document.querySelectorAll("[data-testid=stage] canvas")[1]
            const { width, height } = canvas, { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
            const bits = new Array(width * height)
            for (let i = 0; i < bits.length; i += 1) bits[i] = data[4 * i + 3] > 90 ? 1 : 0
            resolve({ width, height, bits: bits.join("") }) })))"""
    )
    bits = np.frombuffer(alpha["bits"].encode(), dtype=np.uint8) == ord("1")
    shape = (int(alpha["height"]), int(alpha["width"]))
    return np.reshape(bits, shape)


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_next_and_previous_are_there_without_the_server(world: StageWorld, annotator: Annotator) -> None:
    page, item = annotator.page, annotator.state["item"]
    with stopped(world):
        page.keyboard.press("PageDown")
        shows(page, item + 1)
        assert overlay(page).sum() > 1000
        page.keyboard.press("PageUp")
        shows(page, item)
        page.keyboard.press("PageUp")
        shows(page, item - 1)
        assert page.url.endswith(f"/annotate/{item - 1}")
        page.get_by_test_id("param-px").fill("300")
        page.get_by_test_id("param-px").press("Tab")
    shows(page, item - 1)
    page.reload()
    shows(page, item - 1)
    assert annotator.state["pose"]["px"] == 300


def test_save_and_next_goes_on_at_once_and_everything_arrives(world: StageWorld, annotator: Annotator) -> None:
    page, item = annotator.page, annotator.state["item"]
    annotator.wait_until_drawn()
    with stopped(world):
        annotator.answer()
        page.keyboard.press("Shift+Enter")
        shows(page, item + 1)
        annotator.click("quality-bad")
    annotator.wait_for_status("unsaved")
    expect(page.get_by_test_id("message")).not_to_contain_text("Not saved")
    page.keyboard.press("PageUp")
    shows(page, item)
    annotator.wait_for_status("saved")
    page.reload()
    shows(page, item)
    assert annotator.wait_for_status("saved")["object_status"] == "status_good"
    page.goto(f"{world.server.url}/annotate/{item + 1}")
    shows(page, item + 1)
    assert annotator.state["object_status"] == "status_bad"


def test_a_save_that_fails_is_told_with_the_way_back(world: StageWorld, annotator: Annotator) -> None:
    page, item = annotator.page, annotator.state["item"]
    annotator.answer()
    annotator.wait_until_drawn()
    page.wait_for_function("Object.keys(localStorage).filter((key) => key.startsWith('posewright:op')).length === 0")
    with stopped(world):
        page.keyboard.press("Shift+Enter")
        shows(page, item + 1)
        put_into_state(world, item, "accepted")
    banner = page.get_by_test_id(f"banner-left-{item}")
    expect(banner).to_be_visible()
    banner.get_by_role("link").click()
    page.wait_for_function("item => window.posewright.state().item === item", arg=item)
    expect(banner).to_have_count(0)
    expect(page.get_by_test_id("banner-read-only")).to_be_visible()
    assert annotator.state["object_status"] is None, "unsaved changes of accepted work are set aside"
    put_into_state(world, item, "drafted")
    page.reload()
    shows(page, item)
    assert annotator.state["object_status"] == "status_good"


@pytest.mark.parametrize(
    ("change", "least"), [({"px": 341.25, "py": 221.5}, 0.99), ({"theta": 37.0}, 0.99), ({"distance": 4.5}, 0.9)]
)
def test_the_moved_overlay_is_what_the_server_draws(
    world: StageWorld, annotator: Annotator, change: dict[str, float], least: float
) -> None:
    """px, py and theta to half a pixel, distance nearly."""
    page = annotator.page
    page.keyboard.press("f")
    annotator.wait_until_drawn()
    before = overlay(page)
    with stopped(world):
        for name, value in change.items():
            annotator.type_in(name, value)
        state = annotator.state
        assert state["drawn_seq"] < state["sent_seq"]
        moved = overlay(page)
    annotator.wait_until_drawn()
    drawn = overlay(page)
    assert iou(before, drawn) < 0.9
    assert iou(moved, drawn) >= least
    if "distance" not in change:
        middles = [np.argwhere(each).mean(axis=0) for each in (moved, drawn)]
        assert np.linalg.norm(middles[0] - middles[1]) < 0.5


def test_what_is_on_the_screen_after_release_is_the_saved_pose_drawn_alone(
    world: StageWorld, annotator: Annotator, tmp_path: Path
) -> None:
    """Dragged on a lighter mesh or not, zoomed or not: IoU at least 0.995 against the renderer by itself."""
    page = annotator.page
    page.keyboard.press("f")
    x, y = annotator.stage_point(0.1, 0.1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 170, y + 65, steps=15)
    page.mouse.up()
    annotator.answer()
    annotator.wait_until_drawn()
    page.get_by_test_id("stage").focus()
    page.keyboard.press("Enter")
    state = annotator.wait_for_status("saved")
    page.keyboard.down("g")
    shown = alone_on_white(page)
    page.keyboard.up("g")
    view = page.evaluate("posewright.view()")
    view = {name: view[name] for name in ("left", "top", "scale")} | {
        name: int(view[name]) for name in ("width", "height")
    }
    request = RenderRequest(
        mesh_path=world.server.home / "block 0.7.off",
        pose=saved_pose(world, state["item"]),
        view=View(**view),
        mode=OverlayMode.MASK,
        output=Output.RAW,
    )
    with ThreadPoolExecutor(1) as aside:  # the browser's own loop runs on this thread
        frame = aside.submit(render_once, request, tmp_path).result()
    drawn = np.zeros_like(shown)
    region = np.frombuffer(frame.payload, np.uint8).reshape(frame.height, frame.width) > 0
    drawn[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = region
    assert drawn.sum() > 2000
    assert iou(shown, drawn) >= 0.995


def kept_draft(world: StageWorld, item: int) -> str:
    database = Database(load_settings(home=world.server.home).database)
    try:
        with database.reading() as session:
            query = text("SELECT object_status FROM draft WHERE assignment_id = :item")
            return str(session.execute(query, {"item": item}).scalar())
    finally:
        database.close()


def alone_on_white(page: Page) -> np.ndarray:
    """While G is held: which pixels of the picture are not white; bool (height, width)."""
    address = page.evaluate(
        """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
            resolve(document.querySelectorAll("[data-testid=stage] canvas")[1].toDataURL("image/png")))))"""
    )
    picture = Image.open(io.BytesIO(b64decode(address.partition(",")[2]))).convert("RGB")
    return np.asarray(picture).min(axis=2) < 250


def saved_pose(world: StageWorld, item: int) -> Pose:
    database = Database(load_settings(home=world.server.home).database)
    try:
        with database.reading() as session:
            saved = open_assignment(session, actor=CONSOLE, assignment_id=item).saved
    finally:
        database.close()
    assert saved
    return saved.answer.pose


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers in /proc")
def test_a_drag_goes_on_when_the_workers_are_killed(world: StageWorld, annotator: Annotator) -> None:
    page = annotator.page
    x, y = annotator.stage_point(0.1, 0.1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=6)
    for pid in workers(world.server.process.pid):
        os.kill(pid, signal.SIGKILL)
    page.mouse.move(x + 200, y + 60, steps=12)
    turned = annotator.state["pose"]
    page.mouse.up()
    state = annotator.wait_until_drawn()
    assert state["pose"] == turned
    stats = page.evaluate("window.posewright.stats()")
    assert stats["stale"] == 0
    assert stats["frames"] > 0
    page.reload()
    annotator.wait_until_drawn()
    assert annotator.state["pose"] == turned


def workers(pid: int) -> list[int]:
    children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [
        child
        for child in map(int, children.split())
        if b"rendering.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_a_hidden_page_asks_for_nothing(annotator: Annotator) -> None:
    page = annotator.page
    annotator.click("azimuth-plus")
    before = annotator.wait_until_drawn()
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true })
            document.dispatchEvent(new Event("visibilitychange")) }"""
    )
    annotator.type_in("azimuth", 200)
    page.wait_for_timeout(300)
    assert annotator.state["drawn_seq"] == before["drawn_seq"]
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')) }")
    assert annotator.wait_until_drawn()["drawn_seq"] > before["drawn_seq"]
