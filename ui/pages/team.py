"""What supervisors see on the tasks page: items that need somebody, and everybody's progress."""

from collections.abc import Callable, Sequence

from domain.permissions import Action, Actor, allowed
from storage.use_cases.flagged import FlaggedItem
from storage.use_cases.tasks import TaskProgress, task_page
from ui.i18n import _, ngettext
from ui.pages.admin.markup import Cell
from ui.pages.admin.table import Column, DataTable, Page, Query, counted_page
from ui.pages.task_rows import chip, progress_markup
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import FLAG_NAMES, as_time


async def team_work(services: Services, actor: Actor, flagged: Sequence[FlaggedItem]) -> None:
    """For a supervisor: what needs somebody first, then how far everybody is."""
    with Tag("section", classes="pw-team"):
        Tag("h1", _("The team's work"), classes="pw-h1")
        _flagged(flagged)
        with Tag("section", classes="pw-part", data_testid="team"):
            Tag("h2", _("All tasks"), classes="pw-h2")
            await _everybody(services, actor)


def _flagged(items: Sequence[FlaggedItem]) -> None:
    """Skipped items and calls for help, the newest first."""
    if not items:
        return
    with Tag("section", classes="pw-part", data_testid="flagged"):
        _head(_("Needs attention"), len(items))
        with _table((_("Item"), _("Task"), _("Person"), _("What"), _("Reason"), _("Since when"), "")):
            for item in items:
                with Tag("tr", data_testid="flagged-row"):
                    Tag("td", f"{item.category.replace('_', ' ')} · {item.image_name}")
                    Tag("td", item.task_name)
                    Tag("td", item.person or "–")
                    with Tag("td"):
                        chip(_(FLAG_NAMES[item.kind]), f"is-{item.kind.value}")
                    Tag("td", item.reason or "–")
                    Tag("td", as_time(item.flagged_at))
                    with Tag("td", classes="is-number"):
                        Tag("a", _("Open"), href=f"/annotate/{item.assignment_id}")


async def _everybody(services: Services, actor: Actor) -> None:
    """Every task by the people who work on it, a page at a time; read only."""

    async def load(query: Query) -> Page[TaskProgress]:
        rows, total = await services.reading(
            task_page, actor=actor, search=query.search, start=query.start or 0, limit=query.limit
        )
        return counted_page(query, rows, total)

    table = DataTable(
        columns=_columns(),
        load=load,
        testid="team",
        searched=_("Search by task or person"),
        empty=_("No tasks in this installation yet. Import a data set, then create tasks from it."),
        begin=(_("Import a data set"), "/admin/data") if allowed(actor, Action.IMPORT) else None,
        plain=True,
    )
    await table.reload()


def _columns() -> list[Column[TaskProgress]]:
    def number(title: str, count: Callable[[TaskProgress], int]) -> Column[TaskProgress]:
        return Column(title=title, number=True, cell=lambda task: str(count(task)) if count(task) else "–")

    return [
        Column(title=_("Task"), cell=lambda task: task.name),
        Column(title=_("Person"), cell=_person),
        Column(title=_("Progress"), cell=lambda task: Cell(inside=progress_markup((task,)))),
        Column(title=_("Saved"), number=True, cell=lambda task: f"{task.saved} / {task.total}"),
        number(_("To do"), lambda task: task.open),
        number(_("Drafts"), lambda task: task.drafted),
        Column(title=_("Changed"), number=True, cell=_changed),
        number(_("Sent back"), lambda task: task.sent_back),
        number(_("Flagged"), lambda task: task.flagged),
    ]


def _person(task: TaskProgress) -> str:
    if task.people > 1:
        return ngettext("%(number)d person", "%(number)d people", task.people) % {"number": task.people}
    return task.person or "–"


def _changed(task: TaskProgress) -> str | Cell:
    """A number, and the way to the first item that it counts."""
    if task.first_changed_assignment_id is None:
        return "–"
    return Cell(
        text=str(task.changed),
        hint=_("Changed since the save: the first one"),
        href=f"/annotate/{task.first_changed_assignment_id}",
    )


def _head(title: str, number: int) -> None:
    with Tag("div", classes="pw-section-head"):
        Tag("h2", title, classes="pw-h2")
        Tag("span", str(number), classes="pw-count")


def _table(columns: Sequence[str], numbers: Sequence[str] = ()) -> Tag:
    """A table with its head; what is built inside the returned body becomes its rows."""
    with Tag("table", classes="pw-table pw-dense"):
        with Tag("thead"), Tag("tr"):
            for column in columns:
                Tag("th", column, scope="col", classes="is-number" if column in numbers else "")
        return Tag("tbody")
