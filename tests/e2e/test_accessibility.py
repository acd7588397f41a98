"""axe-core finds nothing serious: on every page with --full, in both languages and themes; else on a few."""

from collections.abc import Callable

import pytest

from tests.e2e.accessibility import grave_findings
from tests.e2e.annotator import Annotator
from tests.e2e.browser import chromium, new_context
from tests.e2e.stage_world import PASSWORD, PERSON, SUPERVISOR, stage_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("guide_page")]

LOOKS = (("zh-CN", "dark"), ("en-GB", "light"), ("zh-CN", "light"), ("en-GB", "dark"))
ANNOTATORS = ("/annotate/1", "/how-to", "/tasks", "/account", "/statistics")
SUPERVISORS = ("/board", "/review", "/tasks", "/statistics", "/watch/1")


def test_pages_can_be_used_by_everybody(
    tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]
) -> None:
    found = {}
    with stage_world(tmp_path_factory.mktemp("accessible"), 1) as world, chromium() as browser:
        for language, theme in LOOKS[: count(1, len(LOOKS))]:
            for who, pages in ((PERSON, ANNOTATORS[: count(2, 9)]), (SUPERVISOR, SUPERVISORS[: count(1, 9)])):
                context = new_context(browser, locale=language, color_scheme=theme, bypass_csp=True)
                page = context.new_page()
                page.route("**/how-to/pictures/*", lambda route: route.fulfill(status=204))
                page.goto(f"{world.server.url}/login")
                found["/login", language, theme] = grave_findings(page)
                page.get_by_test_id("login-name").fill(who)
                page.get_by_test_id("login-password").fill(PASSWORD)
                page.get_by_test_id("login-submit").click()
                page.wait_for_url("**/tasks")
                for path in pages:
                    page.goto(f"{world.server.url}{path}")
                    page.locator("#main").wait_for()
                    if path.startswith("/annotate"):
                        Annotator(page, world.server.url).wait_until_drawn()
                        page.keyboard.press("h")
                        page.get_by_test_id("rule-panel").wait_for()
                    found[path, language, theme] = grave_findings(page)
                context.close()
    assert {where: findings for where, findings in found.items() if findings} == {}
