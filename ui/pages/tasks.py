"""The tasks page: what is mine to do and one click to go on; for supervisors also everybody's progress and flags."""

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from domain.permissions import Action, allowed
from storage.use_cases.flagged import flagged_items
from storage.use_cases.qualify.hidden_gold import open_alerts
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.fresh_pages import FreshPages
from ui.pages.own_work import OwnWork
from ui.pages.page_at import page_at
from ui.pages.qualify.rows import alerts_part
from ui.pages.team import team_work
from ui.services import Services
from ui.theme.shell import page_shell


def add_tasks(app: FastAPI, services: Services, fresh: FreshPages) -> None:
    @app.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/tasks", 303)

    @page_at("/tasks")
    async def tasks(request: Request) -> None:
        person: SignedIn = request.state.person
        actor = person.actor
        sees_all = allowed(actor, Action.SEE_ALL_PROGRESS)
        own = OwnWork(services, person, even_if_none=not sees_all)
        flags = await services.reading(flagged_items, actor=actor) if allowed(actor, Action.SEE_FLAGS) else None
        styles = ("tasks.css", "admin.css", "numbers.css", "qualify.css")
        with page_shell(request, services, title=_("Tasks"), place=((_("Tasks"), None),), styles=styles):
            await own.build()
            if sees_all:
                alerts_part(services, actor, await services.reading(open_alerts, actor=actor))
                await team_work(services, actor, flags or [])
        ui.context.client.on_delete(fresh.join(own.hear, own.concerns))
