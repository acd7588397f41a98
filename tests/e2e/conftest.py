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
    yield logged_in
    logged_in.set_offline(False)
    for page in logged_in.pages:
        page.evaluate("location.protocol.startsWith('http') && localStorage.clear()")
        page.close()


@pytest.fixture
def annotator(world: StageWorld, context: BrowserContext, fresh_items: Iterator[int]) -> Iterator[StageAnnotator]:
    """At an item that nobody has touched."""
    annotator = StageAnnotator(context.new_page(), world.server.url)
    annotator.open(next(fresh_items))
    yield annotator
    assert annotator.errors == []
