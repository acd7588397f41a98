"""An admin puts a test before the work; a new annotator fails it, sees why, passes, gets the work, and is caught in a
planted flip."""

import re
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from domain.answer import Answer, Density, ObjectStatus
from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.passwords import HashedPassword
from storage.use_cases.accounts import add_user
from storage.use_cases.annotate import open_assignment, save_annotation
from storage.use_cases.items import add_gold
from storage.use_cases.tasks import create_tasks
from tests.e2e.annotator import Annotator
from tests.e2e.browser import chromium, new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_world import PASSWORD, PERSON, PREDICTED, SUPERVISOR, StageWorld, stage_world
from ui.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("qualification")]

ITEMS = 5
TRUTH = Answer(pose=PREDICTED.pose, cad_index=PREDICTED.cad_index, object_status=ObjectStatus.GOOD, dense=Density.NO)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageWorld]:
    folder = tmp_path_factory.mktemp("qualification")
    with stage_world(folder, ITEMS) as world:
        _add_gold_and_others(folder / "home")
        yield world


def _add_gold_and_others(home: Path) -> None:
    """Every item is gold; two others have labelled everything right."""
    database = Database(load_settings(home=home).database)
    with database.transaction() as session:
        for item_id in range(1, ITEMS + 1):
            add_gold(session, actor=CONSOLE, item_id=item_id, answer=TRUTH)
        for name in ("bob", "cat"):
            unusable = HashedPassword("no password has this hash")
            user = add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=unusable)
            (task,) = create_tasks(session, actor=CONSOLE, dataset="blocks", user_id=user.id)
            opened = open_assignment(session, actor=user.id, assignment_id=task.next_open_assignment_id)
            save_annotation(
                session, actor=user.id, assignment_id=opened.assignment_id, answer=TRUTH,
                base_version=opened.version, save_id=str(uuid.uuid4()),
            )  # fmt: skip
    database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def person_at(browser: Browser, world: StageWorld, name: str) -> Annotator:
    person = Annotator(new_context(browser).new_page(), world.server.url)
    person.page.goto(f"{world.server.url}/login")
    person.page.get_by_test_id("login-name").fill(name)
    person.page.get_by_test_id("login-password").fill(PASSWORD)
    person.page.get_by_test_id("login-submit").click()
    person.page.wait_for_url("**/tasks")
    return person


def put_test_before_work(browser: Browser, world: StageWorld) -> None:
    """Of all items, two in an attempt, before ann's task."""
    context = new_context(browser)
    context.add_cookies([cookie_of(world.server, "ada", Role.ADMIN)])
    page = context.new_page()
    page.goto(f"{world.server.url}/admin/tasks/new")
    page.get_by_test_id("kind").click()
    page.get_by_role("option", name=re.compile("^Qualify")).click()
    outlook = page.get_by_test_id("outlook")
    for field, text in (
        ("exam-items", "9"),
        ("exam-needed", "2"),
        ("exam-attempts", "2"),
        ("task-name", "Block test"),
    ):
        page.get_by_test_id(field).fill(text)
    expect(outlook).to_contain_text("An attempt takes 9 gold items, and only 5 are chosen.")
    page.get_by_test_id("exam-items").fill("2")
    expect(outlook).to_contain_text("Each attempt draws from them")
    page.get_by_test_id("create").click()
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("task-facts")).to_contain_text("nothing yet")
    page.goto(f"{world.server.url}/admin/tasks/1")
    page.get_by_test_id("trust").click()
    page.get_by_test_id("task-test").click()
    page.get_by_role("option", name="Block test").click()
    page.get_by_test_id("looks-at-gold").click()
    page.get_by_test_id("gold-last").fill("2.5")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog")).to_contain_text("2.5 is no whole number")
    page.get_by_test_id("looks-at-gold").click()
    page.get_by_test_id("submit").click()  # what is wrong in a field that nobody sees stops nothing
    expect(page.get_by_test_id("dialog")).to_have_count(0)
    page.get_by_test_id("trust").click()
    page.get_by_test_id("looks-at-gold").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("dialog")).to_have_count(0)
    expect(page.get_by_test_id("task-facts")).to_contain_text(re.compile("Block test.*looked at", re.DOTALL))


