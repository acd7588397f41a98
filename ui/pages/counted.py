"""Numbers over a whole data set: counted when something has changed, and shown when they are there.

Comparing 100,000 labels takes seconds, and a page must open at once. What was counted is kept with the moment that it
is of; whoever asks after a change sees it until the new numbers come, and the first of all a word that they do.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from domain.permissions import Action, Actor, require
from storage.record import newest_change
from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.messages import Tone, message_line
from ui.services import Services
from ui.theme.tag import Tag

R = TypeVar("R")

PATIENCE_S = 0.1
"""A page waits so long for numbers before it opens without them."""

MOST_KEPT = 12
"""Answers; one over 100,000 labels has about 10 MB."""


@dataclass(frozen=True, slots=True)
class Known(Generic[R]):
    """What is known by now, and what is being counted: one of them is never None."""

    value: R | None
    coming: "asyncio.Task[R] | None"


class Counted:
    """One for each process. Counts one thing at a time, so that other readers find a thread."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[Any, tuple[Any, Any]] = OrderedDict()
        self._waiting: dict[Any, asyncio.Task[Any]] = {}
        self._begun: dict[Any, tuple[Any, asyncio.Task[Any]]] = {}
        self._turn = asyncio.Semaphore(1)

    async def ask(self, use_case: Callable[..., R], action: Action, /, *, actor: Actor, **which: Any) -> Known[R]:
        """Of a use case whose answer is the same for everybody who may do `action`. Raises NotAllowed, and what the
        use case raises soon."""
        require(actor, action)
        key = (use_case, *sorted(which.items()))
        mark = await self._services.reading(newest_change)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            if kept[0] == mark:
                return Known(kept[1], None)
        task = self._task(key, mark)
        if task is None:
            task = asyncio.create_task(self._count(key, use_case, actor=actor, **which))
            self._waiting[key] = task
            task.add_done_callback(_heard)
        await asyncio.wait({task}, timeout=PATIENCE_S)
        if task.done():
            return Known(task.result(), None)
        return Known(kept[1] if kept is not None else None, task)

    def _task(self, key: Any, mark: Any) -> "asyncio.Task[Any] | None":
        """One that will count this change too: it has not begun, or began after it."""
        begun = self._begun.get(key)
        return begun[1] if begun is not None and begun[0] == mark else self._waiting.get(key)

    async def _count(self, key: Any, use_case: Callable[..., R], **given: Any) -> R:
        task = asyncio.current_task()
        assert task is not None
        async with self._turn:
            del self._waiting[key]
            mark = await self._services.reading(newest_change)
            self._begun[key] = mark, task
            try:
                value = await self._services.reading(use_case, **given)
            finally:
                del self._begun[key]
        self._kept[key] = mark, value
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return value


def _heard(task: "asyncio.Task[Any]") -> None:
    """Whoever waits is told of an error; nobody may be left to hear of it."""
    if not task.cancelled():
        task.exception()


def show_counted(services: Services, known: Known[R], show: Callable[[R], None], *, testid: str) -> None:
    """A place for the numbers: those that are known at once, and those that come when they come."""
    with Tag("div", classes="qa-counted", data_testid=testid) as place:
        if known.coming is not None:
            text = _("Being counted…") if known.value is None else _("Newer numbers are being counted…")
            Tag("p", text, classes="pw-muted qa-counting", role="status", data_testid="counting")
        if known.value is not None:
            show(known.value)
    if known.coming is None:
        return

    async def follow(coming: "asyncio.Task[R]") -> None:
        problem, value = "", None
        try:
            value = await asyncio.shield(coming)
        except Exception as error:  # noqa: BLE001 - the page says so; `explain` logs what nobody foresaw
            problem = explain(error, what="counting").message
        if place.is_deleted:
            return
        place.clear()
        with place:
            if value is None:
                message_line(problem, Tone.BAD)
            else:
                show(value)

    services.in_background(follow(known.coming))
