"""Data sets on the keeping page: archived, and brought back."""

from domain.permissions import Actor
from storage.use_cases.archiving import archive_dataset
from storage.use_cases.models import DatasetLine, dataset_lines
from ui.i18n import _, ngettext
from ui.pages.admin.dialogs import confirmed
from ui.pages.admin.messages import errors_told, toast
from ui.pages.admin.section import section
from ui.services import Services
from ui.theme.tag import Tag


class DatasetShelf:
    def __init__(self, services: Services, actor: Actor) -> None:
        self._services = services
        self._actor = actor

    async def show(self) -> None:
        note = _(
            "An archived data set is hidden from everybody's tasks and from what new tasks are made of. Nothing of "
            "it is lost: it can be exported, and brought back."
        )
        with section(_("Archive a data set"), note=note, testid="shelf"):
            self._place = Tag("div", classes="pw-data")
        await self._list()

    async def _list(self) -> None:
        lines = await self._services.reading(dataset_lines, actor=self._actor)
        self._place.clear()
        with self._place:
            if not lines:
                with Tag("div", classes="pw-nothing"):
                    Tag("p", _("There is no data set yet."))
                return
            with Tag("table", classes="pw-table pw-dense"):
                with Tag("thead"), Tag("tr"):
                    for title in (_("Data set"), _("Photos"), _("Objects"), _("State"), ""):
                        Tag("th", title, scope="col")
                with Tag("tbody"):
                    for line in lines:
                        self._row(line)

    def _row(self, line: DatasetLine) -> None:
        with Tag("tr", data_testid="shelf-row"):
            Tag("td", line.name)
            Tag("td", f"{line.photos:,}")
            Tag("td", f"{line.items:,}")
            with Tag("td"):
                state, look = (_("archived"), "is-warning") if line.archived else (_("in work"), "is-good")
                Tag("span", state, classes=f"pw-chip {look}")
            with Tag("td", classes="pw-row-links"):
                words = _("Bring back") if line.archived else _("Archive it")
                move = Tag("button", words, type="button", classes="pw-link", data_testid="shelve")
                move.on("click", lambda: self._move(line), [])

    async def _move(self, line: DatasetLine) -> None:
        if not line.archived:
            items = ngettext("%(number)d object", "%(number)d objects", line.items) % {"number": line.items}
            text = _(
                "%(name)s with %(items)s leaves everybody's task list until it is brought back. Who has one of them "
                "open can still save it."
            ) % {"name": line.name, "items": items}
            if not await confirmed(_("Archive this data set?"), text, confirm=_("Archive it"), danger=False):
                return
        with errors_told("archiving a data set"):
            await self._services.transact(
                archive_dataset, actor=self._actor, dataset_id=line.id, archived=not line.archived
            )
            done = _("%(name)s is back in work.") if line.archived else _("%(name)s is archived.")
            toast(done % {"name": line.name})
        await self._list()
