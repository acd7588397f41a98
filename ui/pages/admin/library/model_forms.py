"""What can be done to one CAD model: another name, a symmetry, another file, withdrawn, offered again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from nicegui import ui

from domain.category import CategoryRule
from domain.permissions import Actor
from storage.use_cases.likeness import set_model_symmetry
from storage.use_cases.models import ModelLine, offer_model_again, rename_model, withdraw_model
from ui.i18n import _, ngettext
from ui.pages.admin.dialogs import confirmed, form_dialog, shown_dialog
from ui.pages.admin.fields import text_field
from ui.pages.admin.library.model_files import ModelFiles
from ui.pages.admin.library.symmetry_fields import SymmetryFields
from ui.pages.admin.library.symmetry_preview import show_equal_poses
from ui.pages.admin.messages import errors_told, toast
from ui.pages.admin.section import button
from ui.services import Services
from ui.theme.tag import Tag


class ModelForms:
    """`rule` is the category's as the page was opened; `changed` is awaited after each change."""

    def __init__(
        self,
        services: Services,
        actor: Actor,
        files: ModelFiles,
        rule: CategoryRule,
        *,
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._services = services
        self._actor = actor
        self._files = files
        self._rule = rule
        self._changed = changed

    def actions(self, line: ModelLine) -> None:
        """The model's few buttons, as plain as can be: there may be many models."""

        async def rename() -> None:
            self._rename(line)

        async def replace() -> None:
            self._replace(line)

        async def symmetry() -> None:
            self._symmetry(line)

        async def withdraw() -> None:
            await self._withdraw(line)

        async def offer() -> None:
            await self._offer(line)

        with Tag("div", classes="pw-model-actions"):
            _plain(_("Rename"), rename, "rename-model")
            _plain(_("Symmetry"), symmetry, "model-symmetry")
            if not line.used or not line.model.readable:
                _plain(_("Replace"), replace, "replace-model")
            if line.model.withdrawn:
                _plain(_("Offer again"), offer, "offer-model")
            else:
                _plain(_("Withdraw"), withdraw, "withdraw-model")

    def _rename(self, line: ModelLine) -> None:
        async def work() -> None:
            await self._services.transact(
                rename_model, actor=self._actor, cad_id=line.model.id, name=name.value or ""
            )
            await self._changed()

        title = _("Model %(number)d") % {"number": line.model.cad_index}
        with form_dialog(title, submit=_("Save"), on_submit=work):
            name = text_field(_("Model name"), line.model.name, longest=128, testid="model-name")

    def _symmetry(self, line: ModelLine) -> None:
        """The model's own in place of its category's, with pictures of what it says before it is saved."""

        def written() -> Mapping[str, Any] | None:
            return fields.value() if own.value else None

        async def preview() -> None:
            with errors_told("showing equal poses"):
                rule = self._rule if not own.value else replace(self._rule, symmetry=fields.value())
                await show_equal_poses(self._services, pictures, rule, [line])

        async def work() -> None:
            await self._services.transact(
                set_model_symmetry, actor=self._actor, cad_model_id=line.model.id, values=written()
            )
            await self._changed()
            toast(_("The model's symmetry is saved. Every comparison counts by it from now on."))

        title = _("Symmetry of model %(number)d") % {"number": line.model.cad_index}
        with form_dialog(title, submit=_("Save"), on_submit=work, wide=True):
            own = ui.checkbox(_("Its own, not that of its category"), value=line.symmetry is not None)
            own.classes("pw-check").props('dense data-testid="own-symmetry"')
            with Tag("div").bind_visibility_from(own, "value"):
                fields = SymmetryFields(
                    line.symmetry or self._rule.symmetry,
                    label=_("Turned like this it looks the same"),
                    testid="model-symmetry",
                )
            button(_("Show equal poses"), preview, testid="show-model-equal")
            pictures = Tag("div", classes="pw-data", data_testid="model-equal-poses")

    def _replace(self, line: ModelLine) -> None:
        title = _("Another file for model %(number)d") % {"number": line.model.cad_index}
        note = _("No answer names this model, so nothing changes its meaning.")
        if line.used:
            note = _("The file cannot be read, so nobody has seen it: answers that name the model get the new one.")
        with shown_dialog(title, note=note, close=_("Cancel")) as dialog:
            self._files.replace_button(line.model.id, dialog.close)

    async def _withdraw(self, line: ModelLine) -> None:
        number = line.answers + line.known
        text = _("It is offered no more for new answers, and can be offered again at any time.")
        if number:
            kept = ngettext(
                "%(number)d answer names it and keeps it.", "%(number)d answers name it and keep it.", number
            )
            text += "\n" + kept % {"number": number}
        title = _("Withdraw model %(number)d?") % {"number": line.model.cad_index}
        if not await confirmed(title, text, confirm=_("Withdraw")):
            return
        with errors_told("withdrawing a CAD model"):
            await self._services.transact(withdraw_model, actor=self._actor, cad_id=line.model.id)
            await self._changed()
            toast(_("Withdrawn."))

    async def _offer(self, line: ModelLine) -> None:
        with errors_told("offering a CAD model"):
            await self._services.transact(offer_model_again, actor=self._actor, cad_id=line.model.id)
            await self._changed()
            toast(_("Offered again."))


def _plain(text: str, work: Callable[[], Awaitable[None]], testid: str) -> None:
    Tag("button", text, type="button", classes="pw-plain", data_testid=testid).on("click", work, [])
