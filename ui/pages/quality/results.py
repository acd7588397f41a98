"""What blind comparisons say: all of them, and one by category and person, with intervals and a CSV."""

from html import escape

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.evaluation import Preference
from domain.permissions import Action
from storage.formats.csv_text import csv_text
from storage.use_cases.evaluate import EvaluationLine, EvaluationResult, evaluation_lines, evaluation_result
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.admin.section import button
from ui.pages.errors import rule_page
from ui.pages.numbers import between, cell_markup, decimal, fill, per_cent, table
from ui.pages.page_at import page_at
from ui.pages.quality.frame import quality_frame
from ui.pages.quality.words import source_name
from ui.pages.task_rows import empty
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_date

CSV_COLUMNS = (
    "task", "first", "second", "at", "category", "answers", "prefer_first", "prefer_second", "cant_tell",
    "share_first", "share_first_low", "share_first_high",
)  # fmt: skip


def add_results(services: Services) -> None:
    @page_at("/evaluate")
    async def lines(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            with quality_frame(request, services, title=_("Comparisons"), action=Action.SEE_STATISTICS):
                _lines(await services.reading(evaluation_lines, actor=person.actor))
        except PosewrightError as error:
            return rule_page(request, error)
        return None

    @page_at("/evaluate/task/{task_id:int}")
    async def result(request: Request, task_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            found = await services.reading(evaluation_result, actor=person.actor, task_id=task_id)
            with quality_frame(request, services, title=found.line.task, action=Action.SEE_STATISTICS):
                _result(found)
        except PosewrightError as error:
            return rule_page(request, error)
        return None


def _lines(lines: list[EvaluationLine]) -> None:
    Tag("h1", _("Blind comparisons"), classes="pw-h1")
    if not lines:
        empty(
            _("Nothing is compared yet"),
            _("An admin makes such a task under Admin, Tasks, New tasks: the kind is “Evaluate”."),
        )
        return
    columns = [
        (_("Task"), ""),
        (_("The first"), ""),
        (_("The second"), ""),
        (_("Answered"), ""),
        (_("Prefer the first"), _("Of those who could tell, with a 95 % interval")),
        ("", _("The line in the middle is a half: no difference")),
        (_("Result"), ""),
    ]
    fill(table(columns, numbers_from=3), map(_line_row, lines))


def _line_row(line: EvaluationLine) -> str:
    task = f'<a class="pw-name" href="/evaluate/task/{line.task_id}">{escape(line.task)}</a>'
    sources = "".join(f"<td>{escape(source_name(source))}</td>" for source in (line.first, line.second))
    answered = cell_markup(f"{decimal(line.whole.n)} / {decimal(line.places)}")
    winner = cell_markup(_winner(line, line.whole))
    return f'<tr data-testid="evaluation-row"><td>{task}</td>{sources}{answered}{_share(line.whole)}{winner}</tr>'


def _result(found: EvaluationResult) -> None:
    line = found.line
    with Tag("div", classes="pw-head"):
        with Tag("div", classes="pw-head-words"):
            Tag("h1", line.task, classes="pw-h1")
            Tag(
                "p",
                _("%(first)s against %(second)s · %(dataset)s · %(date)s")
                % {
                    "first": source_name(line.first),
                    "second": source_name(line.second),
                    "dataset": line.dataset,
                    "date": as_date(found.at),
                },
                classes="pw-muted",
            )
        with Tag("div", classes="pw-head-actions"):
            button(
                _("Download CSV"),
                lambda: ui.download.content(as_csv(found), f"comparison-{line.task_id}.csv", "text/csv"),
                testid="evaluation-csv",
            )
    Tag("h2", _winner(line, line.whole), classes="pw-h2", data_testid="evaluation-result")
    Tag(
        "p",
        _("Left was chosen in %(share)s of the answers that could tell (%(interval)s): by chance it is a half.")
        % {"share": per_cent(line.whole.left.value), "interval": between(line.whole.left) or "–"},
        classes="pw-muted",
    )
    Tag("h2", _("By category"), classes="qa-h")
    _preferences({**found.categories, "": line.whole}, line, _("Category"), testid="by-category")
    if found.people:
        Tag("h2", _("By person"), classes="qa-h")
        _preferences(dict(found.people), line, _("Person"), testid="by-person")


def _preferences(parts: dict[str, Preference], line: EvaluationLine, title: str, *, testid: str) -> None:
    columns = [
        (title, ""),
        (_("Answers"), ""),
        (source_name(line.first), ""),
        (source_name(line.second), ""),
        (_("Can't tell"), ""),
        (_("Prefer the first"), _("Of those who could tell, with a 95 % interval")),
        ("", _("The line in the middle is a half: no difference")),
        (_("Result"), ""),
    ]
    fill(table(columns), (_row(name, part, line, testid) for name, part in parts.items()))


def _row(name: str, part: Preference, line: EvaluationLine, testid: str) -> str:
    shown = name.replace("_", " ") if testid == "by-category" and name else name or _("all")
    numbers = (cell_markup(decimal(number)) for number in (part.n, part.first, part.second, part.undecided))
    return (
        f'<tr data-testid="{testid}"><td>{escape(shown)}</td>{"".join(numbers)}{_share(part)}'
        f"{cell_markup(_winner(line, part))}</tr>"
    )


def _share(part: Preference) -> str:
    """The share of those who prefer the first, in numbers and as a line."""
    line = ""
    if part.share.value == part.share.value:
        width = 100 * (part.share.high - part.share.low)
        line = (
            f'<i style="left: {100 * part.share.low:.1f}%; width: {width:.1f}%"></i>'
            f'<b style="left: {100 * part.share.value:.1f}%"></b>'
        )
    share = cell_markup(per_cent(part.share.value), small=between(part.share))
    return f'{share}<td><div class="qa-share">{line}</div></td>'


def _winner(line: EvaluationLine, part: Preference) -> str:
    if not part.n:
        return _("no answer yet")
    if part.winner is None:
        return _("no clear difference")
    return _("%(name)s is preferred") % {"name": source_name(line.first if part.winner == 1 else line.second)}


def as_csv(found: EvaluationResult) -> bytes:
    lines = []
    for name, part in {**found.categories, "(all)": found.line.whole}.items():
        interval = [part.share.value, part.share.low, part.share.high] if part.first + part.second else ["", "", ""]
        lines.append([
            found.line.task, str(found.line.first), str(found.line.second), found.at.isoformat(), name, part.n,
            part.first, part.second, part.undecided, *interval,
        ])  # fmt: skip
    return csv_text(CSV_COLUMNS, lines).encode()
