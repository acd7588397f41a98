"""Pages of plain HTML: no script but the header's, no socket, nothing kept by the browser, the strictest policy."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from domain.errors import InvalidInput
from ui.forms import read_form
from ui.theme.templates import render

NO_STORE = {"Cache-Control": "no-store"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PLAIN_HEADERS = {**NO_STORE, "Content-Security-Policy": POLICY}
ASKING_HEADERS = {**NO_STORE, "Content-Security-Policy": f"{POLICY}; connect-src 'self'"}
"""For plain pages whose scripts ask the server for something."""


def plain_page(template: str, *, status: int = 200, asks: bool = False, **values: Any) -> HTMLResponse:
    """`asks`: its scripts ask the server for something."""
    return HTMLResponse(render(template, **values), status, headers=ASKING_HEADERS if asks else PLAIN_HEADERS)


def caller(request: Request) -> tuple[str, str]:
    """(address, browser) of whoever asks."""
    return request.client.host if request.client else "", request.headers.get("user-agent", "")[:300]


async def fields_of(request: Request) -> dict[str, str]:
    """The form's fields; none for what is no form of ours."""
    try:
        return await read_form(request)
    except InvalidInput:
        return {}
