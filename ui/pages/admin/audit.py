"""The audit log: looked through by person, action, object and days; taken out as CSV or JSON lines."""

from collections.abc import Callable

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from storage.use_cases.audit_log import AuditEntry, AuditWords, audit_entries, audit_words
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.admin.audit_choice import FIELDS, as_query, choice_from
from ui.pages.admin.audit_detail import detail_words
from ui.pages.admin.audit_export import add_audit_export
from ui.pages.admin.audit_words import action_name, object_name
from ui.pages.admin.fields import choice_field, date_field, text_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.markup import Cell
from ui.pages.admin.section import button, section
from ui.pages.admin.table import Column, DataTable, Page, Query
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme.tag import Tag

ADDRESS = "/admin/audit"
SHOWN_DETAIL = 90
"""Characters of an entry's detail in its row; all of it is in the hover help and in the export."""


def add_audit_page(app: FastAPI, services: Services) -> None:
    add_audit_export(app, services)

    @page_at(ADDRESS)
    async def audit(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            words = await services.reading(audit_words, actor=person.actor)
            with admin_frame(request, services, title=_("Audit log"), action=Action.SEE_AUDIT):
                chosen = {name: request.query_params.get(name, "") for name in FIELDS}
                await AuditRoom(services, person, words, chosen).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class AuditRoom:
    """One open page. What is chosen stands in the address, so that it can be kept, sent and reloaded."""

    def __init__(self, services: Services, person: SignedIn, words: AuditWords, chosen: dict[str, str]) -> None:
        self._services = services
        self._actor = person.actor
        self._words = words
        self._chosen = chosen

    async def show(self) -> None:
        note = _("Who did what, when and from where. Entries are only ever added; nobody can change one.")
        with section(_("Audit log"), level=1, note=note) as actions:
            with actions:
                self._exports = [
                    (
                        Tag(
                            "a", text, classes="pw-button pw-button-small", download="", data_testid=f"export-{kind}"
                        ),
                        kind,
                    )
                    for text, kind in ((_("Export CSV"), "csv"), (_("Export JSON lines"), "jsonl"))
                ]
            self._table = table = DataTable(
                columns=_columns(), load=self._load, testid="audit", empty=_("Nothing fits this choice."), plain=True
            )
            with table.tools:
                self._filters()
            self._point_exports()
            await table.reload()

    async def _load(self, query: Query) -> Page[AuditEntry]:
        page = await self._services.reading(
            audit_entries,
            actor=self._actor,
            which=choice_from(self._chosen),
            after=query.start,
            limit=query.limit,
        )
        return Page(rows=page.rows, following=page.following)

    def _filters(self) -> None:
        actions = {"": _("All actions"), **_named(self._words.actions, action_name)}
        objects = {"": _("All objects"), **_named(self._words.object_types, object_name)}
        person = text_field(_("Person"), self._chosen["person"], placeholder=_("Person"), testid="audit-person")
        person.props("debounce=300 clearable")
        person.on_value_change(lambda event: self._choose("person", event.value))
        choice_field(
            _("Action"),
            actions,
            _among(actions, self._chosen["action"]),
            searchable=True,
            testid="audit-action",
            on_change=lambda event: self._choose("action", event.value),
        ).classes("is-wider")
        choice_field(
            _("Object"),
            objects,
            _among(objects, self._chosen["object_type"]),
            testid="audit-object",
            on_change=lambda event: self._choose("object_type", event.value),
        )
        number = text_field(_("Number"), self._chosen["object_id"], placeholder=_("Number"), testid="audit-number")
        number.props("debounce=300 clearable").classes("is-short")
        number.on_value_change(lambda event: self._choose("object_id", event.value))
        days = (("since", _("From"), _("From day (UTC)")), ("until", _("To"), _("To day (UTC)")))
        for name, short, title in days:
            day = date_field(title, self._chosen[name], testid=f"audit-{name}").classes("is-day")
            day.props["prefix"] = short
            day.props["title"] = title
            day.on_value_change(lambda event, name=name: self._choose(name, event.value))
        button(_("Show all"), self._clear, hint=_("Take every filter away"))

    async def _choose(self, name: str, value: object) -> None:
        value = str(value or "")
        if value != self._chosen[name]:
            self._chosen[name] = value
            query = as_query(self._chosen)
            ui.navigate.history.replace(f"{ADDRESS}?{query}" if query else ADDRESS)
            self._point_exports()
            await self._table.restart()

    def _clear(self) -> None:
        ui.navigate.to(ADDRESS)

    def _point_exports(self) -> None:
        query = as_query(self._chosen)
        for link, kind in self._exports:
            link.props["href"] = f"{ADDRESS}.{kind}{'?' + query if query else ''}"


def _columns() -> list[Column[AuditEntry]]:
    return [
        Column(title=_("When (UTC)"), cell=lambda entry: f"{entry.at:%Y-%m-%d %H:%M:%S}", nowrap=True),
        Column(title=_("Who"), cell=lambda entry: entry.actor_name, nowrap=True),
        Column(title=_("What"), cell=_what),
        Column(title=_("Object"), cell=_object),
        Column(title=_("Detail"), cell=_detail),
        Column(title=_("From where"), cell=lambda entry: entry.address or "–"),
    ]


def _what(entry: AuditEntry) -> Cell:
    return Cell(text=action_name(entry.action), hint=entry.action)


def _object(entry: AuditEntry) -> str:
    kind = object_name(entry.object_type)
    if entry.object_name is not None:
        return f"{kind} {entry.object_name}"
    return kind if entry.object_id is None else f"{kind} {entry.object_id}"


def _detail(entry: AuditEntry) -> Cell:
    text = detail_words(entry)
    short = text if len(text) <= SHOWN_DETAIL else f"{text[: SHOWN_DETAIL - 1]}…"
    return Cell(text=short or "–", look="pw-muted", hint=text if short != text else "")


def _named(codes: tuple[str, ...], name: Callable[[str], str]) -> dict[str, str]:
    return dict(sorted(((code, name(code)) for code in codes), key=lambda pair: pair[1]))


def _among(options: dict[str, str], value: str) -> str:
    """A choice that is in the address may not be in the log yet."""
    if value:
        options.setdefault(value, value)
    return value
