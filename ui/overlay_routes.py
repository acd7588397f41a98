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

    def add(kind: str, name: str, use_case: Callable[..., Pictured], **fixed: object) -> None:
        @app.get(f"/overlays/{kind}/{{{name}:int}}.jpg", name=kind)
        async def overlay(request: Request) -> Response:
            return await answer(request, use_case, **{name: request.path_params[name]}, **fixed)

    add("revision", "revision_id", pictured_revision)
    add("proposal", "proposal_id", pictured_proposal)
    add("prediction", "assignment_id", pictured_prediction)
    add("truth", "answer_id", pictured_truth)
    add("told", "check_id", pictured_told)
    add("flip", "question_id", pictured_flip)
    add("adjudication", "adjudication_id", pictured_adjudication)
    add("mean", "item_id", pictured_mean)
    add("chosen", "item_id", pictured_chosen)
    add("left", "assignment_id", pictured_side, side=Side.LEFT)
    add("right", "assignment_id", pictured_side, side=Side.RIGHT)

    @app.get("/overlays/model/{item_id:int}.jpg")
    async def model(request: Request, item_id: int, model: str = "") -> Response:
        return await answer(request, pictured_model, item_id=item_id, model_version=model)


def _refused(error: PosewrightError) -> JSONResponse:
    explanation = explain(NotFound(str(error)), what="drawing a picture")
    return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
