"""Photos on the keeping page: found by name, and taken down for good."""

import asyncio

from nicegui.events import ValueChangeEventArguments

from domain.permissions import Actor
from storage.use_cases.taking_down import PhotoFacts, find_photos, take_down_image
from ui.actions.backups import BackupFolder
from ui.actions.take_down import delete_pixels
from ui.i18n import _, ngettext
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.fields import text_field
from ui.pages.admin.messages import Tone, errors_told, message_line
from ui.pages.admin.section import button, section
from ui.services import Services
from ui.theme.tag import Tag

MOST_SHOWN = 12


class PhotoTakeDown:
    def __init__(self, services: Services, actor: Actor) -> None:
        self._services = services
        self._actor = actor
        self._search = ""

    def show(self) -> None:
        note = _(
            "Its pixels are deleted from the disk, from caches and from everything that is exported or backed up "
            "from now on, and no import brings them back. Its objects and what people answered stay as facts; the "
            "audit log keeps who did it, not the picture."
        )
        with section(_("Take a photo down for good"), note=note, testid="take-down"):
            with Tag("div", classes="pw-tools pw-keeping-find"):
                words = _("Name of the photo, or a part of it")
                field = text_field("", placeholder=words, testid="photo-name", on_change=self._changed)
                field.props["aria-label"] = words
                field.props("debounce=250 clearable")
            self._place = Tag("div", classes="pw-keeping-photos")

    async def _changed(self, event: ValueChangeEventArguments[str | None]) -> None:
        self._search = event.value or ""
        await self._list()

    async def _list(self) -> None:
        with errors_told("looking for a photo"):
            found = await self._services.reading(
                find_photos, actor=self._actor, search=self._search, limit=MOST_SHOWN
            )
            self._place.clear()
            with self._place:
                if not found and self._search.strip():
                    Tag("p", _("No photo is called like this."), classes="pw-muted")
                for photo in found:
                    self._card(photo)

    def _card(self, photo: PhotoFacts) -> None:
        with Tag("div", classes="pw-keeping-photo", data_testid="found-photo"):
            if photo.taken_down:
                Tag("span", _("taken down"), classes="pw-chip is-bad")
            else:
                Tag("img", src=f"/images/{photo.id}", alt="", loading="lazy")
            Tag("b", photo.name)
            items = ngettext("%(number)d object", "%(number)d objects", photo.items) % {"number": photo.items}
            answers = ngettext("%(number)d answer", "%(number)d answers", photo.answers) % {"number": photo.answers}
            Tag("span", f"{photo.dataset} · {photo.width} × {photo.height} · {items} · {answers}", classes="pw-muted")
            if not photo.taken_down:
                button(_("Take down"), lambda: self._ask(photo), danger=True, testid="ask-take-down")

    def _ask(self, photo: PhotoFacts) -> None:
        async def take_down() -> None:
            taken = await self._services.transact(
                take_down_image,
                actor=self._actor,
                image_id=photo.id,
                name=name.value or "",
                reason=reason.value or "",
            )
            cache = self._services.settings.cache_directory
            await asyncio.to_thread(delete_pixels, self._services.images, cache, taken.sha256)
            holding = await asyncio.to_thread(BackupFolder(self._services.settings.home).holding, taken.sha256)
            await self._list()
            self._say(photo, holding)

        with form_dialog(
            _("Take this photo down for good?"), submit=_("Take it down"), on_submit=take_down, danger=True
        ):
            Tag("p", _("There is no way back. Type the photo's name to confirm:"))
            Tag("code", photo.name, classes="pw-code")
            if photo.also:
                also = _("The same picture goes with it: %(names)s") % {"names": ", ".join(photo.also)}
                message_line(also, Tone.WARNING)
            name = text_field(_("Name of the photo"), testid="typed-name")
            reason = text_field(_("Reason, for the audit log"), longest=500, testid="reason")

    def _say(self, photo: PhotoFacts, holding: int) -> None:
        with self._place:
            message_line(_("%(name)s is taken down.") % {"name": photo.name}, Tone.GOOD)
            if holding:
                words = ngettext(
                    "%(number)d backup of the list above still holds it: delete it if the picture must be gone.",
                    "%(number)d backups of the list above still hold it: delete them if the picture must be gone.",
                    holding,
                )
                message_line(words % {"number": holding}, Tone.WARNING)
