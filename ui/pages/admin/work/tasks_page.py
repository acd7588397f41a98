"""All tasks, by the page: found, sorted, edited."""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from domain.task_state import TaskKind
from storage.use_cases.models import dataset_lines
from storage.use_cases.work.overview import TaskLine, task_lines
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.admin.cells import moment_cell
from ui.pages.admin.fields import choice_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.section import section
from ui.pages.admin.table import Column, DataTable, Page, Query, RowAction, counted_page
from ui.pages.admin.work.edit_dialog import edit_dialog
from ui.pages.admin.work.parts import ADDRESS, PRIORITY_HINT, due_cell, progress_cell
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import KIND_NAMES


def add_tasks_page(services: Services) -> None:
    @page_at(ADDRESS)
    async def tasks(request: Request) -> Response | None:
        try:
            with admin_frame(request, services, title=_("Tasks"), action=Action.MANAGE_TASKS, styles=("work.css",)):
                await TasksRoom(services, request.state.person).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class TasksRoom:
    """One open page."""

    def __init__(self, services: Services, person: SignedIn) -> None:
        self._services = services
        self._actor = person.actor
        self._dataset: int | None = None

    async def show(self) -> None:
        with section(_("Tasks"), level=1, note=_("What is to be done, by whom, and how far it is.")) as actions:
            with actions:
                Tag(
                    "a",
                    _("New tasks"),
                    href=f"{ADDRESS}/new",
                    classes="pw-button pw-button-small pw-button-main",
                    data_testid="new-tasks",
                )
            table = DataTable(
                columns=_columns(),
                load=self._load,
                testid="tasks",
                searched=_("Search by task or person"),
                actions=lambda line: self._actions(line, table),
                empty=_("No task yet. Make the first with “New tasks”."),
            )
            with table.tools:
                await self._filter(table)
            await table.reload()

    async def _filter(self, table: DataTable[TaskLine]) -> None:
        lines = await self._services.reading(dataset_lines, actor=self._actor)
        if len(lines) < 2:
            return

        async def changed() -> None:
            self._dataset = field.value or None
            await table.restart()

        options = {0: _("All data sets"), **{line.id: line.name for line in lines if not line.archived}}
        field = choice_field(_("Data set"), options, 0, on_change=changed, testid="dataset")

    async def _load(self, query: Query) -> Page[TaskLine]:
        rows, total = await self._services.reading(
            task_lines,
            actor=self._actor,
            search=query.search,
            dataset_id=self._dataset,
            sort=query.sort,
            descending=query.descending,
            start=query.start or 0,
            limit=query.limit,
        )
        return counted_page(query, rows, total)

    def _actions(self, line: TaskLine, table: DataTable[TaskLine]) -> list[RowAction]:
        async def open_() -> None:
            ui.navigate.to(f"{ADDRESS}/{line.id}")

        async def edit() -> None:
            edit_dialog(self._services, self._actor, line, changed=table.reload)

        async def history() -> None:
            ui.navigate.to(f"/admin/audit?object_type=task&object_id={line.id}")

        return [
            RowAction(text=_("People and items…"), work=open_),
            RowAction(text=_("Name, due date, priority…"), work=edit),
            RowAction(text=_("What was done to it"), work=history),
        ]


def _columns() -> list[Column[TaskLine]]:
    return [
        Column(title=_("Task"), key="name", cell=_name),
        Column(title=_("Kind"), cell=lambda line: _(KIND_NAMES[line.kind])),
        Column(title=_("Items"), number=True, cell=_items),
        Column(title=_("People"), number=True, cell=lambda line: str(line.people) if line.people else "–"),
        Column(title=_("Progress"), cell=_progress),
        Column(title=_("Saved"), number=True, cell=_saved),
        Column(title=_("Nobody's"), number=True, cell=_free, hint=_("Places that are waiting for somebody")),
        Column(title=_("Due"), key="due", cell=due_cell),
        Column(
            title=_("Priority"),
            key="priority",
            number=True,
            falling=True,
            hint=_(PRIORITY_HINT),
            cell=lambda line: str(line.priority),
        ),
        Column(title=_("Created"), key="created", falling=True, cell=lambda line: moment_cell(line.created_at)),
    ]


def _name(line: TaskLine) -> None:
    Tag("a", line.name, href=f"{ADDRESS}/{line.id}", classes="pw-name")
    if line.is_pool:
        chip(_("pool"), "is-note")


def _items(line: TaskLine) -> None:
    text = f"{line.items:,} × {line.overlap}" if line.overlap > 1 else f"{line.items:,}"
    Tag("span", text, title=_("Items × people for each") if line.overlap > 1 else "")


def _progress(line: TaskLine) -> None:
    """A test is never done: its items are drawn again for each attempt."""
    if line.kind is TaskKind.QUALIFY:
        Tag("a", _("Results"), href="/qualify")
    else:
        progress_cell(line)


def _saved(line: TaskLine) -> str:
    return "–" if line.kind is TaskKind.QUALIFY else f"{line.saved:,} / {line.places:,}"


def _free(line: TaskLine) -> str:
    return f"{line.free:,}" if line.free and line.kind is not TaskKind.QUALIFY else "–"
