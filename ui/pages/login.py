"""Logging in and out: plain HTML forms, a new session at each log-in, one message for everything that is wrong."""

from functools import partial
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.errors import InvalidInput
from storage.use_cases import sessions
from storage.use_cases.accounts import UserView
from storage.use_cases.login import authenticate, must_wait
from ui import first_admin
from ui.auth import SignedIn, clear_cookie, local_target, set_cookie
from ui.first_admin import FirstAdmin
from ui.forms import read_form
from ui.i18n import _
from ui.logs import about, log
from ui.pages.plain import NO_STORE, caller, plain_page
from ui.refusals import Refusals
from ui.services import Services, TooBusy


def add_login(app: FastAPI, services: Services, first: FirstAdmin, refusals: Refusals) -> None:
    @app.get("/login")
    async def login_page(request: Request) -> Response:
        target = local_target(request.query_params.get("next"))
        if request.state.person is not None:
            return RedirectResponse(target, 303)
        if await first.due():
            return RedirectResponse(first_admin.PATH, 303)
        note = _("Your new password is set. Log in with it.") if "reset" in request.query_params else ""
        return _form(target, ended="ended" in request.query_params, note=note)

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
        address, _agent = caller(request)
        try:
            user = await _admitted(services, refusals, name=name, password=password, address=address)
        except TooBusy:
            busy = _("Many people are logging in at this moment. Try again in a few seconds.")
            return _form(target, name=name, message=busy, status=503)
        if user is None:
            return _form(target, name=name, message=_wrong(), status=401)
        await end_session(services, request.state.person)
        return await sign_in(request, services, user, target)

    @app.post("/logout")
    async def logout(request: Request) -> Response:
        await end_session(services, request.state.person)
        log.info("logged out")
        response = RedirectResponse("/login", 303, headers=NO_STORE)
        clear_cookie(response, secure=is_secure(request))
        return response


async def sign_in(request: Request, services: Services, user: UserView, target: str) -> Response:
    """A new session for somebody who has just proved who they are, and the way to `target`."""
    address, agent = caller(request)
    token = await services.transact(sessions.open_session, user_id=user.id, address=address, agent=agent)
    with about(person=user.name):
        log.info("logged in from %s", address)
    response = RedirectResponse(target, 303, headers=NO_STORE)
    set_cookie(response, token, services=services, secure=is_secure(request))
    return response


async def end_session(services: Services, person: SignedIn | None) -> None:
    """Ends a session and at once whatever it has open in this process; others hear of it by the outbox."""
    if person is not None:
        await services.transact(sessions.end_session, token=person.token)
        await services.live_sessions.end_session(person.session_id)


def is_secure(request: Request) -> bool:
    """Whether the browser came by TLS, ours or that of a proxy we trust: then the cookie goes no other way."""
    return request.url.scheme == "https"


async def _admitted(
    services: Services, refusals: Refusals, *, name: str, password: str, address: str
) -> UserView | None:
    """The person, or None for every reason there is. Raises TooBusy."""
    refused = await services.reading(must_wait, name=name, address=address)
    if refused is not None:
        refusals.note(refused)
        return None
    check = partial(authenticate, services.database, name=name, password=password, address=address)
    user = await services.check_password(check)
    if user is None:
        log.warning("log-in refused from %s", address)
    return user


def _wrong() -> str:
    return _("Name or password is not right.")


def _form(
    target: str, *, name: str = "", message: str = "", note: str = "", ended: bool = False, status: int = 200
) -> HTMLResponse:
    """`ended`: a page was open when its session ended; the person did not ask for this form."""
    return plain_page(
        "login.html",
        status=status,
        title=_("Log in"),
        next=target,
        name=name,
        message=message,
        note=note,
        ended=ended,
        back=f"/login?next={quote(target, safe='')}{'&ended=1' if ended else ''}",
    )