def answer_item(ann: Annotator, *, flipped: bool = False) -> None:
    ann.wait_until_drawn()
    if flipped:
        ann.click("turn-round")
    ann.answer()
    ann.wait_until_drawn()
    ann.page.get_by_test_id("stage").focus()
    ann.page.keyboard.press("Shift+Enter")


def go_on(ann: Annotator, way: Callable[[], None]) -> None:
    """From what was told to the next item."""
    before = ann.state["item"]
    way()
    ann.page.wait_for_function("item => window.posewright?.state?.().item !== item", arg=before)


def test_from_a_failed_test_to_a_flip_that_is_caught(world: StageWorld, browser: Browser) -> None:
    put_test_before_work(browser, world)
    ann = person_at(browser, world, PERSON)
    page = ann.page
    real = world.assignment_ids[0]

    # The gate: the task is closed, and the way to the test is one click.
    expect(page.get_by_test_id("test-ahead")).to_contain_text("Block test")
    page.goto(f"{world.server.url}/annotate/{real}")
    page.get_by_role("link", name="To the test").click()
    expect(page.get_by_test_id("standing")).to_contain_text("2 attempts are left")
    page.get_by_test_id("start").click()

    # The first attempt: what was off is told beside the right pose, after each item.
    answer_item(ann, flipped=True)
    told = page.get_by_test_id("told")
    expect(told).to_contain_text("That is off")
    expect(page.get_by_test_id("told-words")).to_contain_text("back for front")
    page.wait_for_function("[...document.querySelectorAll('.stage-look img')].every((image) => image.naturalWidth)")
    go_on(ann, page.get_by_test_id("told-on").click)
    expect(told).to_have_count(0)
    answer_item(ann)
    expect(told).to_contain_text("That is right")
    page.get_by_test_id("told-on").click()
    page.wait_for_url("**/qualify/*")
    expect(page.get_by_test_id("standing")).to_contain_text("1 attempt is left")
    expect(page.get_by_test_id("off")).to_have_text("Turned round: back for front (azimuth off by 180°)")
    expect(page.get_by_test_id("judged")).to_have_count(2)

    # The second attempt passes, and the work is open.
    page.get_by_test_id("start").click()
    answer_item(ann)
    expect(told).to_contain_text("That is right")
    expect(page.get_by_test_id("told-on")).to_be_focused()
    go_on(ann, partial(page.keyboard.press, "Enter"))
    answer_item(ann)
    expect(told).to_contain_text("That is right")
    page.get_by_test_id("told-on").click()
    page.wait_for_url("**/qualify/*")
    expect(page.get_by_test_id("standing")).to_contain_text("Passed")
    page.get_by_test_id("to-tasks").click()
    expect(page.get_by_test_id("test-ahead")).to_have_count(0)
    page.goto(f"{world.server.url}/annotate/{real}")
    right = ann.wait_until_drawn()["pose"]["azimuth"]

    # A flip is saved at once; the question comes after it, and one key swaps, from the next item too.
    answer_item(ann, flipped=True)
    page.wait_for_url(f"**/annotate/{world.assignment_ids[1]}")
    question = page.get_by_test_id("flip")
    expect(question).to_contain_text("Is this turned round?")
    expect(question).to_contain_text("other people's answers")
    page.get_by_test_id("stage").focus()
    page.keyboard.press("t")
    expect(question).to_have_count(0)
    page.goto(f"{world.server.url}/annotate/{real}")
    ann.wait_for_status("saved")
    assert abs(ann.wait_until_drawn()["pose"]["azimuth"] - right) < 1e-6
    assert not ann.errors or all("403" in error for error in ann.errors)

    # The supervisor sees how it went.
    sue = person_at(browser, world, SUPERVISOR)
    sue.page.goto(f"{world.server.url}/qualify")
    row = sue.page.get_by_test_id("result-row")
    expect(row).to_contain_text("ann")
    expect(row).to_contain_text("passed")
    expect(row).to_contain_text("2 / 2")
