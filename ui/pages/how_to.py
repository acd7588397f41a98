"""The guide, and the item to practise on: for everybody who is signed in, with tasks or without."""

import json
import math

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.errors import PosewrightError
from storage.use_cases.preferences import own_preferences, practice_seen
from ui.auth import SignedIn
from ui.guide.examples import CATEGORIES, PORTRAITS
from ui.guide.key_names import key_groups, shown_keys
from ui.guide.pictures import GuidePictures
from ui.guide.practice import MODELS, PHOTO, practice_start, practice_texts
from ui.guide.routes import add_guide_routes
from ui.i18n import _
from ui.pages.errors import rule_page
from ui.pages.plain import NO_STORE, POLICY
from ui.services import Services
from ui.theme.templates import header_values, render

PATH = "/how-to"
PRACTICE = f"{PATH}/practice"
HEADERS = {**NO_STORE, "Content-Security-Policy": f"{POLICY}; connect-src 'self'"}
"""As the plain pages, but their scripts ask for frames and hear of news."""


def add_how_to(app: FastAPI, services: Services) -> GuidePictures:
    """The pages and their routes; what draws the pictures is to be closed with the server."""
    pictures = GuidePictures(services)
    add_guide_routes(app, pictures)

    @app.get(PATH)
    async def how_to(request: Request) -> Response:
        person: SignedIn = request.state.person
        own = await services.reading(own_preferences, actor=person.actor)
        title = _("How to label")
        page = render(
            "how_to.html",
            title=title,
            categories=CATEGORIES,
            portraits=PORTRAITS,
            shown=shown_keys(own.keys),
            key_groups=key_groups(own.keys),
            own_keys=own.own_keys,
            **header_values(
                actor=person.actor, place=((_("Tasks"), "/tasks"), (title, None)), back=PATH, tells_news=True
            ),
        )
        return Response(page, media_type="text/html", headers=HEADERS)

    @app.get(PRACTICE)
    async def practice(request: Request) -> Response:
        person: SignedIn = request.state.person
        try:
            photo = await pictures.photos.of(PHOTO, alone=True)
        except PosewrightError as error:
            return rule_page(request, error)
        own = await services.reading(own_preferences, actor=person.actor)
        thing = photo.objects[0]
        item = {
            "photo": f"{PATH}/photos/{PHOTO}.jpg",
            "viewport": thing.pose.viewport,
            "box": [thing.box.x1, thing.box.y1, thing.box.x2, thing.box.y2],
            "truth": thing.answer.to_json(),
            "start": practice_start(
                thing.pose, math.dist((thing.box.x1, thing.box.y1), (thing.box.x2, thing.box.y2))
            ),
            "keys": own.keys,
            "texts": practice_texts(),
        }
        title = _("Practise on one item")
        place = ((_("How to label"), PATH), (title, None))
        page = render(
            "practice.html",
            title=title,
            item=json.dumps(item),
            models=MODELS,
            shown=shown_keys(own.keys),
            portraits=PORTRAITS,
            **header_values(actor=person.actor, place=place, back=PRACTICE, tells_news=True),
        )
        return Response(page, media_type="text/html", headers=HEADERS)

    @app.post(f"{PRACTICE}/seen")
    async def seen(request: Request) -> Response:
        """Finished or declined: for a form the way to the tasks."""
        person: SignedIn = request.state.person
        await services.transact(practice_seen, actor=person.actor)
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/tasks", 303, headers=NO_STORE)
        return JSONResponse({}, headers=NO_STORE)

    return pictures
