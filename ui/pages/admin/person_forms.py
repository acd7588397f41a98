"""The dialogs about one person: new, changed, a new password, no more let in."""

from collections.abc import Awaitable, Callable
from functools import partial

from domain.permissions import Actor, Role
from storage.passwords import generated, hashed
from storage.use_cases.accounts import add_user, checked_name, deactivate_user, reactivate_user, set_password
from storage.use_cases.password_links import make_password_link
from storage.use_cases.people import PersonRow, edit_person, person
from ui.i18n import _, ngettext
from ui.pages.admin.dialogs import confirmed, form_dialog, shown_dialog
from ui.pages.admin.fields import choice_field, text_field
from ui.pages.admin.messages import Tone, errors_told, message_line, toast
from ui.pages.admin.to_copy import to_copy
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import ROLE_NAMES, as_time


class PersonForms:
    """`changed` is awaited after each change; `site` is the address that people reach this server by."""

    def __init__(
        self, services: Services, actor: Actor, *, site: str, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._services = services
        self._site = site
        self._actor = actor
        self._changed = changed

    def create(self) -> None:
        async def work() -> None:
            given = password.value or ""
            checked = checked_name(name.value or "")
            secret = given or generated(checked)
            await self._services.transact(
                add_user,
                actor=self._actor,
                name=checked,
                role=Role(role.value),
                password=await self._services.check_password(partial(hashed, checked, secret)),
                must_change=True,
            )
            await self._changed()
            toast(_("%(name)s can log in now.") % {"name": checked})
            if not given:
                show_password(checked, secret)

        with form_dialog(_("New person"), submit=_("Create"), on_submit=work):
            name = text_field(_("Name"), longest=64, testid="person-name")
            name.props("autofocus")
            role = choice_field(_("Role"), _roles(), Role.ANNOTATOR.value, testid="person-role")
            password = text_field(
                _("Temporary password"),
                hint=_("Leave it empty to have one made. It must be changed at the first log-in."),
                testid="person-password",
            )

    def edit(self, row: PersonRow) -> None:
        async def work() -> None:
            await self._services.transact(
                edit_person,
                actor=self._actor,
                user_id=row.id,
                name=name.value or "",
                role=Role(role.value),
            )
            await self._changed()
            toast(_("Changed."))

        note = _("Another role ends what they have open at this moment; drafts are kept.")
        with form_dialog(_("Change %(name)s") % {"name": row.name}, submit=_("Save"), on_submit=work, note=note):
            name = text_field(_("Name"), row.name, longest=64, testid="person-name")
            role = choice_field(_("Role"), _roles(), row.role.value, testid="person-role")

    def reset_password(self, row: PersonRow) -> None:
        async def work() -> None:
            if way.value == "link":
                await self._make_link(row)
                return
            given = password.value or ""
            secret = given or generated(row.name)
            await self._services.transact(
                set_password,
                actor=self._actor,
                user_id=row.id,
                password=await self._services.check_password(partial(hashed, row.name, secret)),
                must_change=True,
            )
            await self._changed()
            toast(_("%(name)s has a new password.") % {"name": row.name})
            if not given:
                show_password(row.name, secret)

        title = _("Reset the password of %(name)s") % {"name": row.name}
        ways = {"password": _("A temporary password"), "link": _("A one-time link")}
        with form_dialog(title, submit=_("Reset"), on_submit=work):
            way = choice_field(_("What you give them"), ways, "password", testid="reset-way")
            with Tag("div", classes="pw-form-fields") as by_password:
                password = text_field(
                    _("Temporary password"),
                    hint=_("Leave it empty to have one made. It must be changed at the next log-in."),
                    testid="person-password",
                )
                message_line(_("The present password stops working, and what they have open ends; drafts are kept."))
            with Tag("div") as by_link:
                message_line(_("They choose a password by the link; until then the present one works."))
        by_password.bind_visibility_from(way, "value", value="password")
        by_link.bind_visibility_from(way, "value", value="link")

    async def _make_link(self, row: PersonRow) -> None:
        made = await self._services.transact(make_password_link, actor=self._actor, user_id=row.id)
        with shown_dialog(_("One-time link for %(name)s") % {"name": row.name}, close=_("I have noted it")):
            to_copy(f"{self._site}/reset?token={made.token}", testid="one-time-link")
            text = _("It is shown this once, works once, and ends at %(time)s.")
            message_line(text % {"time": as_time(made.expires_at)}, Tone.WARNING)

    async def deactivate(self, row: PersonRow) -> None:
        """Says first how much work would stay behind."""
        with errors_told("deactivating somebody"):
            now = await self._services.reading(person, actor=self._actor, user_id=row.id)
            if not await confirmed(
                _("Deactivate %(name)s?") % {"name": now.name}, _consequences(now), confirm=_("Deactivate")
            ):
                return
            await self._services.transact(deactivate_user, actor=self._actor, user_id=row.id)
            toast(_("%(name)s cannot log in any more.") % {"name": now.name})
            await self._changed()

    async def reactivate(self, row: PersonRow) -> None:
        with errors_told("reactivating somebody"):
            title = _("Let %(name)s in again?") % {"name": row.name}
            text = _("They can log in with the password that they had, and find their work as it was.")
            if not await confirmed(title, text, confirm=_("Reactivate"), danger=False):
                return
            await self._services.transact(reactivate_user, actor=self._actor, user_id=row.id)
            toast(_("%(name)s can log in again.") % {"name": row.name})
            await self._changed()


def show_password(name: str, password: str) -> None:
    """The only time that anybody sees it."""
    with shown_dialog(_("Temporary password of %(name)s") % {"name": name}, close=_("I have noted it")):
        to_copy(password, testid="temporary-password")
        message_line(_("It is shown this once. They choose their own at the next log-in."), Tone.WARNING)


def _consequences(row: PersonRow) -> str:
    number = row.open_work
    work = (
        ngettext(
            "%(number)d open item remains theirs until you move or withdraw it.",
            "%(number)d open items remain theirs until you move or withdraw them.",
            number,
        )
        % {"number": number}
        if number
        else _("They have no open items.")
    )
    return f"{_('What they have open ends within two seconds; their drafts and saved work are kept.')}\n\n{work}"


def _roles() -> dict[str, str]:
    return {role.value: _(name) for role, name in ROLE_NAMES.items()}
