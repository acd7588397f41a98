"""The pool with real workers, some of which are killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from domain.errors import InvalidInput
from domain.pose import Pose
from domain.view import View
from meshes.errors import MeshUnreadable
from rendering.draw import Renderer
from rendering.errors import RenderFailed
from rendering.pool import RenderPool, render_once
from rendering.request import Output, OverlayMode, RenderedFrame, RenderRequest
from rendering.thumbnails import thumbnail
from tests.conftest import ROOT
from tests.rendering.shapes import sphere, write

POSE = Pose(azimuth=0.6, elevation=0.5, theta=0.1, distance=3.0, px=160, py=120, viewport=300)


def request_for(path: Path, **changes: object) -> RenderRequest:
    values: dict[str, object] = {"pose": POSE, "view": View.whole(320, 240), "output": Output.RAW}
    return RenderRequest(mesh_path=path, **(values | changes))  # type: ignore[arg-type]


@asynccontextmanager
async def started_pool(folder: Path, **options: object) -> AsyncIterator[RenderPool]:
    pool = RenderPool(mesh_cache_dir=folder / "cache", **options)  # type: ignore[arg-type]
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


def pids(pool: RenderPool) -> list[int]:
    return [worker["pid"] for worker in pool.workers_description() if worker["state"] == "ready"]


def running(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_a_frame_is_what_the_renderer_draws(
    tmp_path: Path, shape_files: dict[str, Path], renderer: Renderer, shapes: dict
) -> None:
    async with started_pool(tmp_path) as pool:
        for mode in OverlayMode:
            frame = await pool.render(request_for(shape_files["box"], mode=mode))
            picture = renderer.draw(shapes["box"], POSE, View.whole(320, 240), mode)
            assert (frame.x, frame.y) == (picture.x, picture.y)
            assert (frame.height, frame.width) == picture.plane.shape
            assert frame.payload == picture.plane.tobytes()
        nothing = await pool.render(request_for(shape_files["box"], pose=POSE.replace(px=-9000)))
        assert nothing.empty


async def test_many_requests_at_once_each_get_their_own_answer(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path, workers=2) as pool:
        assert len(set(pids(pool))) == 2
        places = [POSE.replace(px=100.0 + 4 * number) for number in range(30)]
        frames = await asyncio.gather(*(pool.render(request_for(shape_files["box"], pose=pose)) for pose in places))
        columns = [frame.x + frame.width for frame in frames]
        assert np.all(np.abs(np.diff(columns) - 4) <= 1)


async def test_a_render_asked_for_before_the_start_waits_for_it(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    pool = RenderPool(mesh_cache_dir=tmp_path)
    try:
        early = asyncio.create_task(pool.render(request_for(shape_files["box"])))
        await asyncio.sleep(0)
        await pool.start()
        assert not (await early).empty
    finally:
        await pool.close()


async def test_the_loop_stays_free_while_workers_start(tmp_path: Path) -> None:
    pool = RenderPool(mesh_cache_dir=tmp_path, workers=2)
    start = asyncio.create_task(pool.start())
    turns = 0
    while not start.done():
        await asyncio.sleep(0.001)
        turns += 1
    await pool.close()
    assert turns > 50


async def test_what_cannot_be_drawn_is_said_by_name(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    broken = tmp_path / "broken.off"
    broken.write_text("OFF\n3 1 0\n0 0 0\n1 0 nan\n0 1 0\n3 0 1 2\n")
    async with started_pool(tmp_path) as pool:
        (worker,) = pids(pool)
        with pytest.raises(MeshUnreadable) as unreadable:
            await pool.render(request_for(broken))
        assert unreadable.value.file == broken
        assert unreadable.value.line == 4
        with pytest.raises(MeshUnreadable):
            await pool.render(request_for(tmp_path / "missing.off"))
        far = View(left=0, top=0, scale=1e4, width=10, height=10)
        with pytest.raises(InvalidInput):
            await pool.render(request_for(shape_files["box"], pose=POSE.replace(viewport=1e9), view=far))
        assert not (await pool.render(request_for(shape_files["box"]))).empty
        assert pids(pool) == [worker]


async def test_an_idle_worker_that_is_killed_is_replaced(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path) as pool:
        (first,) = pids(pool)
        os.kill(first, signal.SIGKILL)
        assert not (await pool.render(request_for(shape_files["box"]))).empty
        assert pids(pool) != [first]
        assert not running(first)


async def test_a_worker_killed_while_it_draws_is_replaced_and_the_request_repeated(
    tmp_path: Path, shape_files: dict[str, Path]
) -> None:
    async with started_pool(tmp_path) as pool:
        (first,) = pids(pool)
        os.kill(first, signal.SIGSTOP)  # it has the request, and does not answer
        drawing = asyncio.create_task(pool.render(request_for(shape_files["box"])))
        await asyncio.sleep(0.2)
        assert not drawing.done()
        os.kill(first, signal.SIGKILL)
        assert not (await drawing).empty
        assert pids(pool) != [first]


async def test_all_workers_killed_at_once_lose_nothing(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path, workers=2) as pool:
        before = pids(pool)
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        drawing = [asyncio.create_task(pool.render(request_for(shape_files["box"]))) for _ in range(5)]
        await asyncio.sleep(0.2)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert all(not frame.empty for frame in await asyncio.gather(*drawing))


async def test_what_kills_two_workers_is_reported_and_others_are_still_served(
    tmp_path: Path, shape_files: dict[str, Path]
) -> None:
    """Whichever process has the mesh's file open or in work is killed, as a mesh that crashes the driver would."""
    poison = write(tmp_path / "poison.off", sphere(rings=120))
    async with started_pool(tmp_path, workers=2) as pool:
        killed: list[int] = []

        async def kill_whoever_works() -> None:
            while True:
                for pid in pids(pool):
                    if pid not in killed and _busy(pid):
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                        killed.append(pid)
                await asyncio.sleep(0.01)

        killer = asyncio.create_task(kill_whoever_works())
        with pytest.raises(RenderFailed, match=r"poison\.off"):
            await pool.render(request_for(poison))
        killer.cancel()
        deaths = len(killed)  # one killed before it had begun is not held against the mesh
        assert deaths >= 2
        with pytest.raises(RenderFailed, match=r"poison\.off"):  # at once: it shall not kill the others' workers
            await pool.render(request_for(poison))
        assert not (await pool.render(request_for(shape_files["box"]))).empty
        assert len(killed) == deaths


