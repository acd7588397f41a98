"""The dialog for what can be changed of a task."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.permissions import Actor
from storage.use_cases.work.creating import LONGEST_NAME
from storage.use_cases.work.editing import edit_task
from storage.use_cases.work.overview import TaskLine
from ui.i18n import _
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.fields import text_field
from ui.pages.admin.messages import toast
from ui.pages.admin.work.parts import due_field, end_of_day, priority_field, whole
from ui.services import Services
from ui.theme.tag import Tag


def edit_dialog(services: Services, actor: Actor, line: TaskLine, *, changed: Callable[[], Awaitable[None]]) -> None:
    """`changed` is awaited after a change."""

    async def work() -> None:
        if await services.transact(
            edit_task,
            actor=actor,
            task_id=line.id,
            name=name.value or "",
            due_at=end_of_day(due.value),
            priority=whole(priority.value),
            is_pool=bool(pool.value),
        ):
            await changed()
            toast(_("Changed."))

    with form_dialog(_("Change %(name)s") % {"name": line.name}, submit=_("Save"), on_submit=work):
        name = text_field(_("Task name"), line.name, longest=LONGEST_NAME, testid="task-name")
        with Tag("div", classes="pw-form-row"):
            due = due_field(line.due_at)
            priority = priority_field(line.priority)
        pool = ui.checkbox(_("A pool: annotators draw for themselves what nobody has"), value=line.is_pool)
        pool.classes("pw-check").props("dense")
