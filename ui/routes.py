"""The routes that are no pages: health, language, photos, thumbnails, static files. Each checks its right."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases import viewing
from ui.auth import SignedIn, local_target
from ui.errors import explain
from ui.forms import read_form
from ui.guard import LANGUAGE_COOKIE
from ui.health import health
from ui.i18n import LANGUAGES
from ui.orientation import upright
from ui.services import Services
from ui.theme import ASSETS
from ui.thumbnails import Thumbnails

A_YEAR = 365 * 24 * 3600
PRIVATE = "private, max-age=0, must-revalidate"
"""Rights can be taken away: the browser keeps the bytes, but asks each time whether it may still show them."""


def add_routes(app: FastAPI, services: Services) -> None:
    thumbnails = Thumbnails(services)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse(await health(services), headers={"Cache-Control": "no-store"})

    @app.post("/language")
    async def language(request: Request) -> Response:
        """Remembers the language and shows the page where it was chosen again."""
        form = await read_form(request)
        chosen = form.get("language", "")
        referrer = urlsplit(request.headers.get("referer", ""))
        back = form.get("back") or f"{referrer.path}{'?' + referrer.query if referrer.query else ''}"
        response = RedirectResponse(local_target(back), 303)
        if chosen in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, chosen, max_age=A_YEAR, samesite="lax", secure=request.url.scheme == "https"
            )
        return response

    @app.get("/images/{image_id:int}")
    async def image(request: Request, image_id: int) -> Response:
        person = _person(request)
        try:
            stored = await services.reading(viewing.may_see_image, actor=person.actor, image_id=image_id)
        except PosewrightError as error:
            return _refused(error)
        etag = f'"{stored.sha256}-upright"'
        if (unchanged := _unchanged(request, etag)) is not None:
            return unchanged
        try:
            content = await asyncio.to_thread(_stored_pixels, services.images.path(stored.sha256))
        except FileNotFoundError:
            return _refused(NotFound(f"the file of image {image_id} is gone"))
        return Response(content, media_type=stored.media_type, headers={"Cache-Control": PRIVATE, "ETag": etag})

    @app.get("/thumbnails/{cad_id:int}.png")
    async def thumbnail(request: Request, cad_id: int) -> Response:
        person = _person(request)
        try:
            cad = await services.reading(viewing.may_see_cad, actor=person.actor, cad_id=cad_id)
        except PosewrightError as error:
            return _refused(error)
        picture = await thumbnails.of(cad)
        etag = f'"{picture.etag}"'
        if (unchanged := _unchanged(request, etag)) is not None:
            return unchanged
        cache = PRIVATE if picture.final else "no-store"
        return Response(
            picture.content, media_type=picture.media_type, headers={"Cache-Control": cache, "ETag": etag}
        )

    @app.get("/assets/{name}")
    async def asset(name: str) -> Response:
        """Style and brand: the same for everybody, log-in page included; `?v=` in the address names the content."""
        path = ASSETS.get(name)
        if path is None:
            return _refused(NotFound(f"no asset {name}"))
        return FileResponse(path, headers={"Cache-Control": f"public, max-age={A_YEAR}, immutable"})


def _person(request: Request) -> SignedIn:
    """The guard lets nobody through to these routes without a session."""
    person: SignedIn = request.state.person
    return person


def _refused(error: PosewrightError) -> JSONResponse:
    """Not yours and not there look the same: nobody learns which ids exist."""
    explanation = explain(NotFound(str(error)), what="reading a file")
    return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)


def _unchanged(request: Request, etag: str) -> Response | None:
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers={"Cache-Control": PRIVATE, "ETag": etag}) if etag in known else None


def _stored_pixels(path: Path) -> bytes:
    return upright(path.read_bytes())
