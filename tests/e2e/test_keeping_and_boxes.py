"""The admin's keeping room and the box editor, in a browser."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from domain.permissions import CONSOLE
from storage.backup.reading import read_manifest
from storage.backup.restoring import restore_backup
from storage.database import Database, Session
from storage.images import ImageStore
from storage.tables import Audit, Item
from storage.use_cases.items import add_image
from tests.e2e.browser import chromium, new_context
from tests.e2e.stage_world import BOX, StageWorld, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("keeping")]

ADMIN, PASSWORD = "adm", "a quiet harbour at dawn"
WIDTH, HEIGHT = 400, 300


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    """Two photos of an annotator's task, one without boxes, and an admin."""
    with stage_world(tmp_path_factory.mktemp("keeping"), items=2) as made:
        made.server.command("user", "add", ADMIN, "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
        file = io.BytesIO()
        Picture.fromarray(np.full((HEIGHT, WIDTH, 3), 120, np.uint8)).save(file, "PNG")
        stored = ImageStore(made.server.home / "images").put(file.getvalue())
        with at_home(made) as session:
            add_image(session, actor=CONSOLE, dataset_id=1, name="new/empty.png", stored=stored)
        yield made


@contextmanager
def at_home(world: StageWorld) -> Iterator[Session]:
    """A transaction beside the running server."""
    database = Database(f"sqlite:///{world.server.home / 'posewright.sqlite3'}")
    with database.transaction() as session:
        yield session
    database.close()


@pytest.fixture(scope="module")
def page(world: StageWorld) -> Iterator[Page]:
    with chromium() as browser:
        context: BrowserContext = new_context(browser)
        page = context.new_page()
        page.goto(f"{world.server.url}/login")
        page.get_by_test_id("login-name").fill(ADMIN)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_test_id("login-submit")).to_have_count(0)
        yield page


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one point of the photo to another."""
    a, b = (page.evaluate("([x, y]) => posewrightBoxes.point(x, y)", list(point)) for point in (start, end))
    page.mouse.move(a["x"], a["y"])
    page.mouse.down()
    page.mouse.move((a["x"] + b["x"]) / 2, (a["y"] + b["y"]) / 2)
    page.mouse.move(b["x"], b["y"])
    page.mouse.up()


def boxes(page: Page) -> list[list[float]]:
    return page.evaluate("posewrightBoxes.entries().map((entry) => entry.box)")


def test_boxes_are_drawn_corrected_and_taken_back_by_hand_and_by_key(page: Page, world: StageWorld) -> None:
    page.goto(f"{world.server.url}/admin/boxes")
    expect(page.get_by_test_id("photo-count")).to_have_text("3 photos, 1 without boxes")
    expect(page.locator(".boxes-photo.is-open")).to_have_text("new/empty.png0")
    expect(page.get_by_test_id("boxes-status")).to_have_text("Saved")
    page.wait_for_function("() => document.querySelector('.boxes-picture canvas').width > 300")
    drag(page, (50, 40), (150, 120))
    drag(page, (300, 200), (900, 900))
    np.testing.assert_allclose(boxes(page), [[50, 40, 150, 120], [300, 200, WIDTH, HEIGHT]], atol=2)
    drag(page, (100, 80), (110, 90))
    page.keyboard.press("ControlOrMeta+z")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    first = boxes(page)[0]
    drag(page, (first[2], first[3]), (first[2] + 40, first[3] + 20))
    np.testing.assert_allclose(boxes(page)[0], [50, 40, 190, 140], atol=3)
    page.keyboard.press("Shift+ArrowRight")
    np.testing.assert_allclose(boxes(page)[0], [60, 40, 200, 140], atol=3)
    page.get_by_test_id("boxes-undo").click()
    np.testing.assert_allclose(boxes(page)[0], [50, 40, 190, 140], atol=3)
    page.get_by_test_id("boxes-picture").focus()
    page.keyboard.press("]")
    page.keyboard.press("Delete")
    page.get_by_test_id("new-category").fill("cup")
    page.get_by_test_id("add-category").click()
    expect(page.get_by_test_id("draw-as").locator("option:checked")).to_have_text("cup")
    drag(page, (220, 60), (330, 160))
    drawn = boxes(page)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("boxes-status")).to_have_text("Saved")
    expect(page.get_by_test_id("photo-count")).to_be_visible()
    with at_home(world) as session:
        rows = session.exec(select(Item).where(Item.image_id == 3).order_by(col(Item.category_id))).all()
        assert sorted([row.x1, row.y1, row.x2, row.y2] for row in rows) == sorted(drawn)
        assert len({row.category_id for row in rows}) == 2
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    page.get_by_test_id("photo").filter(has_text="00.png").click()
    expect(page.get_by_test_id("box")).to_have_count(1)
    expect(page.get_by_test_id("box-delete")).to_be_disabled()
    page.get_by_test_id("boxes-picture").focus()
    page.keyboard.press("]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_test_id("boxes-confirm").click()
    expect(page.get_by_test_id("boxes-status")).to_have_text("Saved")
    expect(page.get_by_test_id("box")).to_contain_text("made for an older box")
    with at_home(world) as session:
        item = session.exec(select(Item).where(Item.image_id == 1)).one()
        assert (item.x1, item.y1, item.x2, item.y2) == (BOX.x1, BOX.y1 + 1, BOX.x2, BOX.y2 + 1)
        assert item.box_corrected_at is not None


def test_a_backup_is_made_fetched_and_deleted_and_a_photo_taken_down(
    page: Page, world: StageWorld, tmp_path: Path
) -> None:
    server = world.server
    page.goto(f"{server.url}/admin/keeping")
    expect(page.get_by_test_id("no-backups")).to_be_visible()
    page.get_by_test_id("make-backup").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("backup-row")).to_contain_text("3 photos", timeout=150_000)
    with page.expect_download() as fetched:
        page.get_by_test_id("fetch").click()
    archive = tmp_path / "fetched.zip"
    fetched.value.save_as(archive)
    assert not read_manifest(archive).has_secret
    assert restore_backup(archive, tmp_path / "restored").manifest.images == 3

    page.get_by_test_id("upload-backup").click()
    page.get_by_test_id("backup-file").set_input_files({"name": "x.zip", "mimeType": "", "buffer": b"PK no backup"})
    expect(page.get_by_test_id("message")).to_contain_text("not what its name says")
    page.get_by_test_id("backup-file").set_input_files(archive)
    expect(page.get_by_test_id("backup-row")).to_have_count(2)
    page.get_by_test_id("delete-backup").first.click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("backup-row")).to_have_count(1)
    page.get_by_test_id("restore").click()
    expect(page.get_by_test_id("restore-facts")).to_contain_text("3 photos")
    page.get_by_test_id("typed-backup").fill("another.zip")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("message")).to_contain_text("not its name")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("dialog")).to_have_count(0)

    page.get_by_test_id("shelve").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("shelf-row")).to_contain_text("archived")
    page.get_by_test_id("shelve").click()
    expect(page.get_by_test_id("shelf-row")).to_contain_text("in work")

    page.get_by_label("Name of the photo, or a part of it").fill("00.p")
    page.get_by_test_id("ask-take-down").click()
    typed = page.get_by_label("Name of the photo", exact=True)
    typed.fill("00.jpg")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("message")).to_contain_text("not its name")
    files = {path for path in (server.home / "images").rglob("*") if path.is_file()}
    typed.fill("00.png")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("take-down")).to_contain_text("1 backup of the list above still holds it")
    expect(page.get_by_test_id("found-photo")).to_contain_text("taken down")
    gone = files - {path for path in (server.home / "images").rglob("*") if path.is_file()}
    assert len(gone) == 1
    assert page.request.get(f"{server.url}/images/1").status == 404
    assert page.request.get(f"{server.url}/images/2").status == 200

    page.get_by_test_id("delete-backup").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("no-backups")).to_be_visible()
    for path in ("/admin/keeping/backups/..%2Fsecret", "/admin/keeping/backups/posewright-20260101-000000.zip"):
        assert page.request.get(server.url + path).status == 404
    with at_home(world) as session:
        actions = session.exec(select(Audit.action).where(Audit.actor_name == ADMIN)).all()
    assert {
        "back_up", "fetch_backup", "take_in_backup", "delete_backup", "archive_dataset",
        "bring_back_dataset", "take_down_image",
    } <= set(actions)  # fmt: skip
    with server.sign_in("ann", "correct horse battery") as client:
        assert client.get("/admin/keeping").status_code in (403, 404)
        assert client.get("/admin/boxes").status_code in (403, 404)
