"""CAD files that admins send: kept, checked in a limited process, put into the store, or refused with the reason."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.errors import PosewrightError
from domain.permissions import Actor
from meshes.errors import MeshUnreadable
from meshes.limited import check_mesh_in_limited_process
from storage.use_cases.models import CheckedMesh, add_model, replace_model_file
from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.messages import Tone, message_line, toast
from ui.services import Services
from ui.theme.tag import Tag
from ui.uploads import MESH, KeptUpload, Upload, keep_upload, shown_name

FEWEST_OF_A_NAME = 3
"""A file called `07.off` has no name worth keeping."""


class ModelFiles:
    """Takes files for one category; `changed` is awaited after each that was taken."""

    def __init__(
        self, services: Services, actor: Actor, category_id: int, *, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._services = services
        self._actor = actor
        self._category_id = category_id
        self._changed = changed
        self._report: Tag | None = None

    def upload_button(self) -> None:
        """Several files at once; each becomes a model, or is refused by itself."""
        self._chooser(_("Add CAD files"), self._take, several=True, testid="add-models", main=True)

    def replace_button(self, cad_id: int, taken: Callable[[], object]) -> None:
        async def replace(event: UploadEventArguments) -> None:
            if await self._checked_and(event.file, lambda mesh, _name: self._replace(cad_id, mesh)):
                taken()

        self._chooser(_("Choose the file"), replace, several=False, testid="replace-file", main=True)

    def report_place(self) -> None:
        """Where refused files are named, with the reason."""
        self._report = Tag("div", classes="pw-refused", data_testid="refused")

    def _chooser(
        self,
        text: str,
        take: Callable[[UploadEventArguments], Awaitable[None]],
        *,
        several: bool,
        testid: str,
        main: bool,
    ) -> None:
        """A button of the house before NiceGUI's upload, which does the sending and is not shown."""
        upload = ui.upload(
            multiple=several,
            auto_upload=True,
            max_file_size=MESH.largest,
            on_upload=take,
            on_rejected=lambda: self._refuse(_("A file"), _("It is too large, or of another kind.")),
        )
        upload.props["accept"] = MESH.accept
        upload.props["data-testid"] = testid
        upload.classes("hidden")
        look = "pw-button pw-button-small" + (" pw-button-main" if main else "")
        opener = Tag("button", text, type="button", classes=look, data_testid=f"{testid}-button")
        # In the browser itself: it opens a file dialog only in answer to a click.
        opener.on("click", js_handler=f"() => runMethod({upload.id}, 'pickFiles', [])")

    async def _take(self, event: UploadEventArguments) -> None:
        await self._checked_and(event.file, self._add)

    async def _checked_and(self, upload: Upload, then: Callable[[CheckedMesh, str], Awaitable[None]]) -> bool:
        """Whether the file was taken; where not, it is said why."""
        name = shown_name(upload.name)
        kept: KeptUpload | None = None
        try:
            kept = await keep_upload(upload, MESH, self._services.settings.uploads_directory)
            mesh = await asyncio.to_thread(self._check, kept)
            await then(mesh, name)
        except MeshUnreadable as error:
            where = "" if error.line is None else _("line %(line)d: ") % {"line": error.line}
            self._refuse(name, f"{where}{error.reason}")
            return False
        except PosewrightError as error:
            message = explain(error, what="a CAD file").message
            self._refuse(name, message if getattr(error, "rule", "") else f"{message} ({error})")
            return False
        except Exception as error:  # noqa: BLE001 - the page stays usable; `explain` logs what nobody foresaw
            self._refuse(name, explain(error, what="a CAD file").message)
            return False
        finally:
            if kept is not None:
                await asyncio.to_thread(kept.discard)
        return True

    def _check(self, kept: KeptUpload) -> CheckedMesh:
        facts = check_mesh_in_limited_process(kept.path)
        sha256 = self._services.cad_files.put(kept.path)
        return CheckedMesh(
            sha256=sha256,
            suffix=kept.path.suffix.lower(),
            lower=facts.lower,
            upper=facts.upper,
            faces=facts.faces,
        )

    async def _add(self, mesh: CheckedMesh, file_name: str) -> None:
        stem = file_name.rsplit(".", 1)[0]
        model = await self._services.transact(
            add_model,
            actor=self._actor,
            category_id=self._category_id,
            mesh=mesh,
            name=stem if len(stem) >= FEWEST_OF_A_NAME else "",
        )
        await self._changed()
        toast(_("%(name)s is model %(number)d now.") % {"name": file_name, "number": model.cad_index})

    async def _replace(self, cad_id: int, mesh: CheckedMesh) -> None:
        model = await self._services.transact(replace_model_file, actor=self._actor, cad_id=cad_id, mesh=mesh)
        await self._changed()
        toast(_("Model %(number)d has another file now.") % {"number": model.cad_index})

    def _refuse(self, name: str, reason: str) -> None:
        if self._report is not None:
            with self._report:
                message_line(_("%(name)s was refused: %(reason)s") % {"name": name, "reason": reason}, Tone.BAD)
