"""One's own account: where one is signed in, password and keys. Plain forms: a password passes through no socket."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import NotFound
from domain.keys import FIXED, KeyKind, kind_of
from storage.use_cases import sessions
from storage.use_cases.preferences import Preferences, own_preferences
from storage.use_cases.sessions import ABSOLUTE, IDLE, OpenSession
from ui.auth import SignedIn
from ui.guide.key_names import GROUPS, key_name
from ui.i18n import _
from ui.logs import log
from ui.pages.errors import error_page
from ui.pages.password import change_password
from ui.pages.plain import NO_STORE, fields_of, plain_page
from ui.services import Services
from ui.stage.texts import stage_texts
from ui.theme.templates import header_values
from ui.user_agents import browser_name
from ui.words import as_time

PATH = "/account"


def add_account(app: FastAPI, services: Services) -> None:
    @app.get(PATH)
    async def account(request: Request) -> Response:
        return await _page(request, services)

    @app.post(f"{PATH}/password")
    async def password(request: Request) -> Response:
        changed = await change_password(request, services, f"{PATH}?done=password")
        return await _page(request, services, changed) if isinstance(changed, str) else changed

    @app.post(f"{PATH}/sign-out")
    async def sign_out(request: Request) -> Response:
        person: SignedIn = request.state.person
        given = (await fields_of(request)).get("session", "")
        session_id = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
        try:
            await services.transact(sessions.end_one, actor=person.actor, session_id=session_id)
        except NotFound:
            return error_page(request, 404)
        await services.live_sessions.end_session(session_id)
        return RedirectResponse(f"{PATH}?done=signed-out", 303, headers=NO_STORE)

    @app.post(f"{PATH}/sign-out-others")
    async def sign_out_others(request: Request) -> Response:
        person: SignedIn = request.state.person
        ended = await services.transact(
            sessions.end_all, actor=person.actor, user_id=person.user_id, keep_id=person.session_id
        )
        await services.live_sessions.end_user(person.user_id, keep_session_id=person.session_id)
        log.info("signed out %d other sessions", ended)
        return RedirectResponse(f"{PATH}?done=signed-out", 303, headers=NO_STORE)


async def _page(request: Request, services: Services, message: str = "") -> Response:
    person: SignedIn = request.state.person
    found = await services.reading(sessions.list_sessions, actor=person.actor, user_id=person.user_id)
    own = await services.reading(own_preferences, actor=person.actor)
    notes = {
        "password": _("Your new password is set. You are signed out everywhere else."),
        "signed-out": _("Signed out. What was open there ends now."),
    }
    return plain_page(
        "account.html",
        asks=True,
        status=400 if message else 200,
        title=_("My account"),
        sessions=[_row(one, person) for one in sorted(found, key=lambda one: one.id != person.session_id)],
        idle_hours=IDLE.total_seconds() // 3600,
        absolute_days=ABSOLUTE.days,
        key_texts=stage_texts(),
        key_groups=_key_groups(own),
        own_keys=own.own_keys,
        message=message,
        note="" if message else notes.get(request.query_params.get("done", ""), ""),
        **header_values(actor=person.actor, place=((_("My account"), None),), back=PATH),
    )


def _row(one: OpenSession, person: SignedIn) -> dict[str, object]:
    return {
        "id": one.id,
        "this": one.id == person.session_id,
        "agent": one.agent,
        "browser": browser_name(one.agent),
        "address": one.address,
        "since": as_time(one.created_at),
        "seen": as_time(one.last_seen_at),
        "expires": as_time(one.expires_at),
    }


def _key_groups(own: Preferences) -> list[tuple[str, list[dict[str, object]]]]:
    """The sheet of keys with what changing one of them needs."""
    texts = stage_texts()
    return [
        (
            texts[group],
            [
                {
                    "name": name,
                    "what": texts[name],
                    "presses": [(key, key_name(key)) for key in own.keys[name]],
                    "kind": "" if kind_of(name) is KeyKind.PRESS else kind_of(name).value,
                    "own": name in own.own_keys,
                    "fixed": name in FIXED,
                }
                for name in names
            ],
        )
        for group, names in GROUPS.items()
    ]