def _busy(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_a_worker_that_hangs_is_replaced(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path, request_timeout_s=4.0) as pool:
        (first,) = pids(pool)
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(RenderFailed, match="longer than 4 s"):
            await pool.render(request_for(shape_files["box"]))
        assert not (await pool.render(request_for(shape_files["wheel"]))).empty
        assert not running(first)


async def test_cancelling_leaves_the_channel_in_step(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path) as pool:
        (first,) = pids(pool)
        for number in range(10):
            cancelled = asyncio.create_task(
                pool.render(request_for(shape_files["sphere"], view=View.whole(320, 240 + number)))
            )
            await asyncio.sleep(0.001 * number)
            cancelled.cancel()
            place = POSE.replace(px=100.0 + number)
            frame = await pool.render(request_for(shape_files["box"], pose=place, mode=OverlayMode.MASK))
            assert _middle(frame)[0] == pytest.approx(place.px, abs=8)
            with suppress(asyncio.CancelledError):
                await cancelled
        assert pids(pool) == [first]


def _middle(frame: RenderedFrame) -> tuple[float, float]:
    return frame.x + (frame.width - 1) / 2, frame.y + (frame.height - 1) / 2


async def test_closing_ends_the_workers_and_whoever_waits(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    async with started_pool(tmp_path) as pool:
        (worker,) = pids(pool)
        os.kill(worker, signal.SIGSTOP)
        waiting = [asyncio.create_task(pool.render(request_for(shape_files["box"]))) for _ in range(3)]
        await asyncio.sleep(0.05)
        os.kill(worker, signal.SIGCONT)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, (RenderedFrame, RenderFailed)) for result in results)
    assert not running(worker)
    with pytest.raises(RenderFailed):
        await pool.render(request_for(shape_files["box"]))


