"""The tasks page: what is mine to do and one click to go on; for supervisors also everybody's progress and flags."""

from dataclasses import replace

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from domain.permissions import Action, allowed
from storage.use_cases.flagged import flagged_items
from storage.use_cases.preferences import own_preferences
from storage.use_cases.qualify.gate import barred_from
from storage.use_cases.qualify.hidden_gold import open_alerts
from storage.use_cases.qualify.results import exams_ahead
from storage.use_cases.qualify.rules import exam_ids
from storage.use_cases.tasks import my_tasks
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.practice_offer import practice_offer
from ui.pages.qualify.rows import alerts_part, exams_ahead_rows
from ui.pages.task_rows import my_work
from ui.pages.team import team_work
from ui.services import Services
from ui.theme.shell import page_shell


def add_tasks(app: FastAPI, services: Services) -> None:
    @app.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/tasks", 303)

    @ui.page("/tasks")
    async def tasks(request: Request) -> None:
        person: SignedIn = request.state.person
        actor = person.actor
        mine = await services.reading(my_tasks, actor=person.actor, reservation=services.settings.reservation)
        own = await services.reading(own_preferences, actor=actor)
        exams = await services.reading(exams_ahead, actor=actor, tasks={task.id: task.name for task in mine})
        barred = await services.reading(barred_from, person.user_id, [task.id for task in mine])
        tests = await services.reading(exam_ids, [task.id for task in mine])
        mine = [replace(task, is_barred=task.id in barred) for task in mine if task.id not in tests]
        flags = (
            await services.reading(flagged_items, actor=person.actor) if allowed(actor, Action.SEE_FLAGS) else None
        )
        styles = ("tasks.css", "admin.css", "numbers.css", "qualify.css")
        with page_shell(request, services, title=_("Tasks"), place=((_("Tasks"), None),), styles=styles):
            if own.practice_seen_at is None and mine and not any(task.saved for task in mine):
                practice_offer()
            sees_all = allowed(actor, Action.SEE_ALL_PROGRESS)
            exams_ahead_rows(exams)
            if mine or not sees_all:
                my_work(mine)
            if sees_all:
                alerts_part(services, actor, await services.reading(open_alerts, actor=actor))
                await team_work(services, actor, flags or [])
