"""Making tasks: which items, for how many people each and for whom; the numbers are seen before anything is made."""

import secrets

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.dealing import MOST_OVERLAP
from domain.errors import InvalidInput, PosewrightError
from domain.permissions import Action
from domain.task_state import TaskKind
from storage.use_cases.evaluate import source_choices
from storage.use_cases.models import dataset_lines
from storage.use_cases.qualify.rules import ExamTerms, make_exam, preview_exam
from storage.use_cases.work.creating import LONGEST_NAME, Handing, Outlook, WorkOrder, place_order, preview_order
from storage.use_cases.work.mixing import MOST_GOLD
from storage.use_cases.work.overview import Worker
from storage.use_cases.work.selection import Condition, Selection, count_by_category, dataset_to_share
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import N_, _, ngettext
from ui.pages.admin.dialogs import confirmed
from ui.pages.admin.fields import choice_field, number_field, text_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.messages import Tone, errors_told, message_line
from ui.pages.admin.section import button, facts, section
from ui.pages.admin.work.parts import (
    ADDRESS,
    due_field,
    end_of_day,
    items_in_words,
    people_field,
    people_to_choose,
    priority_field,
    shares_in_words,
    shares_list,
    whole,
)
from ui.pages.admin.work.trust_fields import ExamFields
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.quality.words import source_name
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import KIND_NAMES

CONDITION_NAMES: dict[Condition, str] = {
    Condition.UNASSIGNED: N_("in no task yet"),
    Condition.UNSAVED: N_("saved by nobody"),
    Condition.PREDICTED: N_("with a prediction"),
    Condition.UNPREDICTED: N_("without a prediction"),
    Condition.LABELLED: N_("with an imported answer"),
    Condition.UNLABELLED: N_("without an imported answer"),
    Condition.GOLD: N_("gold (the right answer is known)"),
    Condition.NOT_GOLD: N_("not gold"),
}

HANDING_NAMES: dict[Handing, str] = {
    Handing.PEOPLE: N_("Share out evenly among people"),
    Handing.POOL: N_("A pool: annotators draw the next themselves"),
    Handing.NOBODY: N_("Nobody yet: I hand it out later"),
}

KIND_HINTS: dict[TaskKind, str] = {
    TaskKind.ANNOTATE: N_("The work itself"),
    TaskKind.QUALIFY: N_("A test before real work; takes gold items"),
    TaskKind.EVALUATE: N_("Which of two overlays fits better, blind"),
}


