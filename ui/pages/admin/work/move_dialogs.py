"""Giving chosen items to people, withdrawing them and giving them back: each asks with the numbers first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui

from domain.permissions import Actor
from storage.use_cases.work.sharing import (
    Transfer,
    Withdrawal,
    give_back,
    preview_transfer,
    preview_withdrawal,
    transfer,
    withdraw_work,
)
from ui.i18n import _
from ui.pages.admin.dialogs import confirmed, form_dialog
from ui.pages.admin.messages import errors_told, toast
from ui.pages.admin.work.parts import items_in_words, lines_of, people_field, people_to_choose, shares_in_words
from ui.services import Services


class MoveDialogs:
    """`changed` is awaited after each change."""

    def __init__(
        self, services: Services, actor: Actor, task_id: int, *, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._services = services
        self._actor = actor
        self._task_id = task_id
        self._changed = changed

    async def give(self, assignment_ids: Sequence[int]) -> None:
        """To one person, or shared out evenly among several."""

        async def work() -> bool | None:
            asked: dict[str, Any] = {
                "actor": self._actor,
                "task_id": self._task_id,
                "assignment_ids": assignment_ids,
                "user_ids": tuple(people.value or ()),
                "with_answers": bool(with_answers.value),
            }
            numbers = await self._services.reading(preview_transfer, **asked)
            text = _transfer_in_words(numbers)
            if not numbers.assigned + numbers.moved:
                await confirmed(_("Nothing would be moved"), text, confirm=_("Understood"), danger=False)
                return False
            if not await confirmed(_("Give these items out?"), text, confirm=_("Give"), danger=False):
                return False
            done = await self._services.transact(transfer, **asked, expected=numbers)
            await self._changed()
            toast(_("%(items)s given out.") % {"items": items_in_words(done.assigned + done.moved)})
            return None

        with errors_told("choosing people"):
            everybody = await people_to_choose(self._services, self._actor)
            note = _("Several people share evenly. Nobody gets an item that they have, or whose answer they know.")
            title = _("Give out %(items)s") % {"items": items_in_words(len(assignment_ids))}
            with form_dialog(title, submit=_("Continue"), on_submit=work, note=note):
                people = people_field(everybody)
                with_answers = ui.checkbox(_("Saved answers go along too (accepted ones never do)"))
                with_answers.classes("pw-check").props("dense")

    async def withdraw(self, assignment_ids: Sequence[int]) -> None:
        """From whoever has them."""

        async def work() -> bool | None:
            asked: dict[str, Any] = {
                "actor": self._actor,
                "task_id": self._task_id,
                "assignment_ids": assignment_ids,
                "offer_again": bool(again.value),
            }
            numbers = await self._services.reading(preview_withdrawal, **asked)
            title = _("Withdraw these items?")
            if not await confirmed(title, _withdrawal_in_words(numbers), confirm=_("Withdraw")):
                return False
            await self._services.transact(withdraw_work, **asked, expected=numbers)
            await self._changed()
            toast(_("Withdrawn. What people did on them is kept."))
            return None

        title = _("Withdraw %(items)s") % {"items": items_in_words(len(assignment_ids))}
        note = _("Drafts and answers are kept with the person who made them, and can be given back.")
        with form_dialog(title, submit=_("Continue"), on_submit=work, note=note, danger=True):
            again = (
                ui.checkbox(_("Offer the items again, to somebody else"), value=True)
                .classes("pw-check")
                .props("dense")
            )

    async def give_back(self, assignment_ids: Sequence[int]) -> None:
        """Withdrawn ones, to the people who had them."""
        with errors_told("giving work back"):
            number = await self._services.transact(
                give_back, actor=self._actor, task_id=self._task_id, assignment_ids=assignment_ids
            )
            await self._changed()
            toast(_("%(items)s given back.") % {"items": items_in_words(number)})


def _transfer_in_words(numbers: Transfer) -> str:
    shares = shares_in_words(numbers.shares)
    return lines_of(
        (numbers.assigned, _("%(number)d were nobody's.")),
        (numbers.moved, _("%(number)d are taken from the people who have them.")),
        (numbers.begun, _("%(number)d of these were begun: drafts, answers and history go along.")),
        (numbers.answered, _("%(number)d stay: they have a saved answer.")),
        (numbers.accepted, _("%(number)d stay: they are accepted.")),
        (numbers.known, _("%(number)d stay: none of these people may have them.")),
        (numbers.staying, _("%(number)d stay: these people have them, or they are withdrawn.")),
    ) + (f"\n\n{shares}" if shares else "")


def _withdrawal_in_words(numbers: Withdrawal) -> str:
    untouched = (
        _("%(number)d were not begun.")
        if numbers.offered
        else _("%(number)d were not begun: they leave this task for good. New tasks can have them.")
    )
    return lines_of(
        (numbers.untouched, untouched),
        (numbers.begun, _("%(number)d were begun: what was done is kept.")),
        (numbers.answered, _("%(number)d have an answer: it is kept, but counts no more.")),
        (numbers.accepted, _("%(number)d stay: they are accepted.")),
        (numbers.gone, _("%(number)d are nobody's, or withdrawn already.")),
        (numbers.offered, _("%(number)d places will wait for somebody else.")),
    ) or _("Nothing would change.")
