"""The keeping room: backups, data sets that rest, photos that are taken down, and how to move in."""

import asyncio

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request

from domain.permissions import Action
from ui.actions.take_down import finish_take_downs
from ui.auth import SignedIn
from ui.i18n import _
from ui.jobs.office import JobOffice
from ui.keeping_routes import add_keeping_routes
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.keeping_backups import BackupList
from ui.pages.admin.keeping_photos import PhotoTakeDown
from ui.pages.admin.keeping_sets import DatasetShelf
from ui.pages.admin.section import section
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme import asset_url
from ui.theme.tag import Tag


def add_keeping(app: FastAPI, services: Services, office: JobOffice) -> None:
    add_keeping_routes(app, services)

    async def finish() -> None:
        services.in_background(_finish_take_downs(services))

    app.on_startup(finish)  # type: ignore[attr-defined]  # NiceGUI's application

    @page_at("/admin/keeping")
    async def keeping(request: Request) -> None:
        person: SignedIn = request.state.person
        with admin_frame(
            request, services, title=_("Keeping"), action=Action.BACK_UP, styles=("data.css", "keeping.css")
        ):
            ui.add_head_html(f'<script src="{asset_url("upload.js")}" defer></script>')
            await BackupList(services, office, person.actor).show()
            await DatasetShelf(services, person.actor).show()
            PhotoTakeDown(services, person.actor).show()
            _move_in()


def _move_in() -> None:
    note = _(
        "People, tasks and answers of the old ImageNet3D app come over by one command on the server. It says first "
        "what would come, and lists what cannot; repeating it doubles nothing."
    )
    with section(_("Move in from the old app"), note=note):
        Tag("code", "./run.sh move-in OLD_APP_DIR --dry-run", classes="pw-code")


async def _finish_take_downs(services: Services) -> None:
    await asyncio.to_thread(finish_take_downs, services.database, services.images, services.settings.cache_directory)
