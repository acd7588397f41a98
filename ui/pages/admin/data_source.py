"""Where an import reads from, as a field of a form: an archive from this computer, or a folder of the server."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from domain.errors import InvalidAnswer
from ui.i18n import _
from ui.jobs.sources import places
from ui.pages.admin.fields import choice_field
from ui.pages.admin.messages import Tone, message_line
from ui.services import Services
from ui.theme.tag import Tag
from ui.uploads import ARCHIVE, ARCHIVE_UPLOADS

SEND = "async (event) => { const said = await posewrightUpload(event.target); if (said) emit(said); }"
UPLOADED, ON_SERVER = "uploaded", "server"


class SourceField:
    """`on_name` is told a name that fits what was chosen, for the data set."""

    def __init__(self, services: Services, on_name: Callable[[str], None]) -> None:
        self._services = services
        self._on_name = on_name
        self._upload: dict[str, Any] = {}
        with Tag("div", classes="pw-source", data_testid="source"):
            self._way = choice_field(
                _("Source"),
                {UPLOADED: _("an archive on this computer"), ON_SERVER: _("a folder or archive on the server")},
                UPLOADED,
                testid="source-way",
                on_change=self._turn,
            )
            self._build_upload()
            self._build_place()

    async def start(self) -> None:
        """Lists the server's folders."""
        found = await asyncio.to_thread(places, self._services.settings)
        self._place.set_options({str(place.path): place.shown for place in found})
        allowed = ", ".join(str(folder) for folder in self._services.settings.import_directories)
        nothing = _(
            "There is nothing below %(folders)s. Put it there, or let the server's operator name other folders in "
            "POSEWRIGHT_IMPORT_DIRS."
        )
        self._place.props["hint"] = (_("Below %(folders)s") if found else nothing) % {"folders": allowed}
        self._place.update()

    def parameters(self) -> dict[str, str]:
        """What the work is given. Raises InvalidAnswer while nothing is chosen."""
        if self._way.value == UPLOADED:
            if not self._upload:
                raise InvalidAnswer(("archive",))
            return {"upload": self._upload["upload"], "source_name": self._upload["name"]}
        if not self._place.value:
            raise InvalidAnswer(("folder",))
        return {"place": self._place.value, "source_name": self._place.options[self._place.value]}

    def _build_upload(self) -> None:
        with Tag(
            "div",
            classes="pw-upload",
            data_address=ARCHIVE_UPLOADS,
            data_largest=ARCHIVE.largest,
            data_too_large=_("The file is too large."),
            data_failed=_("The connection broke off. Choose the file once more."),
        ) as self._box:
            field = Tag(
                "input", type="file", accept=ARCHIVE.accept, aria_label=_("Archive"), data_testid="archive-file"
            )
            field.on("change", self._arrived, js_handler=SEND)
            Tag("progress", max=1, value=0, hidden=True)
            Tag(
                "span",
                _("A zip or tar.gz of up to %(size)s GiB; larger ones go through a folder of the server.")
                % {"size": ARCHIVE.largest // 1024**3},
                classes="pw-upload-words",
            )
            self._said = Tag("div")

    def _build_place(self) -> None:
        self._place = choice_field(
            _("Folder or archive"), {}, searchable=True, testid="place", on_change=self._placed
        )
        self._place.visible = False

    def _arrived(self, event: GenericEventArguments) -> None:
        """What the browser says that the server has said: believed is only a name of an upload, and that is checked
        again by the work itself."""
        said = event.args if isinstance(event.args, dict) else {}
        self._said.clear()
        self._upload = said if isinstance(said.get("upload"), str) and isinstance(said.get("name"), str) else {}
        with self._said:
            if self._upload:
                message_line(_("%(name)s is here.") % {"name": self._upload["name"]}, Tone.GOOD)
                self._on_name(self._upload["name"])
            else:
                message_line(str(said.get("message") or _("That did not work."))[:500], Tone.BAD)

    def _placed(self) -> None:
        if self._place.value:
            self._on_name(str(self._place.value).rstrip("/").rpartition("/")[2])

    def _turn(self) -> None:
        self._box.visible = self._way.value == UPLOADED
        self._place.visible = self._way.value == ON_SERVER


def name_for_dataset(source: str) -> str:
    """`photos.tar.gz` becomes `photos`."""
    name = source
    for suffix in ARCHIVE.suffixes:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name.strip(" .-")[:128]


def dataset_field(names: list[str]) -> ui.input:
    """The data set's name, with those that there are to choose from."""
    field = ui.input(_("Data set"), autocomplete=names)
    field.props("outlined dense stack-label hide-bottom-space maxlength=128").classes("pw-field")
    field.props["data-testid"] = "dataset"
    field.props["hint"] = _("A new one, or one that is there: it is then completed, and nothing is doubled.")
    return field
