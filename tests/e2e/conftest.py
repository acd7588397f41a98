"""One browser for the tests of a file, and an annotator at work in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.browser import chromium, new_context
from tests.e2e.people import cookie_of
from tests.e2e.stage_annotator import StageAnnotator
from tests.e2e.stage_world import PERSON, StageWorld


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def fresh_items(world: StageWorld) -> Iterator[int]:
    return iter(world.assignment_ids)


@pytest.fixture(scope="module")
def logged_in(world: StageWorld, browser: Browser) -> BrowserContext:
    """The annotator's. A new one for each test would have to fetch and compile every script again."""
    context = new_context(browser)
    context.add_cookies([cookie_of(world.server, PERSON)])
    return context


@pytest.fixture
def context(logged_in: BrowserContext) -> Iterator[BrowserContext]:
    """Without pages, connected, and with nothing kept from before."""
    leave_all(logged_in)
    yield logged_in
    leave_all(logged_in)


def leave_all(context: BrowserContext) -> None:
    context.set_offline(False)
    for page in context.pages:
        page.evaluate("location.protocol.startsWith('http') && localStorage.clear()")
        page.close()


@pytest.fixture(scope="module")
def at_the_stage() -> list[StageAnnotator]:
    """Who is still at the stage after the last test: loading the page costs more than most tests do."""
    return []


@pytest.fixture
def annotator(
    world: StageWorld,
    logged_in: BrowserContext,
    at_the_stage: list[StageAnnotator],
    fresh_items: Iterator[int],
    request: pytest.FixtureRequest,
) -> Iterator[StageAnnotator]:
    """At an item that nobody has touched: on a new page, or gone on to it as people go on."""
    if at_the_stage and not at_the_stage[0].page.is_closed():
        annotator = at_the_stage.pop()
        annotator.go_on(next(fresh_items))
    else:
        at_the_stage.clear()
        annotator = StageAnnotator(logged_in.new_page(), world.server.url)
        annotator.open(next(fresh_items))
    failed = request.session.testsfailed
    yield annotator
    assert annotator.errors == []
    if request.session.testsfailed == failed and annotator.can_go_on:
        at_the_stage.append(annotator)
    else:
        leave_all(logged_in)
