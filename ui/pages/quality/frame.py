"""The frame of the quality pages: the page's shell with a row of links to the others; and what they share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from nicegui import ui
from starlette.requests import Request

from domain.permissions import Action, require
from ui import navigation
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.selects import select
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag

Each = TypeVar("Each")

PORTION = 24


@contextmanager
def quality_frame(request: Request, services: Services, *, title: str, action: Action) -> Iterator[ui.element]:
    """What is built inside lands below the row of links. Raises NotAllowed unless the person may do `action`."""
    person: SignedIn = request.state.person
    require(person.actor, action)
    place = ((_("Quality"), "/adjudicate"), (title, None))
    styles = ("tasks.css", "admin.css", "review.css", "numbers.css", "quality.css")
    with page_shell(request, services, title=title, place=place, styles=styles) as main:
        main.classes("pw-wide qa-page")
        with Tag("nav", classes="pw-rooms", aria_label=_("Quality")):
            for way in navigation.open_to(navigation.QUALITY, person.actor):
                path = request.url.path
                inside = path == way.address or (way.address == "/evaluate" and path.startswith("/evaluate/task/"))
                Tag("a", _(way.name), href=way.address, **({"aria_current": "page"} if inside else {}))
        yield main


def filters(
    address: str, selects: Sequence[tuple[str, str, Sequence[tuple[str, str]], str]], *, testid: str = "filters"
) -> None:
    """A form that sends itself at each choice. Of each: name, label, (value, text) of its options, what is chosen."""
    with Tag("form", method="get", action=address, classes="rv-filters", data_testid=testid):
        for each in selects:
            select(*each)


def whole_number(text: str | None) -> int | None:
    """Of an address; None for what is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def key_button(text: str, key: str, work: Callable[[], object], *, testid: str, main: bool = False) -> Tag:
    """A button that shows its key."""
    look = " pw-button-main" if main else ""
    made = Tag(
        "button",
        text,
        type="button",
        classes=f"pw-button pw-button-small{look}",
        title=f"{text}   {key}",
        data_testid=testid,
    )
    made.on("click", work, [])
    with made:
        Tag("kbd", key)
    return made


class Walk(Generic[Each]):
    """A long list that is worked through one by one; `load` brings `portion` of them that come after an item, fewer
    at the end. What is asked for while more is being loaded waits for it."""

    def __init__(
        self,
        load: Callable[[int], Awaitable[Sequence[Each]]],
        id_of: Callable[[Each], int],
        *,
        portion: int = PORTION,
    ) -> None:
        self._load = load
        self._id_of = id_of
        self._portion = portion
        self._items: list[Each] = []
        self._at = 0
        self._whole = False
        self._turn = asyncio.Lock()

    @property
    def present(self) -> Each | None:
        return self._items[self._at] if self._at < len(self._items) else None

    async def begin(self, at: int | None = None) -> None:
        """From the item `at` on, or from the first; from the first too where nothing is left after it."""
        async with self._turn:
            await self._begin(at)

    async def go(self, by: int) -> None:
        async with self._turn:
            await self._fill(self._at + by)
            if 0 <= self._at + by < len(self._items):
                self._at += by

    async def drop(self, id_: int) -> None:
        """This one is done with: the next takes its place."""
        async with self._turn:
            if (place := self._place(id_)) is not None:
                del self._items[place]
                self._at -= place < self._at
            await self._fill(self._at)
            self._at = max(min(self._at, len(self._items) - 1), 0)
            if not self._items:  # who began in the middle has the beginning before them
                await self._begin()

    def replace(self, item: Each) -> None:
        """What this one is by now."""
        if (place := self._place(self._id_of(item))) is not None:
            self._items[place] = item

    def _place(self, id_: int) -> int | None:
        return next((place for place, item in enumerate(self._items) if self._id_of(item) == id_), None)

    async def _begin(self, at: int | None = None) -> None:
        self._items, self._at, self._whole = [], 0, False
        await self._more((at - 1) if at else 0)
        if not self._items and at:
            self._whole = False
            await self._more(0)

    async def _fill(self, place: int) -> None:
        if place + 1 >= len(self._items) and not self._whole:
            await self._more(self._last)

    async def _more(self, after: int) -> None:
        self._last = after
        found = await self._load(after)
        self._whole = len(found) < self._portion
        self._items += found
        if found:
            self._last = self._id_of(found[-1])
