"""The statistics page: how much, how fast, how well; everybody's own, and all of it for supervisors."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import urlencode

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.pace import LONGEST_PAUSE, per_hour
from domain.permissions import Action, allowed
from storage.formats.csv_text import csv_text
from storage.tables.effort import CHANGED
from storage.use_cases.effort import ensure_counted
from storage.use_cases.statistics import FEWEST_GOLD_SHOWN, By, Worked, statistics
from ui.auth import SignedIn
from ui.i18n import N_, _
from ui.pages.admin.section import button
from ui.pages.counted import Counted, Known, show_counted
from ui.pages.errors import rule_page
from ui.pages.numbers import (
    between,
    cell_markup,
    choice,
    decimal,
    duration,
    figure,
    fill,
    per_cent,
    table,
)
from ui.pages.page_at import page_at
from ui.pages.statistics_charts import PARAMETERS, statistics_charts
from ui.pages.task_rows import empty
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag

GROUPINGS: dict[By, str] = {
    By.DAY: N_("By day"),
    By.PERSON: N_("By person"),
    By.CATEGORY: N_("By category"),
    By.TASK: N_("By task"),
}
PERIODS: dict[int, str] = {7: N_("7 days"), 30: N_("30 days"), 365: N_("A year"), 0: N_("All time")}
USUAL_PERIOD = 30


def add_statistics(app: FastAPI, services: Services) -> None:
    everybodys = Counted(services)

    @page_at("/statistics")
    async def page(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        sees_all = allowed(person.actor, Action.SEE_STATISTICS)
        by, days = _chosen(request.query_params, sees_all)
        since = (datetime.now(UTC) - timedelta(days=days - 1)).date() if days else None
        try:
            await services.transact(ensure_counted)
            if sees_all:
                known = await everybodys.ask(
                    statistics, Action.SEE_STATISTICS, actor=person.actor, by=by, since=since
                )
            else:
                known = Known(await services.reading(statistics, actor=person.actor, by=by, since=since), None)
        except PosewrightError as error:
            return rule_page(request, error)
        title = _("Statistics")
        styles = ("tasks.css", "admin.css", "numbers.css")
        with page_shell(request, services, title=title, place=((title, None),), styles=styles) as main:
            main.classes("pw-wide")
            show_counted(services, known, lambda rows: _show(by, days, sees_all, rows), testid="statistics")
        return None


def _show(by: By, days: int, sees_all: bool, rows: Sequence[Worked]) -> None:
    _head(by, days, sees_all, rows)
    if rows:
        _figures(rows)
        statistics_charts(by, rows, [_name(by, row) for row in rows])
        _table(by, rows, sees_all=sees_all)
    else:
        empty(_("Nothing was done in this time"), _("Choose a longer time, or open a task and begin."))


def _chosen(query: Mapping[str, str], sees_all: bool) -> tuple[By, int]:
    """What the address asks for; what makes no sense there is passed over."""
    by = next((by for by in By if by.value == query.get("by")), By.PERSON if sees_all else By.DAY)
    days = next((days for days in PERIODS if str(days) == query.get("days")), USUAL_PERIOD)
    return by, days


def _head(by: By, days: int, sees_all: bool, rows: Sequence[Worked]) -> None:
    def address(**other: str) -> str:
        return "/statistics?" + urlencode({"by": by.value, "days": str(days), **other})

    with Tag("div", classes="pw-head"):
        with Tag("div", classes="pw-head-words"):
            Tag("h1", _("Statistics") if sees_all else _("Your work in numbers"), classes="pw-h1")
            Tag(
                "p",
                _(
                    "Active time is that of gestures and saves; a gap of more than {seconds} s counts as a break."
                ).format(seconds=round(LONGEST_PAUSE.total_seconds())),
                classes="pw-muted",
            )
        with Tag("div", classes="pw-head-actions"):
            name = f"statistics-{by.value}.csv"
            button(
                _("Download CSV"),
                lambda: ui.download.content(as_csv(by, rows), name, "text/csv"),
                hint=_("The table below, with all columns"),
                testid="statistics-csv",
            )
    with Tag("div", classes="nm-bar"):
        shown = [each for each in GROUPINGS if sees_all or each is not By.PERSON]
        choice([(_(GROUPINGS[each]), address(by=each.value), each is by) for each in shown], label=_("Grouped by"))
        choice([(_(PERIODS[each]), address(days=str(each)), each == days) for each in PERIODS], label=_("Time"))


def _figures(rows: Sequence[Worked]) -> None:
    items, seconds = sum(row.items for row in rows), sum(row.active_seconds for row in rows)
    reviewed, passed = sum(row.reviewed for row in rows), sum(row.passed for row in rows)
    pace = per_hour(items, seconds)
    with Tag("div", classes="nm-figures", data_testid="figures"):
        figure(decimal(items), _("items done"), hint=_("Saved for the first time"))
        figure(duration(seconds), _("active time"))
        figure(decimal(pace, 1) if pace else "–", _("items an hour"))
        figure(duration(seconds / items) if items else "–", _("for an item"))
        figure(
            per_cent(passed / reviewed if reviewed else None),
            _("accepted at once"),
            hint=_("Of the work that was reviewed, what was accepted at the first review"),
        )
        asked, caught = sum(row.flips_asked for row in rows), sum(row.flips_caught for row in rows)
        figure(
            f"{decimal(caught)} / {decimal(asked)}" if asked else "–",
            _("flips caught"),
            hint=_("Answers that were turned, of those at which the flip guard asked"),
        )


def _table(by: By, rows: Sequence[Worked], *, sees_all: bool) -> None:
    gold_hint = _("Answers to hidden items with a known pose, with a 95 % interval")
    if not sees_all:
        gold_hint += "\n" + _("Of days that are over, and from {number} answers on.").format(number=FEWEST_GOLD_SHOWN)
    columns = [
        (_(GROUPINGS[by]), ""),
        (_("Items"), _("Saved for the first time")),
        (_("Active time"), ""),
        (_("Items an hour"), ""),
        (_("For an item"), _("Active time")),
        (_("Changes an item"), _("Gestures for each item that was done")),
        (_("Accepted at once"), _("Of the work that was reviewed, with a 95 % interval")),
        (_("Flips caught"), _("Answers that were turned, of those at which the flip guard asked")),
        (_("Gold within 10°"), gold_hint),
        (_("Gold flips"), _("Answers to such items that are turned by half a turn")),
    ]
    fill(table(columns), (_row(by, row) for row in rows))


def _row(by: By, row: Worked) -> str:
    gold = row.gold
    cells = (
        cell_markup(decimal(row.items)),
        cell_markup(duration(row.active_seconds)),
        cell_markup(decimal(row.items_per_hour, 1) if row.items_per_hour else "–"),
        cell_markup(duration(row.seconds_per_item) if row.seconds_per_item else "–"),
        cell_markup(decimal(row.gestures / row.items, 1) if row.items else "–", hint=_changes(row)),
        cell_markup(per_cent(row.first_pass.value), small=between(row.first_pass)),
        cell_markup(f"{decimal(row.flips_caught)} / {decimal(row.flips_asked)}" if row.flips_asked else "–"),
        cell_markup(per_cent(gold.acc_pi_18.value if gold else None), small=between(gold.acc_pi_18) if gold else ""),
        cell_markup(f"{gold.flips} / {gold.n}" if gold else "–"),
    )
    return f'<tr data-testid="statistics-row"><td>{escape(_name(by, row))}</td>{"".join(cells)}</tr>'


def _changes(row: Worked) -> str:
    """Which parameters were changed how often, a line each."""
    return "\n".join(f"{_(PARAMETERS[name])}: {decimal(number)}" for name, number in row.changes.items() if number)


def as_csv(by: By, rows: Sequence[Worked]) -> bytes:
    """One line a row, numbers as the machine writes them; times in seconds."""
    head = [
        by.value, "items", "active_seconds", "items_per_hour", "gestures", "saves",
        "reviewed", "accepted_at_first_review", *(f"changed_{name}" for name in CHANGED),
        "flips_asked", "flips_caught", "gold", "gold_within_30", "gold_within_10", "gold_flips",
    ]  # fmt: skip
    lines = [
        [
            row.label, row.items, round(row.active_seconds, 3),
            "" if row.items_per_hour is None else round(row.items_per_hour, 3), row.gestures, row.saves,
            row.reviewed, row.passed, *(row.changes[name] for name in CHANGED), row.flips_asked, row.flips_caught,
            *((gold.n, gold.acc_pi_6.value, gold.acc_pi_18.value, gold.flips) if (gold := row.gold) else [""] * 4),
        ]
        for row in rows
    ]  # fmt: skip
    return csv_text(head, lines).encode()


def _name(by: By, row: Worked) -> str:
    return row.label.replace("_", " ") if by is By.CATEGORY else row.label
