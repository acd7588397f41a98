"""What supervisors see on the tasks page: items that need somebody, and everybody's progress."""

from collections.abc import Sequence

from storage.use_cases.flagged import FlaggedItem
from storage.use_cases.tasks import TaskProgress
from ui.i18n import _
from ui.pages.task_rows import chip, empty, progress_bar
from ui.theme.tag import Tag
from ui.words import FLAG_NAMES, as_time


def team_work(tasks: Sequence[TaskProgress], flagged: Sequence[FlaggedItem]) -> None:
    """For a supervisor: what needs somebody first, then how far everybody is."""
    with Tag("section", classes="pw-team"):
        Tag("h1", _("The team's work"), classes="pw-h1")
        _flagged(flagged)
        _everybody(tasks)


def _flagged(items: Sequence[FlaggedItem]) -> None:
    """Skipped items and calls for help, the newest first."""
    if not items:
        return
    with Tag("section", classes="pw-part", data_testid="flagged"):
        _head(_("Needs attention"), len(items))
        with _table((_("Item"), _("Task"), _("Person"), _("What"), _("Reason"), _("Since (UTC)"), "")):
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


def _everybody(tasks: Sequence[TaskProgress]) -> None:
    """Every task by the people who work on it; read only."""
    with Tag("section", classes="pw-part", data_testid="team"):
        _head(_("All tasks"), len(tasks))
        if not tasks:
            empty(_("No tasks in this installation yet"), _("Import a data set, then create tasks from it."))
            return
        numbers = (_("Saved"), _("To do"), _("Drafts"), _("Changed"), _("Sent back"), _("Flagged"))
        with _table((_("Task"), _("Person"), _("Progress"), *numbers), numbers):
            for task in tasks:
                with Tag("tr", data_testid="team-row"):
                    Tag("td", task.name)
                    Tag("td", task.person or "–")
                    with Tag("td"):
                        progress_bar((task,))
                    Tag("td", f"{task.saved} / {task.total}", classes="is-number")
                    _number(task.open)
                    _number(task.drafted)
                    _number(task.changed, task.first_changed_assignment_id)
                    _number(task.sent_back)
                    _number(task.flagged)


def _number(number: int, assignment_id: int | None = None) -> None:
    """A cell with a number, and the way to the first item that it counts."""
    if assignment_id is None:
        Tag("td", str(number) if number else "–", classes="is-number")
        return
    with Tag("td", classes="is-number"):
        Tag("a", str(number), title=_("Changed since the save: the first one"), href=f"/annotate/{assignment_id}")


def _head(title: str, number: int) -> None:
    with Tag("div", classes="pw-section-head"):
        Tag("h2", title, classes="pw-h2")
        Tag("span", str(number), classes="pw-count")


def _table(columns: Sequence[str], numbers: Sequence[str] = ()) -> Tag:
    """A table with its head; what is built inside the returned body becomes its rows."""
    with Tag("table", classes="pw-table"):
        with Tag("thead"), Tag("tr"):
            for column in columns:
                Tag("th", column, scope="col", classes="is-number" if column in numbers else "")
        return Tag("tbody")
