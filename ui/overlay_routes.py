"""The addresses of small pictures of answers. Each checks its right; not yours and not there look the same."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases.review import Pictured, pictured_prediction, pictured_proposal, pictured_revision
from ui.auth import SignedIn
from ui.errors import explain
from ui.overlays import SIZES, OverlayPictures
from ui.services import Services

PRIVATE = "private, max-age=0, must-revalidate"
"""Rights can be taken away: the browser keeps the bytes, but asks each time whether it may still show them."""


def overlay_address(kind: str, id_: int, *, large: bool = False) -> str:
    """Of a picture: `kind` is revision, proposal or prediction; a prediction's id is that of an assignment."""
    return f"/overlays/{kind}/{id_}.jpg{'?size=large' if large else ''}"


def add_overlay_routes(app: FastAPI, services: Services) -> None:
    pictures = OverlayPictures(services)

    async def answer(request: Request, use_case: Callable[..., Pictured], **named: int) -> Response:
        person: SignedIn = request.state.person
        size = request.query_params.get("size", "small")
        try:
            pictured = await services.reading(use_case, actor=person.actor, **named)
            picture = await pictures.of(pictured, size if size in SIZES else "small")
        except PosewrightError as error:
            return _refused(error)
        except FileNotFoundError:
            return _refused(NotFound("the photo is gone"))
        etag = f'"{picture.etag}"'
        headers = {"Cache-Control": PRIVATE if picture.final else "no-store", "ETag": etag}
        if picture.final and request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(picture.content, media_type=picture.media_type, headers=headers)

    @app.get("/overlays/revision/{revision_id:int}.jpg")
    async def revision(request: Request, revision_id: int) -> Response:
        return await answer(request, pictured_revision, revision_id=revision_id)

    @app.get("/overlays/proposal/{proposal_id:int}.jpg")
    async def proposal(request: Request, proposal_id: int) -> Response:
        return await answer(request, pictured_proposal, proposal_id=proposal_id)

    @app.get("/overlays/prediction/{assignment_id:int}.jpg")
    async def prediction(request: Request, assignment_id: int) -> Response:
        return await answer(request, pictured_prediction, assignment_id=assignment_id)


def _refused(error: PosewrightError) -> JSONResponse:
    explanation = explain(NotFound(str(error)), what="drawing a picture")
    return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
