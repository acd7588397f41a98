"""The page on which a supervisor decides what stands where several people answered: side by side, by keys."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

from nicegui import ui
from nicegui.events import KeyEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.comparison import compare
from domain.errors import PosewrightError
from domain.permissions import Action
from storage.use_cases.adjudicate import (
    AdjudicationChoices,
    AdjudicationFilter,
    Counts,
    Disputed,
    Label,
    Which,
    adjudication_choices,
    adjudication_counts,
    disputed,
    disputed_item,
    take_answer,
    take_mean,
    withdraw_adjudication,
)
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import N_, _
from ui.overlay_routes import overlay_address
from ui.pages.admin.messages import toast, toast_error
from ui.pages.counted import Counted
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.quality.frame import Walk, filters, key_button, quality_frame, whole_number
from ui.pages.quality.words import FLIPS, WAYS
from ui.pages.review.comparing import numbers_of, quality_name
from ui.pages.task_rows import chip, empty
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_time

ADDRESS = "/adjudicate"
PORTION = 4
"""Items whose means are made at once: a few, because the first is waited for."""
WHICH: dict[Which, str] = {
    Which.WAITING: N_("to be decided"),
    Which.DISAGREED: N_("of these, where people disagree"),
    Which.DECIDED: N_("decided"),
    Which.ALL: N_("all"),
}


def add_adjudicate(services: Services, counted: Counted) -> None:
    @page_at(ADDRESS)
    async def adjudicate(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            with quality_frame(request, services, title=_("Adjudication"), action=Action.ADJUDICATE):
                await AdjudicatePage(services, counted, person, request.query_params).build()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class AdjudicatePage:
    """One supervisor's way through the items that several people answered."""

    def __init__(self, services: Services, counted: Counted, person: SignedIn, query: Mapping[str, str]) -> None:
        self._services = services
        self._counted = counted
        self._actor = person.actor
        which = query.get("which", "")
        self._chosen = AdjudicationFilter(
            which=Which(which) if which in set(Which) else Which.WAITING,
            category_id=whole_number(query.get("category")),
            task_id=whole_number(query.get("task")),
        )
        self._begin_at = whole_number(query.get("at"))
        self._walk: Walk[Disputed] = Walk(self._load, lambda each: each.item_id, portion=PORTION)
        self._busy = False
        self._counts = Counts(waiting=0, decided=0)

    async def build(self) -> None:
        # Each looks through all answers: side by side they are there in the time of the longer one.
        choices, _begun = await asyncio.gather(self._choices(), self._walk.begin(self._begin_at))
        with Tag("div", classes="qa-bar"):
            self._filters(choices)
            self._count_line = Tag("p", classes="pw-count", data_testid="adjudicate-count", role="status")
        self._body = Tag("div", classes="rv-body")
        ui.keyboard(on_key=self._key, repeating=False, ignore=["input", "select", "textarea"])
        if self._walk.present is None:
            await self._recount()  # what the empty page says depends on it
        else:
            self._services.in_background(self._recount())
        self._show()

    async def _choices(self) -> AdjudicationChoices:
        """Those of before a change are good enough until the new ones are there."""
        known = await self._counted.ask(adjudication_choices, Action.ADJUDICATE, actor=self._actor)
        if known.value is not None:
            return known.value
        assert known.coming is not None
        return await asyncio.shield(known.coming)

    # ---- what is shown -----------------------------------------------------------------------------------------

    def _filters(self, choices: AdjudicationChoices) -> None:
        every = ("", _("all"))
        chosen = self._chosen
        filters(
            ADDRESS,
            [
                ("which", _("Items"), [(each.value, _(name)) for each, name in WHICH.items()], chosen.which.value),
                (
                    "category",
                    _("Category"),
                    [every, *((str(id_), name.replace("_", " ")) for id_, name in choices.categories)],
                    str(chosen.category_id or ""),
                ),
                (
                    "task",
                    _("Task"),
                    [every, *((str(id_), name) for id_, name in choices.tasks)],
                    str(chosen.task_id or ""),
                ),
            ],
        )

    async def _recount(self) -> None:
        self._counts = await self._services.reading(adjudication_counts, actor=self._actor, chosen=self._chosen)
        if self._count_line.is_deleted:  # the page was left meanwhile
            return
        with self._count_line:  # whose page says in which language
            self._count_line.text = _("%(waiting)d to be decided · %(decided)d decided") % {
                "waiting": self._counts.waiting,
                "decided": self._counts.decided,
            }

    def _show(self) -> None:
        self._body.clear()
        with self._body:
            if (item := self._walk.present) is not None:
                self._one(item)
            elif self._counts.waiting or self._counts.decided:
                empty(_("Nothing here fits"), _("Everything in this list is done, or the filter leaves nothing."))
            else:
                empty(
                    _("Nobody shares an item yet"),
                    _("Make a task with two or more people for each item; what they answer is compared here."),
                )

    def _one(self, item: Disputed) -> None:
        with Tag("section", classes="qa-one", data_testid="adjudicate-one", data_item=item.item_id):
            with Tag("header", classes="rv-one-head"):
                with Tag("h2", classes="pw-h2"):
                    Tag("span", item.category.replace("_", " "))
                    Tag("small", item.image, classes="pw-muted")
                _marks(item)
            with Tag("div", classes="qa-sides", data_testid="answers"):
                for number, label in enumerate(item.labels, start=1):
                    self._label(item, number, label)
                if item.mean is not None and item.majority:
                    self._mean(item)
                if item.standing is not None and item.standing.way.value == "own":
                    _own(item)
            with Tag("footer", classes="rv-acts"):
                if item.majority:
                    key_button(_("Take the mean"), "M", self._take_mean, testid="take-mean", main=True)
                key_button(_("Set my own"), "O", self._own, testid="set-own")
                if item.standing is not None:
                    key_button(_("Take the decision back"), "U", self._withdraw, testid="take-back")
                Tag("span", classes="rv-spring")
                key_button(_("Previous"), "K", lambda: self._go(-1), testid="previous")
                key_button(_("Next"), "J", lambda: self._go(1), testid="next")

    def _label(self, item: Disputed, number: int, label: Label) -> None:
        standing = item.standing
        stands = standing is not None and standing.revision_id == label.revision_id and standing.way.value == "taken"
        out = " is-out" if label.out else ""
        with Tag("figure", classes=f"rv-side{out}{' is-present' if stands else ''}", data_testid="answer"):
            Tag(
                "img",
                src=overlay_address("revision", label.revision_id, large=True),
                alt=_("Answer of %(name)s") % {"name": label.author},
                draggable="false",
            )
            with Tag("figcaption"):
                with Tag("b"):
                    if number <= 9:
                        Tag("kbd", str(number))
                    Tag("span", label.author)
                Tag("span", f"{as_time(label.at)} · {label.task}", classes="pw-muted")
                _numbers(item, label)
                if number <= 9:
                    key_button(_("Take this"), str(number), self._taker(number), testid=f"take-{number}")

    def _mean(self, item: Disputed) -> None:
        stands = item.standing is not None and item.standing.way.value == "mean"
        with Tag("figure", classes=f"rv-side is-mean{' is-present' if stands else ''}", data_testid="mean"):
            Tag("img", src=overlay_address("mean", item.item_id, large=True), alt=_("The mean"), draggable="false")
            with Tag("figcaption"):
                with Tag("b"):
                    Tag("kbd", "M")
                    Tag("span", _("The mean"))
                Tag(
                    "span",
                    _("of %(members)d of %(all)d answers") % {"members": item.members, "all": len(item.labels)},
                    classes="pw-muted",
                )
                with Tag("p", classes="rv-numbers"):
                    Tag("span", _("spread %(degrees).1f°") % {"degrees": item.spread_degrees})

    # ---- what is done ------------------------------------------------------------------------------------------

    async def _key(self, event: KeyEventArguments) -> None:
        modifiers = event.modifiers
        if not event.action.keydown or modifiers.ctrl or modifiers.alt or modifiers.meta:
            return
        name = event.key.name.lower()
        ways: dict[str, Callable[[], Awaitable[None] | None]] = {
            "m": self._take_mean,
            "o": self._own,
            "u": self._withdraw,
            "j": lambda: self._go(1),
            "k": lambda: self._go(-1),
        }
        work = self._taker(int(name)) if name in set("123456789") else ways.get(name)
        doing = work() if work is not None else None
        if doing is not None:
            await doing

    def _taker(self, number: int) -> Callable[[], Awaitable[None]]:
        async def take() -> None:
            item = self._walk.present
            if item is not None and number <= len(item.labels):
                revision_id = item.labels[number - 1].revision_id
                await self._decide(item, take_answer, _("Taken."), revision_id=revision_id, seen=item.revision_ids)

        return take

    async def _take_mean(self) -> None:
        if (item := self._walk.present) is None:
            return
        if not item.majority:
            toast_error(_("No two answers are near each other, so there is no mean. Take one, or set your own."))
            return
        await self._decide(item, take_mean, _("The mean is taken."), seen=item.revision_ids)

    async def _withdraw(self) -> None:
        if (item := self._walk.present) is not None and item.standing is not None:
            await self._decide(item, withdraw_adjudication, _("Taken back: people's answers count again."))

    def _own(self) -> None:
        """The stage, on the answer that is nearest to the others."""
        if (item := self._walk.present) is None:
            return
        others = [label for label in item.labels if not label.out] or list(item.labels)
        best = min(others, key=lambda label: label.degrees if label.degrees is not None else 360.0)
        back = {"which": self._chosen.which.value, "at": item.item_id}
        back |= {"category": self._chosen.category_id} if self._chosen.category_id else {}
        back |= {"task": self._chosen.task_id} if self._chosen.task_id else {}
        ui.navigate.to(f"/annotate/{best.assignment_id}?adjudicate={quote(urlencode(back))}")

    async def _decide(self, item: Disputed, use_case: Callable[..., object], said: str, **given: object) -> None:
        """Decides, and goes on; where somebody answered or decided meanwhile, what is there now is shown instead."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._services.transact(
                use_case, actor=self._actor, item_id=item.item_id, last_number=item.last_number, **given
            )
        except PosewrightError as error:
            toast_error(explain(error, what="adjudicating").message)
            await self._again(item)
        else:
            toast(said)
            stays = self._chosen.which in (Which.ALL, Which.DECIDED)
            if stays or use_case is withdraw_adjudication:
                await self._again(item)
            if use_case is not withdraw_adjudication:
                await (self._walk.go(1) if stays else self._walk.drop(item.item_id))
        finally:
            self._busy = False
        self._show()
        await self._recount()  # the next one need not wait for it

    async def _again(self, item: Disputed) -> None:
        try:
            self._walk.replace(await self._services.reading(disputed_item, actor=self._actor, item_id=item.item_id))
        except PosewrightError:  # nothing to decide any more
            await self._walk.drop(item.item_id)

    async def _go(self, by: int) -> None:
        if self._busy:  # what is being decided goes on by itself
            return
        await self._walk.go(by)
        self._show()
        await self._recount()  # the next one need not wait for it

    async def _load(self, after: int) -> Sequence[Disputed]:
        return await self._services.reading(
            disputed, actor=self._actor, chosen=self._chosen, after=after, limit=PORTION
        )


def _marks(item: Disputed) -> None:
    if item.standing is not None:
        standing = item.standing
        text = _("Decided: %(way)s, by %(name)s") % {"way": _(WAYS[standing.way]), "name": standing.author}
        Tag("span", text, classes="pw-chip is-done", title=as_time(standing.at), data_testid="decided")
        if standing.changed:
            chip(_("answers changed since"), "is-changed")
    if item.agree:
        chip(_("all agree"), "is-good")
    elif not item.majority:
        chip(_("no majority"), "is-bad")
    for label in item.labels:
        if label.out:
            Tag("span", _out(item, label), classes="pw-chip is-warning", data_testid="outlier")


def _out(item: Disputed, label: Label) -> str:
    """“C is a 180° azimuth flip of A and B”."""
    members = [each.author for each in item.labels if not each.out and each.degrees is not None]
    others = _(" and ").join(members) if len(members) < 3 else _("the others")
    if label.kind is None:
        text = _("%(name)s is %(degrees).0f° from %(others)s")
        return text % {"name": label.author, "degrees": label.degrees or 0.0, "others": others}
    return _("%(name)s is %(flip)s of %(others)s") % {
        "name": label.author,
        "flip": _(FLIPS[label.kind]),
        "others": others,
    }


def _numbers(item: Disputed, label: Label) -> None:
    """How far it is from the mean, or that it has no pose to speak of."""
    with Tag("p", classes="rv-numbers", data_testid="numbers"):
        if label.degrees is None or item.mean is None:
            Tag("em", quality_name(label.answer))
            return
        comparison = compare(item.mean, label.answer, item.box)
        angle, centre, distance = numbers_of(comparison)
        Tag("span", f"ΔR {label.degrees:.1f}°", title=_("From the mean, by the category's symmetry") + f"\n{angle}")
        Tag("span", centre)
        if not comparison.model:
            Tag("span", distance)
        else:
            Tag("em", _("CAD model %(number)d") % {"number": label.answer.cad_index})
        if comparison.quality:
            Tag("em", quality_name(label.answer))


def _own(item: Disputed) -> None:
    assert item.standing is not None
    with Tag("figure", classes="rv-side is-present", data_testid="own"):
        source = overlay_address("adjudication", item.standing.id, large=True)
        Tag("img", src=source, alt=_("The decision"), draggable="false")
        with Tag("figcaption"):
            Tag("b", _("The decision"))
            Tag("span", f"{item.standing.author} · {as_time(item.standing.at)}", classes="pw-muted")
