"""The blind comparison: two overlays of one photo, one key to say which fits better."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from nicegui import ui
from nicegui.events import KeyEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.evaluation import Choice
from storage.use_cases.evaluate import OpenedEvaluation, answer_evaluation, open_evaluation
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import _
from ui.overlay_routes import overlay_address
from ui.pages.admin.messages import toast_error
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.quality.frame import key_button
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag

SIDES = ((Choice.LEFT, "left", "←"), (Choice.RIGHT, "right", "→"))
KEYS = {
    "arrowleft": Choice.LEFT,
    "1": Choice.LEFT,
    "arrowright": Choice.RIGHT,
    "2": Choice.RIGHT,
    "arrowdown": Choice.CANT_TELL,
    "0": Choice.CANT_TELL,
}


def add_compare(app: FastAPI, services: Services) -> None:
    @page_at("/evaluate/{assignment_id:int}")
    async def compare(request: Request, assignment_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            opened = await services.reading(open_evaluation, actor=person.actor, assignment_id=assignment_id)
        except PosewrightError as error:
            return rule_page(request, error)
        place = ((_("Tasks"), "/tasks"), (opened.task, None))
        styles = ("tasks.css", "admin.css", "review.css", "quality.css")
        with page_shell(request, services, title=opened.task, place=place, styles=styles) as main:
            main.classes("pw-wide qa-page")
            await ComparePage(services, person, opened).build()
        return None


class ComparePage:
    """One person's way through the comparisons that are theirs. What is shown tells nothing of the sources."""

    def __init__(self, services: Services, person: SignedIn, opened: OpenedEvaluation) -> None:
        self._services = services
        self._actor = person.actor
        self._opened = opened
        self._busy = False
        self._moving = asyncio.Lock()

    async def build(self) -> None:
        self._body = Tag("div", classes="qa-one")
        ui.keyboard(on_key=self._key, repeating=False, ignore=["input", "select", "textarea"])
        self._show()

    def _show(self) -> None:
        opened = self._opened
        self._body.clear()
        with self._body:
            with Tag("header", classes="rv-one-head", data_testid="comparison", data_assignment=opened.assignment_id):
                with Tag("h1", classes="pw-h2"):
                    Tag("span", _("Which overlay fits better?"))
                    Tag("small", f"{opened.category.replace('_', ' ')} · {opened.image}", classes="pw-muted")
                if opened.choice is not None:
                    chip(_("answered"), "is-done")
                place = _("%(place)d of %(total)d · %(answered)d answered")
                Tag(
                    "span",
                    place % {"place": opened.position, "total": opened.total, "answered": opened.answered},
                    classes="pw-count",
                    data_testid="comparison-place",
                )
            with Tag("div", classes="qa-pair"):
                for choice, side, key in SIDES:
                    self._side(choice, side, key)
            with Tag("footer", classes="rv-acts"):
                if opened.can_answer:
                    key_button(_("Left"), "←", self._chooser(Choice.LEFT), testid="choose-left")
                    made = key_button(
                        _("Can't tell"), "↓", self._chooser(Choice.CANT_TELL), testid="choose-cant-tell"
                    )
                    made.props["aria-pressed"] = str(opened.choice is Choice.CANT_TELL).lower()
                    key_button(_("Right"), "→", self._chooser(Choice.RIGHT), testid="choose-right")
                else:
                    chip(_("you only look: this is somebody else's"))
                Tag("span", classes="rv-spring")
                self._end()
                key_button(_("Previous"), "K", lambda: self._go(-1), testid="previous")
                key_button(_("Next"), "J", lambda: self._go(1), testid="next")
            if opened.next_open_id is not None and opened.next_open_id != opened.assignment_id:
                for _choice, side, _key in SIDES:  # drawn while somebody looks at these
                    address = overlay_address(side, opened.next_open_id, large=True)
                    Tag("link", rel="prefetch", as_="image", href=address)

    def _side(self, choice: Choice, side: str, key: str) -> None:
        opened = self._opened
        made = Tag(
            "button",
            type="button",
            classes="qa-choice",
            aria_pressed=str(opened.choice is choice).lower(),
            data_testid=f"side-{side}",
        )
        if opened.can_answer:
            made.on("click", self._chooser(choice), [])
        else:
            made.props["disabled"] = True
        name = _("Left") if choice is Choice.LEFT else _("Right")
        with made:
            Tag("img", src=overlay_address(side, opened.assignment_id, large=True), alt=name, draggable="false")
            Tag("span", f"{name}   {key}")

    def _end(self) -> None:
        """Where everything is answered, the way on."""
        opened = self._opened
        if opened.next_open_id is not None or opened.choice is None:
            return
        if opened.draws:
            with Tag("form", method="post", action=f"/task/{opened.task_id}/draw", classes="pw-draw"):
                Tag(
                    "button",
                    _("Draw the next"),
                    type="submit",
                    classes="pw-button pw-button-small pw-button-main",
                    data_testid="draw",
                )
            return
        Tag(
            "a",
            _("All answered: back to the tasks"),
            href="/tasks",
            classes="pw-button pw-button-small pw-button-main",
            data_testid="all-answered",
        )

    def _chooser(self, choice: Choice) -> Callable[[], Awaitable[None]]:
        async def choose() -> None:
            await self._choose(choice)

        return choose

    async def _choose(self, choice: Choice) -> None:
        """Kept on disk before the next is shown; a second key while that lasts is none."""
        opened = self._opened
        if self._busy or not opened.can_answer:
            return
        self._busy = True
        try:
            await self._services.transact(
                answer_evaluation, actor=self._actor, assignment_id=opened.assignment_id, choice=choice
            )
            await self._open(opened.next_open_id if opened.choice is None else None)
        except PosewrightError as error:
            toast_error(explain(error, what="keeping a comparison").message)
        finally:
            self._busy = False

    async def _go(self, by: int) -> None:
        """Keys that come faster than pages go on from one another."""
        async with self._moving:
            wanted = self._opened.next_id if by > 0 else self._opened.prev_id
            if wanted is None or self._busy:
                return
            try:
                await self._open(wanted)
            except PosewrightError as error:
                toast_error(explain(error, what="opening a comparison").message)

    async def _open(self, assignment_id: int | None) -> None:
        """None: the present one anew."""
        wanted = assignment_id or self._opened.assignment_id
        self._opened = await self._services.reading(open_evaluation, actor=self._actor, assignment_id=wanted)
        ui.navigate.history.replace(f"/evaluate/{wanted}")
        self._show()

    async def _key(self, event: KeyEventArguments) -> None:
        modifiers = event.modifiers
        if not event.action.keydown or modifiers.ctrl or modifiers.alt or modifiers.meta:
            return
        name = event.key.name.lower()
        if name in KEYS:
            await self._choose(KEYS[name])
        elif name in ("j", "n"):
            await self._go(1)
        elif name in ("k", "p"):
            await self._go(-1)
