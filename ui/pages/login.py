"""Logging in and out: plain HTML forms, a new session at each log-in, one message for everything that is wrong."""

from functools import partial
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.errors import InvalidInput
from storage.use_cases import sessions
from storage.use_cases.login import authenticate
from ui.auth import SignedIn, clear_cookie, local_target, set_cookie
from ui.forms import read_form
from ui.i18n import _
from ui.logs import about, log
from ui.services import Services, TooBusy
from ui.theme.templates import render

NO_STORE = {"Cache-Control": "no-store"}


def add_login(app: FastAPI, services: Services) -> None:
    @app.get("/login")
    async def login_page(request: Request) -> Response:
        target = local_target(request.query_params.get("next"))
        if request.state.person is not None:
            return RedirectResponse(target, 303)
        return _form(target, ended="ended" in request.query_params)

    @app.post("/login")
    async def login(request: Request) -> Response:
        try:
            form = await read_form(request)
        except InvalidInput:
            return _form(local_target(None), message=_wrong(), status=400)
        target, name, password = (
            local_target(form.get("next")),
            form.get("name", "").strip(),
            form.get("password", ""),
        )
        address = request.client.host if request.client else ""
        try:
            check = partial(authenticate, services.database, name=name, password=password, address=address)
            user = await services.check_password(check)
        except TooBusy:
            busy = _("Many people are logging in at this moment. Try again in a few seconds.")
            return _form(target, name=name, message=busy, status=503)
        if user is None:
            log.warning("log-in refused from %s", address)
            return _form(target, name=name, message=_wrong(), status=401)
        await _end(services, request.state.person)
        token = await services.transact(
            sessions.open_session,
            user_id=user.id,
            address=address,
            agent=request.headers.get("user-agent", "")[:300],
        )
        with about(person=user.name):
            log.info("logged in from %s", address)
        response = RedirectResponse(target, 303, headers=NO_STORE)
        set_cookie(response, token, services=services, secure=request.url.scheme == "https")
        return response

    @app.post("/logout")
    async def logout(request: Request) -> Response:
        await _end(services, request.state.person)
        log.info("logged out")
        response = RedirectResponse("/login", 303, headers=NO_STORE)
        clear_cookie(response, secure=request.url.scheme == "https")
        return response


async def _end(services: Services, person: SignedIn | None) -> None:
    """Ends a session and at once whatever it has open in this process; others hear of it by the outbox."""
    if person is not None:
        await services.transact(sessions.end_session, token=person.token)
        await services.live_sessions.end_session(person.session_id)


def _wrong() -> str:
    return _("Name or password is not right.")


def _form(target: str, *, name: str = "", message: str = "", ended: bool = False, status: int = 200) -> HTMLResponse:
    """`ended`: a page was open when its session ended; the person did not ask for this form."""
    page = render(
        "login.html",
        title=_("Log in"),
        next=target,
        name=name,
        message=message,
        ended=ended,
        back=f"/login?next={quote(target, safe='')}{'&ended=1' if ended else ''}",
    )
    return HTMLResponse(page, status, headers=NO_STORE)
