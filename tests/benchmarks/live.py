"""`./test.sh bench live`: what people see of each other, and what being seen costs.

A drag in a real Chromium, watched in another window of it; then the same drag with and without five watching
websocket clients, by turns; remarks by a supervisor, and saves as the board tells them.

    mesh, faces        the file, and how many polygons it holds
    watch_p50_ms, _p95 from the annotator's pointer event to that pose, or a newer one, painted at the watcher
    own_p95_ms         the same at the annotator's own screen meanwhile
    watch_fps          overlays that the watcher's page painted in a second
    fps_alone          the annotator's overlays in a second, nobody looking on
    fps_watched        the same with five watching websocket clients
    fps_fall_percent   how much less that is
    remark_*_p95_ms    from a remark sent to its arrival at the annotator's socket, and to the display frame with
                       it on their stage, their tasks and the guide, each in a window of its own
    back_*_p95_ms      the same of an answer that is sent back
    board_p95_ms       from a save sent to the board's row that counts it
"""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

from domain.permissions import CONSOLE, Role
from domain.pose import PARAMETERS
from storage.database import Database
from storage.passwords import HashedPassword
from storage.use_cases import accounts, sessions
from tests.benchmarks.drag import EXTENT, enlarge, percentile
from tests.benchmarks.hand import ALT, swinging
from tests.benchmarks.page import StagePage, stage_page
from tests.benchmarks.toasts import Toasts, toasts_of
from tests.benchmarks.workplace import (
    Person,
    Workplace,
    mesh_files,
    named,
    note,
    note_machine,
    parser,
    read,
    show,
    workplace,
)
from tests.e2e.browser import SCREEN
from ui.auth import seal
from ui.live import board_socket, socket
from ui.settings import load_settings, signing_secret

SECONDS = 5.0
ROUNDS = 3
WATCHERS = 5
MESSAGES = 20
RECORD = """() => {
    const seen = (window.seen = []); let last = null, fresh = 0
    addEventListener("pointermove", (event) => (fresh ||= event.timeStamp), true)
    const look = () => {
        const { wanted, painted } = window.posewright.poses()
        const now = performance.now()
        const { azimuth, elevation } = (window.ofFrame ? painted : wanted) ?? {}
        const key = `${azimuth} ${elevation}`
        if (key === last) return
        seen.push([performance.timeOrigin + (window.ofFrame || !fresh ? now : fresh), key])
        last = key; fresh = 0
    }
    // Within the display frames that the page asks for itself: to ask for more would cost what is measured.
    const wish = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (act) => wish((at) => { act(at); look() })
}"""


def main() -> int:
    options = parser("live", __doc__ or "")
    options.add_argument("--mesh", action="append", help="this mesh only, by its name; may be repeated")
    options.add_argument("--seconds", type=float, default=SECONDS, help="length of a drag (%(default)s)")
    arguments = options.parse_args()
    note_machine()
    with mesh_files(arguments.cad_root) as files:
        meshes = read(files, arguments.mesh or named(files)[:2])
        with workplace(meshes, extent=EXTENT, workers=arguments.workers) as place:
            rows = asyncio.run(measure(place, arguments.seconds))
    note_machine()
    show(rows, as_json=arguments.json)
    return 0


async def measure(place: Workplace, seconds: float) -> list[dict[str, Any]]:
    boss = supervisor(place)
    async with stage_page(place.server.url, place.people[0]) as stage:
        rows = []
        for number, mesh in enumerate(place.meshes):
            assignment = place.people[0].assignments[number]
            await stage.open(assignment)
            await enlarge(stage, mesh)
            row: dict[str, Any] = {"mesh": mesh.name, "faces": mesh.faces}
            row |= await watched_in_a_browser(place, stage, boss, assignment, seconds)
            row |= await cost_of_being_watched(place, stage, boss, assignment, seconds)
            rows.append(row)
        rows[0] |= await told(place, stage, boss, place.people[0].assignments[0])
    return rows


def supervisor(place: Workplace) -> Person:
    settings = load_settings(home=place.server.home)
    database = Database(settings.database)
    with database.transaction() as session:
        user = accounts.add_user(
            session, actor=CONSOLE, name="boss", role=Role.SUPERVISOR, password=HashedPassword("none")
        )
        token = sessions.open_session(session, user_id=user.id, address="127.0.0.1", agent="benchmark")
    database.close()
    return Person(name="boss", assignments=(), cookie=seal(token, signing_secret(settings)))


