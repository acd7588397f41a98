"""Numbers over everything: counted once for each change, and never waited for by a page."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import NotAllowed
from domain.permissions import Action, Actor, Role
from storage.record import publish
from tests.empty_database import empty_database
from ui.pages.counted import Counted, Known
from ui.services import Services
from ui.settings import Settings

SUE = Actor(user_id=1, name="sue", role=Role.SUPERVISOR)
ANN = Actor(user_id=2, name="ann", role=Role.ANNOTATOR)


class Counting:
    """A use case that gives how often it was asked; it ends when it may."""

    def __init__(self) -> None:
        self.times = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, session: Any, *, actor: Actor) -> int:
        self.times += 1
        times = self.times
        self.begun.set()
        assert self.may_end.wait(30)
        return times


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    services = Services(Settings(home=tmp_path / "home"))
    empty_database(services.settings.database).close()
    yield services
    await services.close()


async def told(known: Known[int]) -> int:
    if known.coming is not None:
        return await known.coming
    assert known.value is not None
    return known.value


def something_changes(session: Any) -> None:
    publish(session, "assignment.saved", "assignment", 1)


async def test_it_is_counted_once_for_each_change_and_the_last_is_shown_meanwhile(services: Services) -> None:
    counted, counting = Counted(services), Counting()

    async def ask() -> Known[int]:
        return await counted.ask(counting, Action.SEE_STATISTICS, actor=SUE)

    first, beside = await ask(), await ask()
    assert first.value is None, "nobody knows yet, and the page opens"
    assert first.coming is beside.coming
    counting.may_end.set()
    assert await told(first) == 1
    assert await ask() == Known(1, None)

    counting.may_end.clear()
    await services.transact(something_changes)
    again = await ask()
    assert again.value == 1
    counting.may_end.set()
    assert await told(again) == 2


async def test_what_changes_while_it_is_counted_is_counted_after_it(services: Services) -> None:
    counted, counting = Counted(services), Counting()
    first = await counted.ask(counting, Action.SEE_STATISTICS, actor=SUE)
    assert await asyncio.to_thread(counting.begun.wait, 30)
    await services.transact(something_changes)
    second = await counted.ask(counting, Action.SEE_STATISTICS, actor=SUE)
    assert first.coming is not second.coming
    counting.may_end.set()
    assert (await told(first), await told(second)) == (1, 2)


async def test_only_who_may_is_told(services: Services) -> None:
    counted, counting = Counted(services), Counting()
    counting.may_end.set()
    assert await told(await counted.ask(counting, Action.SEE_STATISTICS, actor=SUE)) == 1
    with pytest.raises(NotAllowed):
        await counted.ask(counting, Action.SEE_STATISTICS, actor=ANN)
