"""One answer alone: beside the prediction and the earlier answer, with the decision one key away."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui.events import GenericEventArguments

from domain.remarks import READY
from storage.use_cases.review import History, Queued
from storage.use_cases.review.history import Kind
from ui.i18n import _
from ui.overlay_routes import overlay_address
from ui.pages.admin.section import button
from ui.pages.review.comparing import Shown, side_by_side
from ui.pages.review.grid import marks
from ui.theme.tag import Tag
from ui.words import as_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What the buttons and keys do."""

    accept: Callable[[], Awaitable[None]]
    begin_sending: Callable[[], Awaitable[None]]
    send: Callable[[], Awaitable[None]]
    stop_sending: Callable[[], Awaitable[None]]
    fix: Callable[[], None]
    next: Callable[[], Awaitable[None]]
    previous: Callable[[], Awaitable[None]]
    back: Callable[[], Awaitable[None]]


class Reason:
    """Why it is sent back: typed, or put together from ready-made remarks."""

    def __init__(self, ready: tuple[str, ...]) -> None:
        self.ready = ready or tuple(_(text) for text in READY)
        self.text = ""
        self._field: Tag | None = None

    def add(self, number: int) -> None:
        """The ready-made remark of a key, from 1."""
        if number <= len(self.ready):
            self.text = f"{self.text.rstrip()}\n{self.ready[number - 1]}".strip()
            self._show()

    def panel(self, acts: Acts) -> None:
        with Tag("section", classes="rv-reason", data_testid="reason"):
            with Tag("ol", classes="rv-ready"):
                for number, text in enumerate(self.ready, start=1):
                    with Tag("li"):
                        pick = Tag("button", type="button", classes="rv-ready-one", data_testid=f"ready-{number}")
                        pick.on("click", self._adder(number), [])
                        with pick:
                            Tag("kbd", str(number))
                            Tag("span", text)
            with Tag("div", classes="rv-reason-text"):
                self._field = Tag(
                    "textarea",
                    rows=4,
                    maxlength=500,
                    value=self.text,
                    placeholder=_("Why it goes back: the annotator reads this first"),
                    aria_label=_("Reason"),
                    data_testid="reason-text",
                )
                self._field.on("input", self._typed, js_handler="(event) => emit(event.target.value)")
                self._field.on("keydown.enter.exact.prevent", acts.send, [])
                self._field.on("keydown.esc", acts.stop_sending, [])
                with Tag("div", classes="rv-acts"):
                    button(_("Cancel"), acts.stop_sending)
                    button(_("Send back"), acts.send, main=True, testid="reason-send")

    def _adder(self, number: int) -> Callable[[], None]:
        return lambda: self.add(number)

    def _typed(self, event: GenericEventArguments) -> None:
        self.text = str(event.args)
        if self._field is not None:
            self._field.props["value"] = self.text

    def _show(self) -> None:
        if self._field is not None:
            self._field.props["value"] = self.text
            self._field.update()


def judged_alone(item: Queued, history: History, acts: Acts, *, place: str, sending: Reason | None) -> None:
    with Tag("section", classes="rv-one", data_testid="queue-one", data_assignment=item.assignment_id):
        with Tag("header", classes="rv-one-head"):
            button(_("Back to the grid"), acts.back, hint=_("Back to the grid") + "   Esc", testid="back")
            with Tag("h2", classes="pw-h2"):
                Tag("span", item.category.replace("_", " "))
                Tag("small", f"{item.image} · {item.author} · {as_time(item.at)} · {item.task}", classes="pw-muted")
            marks(item)
            Tag("span", place, classes="pw-count")
        side_by_side(_shown(item, history), item.box)
        if sending is not None:
            sending.panel(acts)
            return
        with Tag("footer", classes="rv-acts"):
            _act(_("Accept"), "A", acts.accept, "review-accept", main=True)
            _act(_("Send back"), "S", acts.begin_sending, "review-send-back")
            _act(_("Fix and accept"), "F", acts.fix, "review-fix")
            Tag("span", classes="rv-spring")
            Tag("a", _("History"), href=f"/history/{item.assignment_id}", classes="rv-clear")
            Tag("a", _("Remarks and proposals"), href=f"/annotate/{item.assignment_id}", classes="rv-clear")
            _act(_("Previous"), "K", acts.previous, "review-previous")
            _act(_("Next"), "J", acts.next, "review-next")


def _act(text: str, key: str, work: Callable[[], object], testid: str, *, main: bool = False) -> None:
    made = button(text, work, main=main, hint=f"{text}   {key}", testid=testid)
    with made:
        Tag("kbd", key)


def _shown(item: Queued, history: History) -> list[Shown]:
    """Prediction, the answer before this one, and this one; what there is of them."""
    shown = []
    if history.prediction is not None:
        answer, model = history.prediction
        picture = overlay_address("prediction", item.assignment_id, large=True)
        shown.append(Shown(title=_("Prediction"), note=model, picture=picture, answer=answer))
    earlier = [
        each
        for each in history.story
        if each.kind is Kind.REVISION and each.answer is not None and (each.number or 0) < item.revision
    ]
    if earlier:
        last = earlier[-1]
        shown.append(
            Shown(
                title=_("Revision %(number)d") % {"number": last.number or 0},
                note=f"{last.author or _('import')} · {as_time(last.at)}",
                picture=overlay_address("revision", last.id, large=True),
                answer=last.answer,
            )
        )
    shown.append(
        Shown(
            title=_("Revision %(number)d, to be judged") % {"number": item.revision},
            note=f"{item.author} · {as_time(item.at)}",
            picture=overlay_address("revision", item.revision_id, large=True),
            answer=item.answer,
        )
    )
    return shown
