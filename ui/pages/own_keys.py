"""Changing one's own keys: the stage's key sheet asks here, one key at a time."""

import json

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.errors import InvalidInput, PosewrightError
from domain.keys import KeyRefused
from storage.use_cases.preferences import Preferences, change_own_key, reset_own_keys
from ui.auth import SignedIn
from ui.errors import explain
from ui.guide.key_names import action_name
from ui.i18n import _
from ui.pages.plain import NO_STORE
from ui.services import Services

PATH = "/account/keys"
LONGEST_BODY = 1000


def add_own_keys(app: FastAPI, services: Services) -> None:
    @app.post(PATH)
    async def change(request: Request) -> Response:
        """`{"name": …, "keys": [...]}`; answers with all keys that hold, or with a sentence."""
        person: SignedIn = request.state.person
        try:
            name, chosen = _asked(await request.body())
            own = await services.transact(change_own_key, actor=person.actor, name=name, chosen=chosen)
        except PosewrightError as error:
            return _refused(error)
        return _keys(own)

    @app.post(f"{PATH}/reset")
    async def reset(request: Request) -> Response:
        person: SignedIn = request.state.person
        own = await services.transact(reset_own_keys, actor=person.actor)
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/how-to#keys", 303, headers=NO_STORE)
        return _keys(own)


def _asked(body: bytes) -> tuple[str, tuple[str, ...]]:
    """Raises InvalidInput for anything but a name with its keys."""
    try:
        asked = json.loads(body[:LONGEST_BODY])
        name, chosen = asked["name"], tuple(asked["keys"])
    except (ValueError, TypeError, KeyError):
        raise InvalidInput("a name and its keys are needed") from None
    if not isinstance(name, str) or not all(isinstance(key, str) for key in chosen):
        raise InvalidInput("a name and its keys are texts")
    return name, chosen


def _keys(own: Preferences) -> Response:
    return JSONResponse({"keys": own.keys, "own": sorted(own.own_keys)}, headers=NO_STORE)


def _refused(error: PosewrightError) -> Response:
    explanation = explain(error, what="changing a key")
    message = explanation.message
    if isinstance(error, KeyRefused) and error.taken_by:
        message = _("This key is taken by “%(name)s”. Give that one another key first.") % {
            "name": action_name(error.taken_by)
        }
    return JSONResponse({"code": explanation.code, "message": message}, 409, headers=NO_STORE)