def add_order_page(services: Services) -> None:
    @page_at(f"{ADDRESS}/new")
    async def order(request: Request) -> Response | None:
        try:
            with admin_frame(
                request, services, title=_("New tasks"), action=Action.MANAGE_TASKS, styles=("work.css",)
            ):
                await OrderRoom(services, request.state.person).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class OrderRoom:
    """One open page: the form, and what it would make at this moment."""

    def __init__(self, services: Services, person: SignedIn) -> None:
        self._services = services
        self._actor = person.actor
        self._client = ui.context.client
        self._asked = 0
        self._seed = secrets.randbelow(2**31)
        self._outlook: tuple[WorkOrder, Outlook] | None = None

    async def show(self) -> None:
        with section(_("New tasks"), level=1, note=_("Nothing is made before you have seen the numbers.")):
            lines = await self._services.reading(dataset_lines, actor=self._actor)
            datasets = {line.id: line.name for line in lines if not line.archived and line.items}
            if not datasets:
                with Tag("div", classes="pw-nothing"):
                    Tag("p", _("There is no data set with items yet. Import one first."))
                    Tag("a", _("Import"), href="/admin/data", classes="pw-button pw-button-small pw-button-main")
                return
            people = await people_to_choose(self._services, self._actor)
            usual = await self._services.reading(dataset_to_share, actor=self._actor)
            with Tag("div", classes="pw-order"):
                with Tag("div", classes="pw-order-form"):
                    self._which(datasets, usual if usual in datasets else next(iter(datasets)))
                    self._whom(people)
                    self._details()
                with Tag("aside", classes="pw-order-outlook pw-card", aria_live="polite"):
                    Tag("h3", _("What will be made"))
                    self._outlook_place = Tag("div", classes="pw-data", data_testid="outlook")
                    self._make = button(_("Create…"), self._create, main=True, testid="create")
            await self._dataset_changed()

    # ---- the form -------------------------------------------------------------------------------------------------

    def _which(self, datasets: dict[int, str], usual: int) -> None:
        with Tag("fieldset", classes="pw-card"):
            Tag("h3", _("Which items"))
            with Tag("div", classes="pw-form-row"):
                self._dataset = choice_field(
                    _("Data set"),
                    datasets,
                    usual,
                    on_change=self._dataset_changed,
                    testid="dataset",
                )
                self._kind = choice_field(
                    _("Kind"),
                    {kind.value: f"{_(name)}: {_(KIND_HINTS[kind])}" for kind, name in KIND_NAMES.items()},
                    TaskKind.ANNOTATE.value,
                    on_change=self._dataset_changed,
                    testid="kind",
                )
            with Tag("div", classes="pw-form-row") as self._sources_row:
                self._sources = [
                    choice_field(label, {}, None, on_change=self._look, testid=testid)
                    for label, testid in ((_("Compare"), "first-source"), (_("with"), "second-source"))
                ]
            with Tag("div", classes="pw-form-row"):
                self._categories = choice_field(
                    _("Categories"),
                    {},
                    [],
                    several=True,
                    searchable=True,
                    clearable=True,
                    hint=_("None chosen: all of them"),
                    on_change=self._look,
                    testid="categories",
                )
                self._categories.props("use-chips")
                self._conditions = choice_field(
                    _("Only items that are"),
                    {condition.value: _(name) for condition, name in CONDITION_NAMES.items()},
                    [],
                    several=True,
                    clearable=True,
                    on_change=self._dataset_changed,
                    testid="conditions",
                )
                self._conditions.props("use-chips")
            with Tag("div", classes="pw-form-row"):
                self._limit = number_field(
                    _("At most"), least=1, hint=_("Items; empty for all"), on_change=self._look, testid="limit"
                )
                self._limit.props("debounce=300")
                self._by_chance = (
                    ui.checkbox(_("chosen by chance"), on_change=self._look).classes("pw-check").props("dense")
                )

            self._exam_place = Tag("div", classes="pw-form-fields")
            with self._exam_place:
                self._exam = ExamFields(ExamTerms(), on_change=self._look)
            self._exam_place.set_visibility(False)
            self._gold = number_field(
                _("Hidden gold"),
                least=0,
                most=100 * MOST_GOLD,
                hint=_("% of the items, which nobody can tell from the others; empty for none"),
                on_change=self._look,
                testid="gold-share",
            )
            self._gold.props("debounce=300")

    def _whom(self, people: list[Worker]) -> None:
        with Tag("fieldset", classes="pw-card") as self._whom_place:
            Tag("h3", _("For whom"))
            self._handing = ui.radio(
                {handing.value: _(name) for handing, name in HANDING_NAMES.items()},
                value=Handing.PEOPLE.value,
                on_change=self._handing_changed,
            )
            self._handing.props("dense").classes("pw-radio").props["data-testid"] = "handing"
            with Tag("div") as self._people_place:
                self._people = people_field(people, on_change=self._look)
            self._overlap = number_field(
                _("People for each item"),
                1,
                least=1,
                most=MOST_OVERLAP,
                hint=_("They never see each other's answers"),
                on_change=self._look,
                testid="overlap",
            )

    def _details(self) -> None:
        with Tag("fieldset", classes="pw-card"):
            Tag("h3", _("Details"))
            with Tag("div", classes="pw-form-row"):
                self._name = text_field(
                    _("Task name"),
                    longest=LONGEST_NAME - 10,
                    hint=_("Empty: after the data set and its categories"),
                    testid="task-name",
                )
                self._size = number_field(
                    _("Items a task"),
                    least=1,
                    hint=_("Empty: all in one task"),
                    on_change=self._look,
                    testid="size",
                )
                self._size.props("debounce=300")
            with Tag("div", classes="pw-form-row"):
                self._due = due_field()
                self._priority = priority_field()

    async def _dataset_changed(self) -> None:
        """The categories and how many items of each are as chosen."""
        kind = TaskKind(self._kind.value)
        self._exam_place.set_visibility(kind is TaskKind.QUALIFY)
        self._whom_place.set_visibility(kind is not TaskKind.QUALIFY)
        self._gold.set_visibility(kind is TaskKind.ANNOTATE)
        self._size.set_visibility(kind is not TaskKind.QUALIFY)
        with self._client, errors_told("counting items"):
            selection = Selection(dataset_id=self._dataset.value, conditions=self._chosen_conditions())
            counts = await self._services.reading(
                count_by_category, actor=self._actor, selection=selection, kind=TaskKind(self._kind.value)
            )
            chosen = [name for name in self._categories.value or () if name in {count.name for count in counts}]
            options = {count.name: f"{count.name.replace('_', ' ')} · {count.items}" for count in counts}
            self._categories.set_options(options, value=chosen)
            await self._offer_sources()
        await self._look()

    async def _offer_sources(self) -> None:
        """What two answers of each item can be laid over its photo, where the kind compares any."""
        compares = self._kind.value == TaskKind.EVALUATE.value
        self._sources_row.set_visibility(compares)
        if not compares:
            return
        found = await self._services.reading(source_choices, actor=self._actor, dataset_id=self._dataset.value)
        options = {str(source): source_name(source) for source in found}
        for number, field in enumerate(self._sources):
            usual = list(options)[number] if number < len(options) else None
            field.set_options(options, value=field.value if field.value in options else usual)

    async def _handing_changed(self) -> None:
        self._people_place.set_visibility(self._handing.value == Handing.PEOPLE.value)
        await self._look()

    # ---- the numbers ----------------------------------------------------------------------------------------------

    async def _look(self, *_event: object) -> None:
        """What the form would make now; what comes late after a newer question is dropped."""
        self._asked += 1
        asked = self._asked
        self._outlook = None
        self._make.props["disabled"] = True
        try:
            order = self._order()
            if order.kind is TaskKind.QUALIFY:
                terms = self._exam.value()
                outlook = await self._services.reading(preview_exam, actor=self._actor, order=order, terms=terms)
            else:
                outlook = await self._services.reading(preview_order, actor=self._actor, order=order)
        except Exception as error:  # noqa: BLE001 - said beside the form; `explain` logs what nobody foresaw
            if asked == self._asked:
                with self._client:
                    self._show_problem(error)
            return
        if asked == self._asked:
            self._outlook = (order, outlook)
            with self._client:
                self._show(order, outlook)

    def _show_problem(self, error: Exception) -> None:
        self._outlook_place.clear()
        with self._outlook_place:
            of_people = self._kind.value != TaskKind.QUALIFY.value and self._handing.value == Handing.PEOPLE.value
            if of_people and not self._people.value:
                Tag("p", _("Choose the people who get it."), classes="pw-muted")
            else:
                message_line(explain(error, what="looking at an order of work").message, Tone.WARNING)

    def _show(self, order: WorkOrder, outlook: Outlook) -> None:
        self._make.props["disabled"] = False
        self._outlook_place.clear()
        with self._outlook_place:
            facts(_numbers(order, outlook), testid="outlook-facts")
            if outlook.shares:
                shares_list(outlook.shares)
            for text in _remarks(order, outlook):
                message_line(text)

    async def _create(self) -> None:
        """Asks with the numbers that were seen, and makes exactly those."""
        await self._look()  # name and due date change no number, and ask for none
        if self._outlook is None:
            return
        order, outlook = self._outlook
        text = "\n".join([_in_words(order, outlook), *_remarks(order, outlook)])
        title = _("Create this test?") if order.kind is TaskKind.QUALIFY else _("Create these tasks?")
        if not await confirmed(title, text, confirm=_("Create"), danger=False):
            return
        with errors_told("creating tasks"):
            made = await self._place(order, outlook)
            ui.navigate.to(f"{ADDRESS}/{made[0]}" if len(made) == 1 else ADDRESS)
            return
        await self._look()

    async def _place(self, order: WorkOrder, outlook: Outlook) -> tuple[int, ...]:
        if order.kind is not TaskKind.QUALIFY:
            return await self._services.transact(place_order, actor=self._actor, order=order, expected=outlook)
        test_id = await self._services.transact(
            make_exam, actor=self._actor, order=order, terms=self._exam.value(), expected=outlook
        )
        return (test_id,)

    def _order(self) -> WorkOrder:
        return WorkOrder(
            selection=Selection(
                dataset_id=self._dataset.value,
                categories=tuple(sorted(self._categories.value or ())),
                conditions=self._chosen_conditions(),
                limit=None if self._limit.value is None else whole(self._limit.value),
                seed=self._seed if self._by_chance.value else None,
            ),
            kind=TaskKind(self._kind.value),
            handing=Handing(self._handing.value),
            user_ids=tuple(self._people.value or ()) if self._handing.value == Handing.PEOPLE.value else (),
            overlap=whole(self._overlap.value, otherwise=1),
            size=None if self._size.value is None else whole(self._size.value),
            name=self._name.value or "",
            due_at=end_of_day(self._due.value),
            priority=whole(self._priority.value),
            compares=self._compares(),
            gold_share=(self._gold.value or 0) / 100 if self._kind.value == TaskKind.ANNOTATE.value else 0.0,
        )

    def _compares(self) -> tuple[str, str] | None:
        if self._kind.value != TaskKind.EVALUATE.value:
            return None
        first, second = (field.value or "" for field in self._sources)
        if not first or not second:
            raise InvalidInput("the data set has one source of answers only", rule="one_source")
        return first, second

    def _chosen_conditions(self) -> frozenset[Condition]:
        return frozenset(Condition(value) for value in self._conditions.value or ())


