"""The guide's routes besides its pages: pictures, photos, frames. Behind the guard, as everything is."""

import asyncio

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import NotFound, PosewrightError
from ui.auth import SignedIn
from ui.errors import explain
from ui.guide.figure import Figure, StillDrawing
from ui.guide.pictures import GuidePictures

KEEP = "private, max-age=604800"


def add_guide_routes(app: FastAPI, pictures: GuidePictures) -> None:
    figure = Figure(pictures)

    @app.get("/how-to/pictures/{name}")
    async def picture(request: Request, name: str) -> Response:
        try:
            drawn = await pictures.of(name)
        except PosewrightError as error:
            return _refused(error)
        etag = f'"{drawn.etag}"'
        headers = {"Cache-Control": KEEP, "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(drawn.content, media_type=drawn.media_type, headers=headers)

    @app.get("/how-to/photos/{number:int}.jpg")
    async def photo(number: int) -> Response:
        try:
            taken = await pictures.photos.of(number, alone=True)
            content = await asyncio.to_thread(taken.file.read_bytes)
        except PosewrightError as error:
            return _refused(error)
        except FileNotFoundError:
            return _refused(NotFound("the photo is gone"))
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": KEEP})

    @app.get("/how-to/frame")
    async def frame(request: Request) -> Response:
        """A deflated plane, one byte a pixel; `X-Frame` has its x, y, width, height in the view."""
        person: SignedIn = request.state.person
        try:
            drawn = await figure.frame(person.user_id, dict(request.query_params))
        except StillDrawing as error:
            return JSONResponse({"code": error.code}, 429, headers={"Retry-After": "1"})
        except PosewrightError as error:
            return _refused(error)
        region = f"{drawn.x} {drawn.y} {drawn.width} {drawn.height}"
        headers = {"Cache-Control": "no-store", "X-Frame": region}
        return Response(drawn.payload, media_type="application/octet-stream", headers=headers)


def _refused(error: PosewrightError) -> Response:
    explanation = explain(error, what="drawing for the guide")
    status = 404 if isinstance(error, NotFound) else 503 if error.code == "render_failed" else 400
    return JSONResponse({"code": explanation.code, "message": explanation.message}, status)
