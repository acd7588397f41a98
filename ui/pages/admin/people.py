"""People: found among thousands, made, changed, let in no more and let in again."""

from collections.abc import Collection

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action, Role
from storage.use_cases.people import PeopleSort, PersonRow, list_people
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.admin.cells import moment
from ui.pages.admin.fields import choice_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.markup import Cell
from ui.pages.admin.people_csv import add_people_csv
from ui.pages.admin.person_forms import PersonForms
from ui.pages.admin.section import button, section
from ui.pages.admin.table import Column, DataTable, Page, Query, RowAction, counted_page
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme import asset_url
from ui.theme.tag import Tag
from ui.words import ROLE_NAMES

ADDRESS = "/admin/people"


def add_people_pages(app: FastAPI, services: Services) -> None:
    add_people_csv(app, services)

    @page_at(ADDRESS)
    async def people(request: Request) -> Response | None:
        try:
            with admin_frame(request, services, title=_("People"), action=Action.MANAGE_USERS):
                ui.add_head_html(f'<script src="{asset_url("copy.js")}" defer></script>')
                await PeopleRoom(services, request.state.person, str(request.base_url).rstrip("/")).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class PeopleRoom:
    """One open page: its table, its filters and the dialogs that change what is in it."""

    def __init__(self, services: Services, person: SignedIn, site: str) -> None:
        self._services = services
        self._site = site
        self._actor = person.actor
        self._role: Role | None = None
        self._active: bool | None = None
        self._here: Collection[int] = ()

    async def show(self) -> None:
        with section(_("People"), level=1, note=_("Who may come in, as what, and what they have open.")) as actions:
            with actions:
                Tag("a", _("Add from CSV"), href=f"{ADDRESS}/csv", classes="pw-button pw-button-small")
                button(_("New person"), lambda: forms.create(), main=True, testid="new-person")
            table = DataTable(
                columns=self._columns(),
                load=self._load,
                testid="people",
                searched=_("Search by name"),
                sort=PeopleSort.NAME,
                actions=lambda row: self._actions(row, forms),
                empty=_("Nobody is like this."),
                plain=True,
            )
            forms = self._forms = PersonForms(self._services, self._actor, site=self._site, changed=table.reload)
            with table.tools:
                self._filters(table)
            await table.reload()

    async def _load(self, query: Query) -> Page[PersonRow]:
        found = await self._services.reading(
            list_people,
            actor=self._actor,
            search=query.search,
            role=self._role,
            active=self._active,
            sort=PeopleSort(query.sort),
            descending=query.descending,
            offset=query.start or 0,
            limit=query.limit,
        )
        self._here = self._services.live_sessions.open_by_user().keys()
        return counted_page(query, found.rows, found.total)

    def _filters(self, table: DataTable[PersonRow]) -> None:
        async def by_role() -> None:
            self._role = Role(role.value) if role.value else None
            await table.restart()

        async def by_state() -> None:
            self._active = {"active": True, "deactivated": False}.get(state.value)
            await table.restart()

        roles = {"": _("All roles"), **{role.value: _(name) for role, name in ROLE_NAMES.items()}}
        states = {"": _("All states"), "active": _("Active"), "deactivated": _("Deactivated")}
        role = choice_field(_("Role"), roles, "", on_change=by_role, testid="filter-role")
        state = choice_field(_("State"), states, "", on_change=by_state, testid="filter-state")

    def _columns(self) -> list[Column[PersonRow]]:
        return [
            Column(title=_("Name"), key=PeopleSort.NAME, cell=self._name),
            Column(title=_("Role"), key=PeopleSort.ROLE, cell=lambda row: _(ROLE_NAMES[row.role])),
            Column(title=_("State"), key=PeopleSort.STATE, cell=_state),
            Column(title=_("Last seen"), key=PeopleSort.LAST_SEEN, falling=True, cell=self._last_seen),
            Column(
                title=_("Open work"),
                key=PeopleSort.OPEN_WORK,
                number=True,
                falling=True,
                hint=_("Items that are theirs and still to be done"),
                cell=lambda row: f"{row.open_work:,}" if row.open_work else "–",
            ),
            Column(title=_("Created"), key=PeopleSort.CREATED, falling=True, cell=lambda row: moment(row.created_at)),
        ]

    def _name(self, row: PersonRow) -> Cell:
        async def edit() -> None:
            self._forms.edit(row)

        return Cell(text=row.name, hint=_("Change name or role"), opens=edit)

    def _last_seen(self, row: PersonRow) -> Cell:
        if row.id in self._here:
            return Cell(text=_("here now"), chip="is-good")
        return moment(row.last_seen_at, never=_("never"))

    def _actions(self, row: PersonRow, forms: PersonForms) -> list[RowAction]:
        async def edit() -> None:
            forms.edit(row)

        async def reset() -> None:
            forms.reset_password(row)

        async def history() -> None:
            ui.navigate.to(f"/admin/audit?object_type=user&object_id={row.id}")

        async def deeds() -> None:
            ui.navigate.to(f"/admin/audit?actor_id={row.id}")

        async def deactivate() -> None:
            await forms.deactivate(row)

        async def reactivate() -> None:
            await forms.reactivate(row)

        last = (
            RowAction(text=_("Deactivate…"), work=deactivate, danger=True)
            if row.active
            else RowAction(text=_("Reactivate…"), work=reactivate)
        )
        return [
            RowAction(text=_("Change name or role…"), work=edit),
            RowAction(text=_("Reset password…"), work=reset),
            RowAction(text=_("What they did"), work=deeds),
            RowAction(text=_("What was done to them"), work=history),
            last,
        ]


def _state(row: PersonRow) -> Cell:
    if not row.active:
        return Cell(text=_("deactivated"), chip="")
    if row.must_change_password:
        return Cell(text=_("temporary password"), chip="is-warning")
    return Cell(text=_("active"), chip="is-good")
