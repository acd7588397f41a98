"""`./test.sh bench drag`: five seconds of dragging in a real Chromium, over azimuth and elevation.

For each mesh, with the object about 400 pixels large on the screen:

    mesh, faces      the file, and how many polygons it holds
    fps, raf_fps     overlays drawn, and display frames, in a second
    p50_ms, p95_ms   from the pointer's event to its overlay, or a newer one, painted
    stale            overlays drawn that were older than the one before them
    final_iou        the overlay on the screen after release and save, against `render` of the saved pose
    warp_p95_ms      with --rtt: from the pointer's event to its own overlay moved, for each parameter (distance by
                     its slider)
    display_frame_ms with --rtt: median time between two display frames
"""

import asyncio
import io
import math
import os
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from domain.pose import Pose
from domain.view import View
from storage.database import Database
from storage.use_cases.annotate import open_assignment
from storage.use_cases.sessions import actor_for
from tests.benchmarks.hand import ALT, SHIFT, Point, swinging
from tests.benchmarks.page import StagePage, stage_page
from tests.benchmarks.processes import Usage, descendants
from tests.benchmarks.slow_line import slow_line
from tests.benchmarks.workplace import (
    MeshFile,
    Workplace,
    mesh_files,
    named,
    note,
    note_machine,
    parser,
    read,
    show,
    starting_pose,
    workplace,
)
from ui.auth import unseal
from ui.settings import load_settings, signing_secret

SECONDS = 5.0
WARP_SECONDS = 2.0
EXTENT = 400.0
"""Of the object on the screen, pixels."""


def main() -> int:
    options = parser("drag", __doc__ or "")
    options.add_argument("--mesh", action="append", help="this mesh only, by its name; may be repeated")
    options.add_argument("--rtt", type=float, help="so many milliseconds more for each round trip")
    options.add_argument("--seconds", type=float, default=SECONDS, help="length of the drag (%(default)s)")
    options.add_argument("--photo", type=size, default="1280x960", help="size of the photos (%(default)s)")
    arguments = options.parse_args()
    note_machine()
    with mesh_files(arguments.cad_root) as files:
        meshes = read(files, arguments.mesh or named(files))
        with workplace(meshes, extent=EXTENT, workers=arguments.workers, photo=arguments.photo) as place:
            rows = asyncio.run(measure(place, arguments.seconds, arguments.rtt))
    note_machine()
    show(rows, as_json=arguments.json)
    return 0


def size(text: str) -> tuple[int, int]:
    """Of "7680x4320"."""
    width, _, height = text.partition("x")
    return int(width), int(height)


async def measure(place: Workplace, seconds: float, rtt_ms: float | None) -> list[dict[str, Any]]:
    port = int(place.server.url.rsplit(":", 1)[1])
    async with slow_line(port, (rtt_ms or 0.0) / 1000) as far_port:
        url = place.server.url if rtt_ms is None else f"http://127.0.0.1:{far_port}"
        async with stage_page(url, place.people[0]) as stage:
            return [await drag(place, stage, number, seconds, rtt_ms) for number in range(len(place.meshes))]


