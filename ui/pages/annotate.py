"""The annotate page: the slim header, and the stage on everything that is left of the window."""

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import NotFound, PosewrightError
from storage.use_cases.annotate import open_assignment
from storage.use_cases.tasks import my_tasks
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.errors import rule_page
from ui.services import Services
from ui.stage import Stage
from ui.theme.shell import page_shell


def add_annotate(app: FastAPI, services: Services) -> None:
    @ui.page("/annotate/{assignment_id:int}")
    async def annotate(request: Request, assignment_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            opened = await services.reading(open_assignment, actor=person.actor, assignment_id=assignment_id)
        except PosewrightError as error:
            return rule_page(request, error)
        place = ((_("Tasks"), "/tasks"), (opened.task.name, None))
        with page_shell(request, services, title=opened.task.name, place=place, fills_window=True):
            Stage(assignment_id)
        return None

    @app.get("/task/{task_id:int}")
    async def task(request: Request, task_id: int) -> Response:
        """To the task's first open item."""
        person: SignedIn = request.state.person
        tasks = await services.reading(my_tasks, actor=person.actor)
        mine = next((task for task in tasks if task.id == task_id), None)
        if mine is None:
            return rule_page(request, NotFound(f"task {task_id}"))
        if mine.next_open_assignment_id is None:
            return RedirectResponse("/tasks", 303)
        return RedirectResponse(f"/annotate/{mine.next_open_assignment_id}", 303)
