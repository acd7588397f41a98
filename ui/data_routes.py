"""The routes of the admin's data room: uploads come in, reports, exports and pictures of previews go out.

Each asks the use case whether the person may: an archive that is not one's own looks like one that is not there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from domain.errors import NotAllowed, NotFound, PosewrightError
from storage.use_cases.jobs import JobView, may_start, one_job
from ui.auth import SignedIn
from ui.errors import explain
from ui.finding_words import in_words
from ui.i18n import DEFAULT_LANGUAGE, current_language
from ui.jobs.export_dataset import ARCHIVE_NAME
from ui.jobs.paths import JobPaths
from ui.logs import log
from ui.services import Services
from ui.uploads import ARCHIVE, ARCHIVE_UPLOADS, keep_upload

Where = Callable[[JobView], Path | None]
CSV = "text/csv; charset=utf-8"
PRIVATE = {"Cache-Control": "private, no-store"}


def add_data_routes(app: FastAPI, services: Services) -> None:
    paths = JobPaths(services.settings)

    @app.post(ARCHIVE_UPLOADS)
    async def upload(request: Request) -> Response:
        """The body is the archive itself, not a form: it goes to the disk piece by piece, whatever its size."""
        person: SignedIn = request.state.person
        try:
            await services.reading(may_start, actor=person.actor, kind="import_dataset")
            body = RequestBody(request)
            kept = await keep_upload(body, ARCHIVE, services.settings.uploads_directory)
        except ClientDisconnect:
            log.info("an upload was broken off")
            return Response(status_code=499)
        except PosewrightError as error:
            explanation = explain(error, what="taking in an upload")
            status = 403 if isinstance(error, NotAllowed) else 400
            return JSONResponse({"code": explanation.code, "message": explanation.message}, status)
        log.info("archive %r kept, %d bytes", kept.shown_name, kept.size)
        return JSONResponse({"upload": kept.path.name, "name": kept.shown_name, "size": kept.size})

    @app.get("/admin/data/work/{job_id:int}/report.csv")
    async def report(request: Request, job_id: int) -> Response:
        """As it was written in English, else in the person's language."""
        name = f"posewright-{job_id}.csv"
        answer = await _file(request, job_id, lambda job: paths.report(job.id), CSV, name)
        if answer.status_code != 200 or current_language() == DEFAULT_LANGUAGE:
            return answer
        text = await asyncio.to_thread(in_words, paths.report(job_id))
        headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type=CSV, headers=headers)

    @app.get("/admin/data/work/{job_id:int}/export.zip")
    async def export(request: Request, job_id: int) -> Response:
        def archive(job: JobView) -> Path | None:
            return paths.results(job.id) / ARCHIVE_NAME if job.kind == "export_dataset" else None

        return await _file(request, job_id, archive, "application/zip", f"posewright-export-{job_id}.zip")

    @app.get("/admin/data/work/{job_id:int}/picture/{number:int}.jpg")
    async def picture(request: Request, job_id: int, number: int) -> Response:
        def thumbnail(job: JobView) -> Path | None:
            return paths.results(job.id) / f"{number}.jpg" if job.kind == "preview_photos" else None

        return await _file(request, job_id, thumbnail, "image/jpeg", None)

    async def _file(request: Request, job_id: int, where: Where, media_type: str, name: str | None) -> Response:
        person: SignedIn = request.state.person
        try:
            job = await services.reading(one_job, actor=person.actor, job_id=job_id)
            path = where(job)
            if path is None or not path.is_file():
                raise NotFound("the file is not here any more")
        except PosewrightError as error:
            explanation = explain(NotFound(str(error)), what="reading a file of long work")
            return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
        return FileResponse(path, media_type=media_type, filename=name, headers=PRIVATE)


class RequestBody:
    """A request's body in the form that `keep_upload` takes."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.name = request.query_params.get("name", "")

    def size(self) -> int:
        """As the browser announced it; what really comes is counted while it is written."""
        announced = self._request.headers.get("content-length", "")
        return int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0

    async def iterate(self, *, chunk_size: int = 1024 * 1024) -> AsyncIterator[bytes]:
        gathered = bytearray()
        async for chunk in self._request.stream():
            gathered += chunk
            if len(gathered) >= chunk_size:
                yield bytes(gathered)
                gathered.clear()
        if gathered:
            yield bytes(gathered)
