"""From an empty installation to people at work, as an admin does it in a browser, and all of it in the audit log."""

import csv
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from domain.pose import Pose
from storage.database import Database
from storage.tables import Assignment, Draft, Item
from tests.e2e.annotator import Annotator, degrees_apart, seen_pose
from tests.e2e.browser import chromium, new_context
from tests.server import Server, eventually, running_server
from ui.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]

PASSWORD = "a kettle on the landing"
OWN_PASSWORD = "seven quiet lanterns"
NAMES = [f"worker {number}" for number in range(1, 11)]
LABELLERS = NAMES[:4]
CATEGORIES = ("ape", "benchvise", "duck", "glue")
BROKEN = {
    "images/ape/linemod_000019.JPEG": b"\xff\xd8\xff\xe0 no more of it",
    "CAD/duck/01.off": b"OFF\n3 1 0\n0 0 0\n1 zero 0\n0 1 0\n3 0 1 2\n",
}


def test_from_nothing(shared_data: Path, tmp_path: Path) -> None:
    photos = shared_data / "imagenet3d_mini"
    with running_server(tmp_path / "home", "--no-demo") as server, chromium() as browser:
        page = new_context(browser, accept_downloads=True).new_page()
        set_up(page, server)
        passwords = ten_people(page, server, tmp_path)
        import_photos(page, server, packed(photos, tmp_path / "mini.zip"), "4 photos new")
        assert len(rows(server, Item)) == 4
        share_out(page, server)
        import_photos(page, server, packed(photos, tmp_path / "broken.zip", BROKEN), "3 photos new")
        expect(page.get_by_test_id("work-row").filter(has_text="broken.zip")).to_contain_text(
            re.compile("1 left out.*1 to look at")
        )
        new_password(page, server, "worker 2", passwords["worker 2"])
        deactivate_while_dragging(browser, page, server, "worker 1", passwords["worker 1"])
        find_all_of_it(page, server, tmp_path)


def set_up(page: Page, server: Server) -> None:
    """By the address on the console, which is of use once."""
    (address,) = re.findall(r"http://\S+/setup\?token=\S+", server.output)
    page.goto(server.url)
    expect(page.get_by_test_id("setup-token")).to_be_visible()
    page.goto(address)
    page.get_by_test_id("setup-name").fill("ada")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_test_id("setup-submit").click()
    page.wait_for_url("**/tasks")
    assert page.goto(address).status == 404


