"""Small copies of photos, for the board's cards: made once, kept on disk by content."""

import asyncio
import io
from pathlib import Path

from fastapi import FastAPI
from PIL import Image, ImageOps
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases.viewing import may_see_image
from ui.auth import SignedIn
from ui.errors import explain
from ui.services import Services
from ui.thumbnails import read_kept, write_kept

SIDES = (416, 312)
"""Twice the card's, for screens with two device pixels to one."""
QUALITY = 82


def add_small_photos(app: FastAPI, services: Services) -> None:
    folder = services.settings.cache_directory / "small-photos"

    @app.get("/images/{image_id:int}/small")
    async def small(request: Request, image_id: int) -> Response:
        person: SignedIn = request.state.person
        try:
            stored = await services.reading(may_see_image, actor=person.actor, image_id=image_id)
            kept = folder / f"{stored.sha256}-{SIDES[0]}.jpg"
            content = await asyncio.to_thread(_small, services.images.path(stored.sha256), kept)
        except (PosewrightError, FileNotFoundError) as error:
            explanation = explain(NotFound(str(error)), what="reading a photo")
            return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


def _small(photo: Path, kept: Path) -> bytes:
    content = read_kept(kept)
    if content is None:
        with Image.open(photo) as image:
            image.draft("RGB", SIDES)  # a JPEG is decoded no finer than needed
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail(SIDES)
            file = io.BytesIO()
            upright.save(file, "JPEG", quality=QUALITY)
        content = file.getvalue()
        write_kept(kept, content)
    return content
