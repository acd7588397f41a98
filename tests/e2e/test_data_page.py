"""The data room in a browser: an archive with a broken label is imported, with a reload in the middle; own photos are
looked through and imported."""

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.permissions import CONSOLE, Role
from storage.passwords import hashed
from storage.use_cases.accounts import add_user
from tests.e2e.browser import chromium, new_context
from tests.empty_database import empty_database
from tests.server import Server, running_server
from tests.storage.formats.folders import record, released, write_labels, write_photo
from ui.settings import load_settings, prepare_home

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]

PASSWORD = "correct horse battery"
PHOTOS = 50


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("data-page") / "home"
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    with database.transaction() as session:
        add_user(session, actor=CONSOLE, name="adm", role=Role.ADMIN, password=hashed("adm", PASSWORD))
    database.close()
    with running_server(home, "--no-demo") as server:
        yield server


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    with chromium() as browser:
        page = new_context(browser).new_page()
        page.goto(f"{server.url}/login?next=/admin/data")
        page.get_by_test_id("login-name").fill("adm")
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_test_id("nothing")).to_be_visible()
        yield page


def packed(folder: Path) -> Path:
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent))
    return target


def cars(root: Path) -> Path:
    released(root)
    for number in range(2, PHOTOS):
        write_photo(root / f"images/car/p{number}.JPEG", shade=number)
        write_labels(root / f"annotations/car/p{number}.npz", record(number % 7, bbox=[4.5, 3.25, 60.0, 44.0]))
    (root / "annotations/car/p7.npz").write_bytes(b"broken")
    return packed(root)


def own(root: Path) -> Path:
    for number in range(3):
        write_photo(root / f"p{number}.jpg", width=320, height=240, shade=60 * number)
    (root / "boxes.csv").write_text("image,category,x1,y1,x2,y2\np0.jpg,mug,10,20,200,200\np1.jpg,mug,1,2,bad,4\n")
    return packed(root)


def test_in_and_out_by_hand(page: Page, tmp_path: Path) -> None:
    rows = page.get_by_test_id("work-row")
    page.get_by_test_id("import-dataset").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog")).to_contain_text("an archive")
    page.get_by_test_id("archive-file").set_input_files(cars(tmp_path / "cars"))
    expect(page.get_by_test_id("dialog")).to_contain_text("cars.zip is here")
    expect(page.get_by_test_id("dataset")).to_have_value("cars")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog")).to_have_count(0)
    expect(page.get_by_test_id("work-running")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("work-result")).to_contain_text(f"{PHOTOS - 1} photos new")
    expect(page.get_by_test_id("work-result")).to_contain_text("1 left out")
    with page.expect_download() as download:
        page.get_by_test_id("report").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        told = [line for line in csv.reader(file) if line[0] == "left out"]
    assert [line[1] for line in told] == ["annotations/car/p7.npz"]

    page.get_by_test_id("own-photos").click()
    page.get_by_test_id("archive-file").set_input_files(own(tmp_path / "own"))
    expect(page.get_by_test_id("dataset")).to_have_value("own")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("preview-counts")).to_contain_text("3 photos · 1 objects")
    expect(page.get_by_test_id("preview-problems")).to_contain_text("boxes.csv, line 3")
    pictures = page.get_by_test_id("preview").locator("img")
    expect(pictures).to_have_count(3)
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=preview] img')].every(i => i.naturalWidth)"
    )
    page.get_by_test_id("submit").click()
    expect(rows).to_have_count(3)
    expect(page.get_by_test_id("work-result").first).to_contain_text("3 photos new")

    page.get_by_test_id("export-dataset-button").click()
    page.get_by_test_id("export-dataset").click()
    page.get_by_role("option", name="cars").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("download")).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len([name for name in archive.namelist() if name.startswith("images/car/")]) == PHOTOS - 1
