"""Drawing many meshes, many sizes and many frames takes no more memory than its bounds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from domain.pose import Pose
from domain.view import View
from meshes.cache import MeshCache
from meshes.mesh import Mesh
from meshes.off import write_off
from rendering.draw import KEPT_SIDE, Renderer
from rendering.request import OverlayMode
from tests.rendering.shapes import mesh_of, sphere

POSE = Pose(azimuth=0.6, elevation=0.5, theta=0.1, distance=3.0, px=60, py=60, viewport=120)
VIEW = View.whole(120, 120)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Mesh]:
    folder = tmp_path_factory.mktemp("many")
    return [mesh_of(folder / f"{number}.off", sphere(0.3 + number / 100, rings=24)) for number in range(12)]


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_meshes_on_the_graphics_card_stay_within_their_bound(many: list[Mesh]) -> None:
    bound = 20 * many[0].nbytes
    renderer = Renderer(gpu_bytes=bound)
    first = renderer.draw(many[0], POSE, VIEW, OverlayMode.SOLID).plane.copy()
    for _ in range(2):
        for mesh in many:
            for mode in OverlayMode:
                renderer.draw(mesh, POSE, VIEW, mode)
            assert renderer.gpu_bytes <= bound
    assert np.array_equal(renderer.draw(many[0], POSE, VIEW, OverlayMode.SOLID).plane, first)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_frames_leave_nothing_behind(renderer: Renderer, many: list[Mesh]) -> None:
    def draw_many(count: int) -> None:
        for number in range(count):
            for mode in (OverlayMode.WIREFRAME, OverlayMode.SOLID):
                renderer.draw(many[0], POSE.replace(azimuth=number / 7), VIEW, mode)

    draw_many(200)
    before = resident_kib()
    draw_many(1000)
    assert resident_kib() - before < 4 * 1024


def test_a_large_framebuffer_is_given_back(renderer: Renderer, many: list[Mesh]) -> None:
    large = View(left=44, top=44, scale=150, width=4800, height=4800)
    assert renderer.draw(many[0], POSE, large, OverlayMode.MASK).plane.shape[0] > KEPT_SIDE
    renderer.draw(many[0], POSE, VIEW, OverlayMode.MASK)
    rows, columns = renderer._target._side
    assert rows * columns <= KEPT_SIDE**2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_many_different_meshes_in_turn_stay_within_the_bound(
    tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """What a worker holds: its meshes, light ones included, and their buffers; both bounds are far below them all."""
    number = count(40, 500)
    bound = 2**19
    meshes, small = MeshCache(tmp_path / "cache", max_bytes=bound), Renderer(gpu_bytes=bound)
    sizes, file = [], tmp_path / "one.off"
    for turn in range(number):
        write_off(file.with_name(f"{turn}.off"), *sphere(0.3 + turn / 2000, rings=30))
        mesh = meshes.get(file.with_name(f"{turn}.off"))
        for mode in (OverlayMode.SOLID, OverlayMode.WIREFRAME):
            small.draw(mesh, POSE, VIEW, mode)
        assert small.gpu_bytes <= bound
        sizes.append(resident_kib())
    assert number * mesh.nbytes > 4 * bound
    assert max(sizes[number // 2 :]) - max(sizes[: number // 2]) < 16 * 1024
