"""The history of an item: every answer, proposal, decision and remark; any two side by side; any one back again."""

from dataclasses import replace

from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.proposal import Part
from storage.record import Event
from storage.use_cases.review import History, history_of, restore_revision
from storage.use_cases.review.history import Happened, Kind
from ui.auth import SignedIn
from ui.i18n import N_, _
from ui.logs import log
from ui.overlay_routes import overlay_address
from ui.pages.admin.dialogs import confirmed
from ui.pages.admin.messages import Tone, errors_told, message_line, toast
from ui.pages.admin.section import button
from ui.pages.errors import rule_page
from ui.pages.fresh_pages import FreshPages
from ui.pages.page_at import page_at
from ui.pages.review.comparing import Shown, quality_name, side_by_side
from ui.pages.task_rows import chip, empty
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag
from ui.words import STATE_NAMES, as_time

WORDS: dict[tuple[Kind, str], tuple[str, str]] = {
    (Kind.REVISION, "imported"): (N_("read from a file"), ""),
    (Kind.REVISION, "saved"): (N_("saved"), "is-done"),
    (Kind.REVISION, "cleared"): (N_("answer withdrawn"), "is-sent-back"),
    (Kind.REVISION, "restored"): (N_("restored"), "is-done"),
    (Kind.PROPOSAL, "open"): (N_("proposal, open"), "is-changed"),
    (Kind.PROPOSAL, "taken"): (N_("proposal, taken"), "is-done"),
    (Kind.PROPOSAL, "declined"): (N_("proposal, declined"), ""),
    (Kind.PROPOSAL, "withdrawn"): (N_("proposal, not needed any more"), ""),
    (Kind.DECISION, "accepted"): (N_("accepted"), "is-done"),
    (Kind.DECISION, "changes_requested"): (N_("sent back"), "is-sent-back"),
    (Kind.REMARK, "begun"): (N_("remark"), ""),
    (Kind.REMARK, "answered"): (N_("answer to a remark"), ""),
    (Kind.REOPENING, "reopened"): (N_("opened again"), "is-changed"),
}
PART_NAMES: dict[Part, str] = {
    Part.ROTATION: N_("rotation"),
    Part.CENTRE: N_("centre"),
    Part.DISTANCE: N_("distance"),
    Part.MODEL: N_("CAD model"),
    Part.ANSWERS: N_("answers"),
    Part.AZIMUTH: N_("azimuth"),
    Part.ELEVATION: N_("elevation"),
    Part.THETA: N_("roll θ"),
}
PREDICTION = "prediction"