def _numbers(order: WorkOrder, outlook: Outlook) -> list[tuple[str, str]]:
    if order.kind is TaskKind.QUALIFY:
        return [(_("Gold items"), f"{outlook.items:,}")]
    return [
        (_("Tasks"), f"{outlook.tasks:,}"),
        (_("Items"), f"{outlook.items:,}"),
        (_("Answers to be given"), f"{outlook.places:,}"),
    ]


def _in_words(order: WorkOrder, outlook: Outlook) -> str:
    if order.kind is TaskKind.QUALIFY:
        return _("A test of %(items)s whose right answer is known.") % {"items": items_in_words(outlook.items)}
    tasks = ngettext("%(number)d task", "%(number)d tasks", outlook.tasks) % {"number": outlook.tasks}
    places = ngettext("%(number)d answer", "%(number)d answers", outlook.places) % {"number": outlook.places}
    return _("%(tasks)s with %(items)s, %(places)s in all.") % {
        "tasks": tasks,
        "items": items_in_words(outlook.items),
        "places": places,
    } + (f"\n{shares}" if (shares := shares_in_words(outlook.shares)) else "")


def _remarks(order: WorkOrder, outlook: Outlook) -> list[str]:
    if order.kind is TaskKind.QUALIFY:
        return [_("Each attempt draws from them. What the test opens is said in a task, under “Test and gold”.")]
    remarks = []
    if outlook.gold:
        text = ngettext("%(number)d item is hidden gold.", "%(number)d items are hidden gold.", outlook.gold)
        remarks.append(text % {"number": outlook.gold})
    if outlook.nobodys and order.handing is Handing.POOL:
        remarks.append(_("%(number)d places wait in the pool.") % {"number": outlook.nobodys})
    elif outlook.nobodys:
        remarks.append(_("%(number)d places stay nobody's for now.") % {"number": outlook.nobodys})
    if outlook.left_out:
        remarks.append(
            _("%(number)d items are left out: these people have them already.") % {"number": outlook.left_out}
        )
    return remarks
