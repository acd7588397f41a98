"""One task: who has what of it, and its items, to be given out, moved and withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from domain.pool import lapses_at
from domain.task_state import AssignmentState, TaskKind
from storage.use_cases.qualify.results import requirements
from storage.use_cases.qualify.rules import all_exams
from storage.use_cases.qualify.trust import trust_of
from storage.use_cases.work.overview import (
    PersonShare,
    PlaceFilter,
    PlaceLine,
    TaskLine,
    place_ids,
    place_lines,
    shares_of_task,
    task_line,
)
from ui.auth import SignedIn
from ui.i18n import N_, _, ngettext
from ui.pages.admin.cells import moment_cell
from ui.pages.admin.fields import choice_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.messages import errors_told
from ui.pages.admin.section import button, facts, section
from ui.pages.admin.table import Column, DataTable, Page, Query, counted_page
from ui.pages.admin.work.edit_dialog import edit_dialog
from ui.pages.admin.work.move_dialogs import MoveDialogs
from ui.pages.admin.work.parts import ADDRESS, items_in_words
from ui.pages.admin.work.trust_dialog import trust_dialog
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import FLAG_NAMES, KIND_NAMES, STATE_NAMES, as_date, as_time

FILTER_NAMES: dict[PlaceFilter, str] = {
    PlaceFilter.ALL: N_("All items"),
    PlaceFilter.FREE: N_("Nobody's"),
    PlaceFilter.UNTOUCHED: N_("Somebody's, not begun"),
    PlaceFilter.OPEN: N_("To do"),
    PlaceFilter.ANSWERED: N_("With an answer"),
    PlaceFilter.FLAGGED: N_("Skipped or asking for help"),
    PlaceFilter.WITHDRAWN: N_("Withdrawn"),
}
STATE_LOOKS = {
    AssignmentState.DRAFTED: "is-drafted",
    AssignmentState.SAVED: "is-done",
    AssignmentState.ACCEPTED: "is-done",
    AssignmentState.SENT_BACK: "is-sent-back",
}


def add_task_page(services: Services) -> None:
    @page_at(f"{ADDRESS}/{{task_id:int}}")
    async def task(request: Request, task_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            line = await services.reading(task_line, actor=person.actor, task_id=task_id)
            with admin_frame(request, services, title=line.name, action=Action.MANAGE_TASKS, styles=("work.css",)):
                await TaskRoom(services, person, line).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class TaskRoom:
    """One open page."""

    def __init__(self, services: Services, person: SignedIn, line: TaskLine) -> None:
        self._services = services
        self._actor = person.actor
        self._line = line
        self._which = PlaceFilter.ALL
        self._whose: int | None = None
        self._search = ""

    async def show(self) -> None:
        Tag("a", _("All tasks"), href=ADDRESS, classes="pw-back")
        self._head = Tag("div", classes="pw-data")
        with section(_("Items"), testid="places") as actions:
            self._buttons(actions)
            self._table = DataTable(
                columns=self._columns(),
                load=self._load,
                testid="places",
                searched=_("Search by category, photo or person"),
                select_by=lambda place: place.id,
                on_select=self._selection_changed,
                empty=_("No item is like this."),
            )
            with self._table.tools:
                self._filter_field = choice_field(
                    _("Which"),
                    {which.value: _(name) for which, name in FILTER_NAMES.items()},
                    self._which.value,
                    on_change=self._filtered,
                    testid="which",
                )
                self._person_field = choice_field(_("Person"), {0: _("Everybody")}, 0, on_change=self._filtered)
                button(_("Select all of these"), self._select_all, testid="select-all")
        self._dialogs = MoveDialogs(self._services, self._actor, self._line.id, changed=self._changed)
        await self._show_head()
        await self._table.reload()
        self._selection_changed()

    # ---- head -----------------------------------------------------------------------------------------------------

    async def _show_head(self) -> None:
        line = self._line = await self._services.reading(task_line, actor=self._actor, task_id=self._line.id)
        shares = await self._services.reading(shares_of_task, actor=self._actor, task_id=line.id)
        self._person_field.set_options(
            {0: _("Everybody"), **{share.user_id: share.person or "" for share in shares if share.user_id}},
            value=self._whose or 0,
        )
        trust = await self._trust_facts(line)
        self._head.clear()
        with self._head, section(line.name, level=1) as actions:
            with actions:
                if line.kind is TaskKind.QUALIFY:
                    Tag("a", _("Results"), href="/qualify", classes="pw-button pw-button-small")
                    button(
                        _("What it asks…"),
                        self._trust,
                        hint=_("How many items, and what counts as right"),
                        testid="trust",
                    )
                else:
                    button(
                        _("Test and gold…"), self._trust, hint=_("What trust in this work rests on"), testid="trust"
                    )
                button(_("Name, due date, priority…"), self._edit, testid="edit-task")
            facts([*_facts(line), *trust], testid="task-facts").classes("is-row")
            _shares_table([share for share in shares if share.user_id or line.kind is not TaskKind.QUALIFY])

    async def _trust_facts(self, line: TaskLine) -> list[tuple[str, str]]:
        """Of a test what it asks and opens; of other work the test before it, and whether its gold is looked at."""
        exams = {exam.id: exam for exam in await self._services.reading(all_exams, actor=self._actor)}
        if (exam := exams.get(line.id)) is not None:
            opens = (await self._services.reading(requirements, actor=self._actor)).get(line.id, ())
            return [
                (
                    _("Right in an attempt"),
                    _("{needed} of {items}").format(needed=exam.terms.needed, items=exam.terms.items),
                ),
                (_("Attempts"), str(exam.terms.attempts)),
                (_("Opens"), _(", ").join(opens) or _("nothing yet")),
            ]
        if line.kind is TaskKind.QUALIFY:
            return []
        trust = await self._services.reading(trust_of, actor=self._actor, task_id=line.id)
        tests = [exams[id_].name for id_ in (trust.of_task, trust.of_dataset) if id_ in exams]
        found = [(_("Test before it"), _(", ").join(tests) or "–")]
        if line.kind is TaskKind.ANNOTATE:
            found.append((_("Gold"), _("looked at") if trust.gold is not None else _("not looked at")))
        return found

    async def _edit(self) -> None:
        edit_dialog(self._services, self._actor, self._line, changed=self._show_head)

    async def _trust(self) -> None:
        with errors_told("looking up a task's test and gold"):
            await trust_dialog(self._services, self._actor, self._line, changed=self._show_head)

    # ---- items ----------------------------------------------------------------------------------------------------

    def _buttons(self, place: Tag) -> None:
        with place:
            self._count = Tag("span", "", classes="pw-muted", data_testid="selected")
            self._give = button(
                _("Give to…"),
                lambda: self._dialogs.give(self._selected()),
                main=True,
                hint=_("To one person, or shared out evenly among several"),
                testid="give",
            )
            self._withdraw = button(
                _("Withdraw…"),
                lambda: self._dialogs.withdraw(self._selected()),
                danger=True,
                hint=_("Take it from its people; what they did is kept"),
                testid="withdraw",
            )
            self._back = button(
                _("Give back"),
                lambda: self._dialogs.give_back(self._selected()),
                hint=_("Withdrawn items to the people who had them, as they were"),
                testid="give-back",
            )

    def _selected(self) -> list[int]:
        return sorted(key for key in self._table.selected if isinstance(key, int))

    def _selection_changed(self) -> None:
        number = len(self._table.selected)
        self._count.text = _("%(items)s selected") % {"items": items_in_words(number)} if number else ""
        for each in (self._give, self._withdraw, self._back):
            each.props["disabled"] = number == 0
        self._back.set_visibility(self._which is PlaceFilter.WITHDRAWN)
        self._withdraw.set_visibility(self._which is not PlaceFilter.WITHDRAWN)
        of_a_test = self._line.kind is TaskKind.QUALIFY  # whose items are drawn by those who take it
        self._give.set_visibility(self._which is not PlaceFilter.WITHDRAWN and not of_a_test)

    async def _filtered(self) -> None:
        self._which = PlaceFilter(self._filter_field.value)
        self._whose = self._person_field.value or None
        self._table.selected.clear()
        self._selection_changed()
        await self._table.restart()

    async def _load(self, query: Query) -> Page[PlaceLine]:
        self._search = query.search
        rows, total = await self._services.reading(
            place_lines,
            actor=self._actor,
            task_id=self._line.id,
            which=self._which,
            user_id=self._whose,
            search=query.search,
            start=query.start or 0,
            limit=query.limit,
        )
        return counted_page(query, rows, total)

    async def _select_all(self) -> None:
        with errors_told("selecting all"):
            found = await self._services.reading(
                place_ids,
                actor=self._actor,
                task_id=self._line.id,
                which=self._which,
                user_id=self._whose,
                search=self._search,
            )
            self._table.selected |= set(found)
            await self._table.reload()
            self._selection_changed()

    async def _changed(self) -> None:
        self._table.selected.clear()
        await self._show_head()
        await self._table.reload()
        self._selection_changed()

    def _columns(self) -> list[Column[PlaceLine]]:
        return [
            Column(title="#", number=True, cell=lambda place: f"{place.position:,}"),
            Column(title=_("Item"), cell=_item),
            Column(title=_("Person"), cell=lambda place: place.person or "–"),
            Column(title=_("State"), cell=_state),
            Column(title=_("Flag"), cell=_flag),
            Column(title=_("Reserved until"), cell=self._reserved),
            Column(title=_("Last touched"), cell=_touched),
        ]

    def _reserved(self, place: PlaceLine) -> None:
        if place.drawn_at is None or place.state not in (AssignmentState.NEW, AssignmentState.DRAFTED):
            Tag("span", "–", classes="pw-muted")
            return
        until = lapses_at(place.updated_at, self._services.settings.reservation)
        if until <= datetime.now(UTC):
            chip(_("run out"), "is-warning")
        else:
            Tag("span", as_time(until), classes="is-nowrap")


def _facts(line: TaskLine) -> list[tuple[str, str]]:
    if line.kind is TaskKind.QUALIFY:
        kind = _(KIND_NAMES[line.kind])
        return [(_("Data set"), line.dataset), (_("Kind"), kind), (_("Items to draw from"), f"{line.free:,}")]
    items = items_in_words(line.items)
    if line.overlap > 1:
        people = ngettext("%(number)d person each", "%(number)d people each", line.overlap)
        items = f"{items} × {people % {'number': line.overlap}}"
    kind = _(KIND_NAMES[line.kind])
    return [
        (_("Data set"), line.dataset),
        (_("Kind"), f"{kind}, {_('pool')}" if line.is_pool else kind),
        (_("Items"), items),
        (_("Saved"), f"{line.saved:,} / {line.places:,}"),
        (_("Nobody's"), f"{line.free:,}"),
        (_("Due"), as_date(line.due_at) if line.due_at else "–"),
        (_("Priority"), str(line.priority)),
    ]


def _shares_table(shares: Sequence[PersonShare]) -> None:
    """Each person's part."""
    if not shares:
        Tag("p", _("Nobody has begun it yet."), classes="pw-muted")
        return
    numbers = (
        _("Items"),
        _("Saved"),
        _("Accepted"),
        _("To do"),
        _("Drafts"),
        _("Sent back"),
        _("Flagged"),
        _("Withdrawn"),
    )
    with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense", data_testid="shares-table"):
        with Tag("thead"), Tag("tr"):
            Tag("th", _("Person"), scope="col")
            Tag("th", _("Progress"), scope="col")
            for name in numbers:
                Tag("th", name, scope="col", classes="is-number")
            Tag("th", _("Last touched"), scope="col")
        with Tag("tbody"):
            for share in shares:
                with Tag("tr", data_testid="share-row"):
                    with Tag("td"):
                        Tag("span", share.person or _("Nobody's"), classes="" if share.person else "pw-muted")
                        if not share.active:
                            chip(_("deactivated"))
                    with Tag("td"), Tag("div", classes="pw-bar"):
                        if share.places and share.saved:
                            Tag("i", classes="is-saved").style(f"width: {100 * share.saved / share.places:.2f}%")
                    for number in (
                        share.places,
                        share.saved,
                        share.accepted,
                        share.open,
                        share.drafted,
                        share.sent_back,
                        share.flagged,
                        share.withdrawn,
                    ):
                        Tag("td", f"{number:,}" if number else "–", classes="is-number")
                    with Tag("td"):
                        moment_cell(share.touched_at)


def _item(place: PlaceLine) -> None:
    text = f"{place.category.replace('_', ' ')} · {place.image}"
    if place.object_index:
        text += f" · {place.object_index + 1}"
    Tag("a", text, href=f"/annotate/{place.id}", classes="pw-name", title=_("Look at it"))


def _state(place: PlaceLine) -> None:
    if place.withdrawn_from is not None:
        was = _(STATE_NAMES[place.withdrawn_from])
        chip(_("Withdrawn, was: %(state)s") % {"state": was})
        return
    if place.user_id is None:
        Tag("span", "–", classes="pw-muted")
        return
    chip(_(STATE_NAMES[place.state]), STATE_LOOKS.get(place.state, ""))


def _flag(place: PlaceLine) -> None:
    if place.flag is None:
        Tag("span", "–", classes="pw-muted")
    else:
        chip(_(FLAG_NAMES[place.flag]), f"is-{place.flag.value}")


def _touched(place: PlaceLine) -> None:
    untouched = place.state is AssignmentState.NEW
    moment_cell(None if untouched else place.updated_at)
