"""System: what draws, who is connected and how it feels to them, the database, the disk, the versions."""

import asyncio
import platform
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import version

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from storage.use_cases.system_facts import DatabaseFacts, database_facts
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import N_, _
from ui.live.hub import LiveClient
from ui.pages.admin.cells import as_size
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.messages import Tone, message_line
from ui.pages.admin.section import facts, section
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag
from ui.version import VERSION

EVERY_S = 2.0
DATABASE_EVERY_S = 10.0
"""Counting the rows of large tables takes a while."""
SLOW_MS = 120.0
DISK_WARNING = 0.1
PACKAGES = ("nicegui", "vispy", "numpy", "sqlalchemy", "pillow")

WORKER_STATES = {"ready": N_("draws"), "starting": N_("starting"), "failed": N_("failed")}
TABLES = {
    "user": N_("people"),
    "dataset": N_("data sets"),
    "image": N_("photos"),
    "item": N_("items"),
    "task": N_("tasks"),
    "assignment": N_("assignments"),
    "revision": N_("revisions"),
    "op": N_("gestures"),
    "audit": N_("audit entries"),
}

Clients = Callable[[], Iterable[LiveClient]]


def add_system_page(app: FastAPI, services: Services, clients: Clients) -> None:
    """`clients`: the stages that are open at the moment of asking."""

    @page_at("/admin/system")
    async def system(request: Request) -> Response | None:
        try:
            with admin_frame(request, services, title=_("System"), action=Action.SEE_SYSTEM):
                await SystemRoom(services, request.state.person, clients).show()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class SystemRoom:
    """One open page, which renews itself as long as it is open and its person may see it."""

    def __init__(self, services: Services, person: SignedIn, clients: Clients) -> None:
        self._services = services
        self._actor = person.actor
        self._clients = clients
        self._shown: dict[str, object] = {}

    async def show(self) -> None:
        with section(_("System"), level=1, note=_("As it is now; the page renews itself.")):
            self._renderer = Tag("div", classes="pw-data", data_testid="renderer")
        with section(_("Open stages"), note=_("Delay: from the hand to the pixels, measured in the browser.")):
            self._stages = Tag("div", classes="pw-data", data_testid="stages")
        with section(_("Installation")), Tag("div", classes="pw-cards"):
            self._database = Tag("div", classes="pw-card", data_testid="database")
            self._disk = Tag("div", classes="pw-card", data_testid="disk")
            self._versions()
        await self._renew_database()
        await self._renew()
        ui.timer(EVERY_S, self._renew, immediate=False)
        ui.timer(DATABASE_EVERY_S, self._renew_database, immediate=False)

    async def _renew(self) -> None:
        self._show(self._renderer, self._services.renderer.workers_description(), _workers)
        clients = sorted(self._clients(), key=lambda client: client.person)
        rows = [(client.person, client.assignment_id, client.stats) for client in clients]
        self._show(self._stages, rows, _stages)
        usage = await asyncio.to_thread(shutil.disk_usage, self._services.settings.home)
        self._show(self._disk, (str(self._services.settings.home), usage.total, usage.free), _disk)

    async def _renew_database(self) -> None:
        try:
            found = await self._services.reading(database_facts, actor=self._actor)
        except Exception as error:  # noqa: BLE001 - a database that does not answer is what this page is to show
            message = explain(error, what="facts of the database").message
            self._show(self._database, message, lambda text: message_line(text, Tone.BAD))
            return
        self._show(self._database, found, _database)

    def _show(self, place: Tag, now: object, build: Callable[..., object]) -> None:
        """Built anew where something has changed, so that nothing flickers and a selection stays."""
        key = str(place.id)
        if self._shown.get(key) != now:
            self._shown[key] = now
            place.clear()
            with place:
                build(now)

    def _versions(self) -> None:
        with Tag("div", classes="pw-card"):
            Tag("h3", _("Versions"))
            pairs = [("Posewright", VERSION), ("Python", platform.python_version())]
            facts([*pairs, *((name, version(name)) for name in PACKAGES)])


def _workers(workers: list[dict[str, object]]) -> None:
    if not workers:
        message_line(_("There is no renderer."), Tone.BAD)
        return
    ready = sum(worker["state"] == "ready" for worker in workers)
    if not ready:
        message_line(_("No worker draws at the moment; annotators see no overlay."), Tone.WARNING)
    with Tag("table", classes="pw-table pw-dense"):
        _head((_("Worker"), _("State"), _("Process"), _("Drawn with")))
        with Tag("tbody"):
            for number, worker in enumerate(workers, start=1):
                state = str(worker["state"])
                with Tag("tr", data_testid="worker-row"):
                    Tag("td", str(number))
                    with Tag("td"):
                        look = {"ready": "is-good", "failed": "is-bad"}.get(state, "is-warning")
                        chip(_(WORKER_STATES.get(state, state)), look)
                    Tag("td", str(worker.get("pid", "–")))
                    told = [
                        str(worker[key]) for key in ("renderer", "version", "backend", "reason") if worker.get(key)
                    ]
                    Tag("td", " · ".join(told) or "–")


def _stages(clients: list[tuple[str, int | None, object]]) -> None:
    if not clients:
        with Tag("div", classes="pw-nothing"):
            Tag("p", _("Nobody has a stage open."))
        return
    numbers = (_("Delay, median"), _("Delay, 95 %"), _("Round trip"), _("Frames/s"))
    with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense"):
        _head((_("Person"), _("Item"), *numbers, _("Line")), numbers)
        with Tag("tbody"):
            for person, assignment_id, stats in clients:
                with Tag("tr", data_testid="stage-row"):
                    Tag("td", person)
                    with Tag("td"):
                        if assignment_id is None:
                            Tag("span", "–")
                        else:
                            Tag("a", str(assignment_id), href=f"/annotate/{assignment_id}")
                    for name in ("p50_ms", "p95_ms", "rtt_ms"):
                        _milliseconds(getattr(stats, name, None))
                    rate = getattr(stats, "fps", None)
                    Tag("td", "–" if rate is None else f"{rate:.0f}", classes="is-number")
                    with Tag("td"):
                        _line(stats)


def _milliseconds(value: float | None) -> None:
    Tag("td", "–" if value is None else f"{value:.0f} ms", classes="is-number")


def _line(stats: object) -> None:
    delay = getattr(stats, "p95_ms", None)
    if delay is None:
        chip(_("nothing measured yet"))
    elif delay > SLOW_MS:
        chip(_("slow"), "is-warning")
    else:
        chip(_("good"), "is-good")


def _database(found: DatabaseFacts) -> None:
    Tag("h3", _("Database"))
    facts(
        [
            (_("Kind"), f"{found.kind} {found.version}"),
            (_("Size"), as_size(found.size)),
            (_("Revision"), found.revision),
            *((_(TABLES[name]).capitalize(), f"{number:,}") for name, number in found.rows.items()),
        ]
    )


def _disk(found: tuple[str, int, int]) -> None:
    home, total, free = found
    Tag("h3", _("Disk"))
    facts([(_("Free"), as_size(free)), (_("Of"), as_size(total)), (_("Home"), home)])
    if free < DISK_WARNING * total:
        percent = round(100 * free / total)
        message_line(_("Only %(percent)d %% of the disk is free.") % {"percent": percent}, Tone.WARNING)


def _head(columns: Iterable[str], numbers: Iterable[str] = ()) -> None:
    with Tag("thead"), Tag("tr"):
        for column in columns:
            Tag("th", column, scope="col", classes="is-number" if column in numbers else "")
