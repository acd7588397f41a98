"""A home to measure in: chosen meshes, photos, people with work, and the real server in front of it.

Everything is put there through the use cases of storage before the server starts.
"""

import argparse
import io
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from domain.answer import Answer
from domain.box import Box
from domain.permissions import CONSOLE, Role
from domain.pose import Pose
from meshes.builtin import write_library
from meshes.limits import DEFAULT_LIMITS
from meshes.read import SUFFIXES, inspect_mesh, read_bytes, read_triangles
from rendering.lightener import lighten_now
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.passwords import hashed
from storage.use_cases import accounts, items, library, sessions, tasks
from tests.server import Server, running_server
from ui.auth import COOKIE, seal
from ui.settings import load_settings, prepare_home, signing_secret

PASSWORD = "four hundred pixels"
DATASET = "benchmark"
WIDTH, HEIGHT = 1280, 960
VIEWPORT = 1500.0
MARK = 96
"""Side of the block in the photo's upper left corner whose colour tells it from the others, in pixels."""

ISSUE_MESHES = ("sign/07", "fan/07", "door/14", "microphone/01")
BUILTIN_MESHES = ("camera/03", "desk_lamp/01", "car/02")
"""Small, middling and large, as far as the built-in library goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshFile:
    """A mesh by its name below its root. `vertices` (V, 3) in the object frame; `faces`: of the file."""

    name: str
    path: Path
    faces: int
    vertices: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is logged in. `assignments` in the order of their task; `cookie` is the session's."""

    name: str
    assignments: tuple[int, ...]
    cookie: str

    def browser_cookie(self, url: str) -> dict[str, Any]:
        return {"name": COOKIE, "value": self.cookie, "url": url}

    @property
    def header(self) -> str:
        return f"{COOKIE}={self.cookie}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A running server; `meshes` and `marks` (the photos' colours) in the order of everybody's assignments."""

    server: Server
    people: tuple[Person, ...]
    meshes: tuple[MeshFile, ...]
    marks: tuple[tuple[int, int, int], ...]
    start: tuple[Pose, ...]


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """With the options that all benchmarks have."""
    made = argparse.ArgumentParser(
        prog=f"bench {name}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--cad-root", type=Path, help="a folder of mesh files instead of the built-in library")
    made.add_argument("--json", action="store_true", help="one JSON list of objects")
    made.add_argument("--workers", type=int, help="render workers (what the program chooses by itself)")
    return made


@contextmanager
def mesh_files(root: Path | None) -> Iterator[dict[str, Path]]:
    """All mesh files below a folder by name (`fan/07`), or the built-in library's. Ends the program without any."""
    with tempfile.TemporaryDirectory(prefix="posewright-library-") as folder:
        if root is None:
            write_library(Path(folder))
            root = Path(folder) / "CAD"
        found = {
            path.relative_to(root).with_suffix("").as_posix(): path
            for path in sorted(root.rglob("*"))
            if path.suffix.lower() in SUFFIXES and path.stat().st_size
        }
        if not found:
            sys.exit(f"there is no mesh file below {root}")
        yield found


def read(files: Mapping[str, Path], names: Sequence[str]) -> list[MeshFile]:
    """Those of these names; files that hold no mesh are left out, with a word about it."""
    meshes = []
    for name in names:
        try:
            triangles = read_triangles(files[name], read_bytes(files[name], DEFAULT_LIMITS))
            inspect_mesh(files[name])
        except Exception as error:  # noqa: BLE001  --cad-root may hold anything
            print(f"left out {name}: {error}", file=sys.stderr)
            continue
        vertices = np.asarray(triangles.vertices, dtype=np.float64)
        meshes.append(
            MeshFile(name=name, path=files[name], faces=triangles.source_faces, vertices=_reduced(vertices))
        )
    return meshes


def named(files: Mapping[str, Path]) -> list[str]:
    """The issue's meshes where they are there; of the built-in library one of each size; else all."""
    for choice in (ISSUE_MESHES, BUILTIN_MESHES):
        if present := [name for name in choice if name in files]:
            return present
    return list(files)


@contextmanager
def workplace(
    meshes: Sequence[MeshFile],
    *,
    people: int = 1,
    extent: float,
    items_each: int | None = None,
    lighten: bool = True,
    workers: int | None = None,
    photo: tuple[int, int] = (WIDTH, HEIGHT),
    program: Sequence[str] = ("main.py",),
    **environment: str,
) -> Iterator[Workplace]:
    """A server and so many people, each with a task of `items_each` items (one for each mesh if not given).

    The items' meshes follow each other; every item has a photo of its own, and a predicted pose in which the object
    is `extent` photo pixels large. `photo`: width and height. `lighten`: make the meshes for drags beforehand, as has
    happened in an installation that runs for a while.
    """
    with tempfile.TemporaryDirectory(prefix="posewright-bench-") as folder:
        home = Path(folder) / "home"
        count = items_each or len(meshes)
        furnished = _furnish(home, [meshes[number % len(meshes)] for number in range(count)], people, extent, photo)
        if lighten:
            lighten_now([mesh.path for mesh in meshes], load_settings(home=home).cache_directory / "meshes")
        if workers is not None:
            environment["POSEWRIGHT_RENDER_WORKERS"] = str(workers)
        with running_server(home, "--no-demo", program=program, **environment) as server:
            yield Workplace(server=server, **furnished)


