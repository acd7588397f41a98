"""Restoring on the keeping page: a backup is looked at, its name typed, its checks watched; how the last ended."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from nicegui.events import GenericEventArguments

from domain.jobs import JobState
from domain.permissions import Actor
from storage.types import now
from storage.use_cases.jobs import JobView
from storage.use_cases.restoring import KIND, last_restoring, order_restoring
from ui.actions.backups import KeptBackup
from ui.i18n import _, ngettext
from ui.jobs.office import JobOffice
from ui.pages.admin.cells import as_size, moment
from ui.pages.admin.data_words import result_words
from ui.pages.admin.dialogs import form_dialog, shown_dialog
from ui.pages.admin.fields import text_field
from ui.pages.admin.keeping_progress import running_work
from ui.pages.admin.messages import Tone, errors_told, message_line, toast
from ui.pages.admin.section import facts
from ui.services import Services
from ui.theme.tag import Tag
from ui.uploads import BACKUP, BACKUP_UPLOADS

SEND = "async (event) => { const said = await posewrightUpload(event.target); if (said) emit(said); }"
TOLD_FOR = timedelta(days=7)
"""How long the page says how the last restoring ended; the audit log says it for good."""
RESTARTS_WITHIN = timedelta(minutes=2)


class Restorer:
    """One open page. Its lines stand where it is made; `look` is called with the newest work."""

    def __init__(self, services: Services, office: JobOffice, actor: Actor) -> None:
        self._services = services
        self._office = office
        self._actor = actor
        self._last: tuple[object, ...] = ()
        self._ended: datetime | None = None
        self._place = Tag("div", classes="pw-keeping-progress")

    async def show_last(self) -> None:
        """Says how the last restoring ended."""
        last = await self._services.reading(last_restoring, actor=self._actor, since=now() - TOLD_FOR)
        if last is None or (not last.safety and not last.reason):  # by the command line: whoever did it knows
            return
        self._ended = last.at
        words = {"name": last.archive, "person": last.asked_by, "when": moment(last.at).text}
        if last.reason:
            text = _("%(name)s was not restored (%(person)s, %(when)s): %(why)s. Everything is as it was before.")
            message_line(text % {**words, "why": last.reason}, Tone.BAD)
        else:
            text = _("%(name)s was restored (%(person)s, %(when)s). The state before it is kept as %(safety)s.")
            message_line(text % {**words, "safety": last.safety}, Tone.GOOD)

    def ask(self, backup: KeptBackup) -> None:
        """Says what it is and what will happen; begins once its name was typed."""

        async def begin() -> None:
            await self._services.transact(
                order_restoring, actor=self._actor, archive=backup.name, typed=typed.value or ""
            )
            toast(_("The backup is being checked. People go on working meanwhile."))

        with form_dialog(
            _("Restore this backup?"), submit=_("Check and restore"), on_submit=begin, danger=True, wide=True
        ):
            facts(_facts(backup), testid="restore-facts")
            with Tag("ol", classes="pw-keeping-steps"):
                for step in (
                    _("The backup is unpacked and checked to the last byte. If anything is wrong, nothing changes."),
                    _("Everybody is told, and the server restarts: for a moment nobody can work."),
                    _(
                        "The present state is kept as a backup of its own, at the top of this list: work saved since "
                        "this backup was made is in there, and only there."
                    ),
                    _(
                        "Accounts and the audit log are those of the backup too: who was deactivated since then can "
                        "log in again, with the password of then. Look through People afterwards."
                    ),
                    _("Everybody is logged out, you too. Long work under way ends, its downloads go."),
                ):
                    Tag("li", step)
            Tag("p", _("Type the backup's name to confirm:"))
            Tag("code", backup.name, classes="pw-code")
            typed = text_field(_("Name of the backup"), testid="typed-backup")

    def ask_upload(self, arrived: Callable[[], Awaitable[None]]) -> None:
        """Takes in a backup from this computer; it then stands in the list."""

        async def said(event: GenericEventArguments) -> None:
            answer: dict[str, Any] = event.args if isinstance(event.args, dict) else {}
            if isinstance(answer.get("upload"), str):
                dialog.close()
                toast(_("The backup is in the list, as %(name)s.") % {"name": answer["upload"]})
                await arrived()
                return
            place.clear()
            with place:
                message_line(str(answer.get("message") or _("That did not work."))[:500], Tone.BAD)

        note = _("It is put into the list. Nothing is restored before you order it there.")
        with (
            shown_dialog(_("Upload a backup"), note=note, close=_("Cancel")) as dialog,
            Tag(
                "div",
                classes="pw-upload",
                data_address=BACKUP_UPLOADS,
                data_largest=BACKUP.largest,
                data_too_large=_("The file is too large."),
                data_failed=_("The connection broke off. Choose the file once more."),
            ),
        ):
            field = Tag("input", type="file", accept=BACKUP.accept, aria_label=_("Backup"), data_testid="backup-file")
            field.on("change", said, js_handler=SEND)
            Tag("progress", max=1, value=0, hidden=True)
            Tag(
                "span",
                _("Up to %(size)s GiB; a larger one is restored by the command below.")
                % {"size": BACKUP.largest // 1024**3},
                classes="pw-upload-words",
            )
            place = Tag("div")

    def look(self, jobs: list[JobView]) -> None:
        """Shows how far it is."""
        job = next((one for one in jobs if one.kind == KIND), None)
        shown = (job.id, job.state, job.phase, job.done, job.total) if job else ()
        if shown == self._last:
            return
        self._last = shown
        self._place.clear()
        if job is None:
            return
        with self._place:
            if job.unfinished:
                title = _("Checking %(name)s") % {"name": job.parameters.get("archive", "")}
                running_work(title, job, lambda: self._cancel(job.id), testid="restore-running")
            elif job.state is JobState.DONE and not self._is_over(job):
                text = _("%(name)s is whole. Posewright restarts and puts it in place.")
                message_line(text % {"name": job.parameters.get("archive", "")}, Tone.GOOD)
            elif job.state is JobState.FAILED:
                text = _("Nothing was restored and nothing changed: %(why)s")
                message_line(text % {"why": result_words(job)}, Tone.BAD)

    def _is_over(self, job: JobView) -> bool:
        """Whether the restart that followed these checks is over: `show_last` says how, or it never came."""
        if job.ended_at is None or job.ended_at < now() - RESTARTS_WITHIN:
            return True
        return self._ended is not None and job.ended_at <= self._ended

    async def _cancel(self, job_id: int) -> None:
        with errors_told("cancelling a restoring"):
            await self._office.cancel(self._actor, job_id)


def _facts(backup: KeptBackup) -> list[tuple[str, str]]:
    made = backup.manifest
    assert made is not None
    photos = ngettext("%(number)d photo", "%(number)d photos", made.images) % {"number": made.images}
    models = ngettext("%(number)d CAD model", "%(number)d CAD models", made.cad_models) % {"number": made.cad_models}
    rows = [
        (_("Made"), moment(made.made_at).text),
        (_("Release"), f"{made.made_by} · {made.revision}"),
        (_("Holds"), f"{photos} · {models}"),
        (_("Size"), _("%(size)s, unpacked %(unpacked)s")
         % {"size": as_size(backup.size), "unpacked": as_size(made.size)}),
    ]  # fmt: skip
    if made.missing:
        words = ngettext("%(number)d file missing", "%(number)d files missing", len(made.missing))
        rows.append((_("Missing"), words % {"number": len(made.missing)}))
    return rows
