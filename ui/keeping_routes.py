"""The routes by which backups leave the installation and come in. They ask for the right, and the audit log keeps the
fact."""

import asyncio

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from domain.errors import NotAllowed, NotFound, PosewrightError
from storage.use_cases.backups import check_may_back_up, note_backup_fetched, note_backup_taken_in
from ui.actions.backups import BackupFolder
from ui.auth import SignedIn
from ui.data_routes import RequestBody
from ui.errors import explain
from ui.logs import log
from ui.services import Services
from ui.uploads import BACKUP, BACKUP_UPLOADS, keep_upload


def add_keeping_routes(app: FastAPI, services: Services) -> None:
    folder = BackupFolder(services.settings.home)

    @app.post(BACKUP_UPLOADS)
    async def take_in(request: Request) -> Response:
        """The body is the backup itself. It is looked into, and restored only when somebody orders it."""
        person: SignedIn = request.state.person
        try:
            await services.reading(check_may_back_up, actor=person.actor)
            kept = await keep_upload(RequestBody(request), BACKUP, services.settings.uploads_directory)
            try:
                backup = await asyncio.to_thread(folder.take_in, kept.path)
            finally:
                kept.discard()
            await services.transact(
                note_backup_taken_in,
                actor=person.actor,
                archive=backup.name,
                size=backup.size,
                called=kept.shown_name,
            )
        except ClientDisconnect:
            log.info("an upload was broken off")
            return Response(status_code=499)
        except PosewrightError as error:
            explanation = explain(error, what="taking in a backup")
            status = 403 if isinstance(error, NotAllowed) else 400
            return JSONResponse({"code": explanation.code, "message": explanation.message}, status)
        return JSONResponse({"upload": backup.name, "name": kept.shown_name, "size": kept.size})

    @app.get("/admin/keeping/backups/{name}")
    async def backup(request: Request, name: str) -> Response:
        person: SignedIn = request.state.person
        try:
            path = folder.path(name)
            await services.transact(note_backup_fetched, actor=person.actor, archive=name)
        except PosewrightError as error:
            explanation = explain(NotFound(str(error)), what="fetching a backup")
            return JSONResponse({"code": explanation.code, "message": explanation.message}, 404)
        return FileResponse(
            path, media_type="application/zip", filename=name, headers={"Cache-Control": "private, no-store"}
        )
