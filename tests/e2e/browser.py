"""A real Chromium at the size the pages are made for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

SCREEN = {"width": 1366, "height": 768}
CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 90_000
"""With anything that is to come: what a test waits for says nothing of how quick it is, on a machine that is busy."""

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; `POSEWRIGHT_CHROMIUM` names another."""
    path = os.environ.get("POSEWRIGHT_CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    assert path, "these tests need Chromium; ./test.sh installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, **options: object) -> BrowserContext:
    """A person's browser: cookies of its own, English unless told otherwise."""
    context = browser.new_context(**{"viewport": SCREEN, "locale": "en-GB", **options})
    context.set_default_timeout(PATIENCE_MS)
    return context
