"""`./test.sh bench overlay`: one frame of a drag, against a plain vispy draw of the same mesh file.

For each mesh, with the object about 400 pixels large in a 640x480 view:

    mesh, faces   the file, and how many polygons it holds
    bare_ms       plain vispy draw of all of them and reading the picture back, in this process
    frame_ms      from the pose to the overlay's bytes in this process, in drag mode: worker, encoding, answer
    ratio         frame_ms / bare_ms
    bytes         of the overlay
    lod_iou       smallest overlap of the drag's silhouette with the full mesh's, over 24 directions

Both are measured by turns, pose for pose; the figures are medians. Besides: `lightened`, whether the mesh has a
lighter one, and `drawn_faces`, how many faces a drag draws.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from domain.pose import Pose
from domain.view import View
from meshes.builtin import write_library
from meshes.cache import MeshCache
from meshes.read import SUFFIXES
from rendering.lightener import lighten_now
from rendering.pool import RenderPool
from rendering.request import Detail, Output, OverlayMode, RenderRequest
from rendering.seen_faces import directions
from tests.benchmarks.bare import BarePicture

VIEW = View.whole(640, 480)
OBJECT_SIDE = 400
DISTANCE = 4.5
CHOSEN = ("sign/07", "fan/07", "door/14", "microphone/01")
ROUNDS = 40
WARM_UP = 8
DIRECTIONS = 24


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench overlay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cad-root", type=Path, help="a folder of mesh files instead of the built-in library")
    parser.add_argument("--json", action="store_true", help="one JSON list of objects")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="frames measured for each mesh")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.cad_root or Path(folder) / "CAD"
        if arguments.cad_root is None:
            write_library(Path(folder))
        meshes = chosen_meshes(root)
        if not meshes:
            print(f"there is no mesh file below {root}", file=sys.stderr)
            return 2
        rows = asyncio.run(measure(meshes, Path(folder) / "cache", arguments.rounds))
    if arguments.json:
        print(json.dumps(rows))
    else:
        print(f"{'mesh':<28}{'faces':>8}{'bare_ms':>9}{'frame_ms':>10}{'ratio':>7}{'bytes':>8}{'lod_iou':>9}")
        for row in rows:
            print(
                f"{row['mesh']:<28}{row['faces']:>8}{row['bare_ms']:>9.2f}{row['frame_ms']:>10.2f}"
                f"{row['ratio']:>7.2f}{row['bytes']:>8}{row['lod_iou']:>9.4f}"
            )
    return 0


def chosen_meshes(root: Path) -> dict[str, Path]:
    """Mesh files below a folder by their names: those that the issue names where they are there, else all."""
    found = {
        path.relative_to(root).with_suffix("").as_posix(): path
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.stat().st_size
    }
    named = {name: found[name] for name in CHOSEN if name in found}
    return named or found


async def measure(meshes: dict[str, Path], cache: Path, rounds: int) -> list[dict[str, object]]:
    lighten_now(list(meshes.values()), cache)
    pool = RenderPool(mesh_cache_dir=cache)
    await pool.start()
    try:
        return [await measure_one(pool, MeshCache(cache), name, path, rounds) for name, path in meshes.items()]
    finally:
        await pool.close()


async def measure_one(pool: RenderPool, cache: MeshCache, name: str, path: Path, rounds: int) -> dict[str, object]:
    bare = BarePicture(path, VIEW)
    bare_s, frame_s, sizes = [], [], []
    for number in range(-WARM_UP, rounds):
        azimuth, elevation = 0.21 * number, 0.6 * float(np.sin(0.17 * number))
        pose = Pose(
            azimuth=azimuth % (2 * np.pi), elevation=elevation, theta=0.0, distance=DISTANCE * bare.diagonal,
            px=VIEW.width / 2, py=VIEW.height / 2, viewport=OBJECT_SIDE * DISTANCE,
        )  # fmt: skip
        start = time.perf_counter()
        bare.draw(pose)
        between = time.perf_counter()
        frame = await pool.render(RenderRequest(mesh_path=path, pose=pose, view=VIEW, detail=Detail.DRAG))
        end = time.perf_counter()
        if number >= 0:
            bare_s.append(between - start)
            frame_s.append(end - between)
            sizes.append(len(frame.payload))
    bare_ms, frame_ms = 1e3 * statistics.median(bare_s), 1e3 * statistics.median(frame_s)
    lighter = cache.get_lighter(path)
    return {
        "mesh": name,
        "faces": bare.faces,
        "bare_ms": round(bare_ms, 3),
        "frame_ms": round(frame_ms, 3),
        "ratio": round(frame_ms / bare_ms, 3),
        "bytes": int(statistics.median(sizes)),
        "lod_iou": round(await smallest_overlap(pool, path, bare.diagonal), 5),
        "lightened": lighter is not None and lighter.mesh is not None,
        "drawn_faces": len(lighter.mesh.faces) if lighter and lighter.mesh else len(cache.get(path).faces),
    }


async def smallest_overlap(pool: RenderPool, path: Path, diagonal: float) -> float:
    """Of the silhouettes of drag and full detail, over directions all around."""
    overlap = 1.0
    for x, y, z in directions(DIRECTIONS):
        pose = Pose(
            azimuth=float(np.arctan2(y, x)), elevation=float(np.arcsin(z)), theta=0.0, distance=DISTANCE * diagonal,
            px=VIEW.width / 2, py=VIEW.height / 2, viewport=OBJECT_SIDE * DISTANCE,
        )  # fmt: skip
        masks = []
        for detail in (Detail.DRAG, Detail.FULL):
            frame = await pool.render(
                RenderRequest(
                    mesh_path=path, pose=pose, view=VIEW, mode=OverlayMode.MASK, detail=detail, output=Output.RAW
                )
            )
            mask = np.zeros((VIEW.height, VIEW.width), dtype=bool)
            plane = np.frombuffer(frame.payload, dtype=np.uint8).reshape(frame.height, frame.width)
            mask[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = plane > 0
            masks.append(mask)
        one, other = masks
        overlap = min(overlap, float((one & other).sum() / max(1, (one | other).sum())))
    return overlap


if __name__ == "__main__":
    sys.exit(main())
