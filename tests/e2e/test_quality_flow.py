"""Trust in a browser: three people answered the same items and a supervisor decides by keys; a blind comparison of
prediction and annotation gives a result with an interval."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select

from domain.answer import Answer, Density, ObjectStatus
from domain.permissions import CONSOLE, Role
from domain.task_state import TaskKind
from storage.database import Database
from storage.tables import Adjudication, Assignment, Dataset, EvaluationAnswer
from storage.use_cases.accounts import add_user
from storage.use_cases.annotate import save_annotation
from storage.use_cases.tasks import create_tasks
from storage.use_cases.work.creating import Handing, WorkOrder, place_order
from storage.use_cases.work.selection import Selection
from tests.e2e.annotator import Annotator
from tests.e2e.browser import chromium, new_context
from tests.e2e.stage_world import PASSWORD, PERSON, PREDICTED, SUPERVISOR, stage_world
from tests.storage.world import UNUSABLE, new_id
from ui.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]

TURNS = {"ann": (0, 0, 0), "bob": (3, 5, 90), "cat": (181, 2, 200)}
"""Degrees of azimuth that each person is off by, on each of the three items."""


@dataclass(frozen=True, kw_only=True)
class Place:
    url: str
    home: Path
    comparison: int

    def rows(self, what):
        database = Database(load_settings(home=self.home).database)
        with database.reading() as session:
            found = list(session.exec(what))
        database.close()
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("quality")
    with stage_world(folder, 3) as world:
        database = Database(load_settings(home=folder / "home").database)
        with database.transaction() as session:
            people = {PERSON: 1}
            for name in ("bob", "cat"):
                people[name] = add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=UNUSABLE).id
                create_tasks(session, actor=CONSOLE, dataset="blocks", category="long_block", user_id=people[name])
            for name, user_id in people.items():
                statement = select(Assignment.id).where(Assignment.user_id == user_id)
                for assignment_id, turn in zip(
                    session.exec(statement.order_by(col(Assignment.position))), TURNS[name], strict=True
                ):
                    save_annotation(
                        session,
                        actor=user_id,
                        assignment_id=assignment_id,
                        answer=turned(turn),
                        base_version=0,
                        save_id=new_id(),
                    )
            order = WorkOrder(
                selection=Selection(dataset_id=session.exec(select(Dataset.id)).one()),
                kind=TaskKind.EVALUATE,
                handing=Handing.PEOPLE,
                user_ids=(people[PERSON],),
                name="Net or people",
                compares=("prediction:test-1", f"person:{people['bob']}"),
            )
            (comparison,) = place_order(session, actor=CONSOLE, order=order)
        database.close()
        yield Place(url=world.server.url, home=folder / "home", comparison=comparison)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def turned(degrees: float) -> Answer:
    pose = PREDICTED.pose
    return Answer(
        pose=replace(pose, azimuth=pose.azimuth + degrees * 0.017453292519943295),
        cad_index=PREDICTED.cad_index,
        object_status=ObjectStatus.GOOD,
        dense=Density.NO,
    )


def person_at(browser: Browser, place: Place, name: str) -> Annotator:
    person = Annotator(new_context(browser).new_page(), place.url)
    person.page.goto(f"{place.url}/login")
    person.page.get_by_test_id("login-name").fill(name)
    person.page.get_by_test_id("login-password").fill(PASSWORD)
    person.page.get_by_test_id("login-submit").click()
    person.page.wait_for_url("**/tasks")
    return person


def ready(page: Page) -> None:
    """Pictures are there, and keys reach the server."""
    page.wait_for_function(
        "[...document.querySelectorAll('figure img, .qa-choice img')].every(i => i.naturalWidth > 0)"
    )
    page.wait_for_function("window.socket?.connected")


def test_three_answers_become_one_by_keys(place: Place, browser: Browser) -> None:
    sue = person_at(browser, place, SUPERVISOR)
    page = sue.page
    page.goto(f"{place.url}/adjudicate")
    one, count = page.get_by_test_id("adjudicate-one"), page.get_by_test_id("adjudicate-count")
    expect(count).to_contain_text("3 to be decided")
    expect(page.get_by_test_id("outlier")).to_have_text("cat is a 180° azimuth flip of ann and bob")
    expect(page.get_by_test_id("answer")).to_have_count(3)
    ready(page)
    first = one.get_attribute("data-item")
    page.keyboard.press("2")
    expect(count).to_contain_text("2 to be decided · 1 decided")
    expect(one).not_to_have_attribute("data-item", first)
    expect(page.get_by_text("all agree")).to_be_visible()
    page.keyboard.press("m")
    expect(count).to_contain_text("1 to be decided · 2 decided")
    expect(page.get_by_text("no majority")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_text("No two answers are near each other")).to_be_visible()
    page.keyboard.press("o")
    page.wait_for_url("**/annotate/*")
    sue.wait_until_drawn()
    send = page.get_by_test_id("fix-accept")
    expect(send).to_have_text("This is the answer")
    page.get_by_test_id("stage").focus()
    page.keyboard.press("d")
    send.click()
    page.wait_for_url("**/adjudicate?*")
    expect(page.get_by_test_id("adjudicate-count")).to_contain_text("0 to be decided · 3 decided")
    decided = place.rows(select(Adjudication).order_by(col(Adjudication.item_id)))
    assert [row.way.value for row in decided] == ["taken", "mean", "own"]
    assert decided[0].answer() == turned(3)
    page.goto(f"{place.url}/adjudicate?which=decided")
    ready(page)
    expect(page.get_by_test_id("decided")).to_contain_text("by sue")
    page.keyboard.press("u")
    expect(page.get_by_test_id("adjudicate-count")).to_contain_text("1 to be decided · 2 decided")
    page.goto(f"{place.url}/verdicts")
    ready(page)
    page.keyboard.press("4")
    expect(page.get_by_test_id("verdict-count").last).to_contain_text("31")
    assert not sue.errors


def test_a_blind_comparison_has_a_result(place: Place, browser: Browser) -> None:
    ann = person_at(browser, place, PERSON)
    page = ann.page
    page.goto(f"{place.url}/task/{place.comparison}")
    page.wait_for_url("**/evaluate/*")
    shown = page.get_by_test_id("comparison-place")
    for number, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown")):
        expect(shown).to_contain_text(f"{number} answered")
        ready(page)
        page.keyboard.press(key)
    expect(shown).to_contain_text("3 answered")
    expect(page.get_by_test_id("all-answered")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.get_by_test_id("side-left")).to_have_attribute("aria-pressed", "true")
    assert "test-1" not in page.content()
    assert len(place.rows(select(EvaluationAnswer))) == 3
    assert page.goto(f"{place.url}/evaluate").status == 403
    sue = person_at(browser, place, SUPERVISOR)
    sue.page.goto(f"{place.url}/evaluate")
    row = sue.page.get_by_test_id("evaluation-row")
    expect(row).to_contain_text("Prediction by test-1")
    expect(row).to_contain_text("–")
    row.get_by_role("link").click()
    expect(sue.page.get_by_test_id("evaluation-result")).to_have_text("no clear difference")
    expect(sue.page.get_by_test_id("by-category").first).to_contain_text("long block")
    for address, testid in (("/evaluate/models?labels=saved", "model-row"), ("/evaluate/agreement", "pair-row")):
        sue.page.goto(place.url + address)
        expect(sue.page.get_by_test_id(testid).first).to_be_visible()
    assert not sue.errors
