"""The queue page: saved work to be judged, as a grid or one by one."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from nicegui import ui
from nicegui.events import KeyEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action, require
from storage.use_cases.review import (
    Judged,
    Queue,
    Queued,
    accept,
    accept_many,
    history_of,
    queue_choices,
    review_queue,
    send_back,
    talk_of,
)
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import _, ngettext
from ui.logs import log
from ui.pages.admin.messages import errors_told, toast, toast_error
from ui.pages.admin.section import button
from ui.pages.errors import rule_page
from ui.pages.fresh_pages import FreshPages
from ui.pages.page_at import page_at
from ui.pages.review.filters import Chosen, filter_row
from ui.pages.review.grid import cards
from ui.pages.review.judging import Acts, Reason, judged_alone
from ui.pages.review.ready import edit_ready_remarks
from ui.pages.task_rows import empty
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag

PAGE = 24
HEARD = ("assignment.saved", "review.decided", "assignment.moved", "dataset.changed", "image.taken_down")


def add_queue(app: FastAPI, services: Services, fresh: FreshPages) -> None:
    @page_at("/review")
    async def queue(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            require(person.actor, Action.REVIEW)
        except PosewrightError as error:
            return rule_page(request, error)
        page = QueuePage(services, person, Chosen.read(request.query_params))
        title = _("Review")
        styles = ("tasks.css", "admin.css", "review.css")
        with page_shell(request, services, title=title, place=((title, None),), styles=styles) as main:
            main.classes("pw-wide")
            await page.build()
        ui.context.client.on_delete(fresh.join(page.hear, lambda event: event.topic in HEARD))
        return None


class QueuePage:
    """One reviewer's look at the queue. What they decide leaves it; the grid follows what others do, and what is
    looked at alone stays as it is until it is left."""

    def __init__(self, services: Services, person: SignedIn, chosen: Chosen) -> None:
        self._services = services
        self._actor = person.actor
        self._chosen = chosen
        self._items: list[Queued] = []
        self._total = 0
        self._waiting = 0
        self._ticked: set[int] = set()
        self._at: int | None = None
        """Place in `_items` of the one that is looked at alone."""
        self._sending: Reason | None = None

    async def build(self) -> None:
        reading = self._services.reading
        self._take(await reading(review_queue, actor=self._actor, chosen=self._chosen.filter(), limit=PAGE))
        choices = await reading(queue_choices, actor=self._actor)
        with Tag("div", classes="pw-head"):
            with Tag("div", classes="pw-head-words"):
                Tag("h1", _("To be judged"), classes="pw-h1")
            with Tag("div", classes="pw-head-actions"):
                button(
                    _("Ready-made remarks"),
                    lambda: edit_ready_remarks(self._services, self._actor),
                    hint=_("The reasons that the keys 1 to 9 give, by category"),
                    testid="ready-edit",
                )
        filter_row(self._chosen, choices)
        self._body = Tag("div", classes="rv-body")
        ui.keyboard(on_key=self._key, repeating=False, ignore=["input", "select", "textarea"])
        await self._show()

    # ---- what is shown -----------------------------------------------------------------------------------------

    async def _show(self) -> None:
        if self._at is not None and self._at >= len(self._items):
            self._at = len(self._items) - 1 if self._items else None
        item = self._items[self._at] if self._at is not None else None
        history = None
        if item is not None:
            with errors_told("reading a history"):
                history = await self._services.reading(
                    history_of, actor=self._actor, assignment_id=item.assignment_id
                )
        self._body.clear()
        with self._body:
            if item is not None and history is not None and self._at is not None:
                place = _("%(place)d of %(total)d") % {"place": self._at + 1, "total": self._total}
                judged_alone(item, history, self._acts(), place=place, sending=self._sending)
            elif self._items:
                self._grid()
            else:
                self._nothing()

    def _grid(self) -> None:
        with Tag("div", classes="rv-bar"):
            self._total_line = Tag("span", self._total_words(), classes="pw-count", data_testid="queue-count")
            Tag("span", classes="rv-spring")
            shown = {item.assignment_id for item in self._items}
            every = self._ticked >= shown
            button(_("Choose none") if every else _("Choose all shown"), self._choose_all, testid="queue-all")
            self._batch = button("", self._accept_ticked, main=True, testid="review-accept-chosen")
            self._count()
        cards(self._items, self._ticked, on_tick=self._tick, on_open=self._look_at)
        if len(self._items) < self._total:
            button(_("Show more"), self._more, testid="queue-more")

    def _total_words(self) -> str:
        text = ngettext("%(number)d answer", "%(number)d answers", self._total) % {"number": self._total}
        if self._total != self._waiting:
            text += " · " + _("%(number)d wait in all") % {"number": self._waiting}
        return text

    def _nothing(self) -> None:
        if self._waiting:
            empty(_("Nothing here fits"), _("Other answers wait: choose less of a filter, or a larger sample."))
        else:
            empty(_("Nothing waits to be judged"), _("Saved answers appear here as soon as somebody saves one."))

    def _count(self) -> None:
        number = len(self._ticked)
        self._batch.text = ngettext("Accept %(number)d chosen", "Accept %(number)d chosen", number) % {
            "number": number
        }
        self._batch.props["disabled"] = number == 0
        self._batch.update()

    async def hear(self) -> None:
        """Others have saved or decided. Ticks stay; what is looked at alone is not taken from under the eyes."""
        if self._at is not None:
            return
        before, shown = (self._items, self._total, self._waiting), len(self._items)
        try:
            found = await self._read_shown()
        except PosewrightError as error:
            log.debug("%s sees the queue no more: %s", self._actor.name, error)
            return
        if len(self._items) != shown:  # more was shown meanwhile: the next news comes with all of it
            return
        if self._at is not None or (list(found.items), found.total, found.waiting) == before:
            return
        more = len(self._items) < self._total
        if self._items and list(found.items) == self._items and (len(self._items) < found.total) is more:
            self._total, self._waiting = found.total, found.waiting
            with self._body:  # dozens of pictures stand as they are
                self._total_line.text = self._total_words()
            return
        self._replace(found)
        with self._body:
            await self._show()

    # ---- what people do ----------------------------------------------------------------------------------------

    def _acts(self) -> Acts:
        return Acts(
            accept=self._accept,
            begin_sending=self._begin_sending,
            send=self._send,
            stop_sending=self._stop_sending,
            fix=self._fix,
            next=lambda: self._go(1),
            previous=lambda: self._go(-1),
            back=self._back,
        )

    async def _key(self, event: KeyEventArguments) -> None:
        modifiers = event.modifiers
        if not event.action.keydown or self._at is None or modifiers.ctrl or modifiers.alt or modifiers.meta:
            return
        name = event.key.name.lower()
        if self._sending is not None:
            if name.isdigit() and name != "0":
                self._sending.add(int(name))
            elif name == "enter":
                await self._send()
            elif name == "escape":
                await self._stop_sending()
            return
        ways: dict[str, Callable[[], Awaitable[None] | None]] = {
            "a": self._accept,
            "s": self._begin_sending,
            "f": self._fix,
            "j": lambda: self._go(1),
            "k": lambda: self._go(-1),
            "escape": self._back,
        }
        if name in ways:
            doing = ways[name]()
            if doing is not None:
                await doing

    def _tick(self, assignment_id: int, ticked: bool) -> None:
        (self._ticked.add if ticked else self._ticked.discard)(assignment_id)
        self._count()

    async def _choose_all(self) -> None:
        shown = {item.assignment_id for item in self._items}
        self._ticked = set() if self._ticked >= shown else shown
        await self._show()

    async def _look_at(self, assignment_id: int) -> None:
        self._at = next(
            (place for place, item in enumerate(self._items) if item.assignment_id == assignment_id), None
        )
        await self._show()

    async def _back(self) -> None:
        self._at = self._sending = None
        with errors_told("showing the queue"):
            await self._reload()
        await self._show()

    async def _go(self, by: int) -> None:
        if self._at is None:
            return
        place = self._at + by
        if place >= len(self._items) and len(self._items) < self._total:
            await self._load_more()
        if 0 <= place < len(self._items):
            self._at, self._sending = place, None
            await self._show()

    async def _accept(self) -> None:
        if (item := self._present) is not None:
            await self._decide(item, accept, _("Accepted."))

    async def _begin_sending(self) -> None:
        if (item := self._present) is not None:
            talk = await self._services.reading(talk_of, actor=self._actor, assignment_id=item.assignment_id)
            self._sending = Reason(talk.ready)
            await self._show()

    async def _stop_sending(self) -> None:
        self._sending = None
        await self._show()

    async def _send(self) -> None:
        item, sending = self._present, self._sending
        if item is None or sending is None:
            return
        if not sending.text.strip():
            toast_error(_("Say why: it is what the annotator goes by."))
            return
        await self._decide(item, send_back, _("Sent back."), reason=sending.text)

    def _fix(self) -> None:
        if (item := self._present) is not None:
            ui.navigate.to(f"/annotate/{item.assignment_id}?fix={item.revision}")

    async def _decide(self, item: Queued, use_case: Callable[..., object], said: str, **given: str) -> None:
        """Decides on one, and shows the next; where somebody saved meanwhile, the newer answer is shown instead."""
        try:
            await self._services.transact(
                use_case, actor=self._actor, assignment_id=item.assignment_id, revision=item.revision, **given
            )
        except PosewrightError as error:
            toast_error(explain(error, what="judging an answer").message)
            await self._reload()
        else:
            toast(said)
            self._leave({item.assignment_id})
            if len(self._items) < min(PAGE // 2, self._total):
                await self._load_more()
        self._sending = None
        await self._show()

    async def _accept_ticked(self) -> None:
        judged = [
            Judged(assignment_id=item.assignment_id, revision=item.revision)
            for item in self._items
            if item.assignment_id in self._ticked
        ]
        if not judged:
            return
        with errors_told("accepting answers"):
            batch = await self._services.transact(accept_many, actor=self._actor, judged=judged)
            number = len(batch.accepted)
            if number:
                toast(ngettext("%(number)d accepted.", "%(number)d accepted.", number) % {"number": number})
            if batch.refused:
                text = ngettext(
                    "%(number)d was changed meanwhile and waits again: look at it.",
                    "%(number)d were changed meanwhile and wait again: look at them.",
                    len(batch.refused),
                )
                toast_error(text % {"number": len(batch.refused)})
            await self._reload()
        await self._show()

    async def _more(self) -> None:
        await self._load_more()
        await self._show()

    # ---- what there is -----------------------------------------------------------------------------------------

    @property
    def _present(self) -> Queued | None:
        return self._items[self._at] if self._at is not None and self._at < len(self._items) else None

    def _take(self, queue: Queue) -> None:
        known = {item.assignment_id for item in self._items}
        self._items += [item for item in queue.items if item.assignment_id not in known]
        self._total, self._waiting = queue.total, queue.waiting

    async def _load_more(self) -> None:
        self._take(
            await self._services.reading(
                review_queue,
                actor=self._actor,
                chosen=self._chosen.filter(),
                offset=len(self._items),
                limit=PAGE,
            )
        )

    async def _reload(self) -> None:
        self._replace(await self._read_shown())

    async def _read_shown(self) -> Queue:
        """What is there now, as far as it was shown."""
        shown = max(PAGE, len(self._items))
        return await self._services.reading(
            review_queue, actor=self._actor, chosen=self._chosen.filter(), limit=shown
        )

    def _replace(self, found: Queue) -> None:
        """A tick stays with the answer that it was given to."""
        seen = {(item.assignment_id, item.revision) for item in self._items}
        self._items = []
        self._take(found)
        self._ticked &= {item.assignment_id for item in self._items if (item.assignment_id, item.revision) in seen}

    def _leave(self, assignment_ids: set[int]) -> None:
        before = len(self._items)
        self._items = [item for item in self._items if item.assignment_id not in assignment_ids]
        gone = before - len(self._items)
        self._total, self._waiting = self._total - gone, self._waiting - gone
        self._ticked -= assignment_ids
