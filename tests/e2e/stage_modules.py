"""The stage's JavaScript modules by themselves in a real browser: no server, no page, no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Route

from tests.e2e.browser import chromium, new_context

MODULES = Path(__file__).resolve().parents[2] / "ui" / "stage" / "modules"
ORIGIN = "http://stage.test"


@contextmanager
def module_page() -> Iterator[Page]:
    """A blank page on which `window.stage` holds every export of the modules that know no page."""

    def serve(route: Route) -> None:
        path = MODULES / route.request.url.removeprefix(f"{ORIGIN}/")
        if path.suffix == ".js" and path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>stage modules</title>", content_type="text/html")

    with chromium() as browser:
        page = new_context(browser).new_page()
        page.route(f"{ORIGIN}/**", serve)
        page.goto(f"{ORIGIN}/")
        page.evaluate(
            """async () => {
                const names = ["pose", "steps", "answer", "editor", "outbox", "frames", "view", "warp", "overlay",
                               "connection", "remarks", "looking"]
                window.stage = Object.assign({}, ...await Promise.all(names.map((name) => import(`./${name}.js`))))
            }"""
        )
        yield page
