"""The route by which a backup leaves the installation. It asks for the right, and the audit log keeps the fact."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases.backups import note_backup_fetched
from ui.actions.backups import BackupFolder
from ui.auth import SignedIn
from ui.errors import explain
from ui.services import Services


def add_keeping_routes(app: FastAPI, services: Services) -> None:
    folder = BackupFolder(services.settings.home)

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
