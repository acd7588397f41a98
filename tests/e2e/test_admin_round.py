"""An admin's round through people, audit log and system, in a real browser."""

import csv
import re
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
from ui.settings import load_settings, prepare_home

pytestmark = pytest.mark.e2e
PASSWORD = "four green boats"
MANY = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("round") / "home"
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    known = hashed("everybody", PASSWORD)
    with database.transaction() as session:
        add_user(session, actor=CONSOLE, name="ada", role=Role.ADMIN, password=known)
        for number in range(MANY):
            add_user(session, actor=CONSOLE, name=f"ann {number:02}", role=Role.ANNOTATOR, password=known)
    database.close()
    with running_server(home, "--no-demo") as running:
        yield running


def log_in(page: Page, server: Server, name: str, password: str) -> None:
    page.goto(f"{server.url}/login")
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(re.compile(r"/(tasks|account|password)"))


def test_the_round(server: Server, tmp_path: Path) -> None:
    with chromium() as browser:
        page = new_context(browser, accept_downloads=True).new_page()
        log_in(page, server, "ada", PASSWORD)
        find_and_page(page, server)
        password = make_somebody(page)
        zoe, ann = new_context(browser).new_page(), new_context(browser).new_page()
        log_in(zoe, server, "zoe", password)
        expect(zoe.get_by_text("The new password once more")).to_be_visible()
        log_in(ann, server, "ann 07", PASSWORD)
        let_nobody_in_any_more(page, ann)
        many_at_once(page, server, tmp_path)
        look_it_up(page, server)
        page.goto(f"{server.url}/admin/system")
        expect(page.get_by_test_id("database")).to_contain_text("SQLite")
        expect(page.get_by_test_id("worker-row").first).to_be_visible()
        page.screenshot(path=tmp_path / "system.png")


def find_and_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/admin/people")
    rows, pager = page.get_by_test_id("people-row"), page.get_by_test_id("pager")
    expect(rows).to_have_count(50)
    expect(pager).to_have_text("1–50 of 61")
    page.get_by_test_id("next-page").click()
    expect(pager).to_have_text("51–61 of 61")
    page.get_by_test_id("sort-role").click()
    expect(pager).to_have_text("1–50 of 61")
    expect(rows.first).to_contain_text("ada")
    page.get_by_test_id("people-search").fill("N 5")
    expect(rows).to_have_count(10)
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Role")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def make_somebody(page: Page) -> str:
    """Returns the temporary password, which is shown this once."""
    page.get_by_test_id("new-person").click()
    page.get_by_test_id("person-name").fill("ANN 07")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("message")).to_have_text("This name is taken.")
    page.get_by_test_id("person-name").fill("zoe")
    page.keyboard.press("Enter")
    password = page.get_by_test_id("temporary-password").inner_text()
    page.get_by_test_id("close").click()
    page.get_by_test_id("people-search").fill("zoe")
    expect(page.get_by_test_id("people-row")).to_have_count(1)
    expect(page.get_by_test_id("people-row")).to_contain_text("temporary password")
    return password


def let_nobody_in_any_more(page: Page, them: Page) -> None:
    """Their open page ends by itself. The last admin stays."""
    page.get_by_test_id("people-search").fill("ANN 07")
    expect(page.get_by_test_id("people-row")).to_contain_text("here now")
    page.get_by_role("button", name="Actions").click()
    page.get_by_text("Deactivate…").click()
    expect(page.get_by_test_id("dialog")).to_contain_text("They have no open items.")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("people-row")).to_contain_text("deactivated")
    expect(them.get_by_test_id("login-name")).to_be_visible()
    page.get_by_test_id("people-search").fill("ada")
    expect(page.get_by_test_id("people-row")).to_contain_text("ada")
    page.get_by_role("button", name="Actions").click()
    page.get_by_text("Deactivate…").click()
    page.get_by_test_id("confirm").click()
    expect(page.locator(".pw-toast")).to_contain_text(["last active admin"])
    expect(page.get_by_test_id("people-row")).to_contain_text("here now")


def many_at_once(page: Page, server: Server, folder: Path) -> None:
    file = folder / "people.csv"
    file.write_text("name;role\nyan;annotator\nann 01;annotator\nxi;boss\n", "utf-8")
    page.goto(f"{server.url}/admin/people/csv")
    page.get_by_test_id("csv-file").set_input_files(file)
    lines = page.get_by_test_id("lines-row")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("there is somebody of this name already")
    expect(lines.nth(1)).to_contain_text("the role must be")
    page.get_by_test_id("add-people").click()
    expect(page.get_by_text("1 person was added. 2 lines were left out.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("passwords").click()
    download.value.save_as(folder / "passwords.csv")
    (made,) = csv.DictReader((folder / "passwords.csv").read_text("utf-8-sig").splitlines())
    assert made["name"] == "yan"
    assert len(made["password"]) >= 16
    expect(page.get_by_test_id("passwords")).to_be_disabled()


def look_it_up(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/admin/audit?action=deactivate_user")
    rows = page.get_by_test_id("audit-row")
    expect(rows).to_have_count(1)
    for text in ("ada", "deactivated a person", "person ann 07", "127.0.0.1"):
        expect(rows).to_contain_text(text)
    page.get_by_text("Show all").click()
    expect(rows).to_have_count(50)
    page.get_by_test_id("audit-person").fill("zoe")
    expect(page).to_have_url(re.compile("person=zoe"))
    expect(rows.first).to_contain_text("zoe")
    with page.expect_download() as download:
        page.get_by_test_id("export-jsonl").click()
    assert download.value.suggested_filename.endswith(".jsonl")
