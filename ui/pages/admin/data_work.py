"""Long work on the data page: what runs, with its progress as it goes, and what is over, with its reports."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from domain.errors import PosewrightError
from domain.jobs import ONE_AT_A_TIME, JobState
from domain.permissions import Actor
from storage.use_cases.jobs import JobView, list_jobs
from ui.i18n import _
from ui.jobs.office import JobOffice
from ui.pages.admin.data_words import KINDS, STATES, progress_words, result_words, subject
from ui.pages.admin.dialogs import confirmed
from ui.pages.admin.messages import errors_told, toast
from ui.pages.admin.section import button, section
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_time

LOOK_PAUSE_S = 0.5
PAGE_LENGTH = 25

Show = Callable[[JobView], Awaitable[None]]


class WorkList:
    """Reads the table twice a second while the page is open, and changes on the page what has changed.

    `show_preview` opens the result of a look through own photos.
    """

    def __init__(self, services: Services, office: JobOffice, actor: Actor, show_preview: Show) -> None:
        self._services = services
        self._office = office
        self._actor = actor
        self._show_preview = show_preview
        self._jobs: list[JobView] = []
        self._shown: tuple[object, ...] | None = None
        self._bars: dict[int, _Bar] = {}
        self._limit = PAGE_LENGTH
        self._awaited: set[int] = set()
        with section(_("Running and past work"), testid="work"):
            self._place = Tag("div", classes="pw-works")
        self._client = ui.context.client

    async def start(self) -> None:
        await self.look()
        ui.timer(LOOK_PAUSE_S, self.look, immediate=False)

    def await_preview(self, job_id: int) -> None:
        """Its result opens by itself when it is there."""
        self._awaited.add(job_id)

    async def look(self) -> None:
        try:
            jobs = await self._services.reading(list_jobs, actor=self._actor, limit=self._limit)
        except PosewrightError:
            return  # the right was taken away: the page ends by itself, or its next click says so
        self._jobs = jobs
        shape = tuple((job.id, job.state) for job in jobs)
        if shape != self._shown:
            self._shown = shape
            self._build()
        for job in jobs:
            if job.id in self._bars:
                self._bars[job.id].show(job)
            if job.id in self._awaited and not job.unfinished:
                self._awaited.discard(job.id)
                if job.state is JobState.DONE and job.kind == "preview_photos":
                    with self._client:
                        await self._show_preview(job)

    def _build(self) -> None:
        self._place.clear()
        self._bars.clear()
        with self._place:
            if not self._jobs:
                with Tag("div", classes="pw-nothing", data_testid="nothing"):
                    Tag("p", _("Nothing was imported or exported from this page yet."))
                return
            # What somebody waits for comes first; lighter meshes make themselves, for hours.
            running = sorted((job for job in self._jobs if job.unfinished), key=lambda job: job.kind in ONE_AT_A_TIME)
            over = [job for job in self._jobs if not job.unfinished]
            for job in running:
                self._bars[job.id] = _Bar(job, self._cancel)
            if over:
                self._table(over)
            if len(self._jobs) >= self._limit:
                button(_("Show older"), self._older, testid="older")

    def _table(self, jobs: Sequence[JobView]) -> None:
        with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense", data_testid="past-work"):
            with Tag("thead"), Tag("tr"):
                for title in (_("Work"), _("Data set"), _("State"), _("Result"), _("Person"), _("Ended"), ""):
                    Tag("th", title, scope="col")
            with Tag("tbody"):
                for job in jobs:
                    self._row(job)

    def _row(self, job: JobView) -> None:
        state, look = STATES[job.state]
        with Tag("tr", data_testid="work-row", data_work=job.id, data_state=job.state.value):
            Tag("td", _(KINDS.get(job.kind, job.kind)), classes="pw-nowrap")
            Tag("td", subject(job) or "–")
            with Tag("td"):
                Tag("span", _(state), classes=f"pw-chip {look}")
            Tag("td", result_words(job), data_testid="work-result")
            Tag("td", job.person)
            Tag("td", as_time(job.ended_at) if job.ended_at else "–", classes="pw-nowrap")
            with Tag("td", classes="pw-row-links"):
                self._links(job)

    def _links(self, job: JobView) -> None:
        if job.state is not JobState.DONE:
            return
        address = f"/admin/data/work/{job.id}"
        if job.kind == "export_dataset":
            Tag("a", _("Download"), href=f"{address}/export.zip", download=True, data_testid="download")
        if job.kind == "preview_photos":
            look = Tag("button", _("Look"), type="button", classes="pw-link", data_testid="open-preview")
            look.on("click", lambda: self._show_preview(job), [])
        if job.report:
            Tag("a", _("Report"), href=f"{address}/report.csv", download=True, data_testid="report")

    async def _cancel(self, job: JobView) -> None:
        undone = job.kind in ("import_dataset", "import_photos")
        text = (
            _("It stops at once, and everything that it has imported so far is taken back.")
            if undone
            else _("It stops at once. Nothing is lost but the work that it has done so far.")
        )
        if not await confirmed(_("Cancel this work?"), text, confirm=_("Cancel the work")):
            return
        with errors_told("cancelling work"):
            await self._office.cancel(self._actor, job.id)
            toast(_("The work is being cancelled."))
        await self.look()

    async def _older(self) -> None:
        self._limit += PAGE_LENGTH
        self._shown = None
        await self.look()


class _Bar:
    """A piece of work that is not over: what it is, how far, and the button that ends it."""

    def __init__(self, job: JobView, cancel: Show) -> None:
        with Tag("div", classes="pw-work", data_testid="work-running", data_work=job.id) as self._card:
            with Tag("div", classes="pw-work-words"):
                Tag("b", _(KINDS.get(job.kind, job.kind)))
                Tag("span", subject(job), classes="pw-work-subject")
                Tag("span", job.person, classes="pw-muted")
            with Tag("div", classes="pw-bar pw-work-bar", role="progressbar", aria_valuemin=0) as self._bar:
                self._done = Tag("i", classes="is-saved")
            self._words = Tag("span", classes="pw-work-progress", data_testid="work-progress")
            self._button = button(_("Cancel"), lambda: cancel(job), testid="cancel-work")
        self._last: tuple[object, ...] = ()
        self.show(job)

    def show(self, job: JobView) -> None:
        now = (job.state, job.phase, job.done, job.total, job.bad)
        if now == self._last:
            return
        self._last = now
        self._words.text = progress_words(job)
        self._done.style(f"width: {100 * job.done / job.total:.1f}%" if job.total else "width: 100%")
        self._bar.props["aria-valuemax"] = job.total
        self._bar.props["aria-valuenow"] = job.done
        self._bar.props["aria-label"] = self._words.text
        self._bar.classes(
            add="is-unknown" if not job.total else "", remove="is-unknown" if job.total else "", replace=None
        )
        self._card.props["data-state"] = job.state.value
        self._button.props["disabled"] = job.state is JobState.CANCELLING
        self._bar.update()
        self._card.update()
        self._button.update()
