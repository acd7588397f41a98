"""A list that is worked through: keys come faster than items."""

import asyncio
from collections.abc import Sequence

from ui.pages.quality.frame import Walk


def walk_of(last: int, portion: int = 4) -> Walk[int]:
    async def load(after: int) -> Sequence[int]:
        await asyncio.sleep(0)
        return list(range(after + 1, min(after + portion, last) + 1))

    return Walk(load, lambda item: item, portion=portion)


async def seen(walk: Walk[int]) -> list[int]:
    """What is come by, from the present one on."""
    found = [walk.present]
    while (await walk.go(1)) is None and walk.present != found[-1]:
        found.append(walk.present)
    return [item for item in found if item is not None]


async def test_quick_keys_come_by_each_item_once() -> None:
    walk = walk_of(11)
    await walk.begin()
    await asyncio.gather(*(walk.go(1) for _ in range(5)))
    assert walk.present == 6
    assert await seen(walk) == [6, 7, 8, 9, 10, 11]


async def test_what_is_done_with_goes_wherever_one_is_by_now() -> None:
    walk = walk_of(11)
    await walk.begin()
    await walk.go(1)
    await walk.drop(1)
    assert walk.present == 2
    await walk.drop(2)
    assert await seen(walk) == [3, 4, 5, 6, 7, 8, 9, 10, 11]


async def test_who_began_in_the_middle_has_the_beginning_at_last() -> None:
    walk = walk_of(3)
    await walk.begin(3)
    assert walk.present == 3
    await walk.drop(3)
    assert walk.present == 1
