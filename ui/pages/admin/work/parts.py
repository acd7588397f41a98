"""What the rooms for work share: fields of a task, people to choose, progress in a cell, numbers in words."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time

from nicegui import ui

from domain.errors import InvalidInput
from domain.permissions import Actor, Role
from storage.use_cases.work.creating import LARGEST_PRIORITY, Share
from storage.use_cases.work.overview import TaskLine, Worker, workers
from ui.i18n import N_, _, ngettext
from ui.pages.admin.fields import choice_field, date_field, number_field
from ui.pages.admin.section import button
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import ROLE_NAMES, as_date

ADDRESS = "/admin/tasks"

PRIORITY_HINT = N_("Higher comes first in everybody's list")


async def people_to_choose(services: Services, actor: Actor) -> list[Worker]:
    """Everybody who can be given work, with what they have to do; those with least to do first."""
    return await services.reading(workers, actor=actor)


def people_field(people: Sequence[Worker], *, hint: str = "", on_change: object = None) -> ui.select:
    """One by one, or all annotators at once."""
    annotators = [worker.id for worker in people if worker.role is Role.ANNOTATOR]
    with Tag("div", classes="pw-people-field"):
        field = choice_field(
            _("People"),
            {worker.id: _worker(worker) for worker in people},
            [],
            several=True,
            searchable=True,
            clearable=True,
            hint=hint,
            testid="people",
            on_change=on_change,  # type: ignore[arg-type]
        )
        field.props("use-chips")
        if annotators:
            button(
                _("All annotators (%(number)d)") % {"number": len(annotators)},
                lambda: field.set_value(list(dict.fromkeys((*(field.value or ()), *annotators)))),
                hint=_("Adds every active annotator to those who are chosen"),
                testid="all-annotators",
            )
    return field


def due_field(due_at: datetime | None = None, *, on_change: object = None) -> ui.input:
    value = f"{due_at.astimezone(UTC):%Y-%m-%d}" if due_at else ""
    return date_field(
        _("Due"),
        value,
        hint=_("The end of this day, UTC"),
        testid="due",
        on_change=on_change,  # type: ignore[arg-type]
    )


def priority_field(priority: int = 0, *, on_change: object = None) -> ui.number:
    return number_field(
        _("Priority"),
        priority,
        least=-LARGEST_PRIORITY,
        most=LARGEST_PRIORITY,
        hint=_(PRIORITY_HINT),
        testid="priority",
        on_change=on_change,  # type: ignore[arg-type]
    )


def end_of_day(text: str | None) -> datetime | None:
    """`2026-01-31` as its last second in UTC; None for nothing. Raises InvalidInput."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise InvalidInput(f"a day is written as 2026-01-31, not {text!r}", rule="day") from None
    return datetime.combine(day, time(23, 59, 59), UTC)


def whole(value: float | None, *, otherwise: int = 0) -> int:
    """A number field's value. Raises InvalidInput for a fraction."""
    if value is not None and value != int(value):
        raise InvalidInput(f"{value} is no whole number", rule="whole_number", number=f"{value:g}")
    return otherwise if value is None else int(value)


def progress_cell(line: TaskLine) -> None:
    """A bar with the numbers in its hover help."""
    parts = (
        (line.accepted, "is-accepted", _("accepted")),
        (line.saved - line.accepted, "is-saved", _("saved")),
        (line.sent_back, "is-sent-back", _("sent back")),
        (line.drafted, "is-drafted", _("drafts")),
    )
    said = ", ".join(f"{number} {name}" for number, _kind, name in parts if number)
    with Tag("div", classes="pw-bar", title=said or _("nothing yet")):
        for number, kind, _name in parts:
            if number and line.places:
                Tag("i", classes=kind).style(f"width: {100 * number / line.places:.2f}%")


def due_cell(line: TaskLine) -> None:
    if line.due_at is None:
        Tag("span", "–", classes="pw-muted")
        return
    late = line.open > 0 and line.due_at <= datetime.now(UTC)
    Tag("span", as_date(line.due_at), classes="pw-chip is-due" if late else "is-nowrap")


def shares_list(shares: Sequence[Share]) -> None:
    """Who gets how much, as bars that can be compared."""
    most = max((share.items for share in shares), default=0)
    with Tag("ul", classes="pw-shares", data_testid="shares"):
        for share in shares:
            with Tag("li"):
                Tag("span", share.name)
                with Tag("div", classes="pw-bar"):
                    if most:
                        Tag("i", classes="is-saved").style(f"width: {100 * share.items / most:.1f}%")
                Tag("b", f"{share.items:,}")


def items_in_words(number: int) -> str:
    return ngettext("%(number)d item", "%(number)d items", number) % {"number": number}


def lines_of(*lines: tuple[int, str]) -> str:
    """Of sentences with their numbers, those whose number is not 0, one a line."""
    return "\n".join(_filled(sentence, number) for number, sentence in lines if number)


def shares_in_words(shares: Iterable[Share]) -> str:
    return _(", ").join(f"{share.name} {share.items}" for share in shares if share.items)


def _filled(sentence: str, number: int) -> str:
    return sentence % {"number": number}


def _worker(worker: Worker) -> str:
    role = "" if worker.role is Role.ANNOTATOR else f" ({_(ROLE_NAMES[worker.role])})"
    open_ = _("%(number)d to do") % {"number": worker.open}
    return f"{worker.name}{role} · {open_}"
