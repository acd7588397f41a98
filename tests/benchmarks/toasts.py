"""When what is said to a person shows on an open page of theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page

from tests.benchmarks.workplace import Person
from tests.e2e.browser import SCREEN

NOTE = """() => {
    window.toldAt = {}
    const note = () => {
        for (const toast of document.querySelectorAll("[data-testid=news]")) {
            const [said] = toast.textContent.match(/message \\d+\\./) ?? []
            if (!said || said in toldAt) continue
            toldAt[said] = null
            requestAnimationFrame(() => (toldAt[said] = performance.timeOrigin + performance.now()))
        }
    }
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true })
}"""


class Toasts:
    """Those of one page, by their texts, which end in `message N.`"""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def watch(self) -> None:
        await self._page.evaluate(NOTE)

    async def wait_ms(self, said: str, sent_at: float) -> float:
        """From a moment by `time.time` to the display frame that shows it."""
        at: Any = await self._page.wait_for_function("said => window.toldAt[said]", arg=said)
        return float(await at.json_value()) - 1000 * sent_at


@asynccontextmanager
async def toasts_of(browser: Browser, person: Person, url: str, path: str) -> AsyncIterator[Toasts]:
    """A page of the person's in a window of its own."""
    context = await browser.new_context(viewport=SCREEN, locale="en-GB")
    await context.add_cookies([person.browser_cookie(url)])  # type: ignore[list-item]
    page = await context.new_page()
    await page.goto(f"{url}{path}")
    await page.wait_for_load_state("networkidle")
    toasts = Toasts(page)
    await toasts.watch()
    try:
        yield toasts
    finally:
        await context.close()
