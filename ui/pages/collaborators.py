"""The line above a watched stage: who works on the item, with the ways to put somebody to it and to take them off."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from domain.permissions import Actor
from storage.use_cases.collaborators import Crew, Person, add_collaborator, crew_of, remove_collaborator
from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.dialogs import confirmed, form_dialog
from ui.pages.admin.fields import choice_field
from ui.pages.admin.section import button
from ui.services import Services
from ui.theme.tag import Tag


async def collaborators_bar(services: Services, actor: Actor, assignment_id: int) -> None:
    """What is shown is asked for again after each change."""
    host = Tag("div", classes="pw-crew", data_testid="crew")

    async def show() -> None:
        crew = await services.reading(crew_of, actor=actor, assignment_id=assignment_id)
        host.clear()
        with host:
            _line(crew, add, remove)

    def add(crew: Crew) -> None:
        if not crew.candidates:
            ui.notify(_("Nobody else may come to this item: all others have it for themselves."))
            return
        with form_dialog(
            _("Add a collaborator"),
            submit=_("Add"),
            on_submit=lambda: put(field.value),
            note=_(
                "Both work on this one item at the same time and see each other's hand. People who have this item "
                "for themselves are not offered: their answers must stay independent."
            ),
        ):
            names = {person.user_id: person.name for person in crew.candidates}
            field = choice_field(_("Person"), names, searchable=True, testid="collaborator")

    async def put(user_id: int | None) -> bool:
        if user_id is None:
            return False
        await services.transact(add_collaborator, actor=actor, assignment_id=assignment_id, user_id=user_id)
        await show()
        return True

    async def remove(person: Person) -> None:
        question = _("%(name)s can then no longer open or change this item. What they did stays.")
        if not await confirmed(
            _("Take off this collaborator?"), question % {"name": person.name}, confirm=_("Take off")
        ):
            return
        try:
            await services.transact(
                remove_collaborator, actor=actor, assignment_id=assignment_id, user_id=person.user_id
            )
        except Exception as error:  # noqa: BLE001  the page stays usable
            ui.notify(explain(error, what="taking off a collaborator").message)
        await show()

    await show()


def _line(crew: Crew, add: Callable[[Crew], None], remove: Callable[[Person], Awaitable[None]]) -> None:
    Tag("b", crew.owner.name if crew.owner else _("Nobody has this item yet"))
    for person in crew.beside:
        with Tag("span", classes="pw-chip", data_testid="collaborator"):
            Tag("span", person.name)
            off = Tag("button", "×", type="button", title=_("Take off"), aria_label=_("Take off"))
            off.on("click", partial(remove, person), [])
    button(_("Add a collaborator"), lambda: add(crew), testid="add-collaborator")
