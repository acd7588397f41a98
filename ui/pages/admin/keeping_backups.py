"""Backups on the keeping page: made beside the server with progress, listed, fetched, restored, deleted."""

import asyncio

from nicegui import ui

from domain.errors import PosewrightError
from domain.jobs import JobState
from domain.permissions import Actor
from storage.use_cases.backups import note_backup_deleted
from storage.use_cases.jobs import JobView, list_jobs
from ui.actions.backups import BackupFolder, KeptBackup
from ui.i18n import _, ngettext
from ui.jobs.office import JobOffice
from ui.pages.admin.cells import as_size, moment_cell
from ui.pages.admin.data_words import result_words
from ui.pages.admin.dialogs import confirmed, form_dialog
from ui.pages.admin.keeping_progress import running_work
from ui.pages.admin.keeping_restore import Restorer
from ui.pages.admin.messages import Tone, errors_told, message_line, toast
from ui.pages.admin.section import button, section
from ui.services import Services
from ui.theme.tag import Tag

KIND = "back_up"
LOOK_PAUSE_S = 0.5


class BackupList:
    """Looks twice a second at the work and, when it is over, at the folder."""

    def __init__(self, services: Services, office: JobOffice, actor: Actor) -> None:
        self._services = services
        self._office = office
        self._actor = actor
        self._folder = BackupFolder(services.settings.home)
        self._running: int | None = None
        self._last: tuple[object, ...] = ()

    async def show(self) -> None:
        note = _(
            "One archive with everything that cannot be made again. People go on working meanwhile: it holds all "
            "that was saved before it began."
        )
        with section(_("Backups"), level=1, note=note, testid="backups") as actions:
            if not self._services.database.is_sqlite:
                message_line(
                    _(
                        "The rows of this installation are in PostgreSQL: back them up with pg_dump, as "
                        "docs/operations.md says."
                    ),
                    Tone.WARNING,
                )
                return
            with actions:
                button(_("Upload a backup"), lambda: self._restorer.ask_upload(self._list), testid="upload-backup")
                self._make = button(_("Make a backup"), self._ask, main=True, testid="make-backup")
            self._progress = Tag("div", classes="pw-keeping-progress")
            self._restorer = Restorer(self._services, self._office, self._actor)
            await self._restorer.show_last()
            self._place = Tag("div", classes="pw-data")
            await self._list()
            with Tag("details", classes="pw-keeping-how", data_testid="how-to-restore"):
                Tag("summary", _("How to restore one by a command"))
                Tag(
                    "p",
                    _(
                        "On the server, where this page cannot be reached or the database is damaged. Stop the "
                        "server, restore, start it again; everything is checked before anything that is there is "
                        "touched, and the present home is kept aside under another name."
                    ),
                )
                Tag("code", "python main.py restore FILE --replace", classes="pw-code")
                Tag("p", _("Into a new home, which can be looked at first:"))
                Tag("code", "python main.py restore FILE --home NEW_DIR", classes="pw-code")
        await self._look()
        ui.timer(LOOK_PAUSE_S, self._look, immediate=False)

    async def _ask(self) -> None:
        async def begin() -> None:
            await self._office.begin(self._actor, KIND, {"with_secret": bool(secret.value)})
            toast(_("The backup begins."))
            await self._look()

        with form_dialog(
            _("Make a backup"),
            submit=_("Begin"),
            on_submit=begin,
            note=_(
                "It holds everybody's answers and the hashes of their passwords: keep it where only you can read it."
            ),
        ):
            secret = ui.checkbox(_("Put the key in that signs log-ins"))
            secret.props["data-testid"] = "with-secret"
            Tag(
                "p",
                _(
                    "Only needed to keep people logged in after a move. Whoever has it can make log-ins of their "
                    "own; without it everybody logs in once more after a restore."
                ),
                classes="pw-muted",
            )

    async def _look(self) -> None:
        try:
            jobs = await self._services.reading(list_jobs, actor=self._actor, limit=20)
        except PosewrightError:
            return  # the right was taken away: the next click says so
        self._restorer.look(jobs)
        job = next((one for one in jobs if one.kind == KIND), None)
        shown = (job.id, job.state, job.phase, job.done, job.total) if job else ()
        if shown == self._last:
            return
        self._last = shown
        self._show_progress(job)
        running = job.id if job and job.unfinished else None
        if self._running is not None and running is None:
            await self._list()
        self._running = running

    def _show_progress(self, job: JobView | None) -> None:
        self._make.props["disabled"] = job is not None and job.unfinished
        self._make.update()
        self._progress.clear()
        with self._progress:
            if job is not None and job.unfinished:
                running_work(_("Backup"), job, lambda: self._cancel(job.id), testid="backup-running")
            elif job is not None and job.state is JobState.FAILED and job.error_code != "restored":
                message_line(_("The last backup was not made: %(why)s") % {"why": result_words(job)}, Tone.BAD)

    async def _cancel(self, job_id: int) -> None:
        with errors_told("cancelling a backup"):
            await self._office.cancel(self._actor, job_id)
        await self._look()

    async def _list(self) -> None:
        kept = await asyncio.to_thread(self._folder.list)
        self._place.clear()
        with self._place:
            if not kept:
                with Tag("div", classes="pw-nothing", data_testid="no-backups"):
                    Tag("p", _("No backup was made from this page yet."))
                return
            with (
                Tag("div", classes="pw-scroll"),
                Tag("table", classes="pw-table pw-dense", data_testid="backup-table"),
            ):
                with Tag("thead"), Tag("tr"):
                    for title in (_("Backup"), _("Made"), _("Size"), _("Holds"), _("Release"), ""):
                        Tag("th", title, scope="col")
                with Tag("tbody"):
                    for backup in kept:
                        self._row(backup)

    def _row(self, backup: KeptBackup) -> None:
        with Tag("tr", data_testid="backup-row"):
            Tag("td", backup.name)
            with Tag("td"):
                moment_cell(backup.at)
            Tag("td", as_size(backup.size), classes="is-number")
            with Tag("td"):
                self._holds(backup)
            made = backup.manifest
            Tag("td", f"{made.made_by} · {made.revision}" if made else "–")
            with Tag("td", classes="pw-row-links"):
                Tag(
                    "a",
                    _("Download"),
                    href=f"/admin/keeping/backups/{backup.name}",
                    download=True,
                    data_testid="fetch",
                )
                if backup.manifest is not None:
                    restore = Tag("button", _("Restore"), type="button", classes="pw-link", data_testid="restore")
                    restore.on("click", lambda: self._restorer.ask(backup), [])
                delete = Tag("button", _("Delete"), type="button", classes="pw-link", data_testid="delete-backup")
                delete.on("click", lambda: self._delete(backup), [])

    def _holds(self, backup: KeptBackup) -> None:
        if backup.manifest is None:
            Tag("span", _("damaged"), classes="pw-chip is-bad", title=backup.reason)
            return
        made = backup.manifest
        photos = ngettext("%(number)d photo", "%(number)d photos", made.images) % {"number": made.images}
        Tag("span", photos)
        if made.has_secret:
            Tag("span", _("with the key"), classes="pw-chip is-warning")
        if made.missing:
            words = ngettext("%(number)d file missing", "%(number)d files missing", len(made.missing))
            title = ", ".join(made.missing[:5])
            Tag("span", words % {"number": len(made.missing)}, classes="pw-chip is-bad", title=title)

    async def _delete(self, backup: KeptBackup) -> None:
        text = _("%(name)s, %(size)s. It is gone then; nothing else is.") % {
            "name": backup.name,
            "size": as_size(backup.size),
        }
        if not await confirmed(_("Delete this backup?"), text, confirm=_("Delete it")):
            return
        with errors_told("deleting a backup"):
            await self._services.transact(note_backup_deleted, actor=self._actor, archive=backup.name)
            await asyncio.to_thread(self._folder.delete, backup.name)
            toast(_("The backup is deleted."))
        await self._list()
