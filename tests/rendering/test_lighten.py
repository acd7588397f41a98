"""Lighter meshes for drags: what they leave out, when they are refused, and who gets to see them."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.pose import Pose
from domain.view import View
from meshes.cache import Lighter, MeshCache
from meshes.lighter import outward, simplified
from meshes.mesh import Mesh
from rendering.creases import edge_lengths, shaded_like, shading_edges
from rendering.draw import Renderer
from rendering.lighten import lighten
from rendering.lightener import Lightener, lighten_now
from rendering.likeness import LEAST_IOU, LikenessTest, _has_part
from rendering.pool import RenderPool
from rendering.request import Detail, Output, OverlayMode, RenderRequest
from rendering.seen_faces import count_seen
from tests.rendering.shapes import Triangles, box, mesh_of, sphere, wheel

VIEW = View.whole(320, 240)
POSE = Pose(azimuth=0.6, elevation=0.5, theta=0.1, distance=3.0, px=160, py=120, viewport=300)


def scaled(triangles: Triangles, factor: float) -> Triangles:
    return triangles[0] * factor, triangles[1]


def together(*parts: Triangles) -> Triangles:
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in parts[:-1])])
    return (
        np.concatenate([vertices for vertices, _ in parts]),
        np.concatenate([faces + start for (_, faces), start in zip(parts, starts, strict=True)]),
    )


def shuffled(triangles: Triangles) -> Triangles:
    """Every other face the other way round, as in real CAD models."""
    vertices, faces = triangles
    faces = faces.copy()
    faces[::2] = faces[::2, ::-1]
    return vertices, faces


def drawn(renderer: Renderer, mesh: Mesh, mode: OverlayMode, pose: Pose = POSE) -> np.ndarray:
    picture = renderer.draw(mesh, pose, VIEW, mode)
    plane = np.zeros((VIEW.height, VIEW.width), dtype=np.uint8)
    height, width = picture.plane.shape
    plane[picture.y : picture.y + height, picture.x : picture.x + width] = picture.plane
    return plane


@pytest.fixture(scope="module")
def ball_in_ball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """9000 faces, half of which nobody sees."""
    path = tmp_path_factory.mktemp("lighten") / "balls.off"
    mesh_of(path, shuffled(together(sphere(0.5, rings=48), sphere(0.3, rings=24))))
    return path


def test_faces_inside_are_not_seen(tmp_path: Path, renderer: Renderer) -> None:
    mesh = mesh_of(tmp_path / "boxes.off", together(box((1, 1, 1)), box((0.5, 0.5, 0.5))))
    seen = count_seen(mesh, views=30, side=128)
    sizes = np.abs(mesh.vertices[mesh.faces]).max(axis=(1, 2))
    assert ((seen.sum(axis=1) > 0) == (sizes > 0.4)).all()
    visible = outward(mesh, seen)
    assert visible is not None
    assert visible.backs is not None
    assert len(visible.faces) - visible.backs == 12
    assert np.abs(visible.vertices).max(axis=1).min() == pytest.approx(0.5)
    # The twelve edges of the outer box stay, those of the inner one go.
    ends = visible.vertices[visible.edges]
    assert len(visible.edges) == 12
    assert np.abs(ends).max(axis=2).min() == pytest.approx(0.5)


def test_faces_are_turned_to_whoever_sees_them(tmp_path: Path, renderer: Renderer) -> None:
    mesh = mesh_of(tmp_path / "box.off", shuffled(box()))
    visible = outward(mesh, count_seen(mesh, views=30, side=128))
    assert visible is not None
    # At the rim some backs are seen too, by rounding; they come last.
    assert visible.backs is not None
    corners = visible.vertices[visible.faces[: len(visible.faces) - visible.backs]].astype(np.float64)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.einsum("ij,ij->i", normals, corners.mean(axis=1)) > 0).all()


@pytest.mark.parametrize("mode", OverlayMode)
def test_what_is_open_looks_the_same_without_its_backs(tmp_path: Path, renderer: Renderer, mode: OverlayMode) -> None:
    """A bowl: half a sphere, seen from inside and outside, whose other sides come as faces of their own."""
    vertices, faces = sphere(0.5, rings=16)
    bowl = mesh_of(tmp_path / "bowl.off", shuffled((vertices, faces[(vertices[faces][..., 2] <= 1e-9).all(axis=1)])))
    light = outward(bowl, count_seen(bowl))
    assert light is not None
    assert light.backs == len(bowl.faces)
    light = replace(light, digest="light bowl")
    for elevation in (-1.2, 0.1, 0.9):
        pose = POSE.replace(elevation=elevation)
        one, other = drawn(renderer, bowl, mode, pose), drawn(renderer, light, mode, pose)
        assert np.count_nonzero(one > 0) > 200
        # Faces that meet edge to edge may hand each other a pixel when their order changes.
        assert np.count_nonzero(np.abs(one.astype(int) - other) > 3) <= 0.01 * np.count_nonzero(one)


def test_a_closed_mesh_covers_the_same_without_its_backs(tmp_path: Path, renderer: Renderer) -> None:
    mesh = mesh_of(tmp_path / "box.off", shuffled(box()))
    light = outward(mesh, count_seen(mesh, views=30, side=128))
    assert light is not None
    covered = drawn(renderer, replace(light, digest="light box"), OverlayMode.MASK)
    assert covered.any()
    assert (covered == drawn(renderer, mesh, OverlayMode.MASK)).all()


def test_simplifying_stays_within_the_error(tmp_path: Path) -> None:
    ball = mesh_of(tmp_path / "ball.off", sphere(0.5, rings=48))
    coarse = simplified(ball, 0.005)
    assert coarse is not None
    assert len(coarse.faces) < 0.5 * len(ball.faces)
    corners = coarse.vertices[coarse.faces].astype(np.float64)
    inside = np.concatenate([corners.reshape(-1, 3), corners.mean(axis=1)])
    assert np.abs(np.linalg.norm(inside, axis=1) - 0.5).max() < 0.01


def test_thin_parts_are_not_simplified_away(tmp_path: Path) -> None:
    spokes = mesh_of(tmp_path / "wheel.off", wheel())
    coarse = simplified(spokes, 0.002)
    assert coarse is not None
    assert len(coarse.faces) == len(spokes.faces)


def test_a_mesh_is_like_itself(tmp_path: Path, renderer: Renderer) -> None:
    mesh = mesh_of(tmp_path / "box.off", box())
    likeness = LikenessTest(renderer, mesh).compare(mesh)
    assert likeness.holds
    assert likeness.iou == 1.0


@pytest.mark.parametrize("change", ["shrunk", "moved", "rod off", "hole", "inside"])
def test_a_bad_candidate_is_refused(tmp_path: Path, renderer: Renderer, change: str) -> None:
    full = mesh_of(tmp_path / "full.off", together(sphere(0.5, rings=24), box((1.6, 0.01, 0.01))))
    ball, rod = sphere(0.5, rings=24), box((1.6, 0.01, 0.01))
    holed = (ball[0], ball[1][(ball[0][ball[1]] @ (0.6, 0, 0.8)).max(axis=1) < 0.49])
    other = {
        "shrunk": together(scaled(ball, 0.97), rod),
        "moved": together((ball[0] + (0.02, 0, 0), ball[1]), rod),
        "rod off": ball,
        "hole": together(holed, rod),
        "inside": together(box((1.6, 0.01, 0.01)), (ball[0], ball[1][: len(ball[1]) // 2])),
    }[change]
    assert not LikenessTest(renderer, full).compare(mesh_of(tmp_path / "other.off", other)).holds


def test_specks_are_no_parts() -> None:
    far = np.zeros((20, 20), dtype=bool)
    far[3, 3:5] = far[4, 5:7] = far[10, 10] = True
    assert not _has_part(far)
    far[5, 7] = True
    assert _has_part(far)


def test_the_lightest_that_holds_is_taken(ball_in_ball: Path, renderer: Renderer, tmp_path: Path) -> None:
    mesh = MeshCache(tmp_path).get(ball_in_ball)
    lighter = lighten(renderer, mesh)
    assert lighter.mesh is not None
    assert len(lighter.mesh.faces) < 0.3 * len(mesh.faces)
    assert LikenessTest(renderer, mesh).compare(lighter.mesh).iou >= LEAST_IOU


def test_creases_of_its_own_making_are_not_drawn(tmp_path: Path) -> None:
    """A light mesh with ten times the edges of the full one shows as much of them as that does, the longest first."""
    full = mesh_of(tmp_path / "box.off", box())
    light = replace(full, edges=np.tile(full.edges, (10, 1)))
    shaded = shaded_like(light, full)
    assert sorted(map(tuple, shaded.edges)) == sorted(map(tuple, light.edges))
    drawn = replace(shaded, edges=shading_edges(shaded))
    assert 0.8 * edge_lengths(full).sum() <= edge_lengths(drawn).sum() <= 1.001 * edge_lengths(full).sum()
    assert edge_lengths(drawn).min() == pytest.approx(edge_lengths(full).max(), abs=1e-6)
    assert (shading_edges(full) == full.edges).all()


def test_a_light_mesh_is_left_alone(tmp_path: Path, renderer: Renderer) -> None:
    lighter = lighten(renderer, mesh_of(tmp_path / "box.off", box()))
    assert lighter.mesh is None
    assert lighter.reason


def test_what_came_of_it_is_kept_and_made_again_where_it_is_damaged(ball_in_ball: Path, tmp_path: Path) -> None:
    mesh = MeshCache(tmp_path).get(ball_in_ball)
    assert MeshCache(tmp_path).get_lighter(ball_in_ball) is None
    MeshCache(tmp_path).put_lighter(mesh.digest, Lighter(mesh=replace(mesh, backs=0), reason=""))
    found = MeshCache(tmp_path).get_lighter(ball_in_ball)
    assert found is not None
    assert found.mesh is not None
    assert found.mesh.backs == 0
    assert found.mesh.digest != mesh.digest
    (entry,) = tmp_path.glob("*-light-*")
    for damage in (entry.read_bytes()[:-100], b"", b"no archive", entry.read_bytes()[:500] + bytes(9000)):
        entry.write_bytes(damage)
        assert MeshCache(tmp_path).get_lighter(ball_in_ball) is None
    MeshCache(tmp_path).put_lighter(mesh.digest, Lighter(mesh=None, reason="does not bear it"))
    refused = MeshCache(tmp_path).get_lighter(ball_in_ball)
    assert refused is not None
    assert (refused.mesh, refused.reason) == (None, "does not bear it")


def test_lighter_meshes_count_as_memory(ball_in_ball: Path, tmp_path: Path) -> None:
    mesh = MeshCache(tmp_path).get(ball_in_ball)
    MeshCache(tmp_path).put_lighter(mesh.digest, Lighter(mesh=mesh, reason=""))
    cache = MeshCache(tmp_path, max_bytes=mesh.nbytes + 1)
    cache.get(ball_in_ball)
    cache.get_lighter(ball_in_ball)
    assert cache.nbytes <= mesh.nbytes + 1


def request_for(path: Path, detail: Detail, **changes: object) -> RenderRequest:
    values: dict[str, object] = {"pose": POSE, "view": VIEW, "output": Output.RAW, "mode": OverlayMode.MASK}
    return RenderRequest(mesh_path=path, detail=detail, **(values | changes))  # type: ignore[arg-type]


async def test_drags_alone_use_what_is_in_the_cache(
    ball_in_ball: Path, tmp_path: Path, renderer: Renderer, shapes: dict[str, Mesh]
) -> None:
    """A box stands for the ball's lighter mesh, so that the pictures tell which of the two was drawn."""
    cache = MeshCache(tmp_path)
    ball, stand_in = cache.get(ball_in_ball), shapes["box"]
    cache.put_lighter(ball.digest, Lighter(mesh=stand_in, reason=""))
    pool = RenderPool(mesh_cache_dir=tmp_path)
    try:
        await pool.start()
        for detail, mesh in ((Detail.DRAG, stand_in), (Detail.FULL, ball), (Detail.DRAG, stand_in)):
            frame = await pool.render(request_for(ball_in_ball, detail))
            assert frame.payload == renderer.draw(mesh, POSE, VIEW, OverlayMode.MASK).plane.tobytes()
        # From within, what is invisible from outside may be seen: the full mesh, also for a drag.
        within = POSE.replace(distance=0.1)
        frames = [await pool.render(request_for(ball_in_ball, detail, pose=within)) for detail in Detail]
        assert frames[0].payload == frames[1].payload
    finally:
        await pool.close()


