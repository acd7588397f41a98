"""Pages for what went wrong: what it is in the person's words, and what to do now."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from domain.errors import NotAllowed, NotFound, PosewrightError
from storage.errors import NotQualified, WorkPaused
from ui.errors import explain
from ui.i18n import _
from ui.logs import report
from ui.pages.plain import PLAIN_HEADERS
from ui.theme.templates import header_values, render


def add_error_pages(app: FastAPI) -> None:
    """Replaces NiceGUI's own handlers, which would show the exception's text to a stranger."""

    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    async def refused(request: Request, error: Exception) -> Response:
        return error_page(request, getattr(error, "status_code", 404))

    @app.exception_handler(PosewrightError)
    async def broken_rule(request: Request, error: Exception) -> Response:
        return rule_page(request, error)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return unexpected_page(request, error)


def rule_page(request: Request, error: Exception) -> Response:
    """The page for a broken rule: 404 and 403 have their own words, others say the rule's sentence."""
    if isinstance(error, NotFound):
        return error_page(request, 404)
    if isinstance(error, NotQualified):
        sentence = explain(error, what=request.url.path).message
        return error_page(request, 403, message=sentence, way=(_("To the test"), f"/qualify/{error.test_id}"))
    if isinstance(error, NotAllowed) and not isinstance(error, WorkPaused):
        return error_page(request, 403)
    return error_page(request, 400, message=explain(error, what=request.url.path).message)


def unexpected_page(request: Request, error: Exception) -> Response:
    return error_page(request, 500, number=report(error, f"{request.method} {request.url.path}"))


def error_page(
    request: Request, status: int, *, message: str = "", number: str = "", way: tuple[str, str] | None = None
) -> Response:
    """A whole page for a browser that asked for one, JSON for a program. `way`: what helps, and where it is."""
    title, explanation = _words(status)
    message = message or explanation
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"code": str(status), "message": f"{title} {message}", "number": number or None}, status)
    person = getattr(request.state, "person", None)
    actor = person.actor if person else None
    page = render(
        "error.html",
        title=title,
        status=status,
        message=message,
        number=number,
        action=way[0] if way else _("To my tasks") if actor else _("Log in"),
        action_target=way[1] if way else "/tasks" if actor else "/login",
        **header_values(actor=actor, place=()),
    )
    return HTMLResponse(page, status, headers=PLAIN_HEADERS)


def _words(status: int) -> tuple[str, str]:
    if status == 404:
        return _("This page is not here"), _("It may have been moved or finished, or the address has a mistake.")
    if status == 403:
        return (
            _("This is not yours to open"),
            _("It is somebody else's work, or for people with another role. If you should see it, ask an admin."),
        )
    if status >= 500:
        return (
            _("Something went wrong on the server"),
            _("Your saved work is safe. Try again; if it happens once more, tell your admin this number:"),
        )
    return _("This did not work"), _("Go back and try again.")
