"""Where a page is, and how long it may take to open."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

PATIENCE_S = 60.0
"""On a busy machine a page is late rather than an error; NiceGUI itself would give it up after 3 s."""


def page_at(address: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return ui.page(address, response_timeout=PATIENCE_S)
