"""The addresses of small pictures of answers. Each checks its right; not yours and not there look the same."""

from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases.adjudicate import (
    pictured_adjudication,
    pictured_chosen,
    pictured_mean,
    pictured_model,
)
from storage.use_cases.evaluate import Side, pictured_side
from storage.use_cases.qualify.flips import pictured_flip
from storage.use_cases.qualify.hidden_gold import pictured_told
from storage.use_cases.qualify.taking import pictured_truth
from storage.use_cases.review import Pictured, pictured_prediction, pictured_proposal, pictured_revision
from ui.auth import SignedIn
from ui.errors import explain
from ui.overlays import SIZES, OverlayPictures
from ui.services import Services

PRIVATE = "private, max-age=0, must-revalidate"
"""Rights can be taken away: the browser keeps the bytes, but asks each time whether it may still show them."""


def overlay_address(kind: str, id_: int, *, large: bool = False) -> str:
    """Of a picture: `kind` is revision, proposal, adjudication, prediction, left, right (their id is an
    assignment's), mean, chosen (an item's), truth (of a judged answer in a test), told (of a check of gold) or flip
    (of a question)."""
    return f"/overlays/{kind}/{id_}.jpg{'?size=large' if large else ''}"


def model_overlay_address(item_id: int, model_version: str) -> str:
    """Of a picture of what a model predicts."""
    return f"/overlays/model/{item_id}.jpg?{urlencode({'model': model_version})}"


def add_overlay_routes(app: FastAPI, services: Services) -> None:
    pictures = OverlayPictures(services)

    async def answer(request: Request, use_case: Callable[..., Pictured], **named: object) -> Response:
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

    @app.get("/overlays/truth/{answer_id:int}.jpg")
    async def truth(request: Request, answer_id: int) -> Response:
        return await answer(request, pictured_truth, answer_id=answer_id)

    @app.get("/overlays/told/{check_id:int}.jpg")
    async def told(request: Request, check_id: int) -> Response:
        return await answer(request, pictured_told, check_id=check_id)

    @app.get("/overlays/flip/{question_id:int}.jpg")
    async def flip(request: Request, question_id: int) -> Response:
        return await answer(request, pictured_flip, question_id=question_id)

    @app.get("/overlays/adjudication/{adjudication_id:int}.jpg")
    async def adjudication(request: Request, adjudication_id: int) -> Response:
        return await answer(request, pictured_adjudication, adjudication_id=adjudication_id)

    @app.get("/overlays/mean/{item_id:int}.jpg")
    async def mean(request: Request, item_id: int) -> Response:
        return await answer(request, pictured_mean, item_id=item_id)

    @app.get("/overlays/chosen/{item_id:int}.jpg")
    async def chosen(request: Request, item_id: int) -> Response:
        return await answer(request, pictured_chosen, item_id=item_id)

    @app.get("/overlays/model/{item_id:int}.jpg")
    async def model(request: Request, item_id: int, model: str = "") -> Response:
        return await answer(request, pictured_model, item_id=item_id, model_version=model)

    @app.get("/overlays/left/{assignment_id:int}.jpg")
    async def left(request: Request, assignment_id: int) -> Response:
        return await answer(request, pictured_side, assignment_id=assignment_id, side=Side.LEFT)

    @app.get("/overlays/right/{assignment_id:int}.jpg")
    async def right(request: Request, assignment_id: int) -> Response:
        return await answer(request, pictured_side, assignment_id=assignment_id, side=Side.RIGHT)


def _refused(error: PosewrightError) -> JSONResponse:
    explanation = explain(NotFound(str(error)), what="drawing a picture")
    return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