def add_history(app: FastAPI, services: Services, fresh: FreshPages) -> None:
    @page_at("/history/{assignment_id:int}")
    async def history(request: Request, assignment_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            found = await services.reading(history_of, actor=person.actor, assignment_id=assignment_id)
        except PosewrightError as error:
            return rule_page(request, error)
        title = _("History")
        place = ((found.category.replace("_", " "), f"/annotate/{assignment_id}"), (title, None))
        styles = ("tasks.css", "admin.css", "review.css")
        with page_shell(request, services, title=title, place=place, styles=styles) as main:
            main.classes("pw-wide")
            page = HistoryPage(services, person, found)
            page.build()

        def concerns(event: Event) -> bool:
            return event.object_type == "assignment" and event.object_id == assignment_id

        ui.context.client.on_delete(fresh.join(page.hear, concerns))
        return None


class HistoryPage:
    """`_pair`: the two that are side by side, the later one last; by kind and id, or the prediction."""

    def __init__(self, services: Services, person: SignedIn, history: History) -> None:
        self._services = services
        self._actor = person.actor
        self._history = history
        self._pair = self._newest_pair()

    def build(self) -> None:
        history = self._history
        with Tag("div", classes="pw-head"):
            with Tag("div", classes="pw-head-words"):
                Tag("h1", f"{history.category.replace('_', ' ')} · {history.image}", classes="pw-h1")
                Tag("p", " · ".join(filter(None, (history.task, history.owner))), classes="pw-muted")
            with Tag("div", classes="pw-head-actions"):
                self._state = Tag("span", classes="pw-chip is-note", data_testid="history-state")
                Tag(
                    "a", _("Open the item"), href=f"/annotate/{history.assignment_id}",
                    classes="pw-button pw-button-small",
                )  # fmt: skip
        if history.taken_down:
            message_line(
                _("This photo was taken down for good: the answers stay, pictures of them are gone."), Tone.WARNING
            )
        self._body = Tag("div", classes="rv-body")
        self._show()

    async def hear(self) -> None:
        """Something has happened to the item. The two that are compared stay, unless they were the newest."""
        newest = [_key(each) for each in self._answers()[-2:]]
        try:
            found = await self._services.reading(
                history_of, actor=self._actor, assignment_id=self._history.assignment_id
            )
        except PosewrightError as error:
            log.debug("%s sees the history no more: %s", self._actor.name, error)
            return
        told = replace(found, version=self._history.version) != self._history
        self._history, follows = found, self._pair in (newest, [PREDICTION, *newest])
        if not told:
            return
        if follows:
            self._pair = self._newest_pair()
        with self._body:
            self._show()

    def _show(self) -> None:
        self._state.set_text(_(STATE_NAMES[self._history.state]))
        self._body.clear()
        with self._body:
            if not self._history.story:
                empty(
                    _("Nothing has happened here yet"), _("What is saved, proposed and decided will be listed here.")
                )
                return
            shown = [shown for key in self._pair if (shown := self._shown(key)) is not None]
            if len(shown) == 2:
                side_by_side(shown, self._history.box)
            with Tag("ol", classes="rv-story", data_testid="story"):
                if self._history.prediction is not None:
                    self._prediction_line()
                for each in reversed(self._history.story):
                    self._line(each)

    def _line(self, each: Happened) -> None:
        with Tag("li", classes="rv-line", data_testid="story-line", data_kind=each.kind.value):
            self._thumb(overlay_address(each.kind.value, each.id) if each.answer is not None else None)
            with Tag("div", classes="rv-line-words"):
                with Tag("div", classes="pw-chips"):
                    word, look = WORDS[each.kind, each.word]
                    chip(_(word), look)
                    if each.number:
                        Tag("b", _("Revision %(number)d") % {"number": each.number})
                    if each.current:
                        chip(_("the answer now"), "is-note")
                Tag("span", f"{each.author or _('import')} · {as_time(each.at)}", classes="pw-muted")
                if each.answer is not None and each.kind is Kind.REVISION:
                    facts = (_("CAD model %(number)d") % {"number": each.answer.cad_index}, quality_name(each.answer))
                    Tag("span", " · ".join(facts), classes="pw-muted")
                if each.parts:
                    names = _(", ").join(_(PART_NAMES[part]) for part in each.parts)
                    Tag("span", _("taken: %(parts)s") % {"parts": names}, classes="pw-muted")
                if each.reason:
                    Tag("p", each.reason, classes="rv-quote")
            self._line_acts(each)

    def _thumb(self, picture: str | None) -> None:
        if picture is None or self._history.taken_down:
            Tag("span", classes="rv-thumb is-none")
        else:
            Tag("img", src=picture, alt="", loading="lazy", classes="rv-thumb")

    def _line_acts(self, each: Happened) -> None:
        with Tag("div", classes="rv-acts"):
            if each.answer is None:
                return
            self._compare_button(_key(each))
            if each.kind is Kind.REVISION and not each.current and self._history.can_restore:

                async def restore(number: int = each.number or 0) -> None:
                    await self._restore(number)

                button(
                    _("Restore"), restore, hint=_("Makes it the answer again, as a new revision"), testid="restore"
                )

    def _prediction_line(self) -> None:
        assert self._history.prediction is not None
        with Tag("li", classes="rv-line is-prediction"):
            self._thumb(overlay_address("prediction", self._history.assignment_id))
            with Tag("div", classes="rv-line-words"):
                Tag("b", _("Prediction"))
                Tag("span", self._history.prediction[1], classes="pw-muted")
            with Tag("div", classes="rv-acts"):
                self._compare_button(PREDICTION)

    def _compare_button(self, key: str) -> None:
        is_chosen = key in self._pair

        def compare() -> None:
            if key not in self._pair:
                self._pair = [*self._pair, key][-2:]
                order = [PREDICTION, *map(_key, self._history.story)]
                self._pair.sort(key=order.index)
                self._show()

        made = button(_("Compared") if is_chosen else _("Compare"), compare, testid="compare")
        made.props["aria-pressed"] = "true" if is_chosen else "false"

    async def _restore(self, number: int) -> None:
        seen = self._history.version  # what comes while the question is open was not seen when it was asked
        sure = await confirmed(
            _("Restore revision %(number)d?") % {"number": number},
            _("It becomes the answer, as a new revision. Changes that are not saved are given up; the rest stays in "
              "the history."),
            confirm=_("Restore"),
            danger=False,
        )  # fmt: skip
        if not sure:
            return
        # The button may be gone by now: news build the list anew.
        with self._body, errors_told("restoring an answer"):
            try:
                await self._services.transact(
                    restore_revision,
                    actor=self._actor,
                    assignment_id=self._history.assignment_id,
                    number=number,
                    base_version=seen,
                )
                toast(_("Restored."))
            finally:
                self._history = await self._services.reading(
                    history_of, actor=self._actor, assignment_id=self._history.assignment_id
                )
                self._pair = self._newest_pair()
                self._show()

    def _newest_pair(self) -> list[str]:
        """The newest answer and the one before it, which may be the prediction."""
        pair = [_key(each) for each in self._answers()[-2:]]
        return [PREDICTION, *pair] if len(pair) == 1 and self._history.prediction is not None else pair

    def _answers(self) -> list[Happened]:
        return [each for each in self._history.story if each.answer is not None and each.kind is Kind.REVISION]

    def _shown(self, key: str) -> Shown | None:
        history = self._history
        if key == PREDICTION and history.prediction is not None:
            answer, model = history.prediction
            picture = self._large("prediction", history.assignment_id)
            return Shown(title=_("Prediction"), note=model, picture=picture, answer=answer)
        each = next((each for each in history.story if _key(each) == key), None)
        if each is None:
            return None
        title = _("Proposal")
        if each.kind is Kind.REVISION:
            title = _("Revision %(number)d") % {"number": each.number or 0}
        note = f"{each.author or _('import')} · {as_time(each.at)}"
        return Shown(title=title, note=note, picture=self._large(each.kind.value, each.id), answer=each.answer)

    def _large(self, kind: str, id_: int) -> str | None:
        return None if self._history.taken_down else overlay_address(kind, id_, large=True)


def _key(each: Happened) -> str:
    return f"{each.kind.value}:{each.id}"
