"""The annotate page in a real Chromium, with the probe in it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.benchmarks.hand import Hand
from tests.benchmarks.workplace import MARK, Person
from tests.e2e.browser import CANDIDATES, FLAGS, SCREEN

PROBE = Path(__file__).with_name("probe.js")
DRAWN = (
    "item => { const s = window.posewright?.state?.();"
    " return s && (item === null || s.item === item) && s.sent_seq > 0 && s.drawn_seq === s.sent_seq }"
)


class StagePage:
    """One tab. `hand` is its mouse."""

    def __init__(self, page: Page, hand: Hand, url: str) -> None:
        self.page = page
        self.hand = hand
        self.url = url

    async def open(self, assignment: int) -> None:
        """Goes to an item by its address and waits until it is drawn."""
        await self.page.goto(f"{self.url}/annotate/{assignment}")
        await self.drawn(assignment)
        await self.page.evaluate("mark => benchmark.attach(mark)", MARK)

    async def drawn(self, item: int | None = None) -> dict[str, Any]:
        """Until the newest pose is on the screen; what `window.posewright.state()` says then."""
        await self.page.wait_for_function(DRAWN, arg=item)
        return await self.state()

    async def state(self) -> dict[str, Any]:
        return dict(await self.page.evaluate("posewright.state()"))

    async def view(self) -> dict[str, float]:
        return dict(await self.page.evaluate("posewright.view()"))

    async def box(self) -> dict[str, float]:
        """Where the picture is on the page."""
        box = await self.page.get_by_test_id("stage").bounding_box()
        assert box
        return dict(box)


@asynccontextmanager
async def stage_page(url: str, person: Person) -> AsyncIterator[StagePage]:
    """A browser of the person's own, logged in."""
    path = next(filter(None, map(shutil.which, CANDIDATES)), None)
    assert path, "this benchmark needs Chromium; ./test.sh installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = await browser.new_context(viewport=SCREEN, locale="en-GB")
        await context.add_cookies([person.browser_cookie(url)])
        await context.add_init_script(path=PROBE)
        page = await context.new_page()
        hand = Hand(await context.new_cdp_session(page))
        try:
            yield StagePage(page, hand, url)
        finally:
            await browser.close()