def ten_people(page: Page, server: Server, folder: Path) -> dict[str, str]:
    """Their temporary passwords, by name."""
    file = folder / "people.csv"
    file.write_text("name,role\n" + "".join(f"{name},annotator\n" for name in NAMES), "utf-8")
    page.goto(f"{server.url}/admin/people/csv")
    page.get_by_test_id("csv-file").set_input_files(file)
    expect(page.get_by_test_id("lines-row")).to_have_count(10)
    page.get_by_test_id("add-people").click()
    expect(page.get_by_text("10 people were added.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("passwords").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    return {line["name"]: line["password"] for line in csv.DictReader(text.splitlines())}


def packed(folder: Path, target: Path, changed: dict[str, bytes] | None = None) -> Path:
    """A zip of a few of the real photos, with other bytes in some of its files."""
    with zipfile.ZipFile(target, "w") as file:
        for category in CATEGORIES:
            for path in sorted(folder.glob(f"*/{category}/*")):
                name = path.relative_to(folder).as_posix()
                file.writestr(f"{target.stem}/{name}", (changed or {}).get(name) or path.read_bytes())
    return target


def import_photos(page: Page, server: Server, archive: Path, said: str) -> None:
    """It goes on while nobody looks."""
    page.goto(f"{server.url}/admin/data")
    page.get_by_test_id("import-dataset").click()
    page.get_by_test_id("archive-file").set_input_files(archive)
    expect(page.get_by_test_id("dataset")).to_have_value(archive.stem)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog")).to_have_count(0)
    expect(page.get_by_test_id("work-running").first).to_be_visible()
    page.goto(f"{server.url}/admin/data")
    row = page.get_by_test_id("work-row").filter(has_text=archive.name)
    expect(row.get_by_test_id("work-result")).to_contain_text(said)


def share_out(page: Page, server: Server) -> None:
    """Every item goes to two of the people, evenly."""
    page.goto(f"{server.url}/admin/tasks/new")
    page.get_by_test_id("people").click()
    for name in LABELLERS:
        page.get_by_role("option", name=re.compile(rf"^{name}\b")).click()
    page.keyboard.press("Escape")
    page.get_by_test_id("overlap").fill("2")
    expect(page.get_by_test_id("shares").locator("li")).to_have_count(4)
    page.get_by_test_id("create").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("share-row")).to_have_count(4)
    shares = rows(server, Assignment)
    assert set(Counter(share.item_id for share in shares).values()) == {2}
    assert list(Counter(share.user_id for share in shares).values()) == [2, 2, 2, 2]


def person(page: Page, server: Server, name: str, action: str) -> None:
    page.goto(f"{server.url}/admin/people")
    page.get_by_test_id("people-search").fill(name)
    row = page.get_by_role("row", name=re.compile(rf"^{name} "))
    expect(page.get_by_test_id("people-row").first).to_contain_text(name)
    row.get_by_role("button", name="Actions").click()
    page.get_by_text(action).click()


def new_password(page: Page, server: Server, name: str, old: str) -> None:
    person(page, server, name, "Reset password…")
    page.get_by_test_id("submit").click()
    password = page.get_by_test_id("temporary-password").inner_text()
    assert len(password) >= 16
    assert password != old
    page.get_by_test_id("close").click()


def deactivate_while_dragging(browser: Browser, page: Page, server: Server, name: str, password: str) -> None:
    """Their page ends in the middle of it, on the server and before their eyes; where they were is kept."""
    them = new_context(browser).new_page()
    annotator = Annotator(them, server.url)
    them.goto(f"{server.url}/login")
    them.get_by_test_id("login-name").fill(name)
    them.get_by_test_id("login-password").fill(password)
    them.get_by_test_id("login-submit").click()
    given, chosen, repeated = them.locator("input[type=password]").all()
    given.fill(password)
    chosen.fill(OWN_PASSWORD)
    repeated.fill(OWN_PASSWORD)
    repeated.press("Enter")
    them.get_by_test_id("task-row").first.wait_for()
    annotator.open_first_task()
    before = annotator.pose()
    person(page, server, name, "Deactivate…")
    expect(page.get_by_test_id("confirm")).to_be_visible()
    them.mouse.move(*annotator.stage_point(0.3, 0.5))
    them.mouse.down()
    them.mouse.move(*annotator.stage_point(0.6, 0.5), steps=8)
    dragged = seen_pose(annotator.wait_until_drawn())
    assert degrees_apart(before, dragged) > 5
    eventually(lambda: journalled(server, dragged))  # every 200 ms of a drag; the hand rests longer than that
    page.get_by_test_id("confirm").click()
    expect(them.get_by_test_id("login-name")).to_be_visible()
    them.mouse.up()
    assert journalled(server, dragged)
    them.goto(f"{server.url}/tasks")
    expect(them.get_by_test_id("login-name")).to_be_visible()


def journalled(server: Server, pose: Pose) -> bool:
    (kept,) = rows(server, Draft)
    return degrees_apart(Pose.from_json(kept.answer["pose"]), pose) < 0.1


def find_all_of_it(page: Page, server: Server, folder: Path) -> None:
    page.goto(f"{server.url}/admin/audit")
    with page.expect_download() as download:
        page.get_by_test_id("export-csv").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    noted = Counter(line["action"] for line in csv.DictReader(text.splitlines()))
    assert noted["add_user"] == 11
    assert noted["start_job"] >= 1
    assert {"create_task", "set_password", "change_own_password", "deactivate_user", "open_session"} <= noted.keys()
    page.get_by_test_id("audit-action").click()
    page.get_by_role("option", name="deactivated a person").click()
    expect(page.get_by_test_id("audit-row")).to_have_count(1)
    page.get_by_test_id("audit-since").fill("2100-01-01")
    expect(page.get_by_test_id("audit-row")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def rows(server: Server, table, *which):
    database = Database(load_settings(home=server.home).database)
    with database.reading() as session:
        found = list(session.exec(select(table).where(*which)))
    database.close()
    return found