async def test_the_first_drag_has_it_made_beside_the_work(ball_in_ball: Path, tmp_path: Path) -> None:
    pool = RenderPool(mesh_cache_dir=tmp_path)
    try:
        await pool.start()
        await pool.render(request_for(ball_in_ball, Detail.FULL))
        assert pool._lightener._work is None
        before = await pool.render(request_for(ball_in_ball, Detail.DRAG))
        await pool._lightener.finished()
        assert not before.empty
        lighter = MeshCache(tmp_path).get_lighter(ball_in_ball)
        assert lighter is not None
        assert lighter.mesh is not None
        # The worker finds it by itself, and nobody asks again.
        after = await pool.render(request_for(ball_in_ball, Detail.DRAG))
        assert not after.empty
        assert pool._lightener._work is None
    finally:
        await pool.close()


async def test_closing_ends_the_work(ball_in_ball: Path, tmp_path: Path) -> None:
    lightener = Lightener(tmp_path)
    lightener.ask(ball_in_ball)
    await asyncio.sleep(0.3)
    await lightener.close()
    lightener.ask(ball_in_ball)
    assert lightener._work is None
    await lightener.finished()


def test_files_are_made_lighter_on_the_command_line(ball_in_ball: Path, tmp_path: Path) -> None:
    unreadable = tmp_path / "unreadable.off"
    unreadable.write_text("OFF\n1 1 0\n")
    small = tmp_path / "small.off"
    mesh_of(small, box())
    cache = tmp_path / "cache"
    lighten_now([unreadable, small, ball_in_ball], cache)
    found = {path: MeshCache(cache).get_lighter(path) for path in (small, ball_in_ball)}
    assert found[small] is not None
    assert found[small].mesh is None
    assert found[ball_in_ball] is not None
    assert found[ball_in_ball].mesh is not None
    assert os.getpriority(os.PRIO_PROCESS, 0) < 15
