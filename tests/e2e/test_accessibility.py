"""axe-core finds nothing serious: on every page with --full, in both languages and themes; else on a few."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from domain.answer import Answer, Density, ObjectStatus
from domain.permissions import CONSOLE, Role
from domain.task_state import TaskKind
from storage.database import Database
from storage.use_cases.annotate import save_annotation
from storage.use_cases.items import add_gold
from storage.use_cases.qualify.rules import ExamTerms, make_exam
from storage.use_cases.work.creating import Handing, WorkOrder, place_order
from storage.use_cases.work.selection import Selection
from tests.e2e.accessibility import grave_findings
from tests.e2e.annotator import Annotator
from tests.e2e.browser import chromium, new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_world import PERSON, PREDICTED, SUPERVISOR, StageWorld, stage_world
from ui.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("guide_page")]

LOOKS = (
    ("zh-CN", "dark"),
    pytest.param("en-GB", "light", marks=pytest.mark.full),
    pytest.param("zh-CN", "light", marks=pytest.mark.full),
    pytest.param("en-GB", "dark", marks=pytest.mark.full),
)
ADMIN = "ada"
FEW: dict[str | None, tuple[str, ...]] = {PERSON: ("/annotate/1",), SUPERVISOR: ("/board",)}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_can_be_used_by_everybody(
    tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int], language: str, theme: str
) -> None:
    found = {}
    with stage_world(tmp_path_factory.mktemp("accessible"), 4) as world, chromium() as browser:
        for who, paths in (_all_pages(world) if count(0, 1) else FEW).items():
            context = new_context(browser, locale=language, color_scheme=theme, bypass_csp=True)
            if who is not None:
                role = Role.ADMIN if who == ADMIN else Role.ANNOTATOR
                context.add_cookies([cookie_of(world.server, who, role)])
            page = context.new_page()
            page.route("**/how-to/pictures/*", lambda route: route.fulfill(status=204))
            for path in paths:
                _open(page, world, path)
                found[path] = grave_findings(page)
            context.close()
    assert {path: findings for path, findings in found.items() if findings} == {}


def _open(page: Page, world: StageWorld, path: str) -> None:
    """With all that can be laid over it: the rule and the sheet of keys."""
    page.goto(f"{world.server.url}{path}")
    page.locator("#main").wait_for()
    if not path.startswith("/annotate"):
        return
    Annotator(page, world.server.url).wait_until_drawn()
    key, laid_over = ("?", "keys-dialog") if path.endswith("#keys") else ("h", "rule-panel")
    page.keyboard.press(key)
    page.get_by_test_id(laid_over).wait_for()


def _all_pages(world: StageWorld) -> dict[str | None, tuple[str, ...]]:
    """By whom they are opened, once there is something to be seen on them: answers, a test, a comparison."""
    truth = Answer(
        pose=PREDICTED.pose, cad_index=PREDICTED.cad_index, object_status=ObjectStatus.GOOD, dense=Density.NO
    )
    database = Database(load_settings(home=world.server.home).database)
    with database.transaction() as session:
        for place in world.assignment_ids[1:]:
            add_gold(session, actor=CONSOLE, item_id=place, answer=truth)
            save_annotation(
                session, actor=1, assignment_id=place, answer=truth, base_version=0, save_id=str(uuid.uuid4())
            )
        everything = Selection(dataset_id=1)
        terms = ExamTerms(items=2, needed=2, attempts=2)
        exam = make_exam(session, actor=CONSOLE, order=WorkOrder(selection=everything, name="Test"), terms=terms)
        compared = WorkOrder(
            selection=everything, kind=TaskKind.EVALUATE, handing=Handing.PEOPLE, user_ids=(2,), name="Net or ann",
            compares=("prediction:test-1", "person:1"),
        )  # fmt: skip
        (comparison,) = place_order(session, actor=CONSOLE, order=compared)
    database.close()
    saved = world.assignment_ids[1]
    return {
        None: ("/login", "/reset"),
        PERSON: (
            "/annotate/1", "/annotate/1#keys", f"/annotate/{saved}", "/how-to", "/how-to/practice", "/tasks",
            "/account", "/account/password", "/statistics", f"/qualify/{exam}", f"/history/{saved}", "/review",
            "/nowhere",
        ),
        SUPERVISOR: (
            "/board", "/review", "/tasks", "/statistics", "/watch/1", f"/annotate/{saved}", "/qualify", "/adjudicate",
            "/evaluate", f"/evaluate/task/{comparison}", "/evaluate/models", "/evaluate/agreement", "/verdicts",
        ),
        ADMIN: (
            "/admin/people", "/admin/people/csv", "/admin/tasks", "/admin/tasks/new", "/admin/tasks/1",
            "/admin/library", "/admin/library/1", "/admin/data", "/admin/boxes", "/admin/keeping", "/admin/audit",
            "/admin/system",
        ),
    }  # fmt: skip
