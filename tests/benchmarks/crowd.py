"""`./test.sh bench crowd --people N`: so many people dragging at once, each in their own assignment.

Each is a websocket client that has a new pose 30 times a second and sends it unless a frame is still on its way; the
object is about 400 pixels large in a 640x480 view.

    people            how many
    fps_min, fps_mean frames a second, of the person with the fewest and on average
    p50_ms, p95_ms    from a pose sent to its frame received, over all frames
    jain              fairness of the frame rates: 1 where all have the same, 1/N where one has all
    loop_lag_p99_ms   how late the web process's event loop came back to a stopwatch in it
    rss_growth_mb     of web process and render workers together, from the first second to the last

The clients share the cores with the server; what they take is printed beside the result.
"""

import asyncio
import json
import math
import os
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from domain.pose import PARAMETERS, Pose
from tests.benchmarks.measured_server import LAG_FILE
from tests.benchmarks.processes import Usage, descendants, resident_mb
from tests.benchmarks.workplace import (
    HEIGHT,
    WIDTH,
    Person,
    Workplace,
    mesh_files,
    note,
    note_machine,
    parser,
    read,
    show,
    workplace,
)
from ui.live.socket import PATH

PEOPLE = 32
SECONDS = 15.0
WARM_UP_S = 4.0
RATE = 30.0
EXTENT = 400.0
VIEW = {"left": (WIDTH - 640) / 2, "top": (HEIGHT - 480) / 2, "scale": 1, "width": 640, "height": 480}
MESH_OF_ISSUE, MIDDLING_FACES = "fan/07", 3600


@dataclass(slots=True, kw_only=True)
class Client:
    """One person at the mouse, without a picture."""

    person: Person
    start: Pose
    phase: float
    received: list[tuple[float, float]] = field(default_factory=list)
    """When a frame came, and how long after its pose was sent; seconds by the monotonic clock."""
    refused: int = 0

    async def drag(self, url: str, ready: asyncio.Barrier, end: asyncio.Event) -> None:
        async with connect(
            f"{url.replace('http', 'ws', 1)}{PATH}", origin=url, compression=None, max_size=None,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.person.header},
        ) as socket:  # fmt: skip
            await socket.send(json.dumps({"type": "open", "assignment": self.person.assignments[0]}))
            while json.loads(await socket.recv())["type"] != "opened":
                pass
            await ready.wait()
            await self._drag(socket, end)

    async def _drag(self, socket: ClientConnection, end: asyncio.Event) -> None:
        sent_at: float | None = None

        async def listen() -> None:
            nonlocal sent_at
            async for received in socket:
                if isinstance(received, bytes):
                    now = time.monotonic()
                    if sent_at is not None:
                        self.received.append((now, now - sent_at))
                        sent_at = None
                elif json.loads(received)["type"] == "not_drawn":
                    self.refused += 1
                    sent_at = None

        listening = asyncio.create_task(listen())
        clock = asyncio.get_running_loop().time
        due = clock() + self.phase / RATE
        seq = 0
        while not end.is_set():
            await asyncio.sleep(due - clock())
            due = max(due + 1 / RATE, clock())
            if sent_at is None:
                seq += 1
                message = self._message(seq, clock())
                sent_at = time.monotonic()
                await socket.send(message)
        listening.cancel()

    def _message(self, seq: int, now: float) -> str:
        azimuth = (self.start.azimuth + 0.7 * now + self.phase) % math.tau
        elevation = 0.5 * math.sin(1.3 * now + 5 * self.phase)
        pose = {name: getattr(self.start, name) for name in PARAMETERS} | {"azimuth": azimuth, "elevation": elevation}
        return json.dumps(
            {
                "type": "pose", "seq": seq, "layer": "main", "cad_index": 1, "pose": pose, "view": VIEW,
                "mode": "solid", "detail": "drag",
            },
            separators=(",", ":"),
        )  # fmt: skip


def main() -> int:
    options = parser("crowd", __doc__ or "")
    options.add_argument("--people", type=int, default=PEOPLE, help="how many (%(default)s)")
    options.add_argument("--mesh", help="what they drag, by its name (fan/07, or what is nearest to 3,600 faces)")
    options.add_argument("--seconds", type=float, default=SECONDS, help="how long (%(default)s)")
    arguments = options.parse_args()
    note_machine()
    with mesh_files(arguments.cad_root) as files:
        if arguments.mesh or MESH_OF_ISSUE in files:
            mesh = read(files, [arguments.mesh or MESH_OF_ISSUE])[0]
        else:
            mesh = min(read(files, [*files]), key=lambda mesh: abs(mesh.faces - MIDDLING_FACES))
        with (
            workplace(
                [mesh], people=arguments.people, extent=EXTENT, workers=arguments.workers,
                program=("-m", "tests.benchmarks.measured_server"),
            ) as place
        ):  # fmt: skip
            note(f"{arguments.people} people on {mesh.name}, {mesh.faces} faces")
            row = asyncio.run(measure(place, arguments.seconds))
    note_machine()
    show([row], as_json=arguments.json)
    return 0


async def measure(place: Workplace, seconds: float) -> dict[str, Any]:
    """All drag at once; what is counted begins when everything is warm."""
    clients = [
        Client(person=person, start=place.start[0], phase=number / len(place.people))
        for number, person in enumerate(place.people)
    ]
    ready, end = asyncio.Barrier(len(clients) + 1), asyncio.Event()
    running = [asyncio.create_task(client.drag(place.server.url, ready, end)) for client in clients]
    await ready.wait()
    await asyncio.sleep(WARM_UP_S)
    server = place.server.process.pid
    processes = [server, *descendants(server)]
    note(f"measuring: web process {server}, workers {' '.join(map(str, processes[1:]))}")
    memory = {pid: resident_mb(pid) for pid in processes}
    usage = Usage.now({"web": [server], "workers": processes[1:], "clients": [os.getpid()]})
    began = time.monotonic()
    await asyncio.sleep(seconds)
    ended = time.monotonic()
    note(f"CPU, % of one core: {usage.percent(ended - began)}")
    growth = sum(resident_mb(pid) - before for pid, before in memory.items())
    end.set()
    await asyncio.gather(*running)
    await asyncio.sleep(1.0)
    if refused := sum(client.refused for client in clients):
        note(f"{refused} poses were not drawn")
    rates, waits = [], []
    for client in clients:
        within = [wait for at, wait in client.received if began <= at < ended]
        rates.append(len(within) / (ended - began))
        waits += within
    return {
        "people": len(clients),
        "fps_min": round(min(rates), 1),
        "fps_mean": round(float(np.mean(rates)), 1),
        "p50_ms": round(1000 * float(np.percentile(waits, 50)), 1),
        "p95_ms": round(1000 * float(np.percentile(waits, 95)), 1),
        "jain": round(sum(rates) ** 2 / (len(rates) * sum(rate**2 for rate in rates)), 4),
        "loop_lag_p99_ms": round(1000 * float(np.percentile(loop_lags(place, began, ended), 99)), 1),
        "rss_growth_mb": round(growth, 1),
    }


def loop_lags(place: Workplace, began: float, ended: float) -> list[float]:
    """What the stopwatch in the web process noted in this time, seconds."""
    notes = (line.split() for line in (place.server.home / LAG_FILE).read_text("ascii").splitlines())
    return [float(lag) for at, lag in notes if began <= float(at) < ended]


if __name__ == "__main__":
    sys.exit(main())
