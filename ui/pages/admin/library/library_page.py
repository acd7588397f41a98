"""Data sets, and the categories of one with their rules in short."""

from collections.abc import Sequence

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import AlreadyExists, PosewrightError
from domain.permissions import Action
from storage.record import Kept, Outcome
from storage.use_cases.library import add_dataset, set_category
from storage.use_cases.models import CategoryLine, DatasetLine, category_lines, dataset_lines
from ui.auth import SignedIn
from ui.i18n import _, ngettext
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.fields import text_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.library.rule_words import ignored_in_words, symmetry_in_words
from ui.pages.admin.section import button, section
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag

ADDRESS = "/admin/library"


def add_library_page(services: Services) -> None:
    @page_at(ADDRESS)
    async def library(request: Request, dataset: int | None = None) -> Response | None:
        try:
            with admin_frame(
                request, services, title=_("Library"), action=Action.MANAGE_LIBRARY, styles=("work.css",)
            ):
                await LibraryRoom(services, request.state.person, dataset).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class LibraryRoom:
    """One open page."""

    def __init__(self, services: Services, person: SignedIn, dataset_id: int | None) -> None:
        self._services = services
        self._actor = person.actor
        self._dataset_id = dataset_id

    async def show(self) -> None:
        datasets = await self._services.reading(dataset_lines, actor=self._actor)
        note = _("Data sets, their categories with the rules, and the CAD models.")
        with section(_("Library"), level=1, note=note) as actions:
            with actions:
                button(_("New data set"), self._new_dataset, main=not datasets, testid="new-dataset")
            if not datasets:
                with Tag("div", classes="pw-nothing"):
                    Tag("p", _("There is no data set yet. Make one here, or import one."))
                return
            _datasets_table(datasets)
        known = {line.id: line for line in datasets}
        chosen = known.get(self._dataset_id or 0, datasets[0])
        categories = await self._services.reading(category_lines, actor=self._actor, dataset_id=chosen.id)
        with section(_("Categories of %(name)s") % {"name": chosen.name}, testid="categories") as actions:
            with actions:
                button(_("New category"), lambda: self._new_category(chosen.id), testid="new-category")
            if not categories:
                with Tag("div", classes="pw-nothing"):
                    Tag("p", _("This data set has no category yet."))
                return
            _categories_table(categories)

    async def _new_dataset(self) -> None:
        async def work() -> None:
            made = await self._services.transact(add_dataset, actor=self._actor, name=name.value or "")
            _check_new(made)
            ui.navigate.to(f"{ADDRESS}?dataset={made.id}")

        with form_dialog(_("New data set"), submit=_("Create"), on_submit=work):
            name = text_field(
                _("Data set name"), longest=128, hint=_("It names a folder in exports"), testid="dataset-name"
            )

    async def _new_category(self, dataset_id: int) -> None:
        async def work() -> None:
            made = await self._services.transact(
                set_category, actor=self._actor, dataset_id=dataset_id, name=name.value or ""
            )
            _check_new(made)
            ui.navigate.to(f"{ADDRESS}/{made.id}")

        with form_dialog(_("New category"), submit=_("Create"), on_submit=work):
            name = text_field(
                _("Category name"), longest=128, hint=_("It names a folder in exports"), testid="category-name"
            )


def _check_new(made: Kept) -> None:
    """Raises AlreadyExists: an import may go on with what is there, and who wants a new one may not."""
    if made.outcome is not Outcome.CREATED:
        raise AlreadyExists("there is one of this name")


def _datasets_table(lines: Sequence[DatasetLine]) -> None:
    numbers = (_("Categories"), _("CAD models"), _("Photos"), _("Items"))
    with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense", data_testid="datasets"):
        with Tag("thead"), Tag("tr"):
            Tag("th", _("Data set"), scope="col")
            for name in numbers:
                Tag("th", name, scope="col", classes="is-number")
        with Tag("tbody"):
            for line in lines:
                with Tag("tr", data_testid="dataset-row"):
                    with Tag("td"):
                        Tag("a", line.name, href=f"{ADDRESS}?dataset={line.id}", classes="pw-name")
                        if line.archived:
                            chip(_("archived"))
                    for number in (line.categories, line.models, line.photos, line.items):
                        Tag("td", f"{number:,}", classes="is-number")


def _categories_table(lines: Sequence[CategoryLine]) -> None:
    with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense"):
        with Tag("thead"), Tag("tr"):
            Tag("th", _("Category"), scope="col")
            Tag("th", _("CAD models"), scope="col", classes="is-number")
            Tag("th", _("Items"), scope="col", classes="is-number")
            Tag("th", _("Ignored angles"), scope="col")
            Tag("th", _("Symmetry"), scope="col")
            Tag("th", _("Note"), scope="col")
        with Tag("tbody"):
            for line in lines:
                with Tag("tr", data_testid="category-row"):
                    _category_cells(line)


def _category_cells(line: CategoryLine) -> None:
    rule = line.category.rule
    with Tag("td"):
        Tag(
            "a",
            line.category.name.replace("_", " "),
            href=f"{ADDRESS}/{line.category.id}",
            classes="pw-name",
            data_testid="category-link",
        )
        if line.unreadable:
            text = ngettext("%(number)d unreadable", "%(number)d unreadable", line.unreadable)
            chip(text % {"number": line.unreadable}, "is-bad")
    Tag("td", f"{line.models:,}", classes="is-number")
    Tag("td", f"{line.items:,}", classes="is-number")
    Tag("td", ignored_in_words(rule) or "–")
    Tag("td", symmetry_in_words(rule.symmetry))
    Tag("td", _(rule.note) if rule.note else "–")