def _furnish(
    home: Path, meshes: Sequence[MeshFile], people: int, extent: float, photo: tuple[int, int]
) -> dict[str, Any]:
    settings = load_settings(home=home)
    prepare_home(settings)
    secret = signing_secret(settings)
    database = Database(settings.database)
    database.migrate()
    images, cads = ImageStore(settings.images_directory), CadFiles(settings.cad_directory)
    marks = [_mark(number) for number in range(len(meshes))]
    photos = [images.put(_photo(number, mark, *photo)) for number, mark in enumerate(marks)]
    by_name = {mesh.name: mesh for mesh in meshes}
    digests = {name: cads.put(mesh.path) for name, mesh in by_name.items()}
    poses = [starting_pose(mesh, extent).replace(px=photo[0] / 2, py=photo[1] / 2) for mesh in meshes]
    crew = [f"person {number + 1}" for number in range(people)]
    password = hashed(crew[0], PASSWORD)
    with database.transaction() as session:
        dataset = library.add_dataset(session, actor=CONSOLE, name=DATASET).id
        for number, (mesh, stored, pose) in enumerate(zip(meshes, photos, poses, strict=True)):
            image = items.add_image(
                session, actor=CONSOLE, dataset_id=dataset, name=f"{number:03d}.jpeg", stored=stored
            )
            # A category for each item: whoever has all of them goes through the meshes in this order.
            category = library.set_category(
                session, actor=CONSOLE, dataset_id=dataset, name=f"thing_{number + 1:03d}"
            ).id
            library.add_cad_model(
                session, actor=CONSOLE, category_id=category, cad_index=1, sha256=digests[mesh.name],
                suffix=mesh.path.suffix.lower(), name=mesh.name, faces=mesh.faces,
                lower=mesh.vertices.min(axis=0).tolist(), upper=mesh.vertices.max(axis=0).tolist(),
            )  # fmt: skip
            half = extent / 2
            item = items.add_item(
                session, actor=CONSOLE, image_id=image.id, category_id=category, object_index=0,
                box=Box(pose.px - half, pose.py - half, pose.px + half, pose.py + half), viewport=VIEWPORT,
            )  # fmt: skip
            items.add_prediction(
                session, actor=CONSOLE, item_id=item.id, model_version="start", score=0.5,
                answer=Answer(pose=pose, cad_index=1),
            )  # fmt: skip
        users = [
            accounts.add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=password).id
            for name in crew
        ]
        for user in users:
            tasks.create_tasks(session, actor=CONSOLE, dataset=DATASET, user_id=user)
        tokens = [
            sessions.open_session(session, user_id=user, address="127.0.0.1", agent="benchmark") for user in users
        ]
        firsts = [tasks.my_tasks(session, actor=user)[0].next_open_assignment_id for user in users]
    database.close()
    return {
        "people": tuple(
            Person(
                name=name,
                assignments=tuple(range(first or 0, (first or 0) + len(meshes))),
                cookie=seal(token, secret),
            )
            for name, first, token in zip(crew, firsts, tokens, strict=True)
        ),
        "meshes": tuple(meshes),
        "marks": tuple(marks),
        "start": tuple(poses),
    }


def starting_pose(mesh: MeshFile, extent: float) -> Pose:
    """In the middle of the photo, a little from above, with the larger side of the object `extent` pixels large."""
    diagonal = float(np.linalg.norm(np.ptp(mesh.vertices, axis=0)))
    near, far = 0.6 * diagonal, 1000.0 * diagonal
    for _ in range(60):
        middle = float(np.sqrt(near * far))
        pose = Pose(
            azimuth=0.6, elevation=0.35, theta=0.0, distance=middle,
            px=WIDTH / 2, py=HEIGHT / 2, viewport=VIEWPORT,
        )  # fmt: skip
        depths = mesh.vertices @ pose.rotation()[2] + pose.distance
        if depths.min() <= 0.05 * diagonal or np.ptp(pose.project(mesh.vertices), axis=0).max() > extent:
            near = middle
        else:
            far = middle
    return pose.replace(distance=float(f"{far:.5g}"))


def _mark(number: int) -> tuple[int, int, int]:
    """Colours that differ by 51 at least: 216 of them."""
    return (51 * (number % 6), 51 * (number // 6 % 6), 51 * (number // 36 % 6))


def _photo(number: int, mark: tuple[int, int, int], width: int, height: int) -> bytes:
    """As heavy as a photo of this size is, 200 to 400 kB for 1280 × 960; no two alike."""
    rng = np.random.default_rng(number)
    coarse = Image.fromarray(rng.integers(60, 200, (30, 40, 3), dtype=np.uint8))
    picture = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    picture = np.clip(picture + rng.integers(-10, 11, picture.shape, dtype=np.int16), 0, 255).astype(np.uint8)
    picture[:MARK, :MARK] = mark
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return file.getvalue()


def _reduced(vertices: np.ndarray) -> np.ndarray:
    """Enough of the points to tell how large the object is."""
    if len(vertices) <= 20_000:
        return vertices
    axes = np.vstack([np.eye(3), np.random.default_rng(0).normal(size=(500, 3))])
    reach = vertices @ axes.T
    return vertices[np.unique(np.concatenate([reach.argmin(axis=0), reach.argmax(axis=0)]))]


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """The result on standard output: a table, or one JSON list."""
    if as_json:
        print(json.dumps(list(rows)))
        return
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_cell(row.get(key)) for key in columns] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
    for line in cells:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 10 else str(value)


def note(text: str) -> None:
    """A remark beside the result, on standard error."""
    print(text, file=sys.stderr, flush=True)


def note_machine() -> None:
    """Where this runs, and what else it is busy with: nobody should compare figures without."""
    note(f"{os.cpu_count()} cores ({platform.machine()}), load {' '.join(f'{x:.1f}' for x in os.getloadavg())}")