async def drag(stage: StagePage, seconds: float) -> dict[str, Any]:
    """Over azimuth and elevation; what the probe saw of it."""
    box = await stage.box()
    path = swinging((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (240.0, 100.0))
    await stage.hand.press(path(0), ALT)
    await stage.hand.follow(path, 0.5, ALT)
    await stage.page.evaluate("benchmark.start()")
    await stage.hand.follow(lambda elapsed: path(elapsed + 0.5), seconds, ALT)
    seen = await stage.page.evaluate("benchmark.stop()")
    await stage.hand.release(path(seconds + 0.5), ALT)
    await stage.drawn()
    return dict(seen)


async def watched_in_a_browser(
    place: Workplace, stage: StagePage, boss: Person, assignment: int, seconds: float
) -> dict[str, Any]:
    """Both windows belong to one browser, so that their clocks are one."""
    browser = stage.page.context.browser
    assert browser
    context = await browser.new_context(viewport=SCREEN)
    await context.add_cookies([boss.browser_cookie(place.server.url)])  # type: ignore[list-item]
    watcher = await context.new_page()
    await watcher.goto(f"{place.server.url}/watch/{assignment}")
    await watcher.wait_for_function("() => window.posewright?.poses?.().painted")
    await watcher.evaluate("() => (window.ofFrame = true)")
    for page in (stage.page, watcher):
        await page.evaluate(RECORD)
    own = await drag(stage, seconds)
    await watcher.wait_for_timeout(500)
    done: list[tuple[float, str]] = await stage.page.evaluate("seen")
    seen: list[tuple[float, str]] = await watcher.evaluate("seen")
    await context.close()
    await stage.page.bring_to_front()
    place_of = {key: number for number, (_at, key) in enumerate(done)}
    arrivals = [(place_of[key], at) for at, key in seen if key in place_of]
    waits, arrived = [], iter(arrivals)
    newest, at = next(arrived, (-1, 0.0))
    for number, (began, _key) in enumerate(done[1:], start=1):
        while newest < number and (following := next(arrived, None)):
            newest, at = following
        if newest >= number:
            waits.append(at - began)
    took = (arrivals[-1][1] - arrivals[0][1]) / 1000 if len(arrivals) > 1 else 0.0
    return {
        "watch_p50_ms": percentile(waits, 50),
        "watch_p95_ms": percentile(waits, 95),
        "own_p95_ms": percentile(own["latencies"], 95),
        "watch_fps": round(len(arrivals) / took, 1) if took else None,
    }


async def cost_of_being_watched(
    place: Workplace, stage: StagePage, boss: Person, assignment: int, seconds: float
) -> dict[str, Any]:
    """By turns, so that a machine that gets slower or faster does so for both."""
    alone, watched = [], []
    for _ in range(ROUNDS):
        seen = await drag(stage, seconds)
        alone.append(seen["drawn"] / seen["seconds"])
        async with watching(place, boss, assignment):
            seen = await drag(stage, seconds)
        watched.append(seen["drawn"] / seen["seconds"])
    before, after = statistics.median(alone), statistics.median(watched)
    note(f"alone {[round(x, 1) for x in alone]}, watched {[round(x, 1) for x in watched]}")
    return {
        "fps_alone": round(before, 1),
        "fps_watched": round(after, 1),
        "fps_fall_percent": round(100 * (before - after) / before, 1),
    }


@asynccontextmanager
async def watching(place: Workplace, boss: Person, assignment: int) -> AsyncIterator[None]:
    async def look(line: ClientConnection) -> None:
        async for _received in line:
            pass

    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(dial(place, boss, socket.PATH)) for _ in range(WATCHERS)]
        for line in lines:
            await line.send(json.dumps({"type": "watch", "assignment": assignment}))
            await heard(line, lambda message: message["type"] == "opened")
        looking = [asyncio.create_task(look(line)) for line in lines]
        yield
        for task in looking:
            task.cancel()


def dial(place: Workplace, person: Person, path: str) -> connect:
    url = place.server.url
    return connect(
        f"{url.replace('http', 'ws', 1)}{path}",
        origin=url,  # type: ignore[arg-type]
        additional_headers={"Cookie": person.header},
        compression=None,
        max_size=None,
        max_queue=None,  # what nobody reads for a while must not hold back the answers to pings
    )


async def heard(line: ClientConnection, fits: Any) -> dict[str, Any]:
    async for received in line:
        if isinstance(received, str) and fits(message := json.loads(received)):
            return dict(message)
    raise ConnectionError("closed")


