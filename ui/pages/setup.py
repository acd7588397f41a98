"""The first admin of an empty installation: a form for whoever can read the server's console, and gone afterwards."""

from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import InvalidInput, NotAllowed
from storage.passwords import hashed
from storage.use_cases.accounts import checked_name
from storage.use_cases.first_admin import add_first_admin
from ui import first_admin
from ui.auth import HOME_PAGE
from ui.errors import explain
from ui.first_admin import FirstAdmin
from ui.i18n import _
from ui.logs import log
from ui.pages.errors import error_page
from ui.pages.login import sign_in
from ui.pages.plain import caller, fields_of, plain_page
from ui.services import Services, TooBusy


def add_setup(app: FastAPI, services: Services, first: FirstAdmin) -> None:
    @app.get(first_admin.PATH)
    async def setup_page(request: Request) -> Response:
        if not await first.due():
            return error_page(request, 404)
        token = request.query_params.get("token", "")
        return _form(token) if first.is_token(token) else _ask_for_token(token)

    @app.post(first_admin.PATH)
    async def setup(request: Request) -> Response:
        if not await first.due():
            return error_page(request, 404)
        form = await fields_of(request)
        token, name, password = form.get("token", ""), form.get("name", ""), form.get("password", "")
        if not first.is_token(token):
            log.warning("set-up refused from %s: not the token", caller(request)[0])
            return _ask_for_token(token)
        if not name and not password:
            return _form(token)
        if password != form.get("repeated"):
            return _form(token, name=name, message=_("The two passwords differ."))
        try:
            name = checked_name(name)
            made = await services.check_password(partial(hashed, name, password))
            user = await services.transact(add_first_admin, name=name, password=made)
        except NotAllowed:
            return error_page(request, 404)
        except (InvalidInput, TooBusy) as error:
            return _form(token, name=name, message=explain(error, what="setting up").message)
        log.info("the first admin was made from %s", caller(request)[0])
        return await sign_in(request, services, user, HOME_PAGE)


def _form(token: str, *, name: str = "", message: str = "") -> Response:
    return plain_page(
        "setup.html",
        status=400 if message else 200,
        title=_("Set up Posewright"),
        token=token.strip(),
        name=name,
        message=message,
        back=f"{first_admin.PATH}?token={token.strip()}",
    )


def _ask_for_token(given: str) -> Response:
    message = _("This is not the token.") if given else ""
    return plain_page(
        "setup.html",
        status=403 if given else 200,
        title=_("Set up Posewright"),
        token="",
        name="",
        message=message,
        back=first_admin.PATH,
    )
