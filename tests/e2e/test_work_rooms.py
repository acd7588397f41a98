"""The rooms for work in a browser: an admin adds models, makes tasks for two people each, moves them; an annotator
draws from a pool, at the task list and at the end of what is theirs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from domain.box import Box
from domain.permissions import CONSOLE, Role
from domain.task_state import AssignmentState
from meshes.read import write_off
from storage.database import Database
from storage.images import ImageStore
from storage.passwords import hashed
from storage.tables import Assignment, CadModel, Task
from storage.use_cases.accounts import add_user
from storage.use_cases.items import add_image, add_item
from storage.use_cases.library import add_dataset, set_category
from tests.e2e.annotator import Annotator
from tests.e2e.browser import new_context
from tests.empty_database import empty_database
from tests.server import Server, running_server
from tests.ui.conftest import TETRAHEDRON, turned_photo
from ui.settings import load_settings, prepare_home

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]

PASSWORD = "correct horse battery"
ITEMS = 6


@dataclass(frozen=True, kw_only=True)
class Place:
    server: Server
    home: Path
    category_id: int

    def rows(self, table, *which):
        database = Database(load_settings(home=self.home).database)
        with database.reading() as session:
            found = list(session.exec(select(table).where(*which)))
        database.close()
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("work") / "home"
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    images = ImageStore(settings.images_directory)
    password = hashed("everybody", PASSWORD)
    with database.transaction() as session:
        for name, role in {"adm": Role.ADMIN, "ann": Role.ANNOTATOR, "bob": Role.ANNOTATOR}.items():
            add_user(session, actor=CONSOLE, name=name, role=role, password=password)
        dataset_id = add_dataset(session, actor=CONSOLE, name="tops").id
        category_id = set_category(session, actor=CONSOLE, dataset_id=dataset_id, name="top").id
        for number in range(ITEMS):
            stored = images.put(turned_photo(40 + 20 * number))
            image = add_image(session, actor=CONSOLE, dataset_id=dataset_id, name=f"top {number}", stored=stored)
            add_item(
                session,
                actor=CONSOLE,
                image_id=image.id,
                category_id=category_id,
                object_index=0,
                box=Box(10, 10, 50, 60),
                viewport=300.0,
            )
    database.close()
    with running_server(home, "--no-demo") as server:
        yield Place(server=server, home=home, category_id=category_id)


def opened(browser: Browser, place: Place, name: str, path: str) -> Page:
    page = new_context(browser).new_page()
    page.goto(f"{place.server.url}/login?next={path}")
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(f"**{path}")
    return page


def pick(page: Page, test_id: str, *options: str) -> None:
    """Of a field of choices, by what stands there."""
    page.get_by_test_id(test_id).click()
    for option in options:
        page.get_by_role("option", name=option).click()
    page.keyboard.press("Escape")


def test_from_a_model_to_a_pool(browser: Browser, place: Place, tmp_path: Path) -> None:
    page = opened(browser, place, "adm", f"/admin/library/{place.category_id}")
    _adds_models(page, place, tmp_path)
    _orders_with_overlap(page, place)
    _moves_and_withdraws(page, place)
    _makes_a_pool(page, place)
    _draws(browser, place)


def _adds_models(page: Page, place: Place, folder: Path) -> None:
    """A good file gets a number and a picture; a broken one is refused with the reason and the line."""
    good, broken = folder / "spinning top.off", folder / "broken.off"
    write_off(good, TETRAHEDRON, np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]]))
    broken.write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 one 0\n3 0 1 2\n")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("add-models-button").click()
    chooser.value.set_files([good, broken])
    expect(page.get_by_test_id("model")).to_have_count(1)
    expect(page.get_by_test_id("refused")).to_contain_text("broken.off")
    expect(page.get_by_test_id("refused")).to_contain_text("line 5")
    page.wait_for_function(
        "() => { const image = document.querySelector('[data-testid=model] img');"
        " return image?.complete && image.naturalWidth === 160 }"
    )
    (model,) = place.rows(CadModel)
    assert (model.cad_index, model.name, model.faces) == (1, "spinning top", 4)


def _orders_with_overlap(page: Page, place: Place) -> None:
    """Two people for each item, shared out evenly: the numbers are seen first, and are what is made."""
    page.goto(f"{place.server.url}/admin/tasks/new")
    pick(page, "people", "ann", "bob", "adm")
    page.get_by_test_id("overlap").fill("2")
    outlook = page.get_by_test_id("outlook")
    expect(outlook).to_contain_text("12")
    expect(page.get_by_test_id("shares").locator("li")).to_have_count(3)
    assert place.rows(Task) == []
    page.get_by_test_id("task-name").fill("tops for two")
    page.get_by_test_id("create").click()
    expect(page.get_by_test_id("dialog")).to_contain_text("1 task with 6 items, 12 answers in all.")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_role("heading", name="tops for two")).to_be_visible()
    expect(page.get_by_test_id("share-row")).to_have_count(3)
    rows = place.rows(Assignment)
    assert sorted(Counter(row.user_id for row in rows).values()) == [4, 4, 4]
    assert len({(row.item_id, row.user_id) for row in rows}) == 12


def _moves_and_withdraws(page: Page, place: Place) -> None:
    """All of one person's work, by selection: nobody gets an item twice, and what is withdrawn is nobody's again."""
    page.get_by_test_id("select-all").click()
    expect(page.get_by_test_id("selected")).to_have_text("12 items selected")
    page.get_by_test_id("withdraw").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("confirm")).to_be_visible()
    expect(page.get_by_test_id("dialog").last).to_contain_text("12 were not begun.")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("share-row")).to_have_count(1)
    assert {row.user_id for row in place.rows(Assignment)} == {None}
    page.get_by_test_id("select-all").click()
    page.get_by_test_id("give").click()
    pick(page, "people", "ann", "bob")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog").last).to_contain_text("12 were nobody's.")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("share-row")).to_have_count(2)
    assert sorted(Counter(row.user_id for row in place.rows(Assignment)).values()) == [6, 6]
    page.get_by_test_id("select-all").click()
    page.get_by_test_id("withdraw").click()
    page.get_by_role("checkbox", name="Offer the items again, to somebody else").click()
    page.get_by_test_id("submit").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("places-row")).to_have_count(0)


def _makes_a_pool(page: Page, place: Place) -> None:
    page.goto(f"{place.server.url}/admin/tasks/new")
    page.get_by_text("A pool: annotators draw the next themselves").click()
    page.get_by_test_id("limit").fill("2")
    expect(page.get_by_test_id("outlook")).to_contain_text("2 places wait in the pool.")
    page.get_by_test_id("create").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("places-row")).to_have_count(2)


def _draws(browser: Browser, place: Place) -> None:
    """The first item from the list, the next one by saving the first, then there is nothing left."""
    page = opened(browser, place, "bob", "/tasks")
    expect(page.get_by_test_id("free").locator("b")).to_have_text("2")
    page.get_by_test_id("continue").click()
    annotator = Annotator(page, place.server.url)
    first = annotator.wait_until_drawn()
    annotator.answer()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("id => window.posewright.state().item !== id", arg=first["item"])
    expect(page.get_by_test_id("next-open")).to_be_enabled()
    states = Counter(row.state for row in place.rows(Assignment, Assignment.drawn_at.is_not(None)))
    assert states == {AssignmentState.SAVED: 1, AssignmentState.NEW: 1}
    annotator.wait_until_drawn()
    page.get_by_test_id("next-open").click()
    expect(page.get_by_test_id("banner-finished")).to_be_visible()
