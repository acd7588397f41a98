"""Ends the server for a restoring that was ordered and checked, so that its next start puts the backup in place."""

import asyncio
from collections.abc import Callable

from nicegui import Client, app, ui

from domain.jobs import JobState
from domain.permissions import CONSOLE
from storage.backup.in_place import RestoreOrder, order
from storage.record import Event
from storage.use_cases.jobs import JobView, one_job
from storage.use_cases.restoring import KIND
from ui.i18n import _, use_language
from ui.logs import log
from ui.services import Services

NOTICE_S = 4.0
"""People read what is coming, and what they have in hand is saved."""


class Restoring:
    """Hears of long work that is done. `restart` is called once the order is on the disk and everybody was told."""

    def __init__(self, services: Services, restart: Callable[[], None] = app.shutdown) -> None:
        self._services = services
        self._restart = restart

    async def heard(self, event: Event) -> None:
        if event.payload.get("state") != JobState.DONE.value:
            return
        job = await self._services.reading(one_job, actor=CONSOLE, job_id=event.object_id)
        if job.kind == KIND:
            self._services.in_background(self._end(job))

    async def _end(self, job: JobView) -> None:
        given = RestoreOrder(archive=str(job.result["archive"]), asked_by=job.person)
        await asyncio.to_thread(order, self._services.settings.home, given)
        log.info("the server restarts to restore %s, as %s ordered", given.archive, given.asked_by)
        for client in list(Client.instances.values()):
            _tell(client)
        await asyncio.sleep(NOTICE_S)
        self._services.to_restart = True
        self._restart()


def _tell(client: Client) -> None:
    """In the language of the page; it stays until the page is loaded anew."""
    language = getattr(client.request.state, "language", None)
    if language is None or not client.has_socket_connection:
        return
    with use_language(language), client:
        ui.notify(
            _("Posewright is being restored, back in a moment. You will have to log in again."),
            position="top", classes="pw-restoring", timeout=0, spinner=True,
        )  # fmt: skip
