"""My work: progress in all, one button to go on, and a row for each task."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from nicegui import ui

from storage.use_cases.review import Unread
from storage.use_cases.tasks import TaskProgress
from ui.i18n import _, ngettext
from ui.theme.tag import Tag
from ui.words import KIND_NAMES, as_date

EMPTY_PICTURE = (
    '<svg viewBox="0 0 132 96" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round" '
    'stroke-linecap="round" aria-hidden="true"><rect x="22" y="12" width="88" height="72" rx="10"/>'
    '<path d="M22 66l22-22 18 18 14-12 34 28" stroke-opacity=".6"/>'
    '<circle cx="84" cy="34" r="8" stroke-opacity=".6"/></svg>'
)


ROWS_AT_ONCE = 20


def my_work(tasks: Sequence[TaskProgress], unread: Unread) -> None:
    with Tag("div", classes="pw-title"):
        Tag("h1", _("Your tasks"), classes="pw-h1")
        if unread.remarks:
            text = ngettext("%(number)d unread remark", "%(number)d unread remarks", unread.remarks)
            Tag(
                "a",
                text % {"number": unread.remarks},
                href=f"/annotate/{unread.assignment_id}",
                classes="pw-chip is-help",
                data_testid="unread-remarks",
            )
        Tag("a", _("How to label"), href="/how-to", data_testid="how-to")
    if not tasks:
        empty(
            _("No tasks yet"), _("As soon as your admin gives you some, they are here. Ask them if you expected one.")
        )
        return
    if len(tasks) == 1:
        _only_task(tasks[0])
        return
    _overview(tasks)
    with Tag("section", classes="pw-section"):
        with Tag("ul", classes="pw-rows") as rows:
            for task in tasks[:ROWS_AT_ONCE]:
                _row(task)
        if len(tasks) > ROWS_AT_ONCE:
            _more(rows, tasks[ROWS_AT_ONCE:])


def _more(rows: Tag, tasks: Sequence[TaskProgress]) -> None:
    """The rest when it is asked for: a thousand rows would take the page seconds."""

    def show() -> None:
        rest.delete()
        with rows:
            for task in tasks:
                _row(task)

    text = ngettext("Show %(number)d more task", "Show %(number)d more tasks", len(tasks)) % {"number": len(tasks)}
    rest = Tag("button", text, type="button", classes="pw-button pw-button-small", data_testid="more-tasks")
    rest.on("click", show, [])


def empty(title: str, explanation: str) -> None:
    """Says that there is nothing, and what to do about it."""
    with Tag("div", classes="pw-empty", data_testid="empty"):
        ui.html(EMPTY_PICTURE, sanitize=False)
        Tag("h2", title, classes="pw-h2")
        Tag("p", explanation)


def progress_bar(tasks: Sequence[TaskProgress]) -> None:
    """A bar of what is saved, begun and sent back."""
    ui.html(progress_markup(tasks), sanitize=False)


def progress_markup(tasks: Sequence[TaskProgress]) -> str:
    """The bar; read out as how much is saved.

    Saved work with unsaved changes has the colour of drafts: the bar is not whole while something waits.
    """
    total, saved, drafted, sent_back, changed = sums(tasks, "total", "saved", "drafted", "sent_back", "changed")
    parts = ((saved - changed, "is-saved"), (sent_back, "is-sent-back"), (drafted + changed, "is-drafted"))
    inside = "".join(
        f'<i class="{kind}" style="width: {100 * number / total:.2f}%"></i>' for number, kind in parts if number
    )
    words = escape(_("%(saved)d of %(total)d saved") % {"saved": saved, "total": total})
    return (
        f'<div class="pw-bar" role="progressbar" aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{saved}" '
        f'aria-label="{words}">{inside}</div>'
    )


def chip(text: str, kind: str = "") -> None:
    Tag("span", text, classes=f"pw-chip {kind}")


def sums(tasks: Sequence[TaskProgress], *names: str) -> tuple[int, ...]:
    return tuple(sum(getattr(task, name) for task in tasks) for name in names)


def _overview(tasks: Sequence[TaskProgress]) -> None:
    """All tasks in one card, with the button to go on."""
    with Tag("section", classes="pw-overview", data_testid="overview"):
        _standing(tasks)


def _only_task(task: TaskProgress) -> None:
    """Where there is only one task, it is the overview: its name, its progress and its button, once."""
    with Tag("section", classes="pw-overview", data_testid="task-row", data_task=task.id):
        with Tag("div", classes="pw-overview-task"):
            Tag("h2", task.name, classes="pw-h2")
            _facts(task)
        _standing((task,))


def _standing(tasks: Sequence[TaskProgress]) -> None:
    total, saved, drafted, sent_back, open_, free = sums(
        tasks, "total", "saved", "drafted", "sent_back", "open", "free"
    )
    due = sum(task.open for task in tasks if _is_due(task))
    with Tag("div"):
        if total:
            with Tag("div", classes="pw-overview-figure"):
                Tag("b", f"{saved} / {total}")
                Tag("span", _("saved"), classes="pw-muted")
            progress_bar(tasks)
        else:
            with Tag("div", classes="pw-overview-figure", data_testid="free"):
                Tag("b", str(free))
                Tag("span", _("free to draw"), classes="pw-muted")
        with Tag("div", classes="pw-chips"):
            if open_:
                chip(ngettext("%(number)d open", "%(number)d open", open_) % {"number": open_})
            _chip_unless_none(drafted, ngettext("%(number)d draft", "%(number)d drafts", drafted), "is-drafted")
            _chip_unless_none(
                sent_back, ngettext("%(number)d sent back", "%(number)d sent back", sent_back), "is-sent-back"
            )
            _chip_unless_none(due, ngettext("%(number)d due", "%(number)d due", due), "is-due")
            _changed_chip(tasks)
            if total:
                _free_chip(tasks)
            if _all_done(tasks):
                chip(_("All done"), "is-done")
    _way_on_button(tasks, main=True)


def _way_on_button(tasks: Sequence[TaskProgress], *, main: bool = False) -> None:
    """One way on: to what is open, else the next of a pool, else to what there is to look at."""
    tasks = [task for task in tasks if not task.is_barred]
    if not tasks:
        chip(_("closed for now"), "is-sent-back")
        return
    pool = next((task for task in tasks if task.free), None)
    look = "pw-button pw-button-main" if main else "pw-button pw-button-small"
    if pool is not None and not any(task.next_open_assignment_id for task in tasks):
        _draw_button(pool, look, testid="continue" if main else "draw")
        return
    label, target = _way_on(tasks)
    attributes = {"data_testid": "continue"} if main else {"aria_label": f"{label}: {tasks[0].name}"}
    Tag("a", label, classes=look, href=target, **attributes)


def _draw_button(pool: TaskProgress, look: str, *, testid: str) -> None:
    """A form: drawing changes something, and so is no link."""
    with Tag("form", method="post", action=f"/task/{pool.id}/draw", classes="pw-draw"):
        Tag(
            "button",
            _("Draw the next"),
            type="submit",
            classes=look,
            data_testid=testid,
            title=_("The next item that nobody has yet; it is yours for a while"),
        )


def _way_on(tasks: Sequence[TaskProgress]) -> tuple[str, str]:
    """What the button says and where it leads: the next open item, else what is changed, else the first again."""
    following = next((task.next_open_assignment_id for task in tasks if task.next_open_assignment_id), None)
    if following is not None:
        begun = any(task.saved or task.drafted for task in tasks)
        return (_("Continue") if begun else _("Start")), f"/annotate/{following}"
    if (changed := _first_changed(tasks)) is not None:
        return _("See the change"), f"/annotate/{changed}"
    return _("Look again"), f"/task/{tasks[0].id}"


def _first_changed(tasks: Sequence[TaskProgress]) -> int | None:
    return next((task.first_changed_assignment_id for task in tasks if task.first_changed_assignment_id), None)


def _all_done(tasks: Sequence[TaskProgress]) -> bool:
    return not any(sums(tasks, "open", "changed", "free"))


def _row(task: TaskProgress) -> None:
    with Tag("li", classes="pw-row", data_testid="task-row", data_task=task.id):
        with Tag("div"):
            Tag("div", task.name, classes="pw-row-title")
            _facts(task)
        with Tag("div", classes="pw-row-progress"):
            with Tag("div", classes="pw-row-figures"):
                if task.total:
                    Tag("span", _("%(saved)d of %(total)d saved") % {"saved": task.saved, "total": task.total})
                with Tag("span", classes="pw-chips"):
                    _chip_unless_none(
                        task.sent_back,
                        ngettext("%(number)d sent back", "%(number)d sent back", task.sent_back),
                        "is-sent-back",
                    )
                    _chip_unless_none(
                        task.drafted, ngettext("%(number)d draft", "%(number)d drafts", task.drafted), "is-drafted"
                    )
                    _changed_chip((task,))
                    _free_chip((task,))
                    if _all_done((task,)):
                        chip(_("Done"), "is-done")
            progress_bar((task,))
        with Tag("div", classes="pw-row-action"):
            _way_on_button((task,))


def _facts(task: TaskProgress) -> None:
    facts = [_(KIND_NAMES[task.kind]), ", ".join(_category_names(task.categories))]
    if task.total or not task.is_pool:
        facts.append(ngettext("%(number)d item", "%(number)d items", task.total) % {"number": task.total})
    if task.is_pool:
        facts.append(_("pool"))
    with Tag("div", classes="pw-row-facts"):
        Tag("span", " · ".join(fact for fact in facts if fact))
        if task.priority > 0:
            chip(_("urgent"), "is-due")
        _due_chip(task)


def _changed_chip(tasks: Sequence[TaskProgress]) -> None:
    """How much saved work has changes that are not saved, and the way to the first."""
    (number,) = sums(tasks, "changed")
    if number:
        text = ngettext("%(number)d changed since the save", "%(number)d changed since the save", number)
        Tag(
            "a",
            text % {"number": number},
            classes="pw-chip is-changed",
            data_testid="changed",
            href=f"/annotate/{_first_changed(tasks)}",
        )


def _free_chip(tasks: Sequence[TaskProgress]) -> None:
    """What could be drawn from pools."""
    (number,) = sums(tasks, "free")
    if number:
        text = ngettext("%(number)d free to draw", "%(number)d free to draw", number)
        Tag("span", text % {"number": number}, classes="pw-chip is-free", data_testid="free")


def _category_names(categories: Sequence[str]) -> list[str]:
    """At most four, and how many more there are."""
    names = [category.replace("_", " ") for category in categories]
    return names if len(names) <= 4 else [*names[:3], _("%(number)d more") % {"number": len(names) - 3}]


def _chip_unless_none(number: int, text: str, kind: str) -> None:
    if number:
        chip(text % {"number": number}, kind)


def _due_chip(task: TaskProgress) -> None:
    if task.due_at is not None and (task.open or task.free):
        chip(_("due %(date)s") % {"date": as_date(task.due_at)}, "is-due" if _is_due(task) else "")


def _is_due(task: TaskProgress) -> bool:
    return task.due_at is not None and task.due_at <= datetime.now(UTC)