async def drag(
    place: Workplace, stage: StagePage, number: int, seconds: float, rtt_ms: float | None
) -> dict[str, Any]:
    mesh, assignment = place.meshes[number], place.people[0].assignments[number]
    await stage.open(assignment)
    # Decoding a large photo takes a core; nobody drags before they see it.
    await stage.page.wait_for_function("colour => benchmark.showsPhoto(colour)", arg=place.marks[number])
    await enlarge(stage, mesh)
    box = await stage.box()
    path = swinging((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (240.0, 100.0))
    await stage.hand.press(path(0), ALT)
    await stage.hand.follow(path, 0.5, ALT)
    usage = Usage.now(running(place))
    await stage.page.evaluate("benchmark.start()")
    await stage.hand.follow(lambda elapsed: path(elapsed + 0.5), seconds, ALT)
    seen = await stage.page.evaluate("benchmark.stop()")
    note(f"{mesh.name}: CPU, % of one core: {usage.percent(seen['seconds'])}")
    await stage.hand.release(path(seconds + 0.5), ALT)
    row: dict[str, Any] = {
        "mesh": mesh.name,
        "faces": mesh.faces,
        "fps": round(seen["drawn"] / seen["seconds"], 1),
        "raf_fps": round(seen["frames"] / seen["seconds"], 1),
        "p50_ms": percentile(seen["latencies"], 50),
        "p95_ms": percentile(seen["latencies"], 95),
        "stale": seen["stale"],
        "final_iou": round(await final_overlap(place, stage, mesh, assignment), 5),
    }
    if rtt_ms is not None:
        row["warp_p95_ms"], row["display_frame_ms"] = await warps(stage)
    return row


def running(place: Workplace) -> dict[str, list[int]]:
    """The processes that take part, by what they are."""
    web = place.server.process.pid
    workers, all_ours = descendants(web), descendants(os.getpid())
    browser = [pid for pid in all_ours if "chrom" in Path(f"/proc/{pid}/comm").read_text()]
    driver = [os.getpid(), *set(all_ours).difference(browser, workers, [web])]
    return {"web": [web], "workers": workers, "browser": browser, "mouse": driver}


async def enlarge(stage: StagePage, mesh: MeshFile) -> None:
    """Types the distance at which the object is EXTENT pixels large on this screen."""
    view = await stage.view()
    pose = starting_pose(mesh, EXTENT / view["scale"])
    box = stage.page.get_by_test_id("param-distance")
    await box.fill(repr(pose.distance))
    await box.press("Enter")
    await stage.drawn()


async def final_overlap(place: Workplace, stage: StagePage, mesh: MeshFile, assignment: int) -> float:
    """Saves, and compares the overlay on the screen with what `render` makes of the saved pose, pixel for pixel."""
    await stage.drawn()
    for answer in ("quality-good", "dense-no"):
        await stage.page.get_by_test_id(answer).click()
    await stage.page.get_by_test_id("stage").focus()
    await stage.page.keyboard.press("Enter")
    await stage.page.wait_for_function("() => posewright.state().status === 'saved'")
    await stage.drawn()
    shown = await seen_mask(stage)
    view = await stage.view()
    screen = View(**{name: view[name] for name in ("left", "top", "scale")}, **sides(view))
    drawn = await asyncio.to_thread(rendered_mask, place, mesh, saved_pose(place, assignment), screen)
    return float((shown & drawn).sum() / max(1, (shown | drawn).sum()))


def sides(view: dict[str, float]) -> dict[str, int]:
    return {name: int(view[name]) for name in ("width", "height")}


async def seen_mask(stage: StagePage) -> np.ndarray:
    """Which pixels of the stage the overlay covers, (H, W): G shows it alone on white."""
    await stage.page.keyboard.down("g")
    await stage.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    address = await stage.page.evaluate("benchmark.overlay()")
    await stage.page.keyboard.up("g")
    picture = Image.open(io.BytesIO(b64decode(address.partition(",")[2]))).convert("RGB")
    return np.asarray(picture).min(axis=2) < 250


def saved_pose(place: Workplace, assignment: int) -> Pose:
    """As storage has it."""
    settings = load_settings(home=place.server.home)
    token = unseal(place.people[0].cookie, signing_secret(settings))
    assert token
    database = Database(settings.database)
    try:
        with database.reading() as session:
            actor = actor_for(session, token=token)
            assert actor
            opened = open_assignment(session, actor=actor, assignment_id=assignment)
    finally:
        database.close()
    assert opened.saved
    return opened.saved.answer.pose


def rendered_mask(place: Workplace, mesh: MeshFile, pose: Pose, view: View) -> np.ndarray:
    """By the `render` command: a part of the photo at the screen's resolution is a picture by a camera of its own."""
    camera = view.camera(pose)
    out = place.server.home.parent / "rendered.png"
    result = place.server.command(
        *("render", "--cad", str(mesh.path), "--mode", "mask", "--out", str(out)),
        *("--size", f"{view.width}x{view.height}"),
        *(f"--{name}={math.degrees(getattr(camera, name))!r}" for name in ("azimuth", "elevation", "theta")),
        *(f"--{name}={getattr(camera, name)!r}" for name in ("distance", "px", "py", "viewport")),
    )
    assert result.exit_code == 0, result.output
    return np.asarray(Image.open(out)) > 0


async def warps(stage: StagePage) -> tuple[dict[str, float | None], float]:
    """For each parameter the p95 of pointer → own overlay moved, ms; and the display frame, ms."""
    view, box = await stage.view(), await stage.box()
    mask = await seen_mask(stage)
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    inside = (box["x"] + float(column) / view["ratio"], box["y"] + float(row) / view["ratio"])
    centre = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def circling(elapsed: float) -> Point:
        return centre[0] + 150 * math.cos(2 * elapsed), centre[1] + 150 * math.sin(2 * elapsed)

    slider = await stage.page.get_by_test_id("slider-distance").bounding_box()
    assert slider
    knob = (slider["x"] + slider["width"] / 2, slider["y"] + slider["height"] / 2)
    hand, found, intervals = stage.hand, {}, []
    for name, (path, modifiers) in {
        "px": (swinging(inside, (60.0, 0.0)), 0),
        "py": (swinging(inside, (0.0, 60.0)), 0),
        "theta": (circling, SHIFT),
        "distance": (swinging(knob, (0.2 * slider["width"], 0.0)), 0),
    }.items():
        start = path(0)
        await hand.press(start, modifiers)
        await hand.follow(lambda t, start=start: (start[0] + min(6.0, 60 * t), start[1]), 0.15, modifiers)
        await stage.page.evaluate("name => benchmark.start(name)", name)
        await hand.follow(path, WARP_SECONDS, modifiers)
        seen = await stage.page.evaluate("benchmark.stop()")
        await hand.release(start, modifiers)
        await stage.page.wait_for_timeout(500)
        await stage.drawn()
        note(
            f"  {name}: {len(seen['moves'])} moves timed in {seen['frames']} display frames;"
            f" p95 of them within the browser before the page heard of it: {percentile(seen['waits'], 95)} ms"
        )
        found[name] = percentile(seen["moves"], 95)
        intervals += seen["intervals"]
    return found, percentile(intervals, 50) or 0.0


def percentile(values: list[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 1) if values else None


if __name__ == "__main__":
    sys.exit(main())
