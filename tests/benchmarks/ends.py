"""`./test.sh bench ends`: how long what a person has open outlives the end of their session.

A real server; for each way in which a session ends (`tests.ui.door.test_door.ENDS`) a page and a stage socket are
open, and the time runs from the moment when the end was written until the server has closed both.

    page_ms, stage_ms   the longest of the repetitions; 2000 is what is promised
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.ui.door.house import House, house
from tests.ui.door.test_door import ENDS
from tests.ui.open_page import until_it_ends

TIMES = 3


def main() -> int:
    options = argparse.ArgumentParser(prog="ends", description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--times", type=int, default=TIMES, help="repetitions of each way (%(default)s)")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as home:
        rows = []
        for end in ENDS:
            taken = [measure(home, end) for _ in range(arguments.times)]
            page, stage = (round(max(one) * 1000) for one in zip(*taken, strict=True))
            rows.append({"end": end.__name__, "page_ms": page, "stage_ms": stage})
    print(json.dumps({"times": arguments.times, "rows": rows}, indent=2))
    return 0


def measure(home: House, end) -> tuple[float, float]:
    user_id, _name = home.add()
    cookie = home.cookie_for(user_id)
    ended: dict[str, float] = {}
    with (
        home.browser(cookie) as client,
        home.page(client) as page,
        home.socket("/ws/stage", cookie) as stage,
    ):

        def wait(name: str, socket) -> None:
            until_it_ends(socket)
            ended[name] = time.perf_counter()

        waiting = [threading.Thread(target=wait, args=each) for each in (("page", page), ("stage", stage))]
        for thread in waiting:
            thread.start()
        end(home, user_id, cookie)
        written = time.perf_counter()
        for thread in waiting:
            thread.join()
    return max(ended["page"] - written, 0.0), max(ended["stage"] - written, 0.0)


if __name__ == "__main__":
    sys.exit(main())