async def test_a_stranger_without_the_token_is_turned_away(tmp_path: Path, shape_files: dict[str, Path]) -> None:
    from rendering.messages import Hello, encode_message

    async with started_pool(tmp_path) as pool:
        port = pool._door._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        for words in (encode_message(Hello(token="guess", pid=1, context={})), b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(words)
            assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
        assert len(pids(pool)) == 1
        assert not (await pool.render(request_for(shape_files["box"]))).empty


async def test_without_opengl_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEWRIGHT_GL", "none of them")
    pool = RenderPool(mesh_cache_dir=tmp_path)
    with pytest.raises(RenderFailed, match="POSEWRIGHT_GL must be"):
        await pool.start()
    with pytest.raises(RenderFailed, match="POSEWRIGHT_GL must be"):
        await pool.render(request_for(tmp_path / "any.off"))
    assert pool.workers_description()[0]["state"] == "failed"
    await pool.close()


async def test_osmesa_draws_the_same(
    tmp_path: Path, shape_files: dict[str, Path], renderer: Renderer, shapes: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSEWRIGHT_GL", "osmesa")
    try:
        async with started_pool(tmp_path) as pool:
            assert pool.workers_description()[0]["backend"] == "osmesa"
            for mode in OverlayMode:
                frame = await pool.render(request_for(shape_files["box"], mode=mode))
                picture = renderer.draw(shapes["box"], POSE, View.whole(320, 240), mode)
                assert (frame.x, frame.y) == (picture.x, picture.y)
                plane = np.frombuffer(frame.payload, dtype=np.uint8).reshape(picture.plane.shape)
                assert np.mean(np.abs(plane.astype(int) - picture.plane) > 3) < 0.005
    except RenderFailed as error:
        if "no OSMesa library" in str(error):
            pytest.skip("OSMesa is not installed")
        raise


def test_workers_end_when_the_web_process_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from rendering.pool import RenderPool\n"
        "async def main():\n"
        "    pool = RenderPool(mesh_cache_dir=Path(sys.argv[1]), workers=2)\n"
        "    await pool.start()\n"
        "    print(*[worker['pid'] for worker in pool.workers_description()], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    web = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert web.stdout is not None
    workers = [int(pid) for pid in web.stdout.readline().split()]
    assert len(workers) == 2
    assert all(running(pid) for pid in workers)
    web.kill()
    web.wait()
    web.stdout.close()
    for _ in range(500):
        if not any(running(pid) for pid in workers):
            return
        subprocess.run(["sleep", "0.02"], check=True)
    pytest.fail("workers outlive the web process")


def test_the_web_process_never_imports_vispy() -> None:
    modules = ("pool", "request", "messages", "thumbnails", "scheduler", "encode", "errors")
    program = "import sys\n" + "".join(f"import rendering.{name}\n" for name in modules)
    program += "sys.exit(any(name.split('.')[0] in ('vispy', 'OpenGL') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_render_once_works_from_any_directory(
    tmp_path: Path, shape_files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shape_files["box"].parent)
    frame = render_once(request_for(Path("box.off")), tmp_path / "cache")
    assert not frame.empty


async def test_a_thumbnail_shows_the_whole_object_on_transparent_ground(
    tmp_path: Path, shape_files: dict[str, Path]
) -> None:
    import io

    from PIL import Image

    async with started_pool(tmp_path) as pool:
        for name in ("box", "sphere"):
            with Image.open(io.BytesIO(await thumbnail(pool, shape_files[name], size=96))) as picture:
                assert picture.size == (96, 96)
                alpha = np.asarray(picture.convert("RGBA"))[..., 3]
            assert not any(edge.any() for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]))
            rows, columns = np.nonzero(alpha > 127)
            assert 80 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 90
            assert np.any((alpha > 0) & (alpha < 255))


async def test_what_is_in_the_background_waits_for_those_who_drag(
    tmp_path: Path, shape_files: dict[str, Path]
) -> None:
    """One worker; two thumbnails are asked for first, but the frame comes before the second of them."""
    finished: list[str] = []
    async with started_pool(tmp_path) as pool:

        async def draw(name: str, render: Callable[[RenderRequest], Awaitable[RenderedFrame]]) -> None:
            await render(request_for(shape_files["box"]))
            finished.append(name)

        await asyncio.gather(
            draw("thumbnail", pool.render_in_background),
            draw("another thumbnail", pool.render_in_background),
            draw("frame", pool.render),
        )
    assert finished.index("frame") < finished.index("another thumbnail")
