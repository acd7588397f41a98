"""The boxes room: a data set's photos with their boxes, drawn and corrected in the browser."""

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import NotFound
from domain.permissions import Action
from storage.use_cases.library import categories
from storage.use_cases.models import DatasetLine, dataset_lines
from ui.auth import SignedIn
from ui.boxes import BoxEditor
from ui.i18n import _
from ui.pages.admin.fields import choice_field
from ui.pages.admin.frame import admin_frame
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme.tag import Tag

ADDRESS = "/admin/boxes"


def add_boxes(app: FastAPI, services: Services) -> None:
    @page_at(ADDRESS)
    async def boxes(request: Request, dataset: int = 0, photo: int = 0) -> Response | None:
        """`dataset` 0: the first; `photo`: the one to begin with, 0 for the first without boxes."""
        person: SignedIn = request.state.person
        lines = [
            line
            for line in await services.reading(dataset_lines, actor=person.actor)
            if line.photos and (not line.archived or line.id == dataset)
        ]
        chosen = next((line for line in lines if dataset in (0, line.id)), None)
        if chosen is None and dataset:
            return rule_page(request, NotFound(f"there is no data set {dataset}"))
        with admin_frame(request, services, title=_("Boxes"), action=Action.MANAGE_LIBRARY):
            _head(lines, chosen)
            if chosen is None:
                with Tag("div", classes="pw-nothing", data_testid="nothing"):
                    Tag("p", _("There is no photo here yet. Import some first."))
                    Tag("a", _("Data"), href="/admin/data", classes="pw-button pw-button-small pw-button-main")
                return None
            known = await services.reading(categories, actor=person.actor, dataset_id=chosen.id)
            BoxEditor(services, person.actor, dataset_id=chosen.id, known_categories=known, start=max(photo, 0))
        return None


def _head(lines: list[DatasetLine], chosen: DatasetLine | None) -> None:
    with Tag("div", classes="pw-boxes-head"):
        Tag("h1", _("Boxes"), classes="pw-h1")
        if chosen is not None:
            options = {line.id: f"{line.name} ({line.photos:,})" for line in lines}
            choice_field(
                "",
                options,
                chosen.id,
                testid="dataset",
                on_change=lambda event: ui.navigate.to(f"{ADDRESS}?dataset={event.value}"),
            ).props["aria-label"] = _("Data set")
