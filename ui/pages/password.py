"""New passwords: in place of a temporary one, which opens nothing else, and by an admin's one-time link."""

from functools import partial
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInput, NotFound
from storage.passwords import hashed
from storage.use_cases.own_password import change_own_password
from storage.use_cases.password_links import LinkFor, link_for, use_password_link
from ui.auth import HOME_PAGE, SignedIn, set_cookie
from ui.errors import explain
from ui.guard import PASSWORD_PAGE
from ui.i18n import _
from ui.logs import about, log
from ui.pages.login import is_secure
from ui.pages.plain import NO_STORE, caller, fields_of, plain_page
from ui.services import Services, TooBusy

RESET_PAGE = "/reset"


def add_password_pages(app: FastAPI, services: Services) -> None:
    @app.get(PASSWORD_PAGE)
    async def password_page(request: Request) -> Response:
        person: SignedIn = request.state.person
        return _own_form(person) if person.must_change else RedirectResponse("/account", 303)

    @app.post(PASSWORD_PAGE)
    async def password(request: Request) -> Response:
        person: SignedIn = request.state.person
        changed = await change_password(request, services, HOME_PAGE)
        return _own_form(person, changed) if isinstance(changed, str) else changed

    @app.get(RESET_PAGE)
    async def reset_page(request: Request) -> Response:
        token = request.query_params.get("token", "")
        return _link_form(await services.reading(link_for, token=token), token)

    @app.post(RESET_PAGE)
    async def reset(request: Request) -> Response:
        form = await fields_of(request)
        token, password = form.get("token", ""), form.get("password", "")
        link = await services.reading(link_for, token=token)
        if link is None:
            return _link_form(None, "")
        if password != form.get("repeated"):
            return _link_form(link, token, _("The two passwords differ."))
        address, _agent = caller(request)
        try:
            made = await services.check_password(partial(hashed, link.name, password))
            await services.transact(use_password_link, token=token, password=made, address=address)
        except NotFound:
            return _link_form(None, "")
        except (InvalidInput, TooBusy) as error:
            return _link_form(link, token, explain(error, what="a new password by a link").message)
        await services.live_sessions.end_user(link.user_id)
        with about(person=link.name):
            log.info("new password by a one-time link, from %s", address)
        return RedirectResponse("/login?reset=1", 303, headers=NO_STORE)


async def change_password(request: Request, services: Services, target: str) -> Response | str:
    """Changes the person's password by the form that was sent, gives this browser a new session and ends all others.

    What was wrong with it in the person's words, or the way to `target`.
    """
    person: SignedIn = request.state.person
    form = await fields_of(request)
    if form.get("password", "") != form.get("repeated"):
        return _("The two passwords differ.")
    address, agent = caller(request)
    change = partial(
        change_own_password,
        services.database,
        actor=person.actor,
        current=form.get("current", ""),
        password=form.get("password", ""),
        address=address,
        agent=agent,
    )
    try:
        token = await services.check_password(change)
    except (InvalidInput, TooBusy) as error:
        return explain(error, what="changing the own password").message
    services.published.set()
    await services.live_sessions.end_user(person.user_id)
    log.info("changed the own password from %s", address)
    response = RedirectResponse(target, 303, headers=NO_STORE)
    set_cookie(response, token, services=services, secure=is_secure(request))
    return response


def _own_form(person: SignedIn, message: str = "") -> Response:
    return plain_page(
        "password.html",
        status=400 if message else 200,
        title=_("Choose a password of your own"),
        person=person.actor,
        message=message,
        back=PASSWORD_PAGE,
    )


def _link_form(link: LinkFor | None, token: str, message: str = "") -> Response:
    return plain_page(
        "reset.html",
        status=404 if link is None else 400 if message else 200,
        title=_("Choose a new password"),
        name=link.name if link else "",
        token=token,
        message=message,
        back=f"{RESET_PAGE}?token={quote(token, safe='')}",
    )
