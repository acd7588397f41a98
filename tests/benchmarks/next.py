"""`./test.sh bench next`: from the key to the next item fully drawn, in a real Chromium.

PageDown through items with a photo of its own and another mesh each, with a short look at each. An item is there
when photo, thumbnails and an overlay of its own pose are on the screen.

    p50_ms, p95_ms   from the key's event to that display frame painted
"""

import asyncio
import sys
from typing import Any

import numpy as np

from tests.benchmarks.page import stage_page
from tests.benchmarks.workplace import Workplace, mesh_files, note, note_machine, parser, read, show, workplace

ITEMS = 25
LOOK_S = 1.0
EXTENT = 600.0
PATIENCE_MS = 20_000


def main() -> int:
    options = parser("next", __doc__ or "")
    options.add_argument("--items", type=int, default=ITEMS, help="how many (%(default)s)")
    options.add_argument("--look", type=float, default=LOOK_S, help="seconds spent on each (%(default)s)")
    arguments = options.parse_args()
    note_machine()
    with mesh_files(arguments.cad_root) as files:
        meshes = evenly(read(files, [*files]), arguments.items)
        with workplace(
            meshes, extent=EXTENT, items_each=arguments.items, workers=arguments.workers, lighten=False
        ) as place:
            row = asyncio.run(measure(place, arguments.look))
    note_machine()
    show([row], as_json=arguments.json)
    return 0


def evenly(meshes: list[Any], count: int) -> list[Any]:
    """So many at most, from the whole of the list."""
    return [meshes[place] for place in sorted(set(np.linspace(0, len(meshes) - 1, count).round().astype(int)))]


async def measure(place: Workplace, look_s: float) -> dict[str, Any]:
    person = place.people[0]
    parts: dict[str, list[float]] = {"overlay": [], "photo": [], "took": []}
    async with stage_page(place.server.url, person) as stage:
        await stage.open(person.assignments[0])
        await stage.page.get_by_test_id("stage").focus()
        for assignment, colour in zip(person.assignments[1:], place.marks[1:], strict=True):
            await asyncio.sleep(look_s)
            await stage.page.evaluate("([item, colour]) => benchmark.expect(item, colour)", [assignment, colour])
            await stage.page.keyboard.press("PageDown")
            await stage.page.wait_for_function("() => benchmark.next().took !== null", timeout=PATIENCE_MS)
            seen = await stage.page.evaluate("benchmark.next()")
            for name, times in parts.items():
                times.append(seen[name])
    note("ms: " + "; ".join(f"{name} {' '.join(f'{time:.0f}' for time in times)}" for name, times in parts.items()))
    return {
        "items": len(parts["took"]),
        "p50_ms": round(float(np.percentile(parts["took"], 50)), 1),
        "p95_ms": round(float(np.percentile(parts["took"], 95)), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
