"""The data room: data sets and photos in, data sets out, and the work that does it."""

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request

from domain.permissions import Action
from storage.use_cases.jobs import JobView
from ui.auth import SignedIn
from ui.i18n import _
from ui.jobs.office import JobOffice
from ui.pages.admin.data_forms import DataForms
from ui.pages.admin.data_work import WorkList
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.section import button, section
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme import asset_url
from ui.theme.tag import Tag


def add_data(app: FastAPI, services: Services, office: JobOffice) -> None:
    @page_at("/admin/data")
    async def data(request: Request) -> None:
        person: SignedIn = request.state.person
        with admin_frame(request, services, title=_("Data"), action=Action.IMPORT, styles=("data.css",)):
            ui.add_head_html(f'<script src="{asset_url("upload.js")}" defer></script>')
            forms = DataForms(services, office, person.actor, on_begun=_nothing)
            with section(_("Data"), level=1):
                _ways_in(forms)
            work = WorkList(services, office, person.actor, show_preview=forms.show_preview)

            async def begun(job_id: int) -> None:
                work.await_preview(job_id)
                await work.look()

            forms.on_begun = begun
            await work.start()


def _ways_in(forms: DataForms) -> None:
    with Tag("div", classes="pw-ways-in"):
        with Tag("div", classes="pw-way-in"):
            Tag("h2", _("Import a data set"))
            Tag("p", _("ImageNet3D in any of its layouts, as an archive or from a folder of the server."))
            button(_("Import"), forms.import_dataset, main=True, testid="import-dataset")
        with Tag("div", classes="pw-way-in"):
            Tag("h2", _("Your own photos"))
            Tag(
                "p",
                _("A folder or archive of photos, with boxes in a CSV or without. You see first what would come."),
            )
            button(_("Choose photos"), forms.own_photos, testid="own-photos")
        with Tag("div", classes="pw-way-in"):
            Tag("h2", _("Export a data set"))
            Tag("p", _("A zip with photos, labels and CAD models in the data set's own format, to be downloaded."))
            button(_("Export"), forms.export, testid="export-dataset-button")


async def _nothing(_job: int | JobView) -> None:
    """Until the list of work is there to be told."""