async def told(place: Workplace, stage: StagePage, boss: Person, assignment: int) -> dict[str, Any]:
    """Remarks and decisions to the annotator's socket and open pages, and saves to the board's."""
    browser, annotator, url = stage.page.context.browser, place.people[0], place.server.url
    assert browser
    async with (
        dial(place, annotator, socket.PATH) as hand,
        dial(place, boss, socket.PATH) as desk,
        dial(place, boss, board_socket.PATH) as board,
        toasts_of(browser, annotator, url, "/tasks") as tasks,
        toasts_of(browser, annotator, url, "/how-to") as guide,
    ):
        on_stage = Toasts(stage.page)
        await on_stage.watch()
        pages = {"stage": on_stage, "tasks": tasks, "guide": guide}
        await board.recv()
        await desk.send(json.dumps({"type": "watch", "assignment": assignment}))
        await heard(desk, lambda message: message["type"] == "opened")
        await hand.send(json.dumps({"type": "open", "assignment": assignment}))
        opened = await heard(hand, lambda message: message["type"] == "opened")
        row: dict[str, Any] = {}
        remarks = [await said(hand, desk, pages, remark(assignment), number) for number in range(MESSAGES)]
        row |= {f"remark_{where}_p95_ms": percentile([took[where] for took in remarks], 95) for where in remarks[0]}
        saves, decisions = await judged(hand, desk, board, pages, opened)
        row |= {f"back_{where}_p95_ms": percentile([took[where] for took in decisions], 95) for where in decisions[0]}
        row["board_p95_ms"] = percentile(saves, 95)
    return row


def remark(assignment: int) -> dict[str, Any]:
    pin = {"on": "photo", "u": 100.0, "v": 100.0}
    return {"type": "remark_add", "assignment": assignment, "entry_id": str(uuid4()), "pin": pin}


async def said(
    hand: ClientConnection, desk: ClientConnection, pages: dict[str, Toasts], message: dict[str, Any], number: int
) -> dict[str, float]:
    """How long one message takes to the annotator's socket, and until each of their pages shows it."""
    text = f"message {number}."
    field = "reason" if message["type"] == "decide" else "text"
    began = time.time()
    await desk.send(json.dumps({**message, field: text}))
    await heard(hand, lambda news: news["type"] == "news" and text in news["excerpt"])
    took = {"socket": 1000 * (time.time() - began)}
    for where, toasts in pages.items():
        took[where] = await toasts.wait_ms(text, began)
    return took


async def judged(
    hand: ClientConnection,
    desk: ClientConnection,
    board: ClientConnection,
    pages: dict[str, Toasts],
    opened: dict[str, Any],
) -> tuple[list[float], list[dict[str, float]]]:
    """From each save to the board's word of it, and from its being sent back to the annotator."""
    saves: list[float] = []
    decisions: list[dict[str, float]] = []
    assignment, version = opened["assignment_id"], opened["version"]
    answer = {**opened["answer"], "object_status": "status_good", "dense": "dense_no"}
    answer["pose"] = {name: answer["pose"][name] for name in PARAMETERS}
    now = "2026-01-01T10:00:00Z"
    for number in range(MESSAGES):
        after = {"distance": answer["pose"]["distance"] * 1.001}
        changes: dict[str, Any] = {"distance": {"before": {"distance": answer["pose"]["distance"]}, "after": after}}
        if number == 0:
            changes["quality"] = {"before": {"object_status": None}, "after": {"object_status": "status_good"}}
            changes["density"] = {"before": {"dense": None}, "after": {"dense": "dense_no"}}
        op_id = str(uuid4())
        await hand.send(json.dumps({
            "type": "op", "op_id": op_id, "kind": "edit", "base_version": version, "changes": changes,
            "undoes": None, "started_at": now, "ended_at": now,
        }))  # fmt: skip
        applied = await heard(hand, lambda message, op_id=op_id: message.get("op_id") == op_id)
        version, answer = applied["holds"]["version"], applied["holds"]["answer"]
        with contextlib.suppress(TimeoutError):  # what the board has to say of the op is not what is measured
            while True:
                await asyncio.wait_for(board.recv(), 0.15)
        save_id = str(uuid4())
        began = time.perf_counter()
        await hand.send(json.dumps({"type": "save", "save_id": save_id, "base_version": version, "answer": answer}))
        await heard(board, lambda message: "day" in message)
        saves.append(1000 * (time.perf_counter() - began))
        saved = await heard(hand, lambda message, save_id=save_id: message.get("save_id") == save_id)
        version = saved["version"]
        decision = {
            "type": "decide",
            "decision": "send_back",
            "assignment": assignment,
            "revision": saved["revision"],
        }
        decisions.append(await said(hand, desk, pages, decision, MESSAGES + number))
    return saves, decisions


if __name__ == "__main__":
    sys.exit(main())
