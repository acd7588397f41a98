"""The annotate page: the slim header, and the stage on everything that is left of the window."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.errors import PosewrightError
from domain.task_state import TaskKind
from storage.errors import PoolEmpty
from storage.use_cases.annotate import open_assignment
from storage.use_cases.entry import entry_of_task
from storage.use_cases.evaluate import kind_of_assignment
from storage.use_cases.preferences import own_preferences
from storage.use_cases.work.pool import draw_next
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import _
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.stage import Stage
from ui.theme.shell import page_shell


def add_annotate(app: FastAPI, services: Services) -> None:
    @page_at("/annotate/{assignment_id:int}")
    async def annotate(request: Request, assignment_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            kind = await services.reading(kind_of_assignment, actor=person.actor, assignment_id=assignment_id)
            if kind is TaskKind.EVALUATE:
                return RedirectResponse(f"/evaluate/{assignment_id}", 303)
            opened = await services.reading(open_assignment, actor=person.actor, assignment_id=assignment_id)
        except PosewrightError as error:
            return rule_page(request, error)
        own = await services.reading(own_preferences, actor=person.actor)
        place = ((_("Tasks"), "/tasks"), (opened.task.name, None))
        shell = page_shell(
            request, services, title=opened.task.name, place=place, fills_window=True, tells_news=False
        )
        with shell:
            Stage(assignment_id, user_id=person.user_id, keys=own.keys)
        return None

    @app.get("/task/{task_id:int}")
    async def task(request: Request, task_id: int) -> Response:
        """To the task's first open item, or to its first where all is done."""
        person: SignedIn = request.state.person
        try:
            entry = await services.reading(entry_of_task, actor=person.actor, task_id=task_id)
        except PosewrightError as error:
            return rule_page(request, error)
        return RedirectResponse(f"/annotate/{entry}", 303)

    @app.post("/task/{task_id:int}/draw")
    async def draw(request: Request, task_id: int, passing: int | None = None) -> Response:
        """The next item of a pool: for a form the way to it, for the stage its assignment."""
        person: SignedIn = request.state.person
        is_form = "text/html" in request.headers.get("accept", "")
        try:
            drawn = await services.transact(
                draw_next,
                actor=person.actor,
                task_id=task_id,
                passing=passing,
                reservation=services.settings.reservation,
            )
        except PosewrightError as error:
            if not is_form:
                explanation = explain(error, what="drawing from a pool")
                return JSONResponse({"code": explanation.code, "message": explanation.message}, 409)
            return RedirectResponse("/tasks", 303) if isinstance(error, PoolEmpty) else rule_page(request, error)
        if not is_form:
            return JSONResponse({"assignment": drawn.assignment_id})
        return RedirectResponse(f"/annotate/{drawn.assignment_id}", 303)
