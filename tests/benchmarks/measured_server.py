"""The program as it is, with a stopwatch on its event loop: `python -m tests.benchmarks.measured_server serve …`.

Every few milliseconds it notes how late the loop came back to it. A thread writes the notes to LAG_FILE in the home:
lines of the time by the system's monotonic clock and the lag, both in seconds.
"""

import asyncio
import os
import threading
import time
from collections import deque
from pathlib import Path

PERIOD_S = 0.01
WRITE_EVERY_S = 0.5
LAG_FILE = "loop-lag.txt"


async def _watch(notes: deque[tuple[float, float]]) -> None:
    while True:
        asked = time.monotonic()
        await asyncio.sleep(PERIOD_S)
        now = time.monotonic()
        notes.append((now, now - asked - PERIOD_S))


def _write(notes: deque[tuple[float, float]], path: Path) -> None:
    with path.open("a", buffering=1) as file:
        while True:
            time.sleep(WRITE_EVERY_S)
            lines = []
            while notes:
                now, lag = notes.popleft()
                lines.append(f"{now:.6f} {lag:.6f}\n")
            file.write("".join(lines))


def main() -> None:
    home = Path(os.environ["POSEWRIGHT_HOME"])
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(home / "cache" / "nicegui"))
    from nicegui import app as pages

    from ui.cli.app import app

    notes: deque[tuple[float, float]] = deque()
    running: set[asyncio.Task[None]] = set()

    def start() -> None:
        running.add(asyncio.get_running_loop().create_task(_watch(notes)))
        threading.Thread(target=_write, args=(notes, home / LAG_FILE), daemon=True).start()

    pages.on_startup(start)
    app()


if __name__ == "__main__":
    main()
