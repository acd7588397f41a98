"""The demo workspace: three people, the built-in CAD library, made-up photos with known answers, and tasks.

Photos are rendered in processes of their own while the library is written. Everything is staged first; then one
transaction makes all rows, so that a start that is interrupted leaves no half of a demo.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import NotFound, PosewrightError
from domain.permissions import CONSOLE, Role
from meshes.builtin import catalogue, write_library
from meshes.read import MeshFacts, inspect_mesh
from rendering.scene_manifest import PhotoRecord
from storage.cad_files import CadFiles
from storage.database import Database, Session
from storage.images import ImageStore, StoredImage
from storage.passwords import HashedPassword, hashed
from storage.use_cases.accounts import add_user, list_users
from storage.use_cases.items import add_gold, add_image, add_item, add_prediction
from storage.use_cases.library import add_cad_model, add_dataset, dataset_named, set_category
from storage.use_cases.tasks import create_tasks
from ui.actions.demo_predictions import MODEL_VERSION, guessed

ROOT = Path(__file__).resolve().parents[2]

ACCOUNTS: Mapping[str, Role] = {
    "annotator": Role.ANNOTATOR,
    "supervisor": Role.SUPERVISOR,
    "admin": Role.ADMIN,
}
"""Names of the demo's people; each needs a password."""

DATASET = "demo"
SEED = 7
FEWEST_ITEMS = 36
PHOTOGRAPHERS = 2
"""Processes that render photos, where the machine has as many cores."""

FIRST_TASKS = ("car", "bicycle", "cup")
"""Categories that get a task of their own; the others come mixed, `MIXED_SIZE` items a task."""
MIXED_SIZE = 14

Report = Callable[[str], None]


class DemoFailed(PosewrightError):
    """The demo workspace could not be built; nothing of it is in the database."""

    code = "demo_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorkspace:
    """What was built."""

    categories: int
    cad_models: int
    photos: int
    items: int
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staged:
    """All that the transaction needs, checked and in the stores."""

    passwords: Mapping[str, HashedPassword]
    cad_models: Mapping[tuple[str, int], tuple[str, MeshFacts]]
    photos: tuple[tuple[PhotoRecord, StoredImage], ...]


def build_demo(
    *,
    database: Database,
    images: ImageStore,
    cad_files: CadFiles,
    passwords: Mapping[str, str],
    seed: int = SEED,
    report: Report = print,
) -> DemoWorkspace:
    """Builds the demo workspace in an empty, migrated database; takes some twenty seconds on two cores.

    passwords: one for each name of `ACCOUNTS`. report: is told of the progress, a line at a time, from any thread.
    Raises DemoFailed where photos cannot be rendered, PasswordRefused, and what storage raises.
    """
    hashes = {name: hashed(name, passwords[name]) for name in ACCOUNTS}
    with TemporaryDirectory(prefix="posewright-demo-") as folder:
        photos = Path(folder, "photos")
        photos.mkdir()
        with ThreadPoolExecutor(1) as library:
            models = library.submit(_stage_library, Path(folder), cad_files, report)
            records = _photograph(photos, seed, report)
            staged = _Staged(
                passwords=hashes,
                cad_models=models.result(),
                photos=tuple((record, images.put(photos / record.file)) for record in records),
            )
    with database.transaction() as session:
        return _make_rows(session, staged, seed)


def is_demo(session: Session) -> bool:
    """Whether the demo's data set and any of its people are there, who can log in."""
    try:
        dataset_named(session, actor=CONSOLE, name=DATASET)
    except NotFound:
        return False
    return any(user.active and user.name in ACCOUNTS for user in list_users(session, actor=CONSOLE))


def _stage_library(folder: Path, cad_files: CadFiles, report: Report) -> dict[tuple[str, int], tuple[str, MeshFacts]]:
    """(sha256, facts) of each CAD model by (category, cad_index)."""
    files = write_library(folder)
    staged = {key: (cad_files.put(path), inspect_mesh(path)) for key, path in files.items()}
    report(f"CAD library: {len(staged)} models of {len(catalogue())} categories")
    return staged


def _photograph(folder: Path, seed: int, report: Report) -> list[PhotoRecord]:
    """Has all photos taken, and returns what they say of themselves, by number."""
    parts = min(PHOTOGRAPHERS, os.cpu_count() or 1)
    with ThreadPoolExecutor(parts) as pool:
        shares = pool.map(lambda part: _one_photographer(folder, seed, part, parts, report), range(1, parts + 1))
        records = sorted((record for share in shares for record in share), key=lambda record: record.number)
    if (items := sum(len(record.objects) for record in records)) < FEWEST_ITEMS:
        raise DemoFailed(f"the renderer took photos of {items} objects only; `python main.py doctor` may say why")
    return records


def _one_photographer(folder: Path, seed: int, part: int, parts: int, report: Report) -> list[PhotoRecord]:
    command = [sys.executable, "-m", "rendering.scene_worker"]
    command += [str(folder), f"--seed={seed}", f"--part={part}/{parts}"]
    # Software GL takes all cores for itself; side by side, each process does better with one.
    environment = os.environ | ({"LP_NUM_THREADS": "1"} if parts > 1 else {})
    with (
        (folder / f"photographer-{part}.log").open("w+") as words,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        records = []
        for line in process.stdout:
            records.append(record := PhotoRecord.from_json(json.loads(line)))
            thing = record.objects[0]
            report(f"photo {record.number + 1}: {thing.category}, {thing.object_status.removeprefix('status_')}")
        if process.wait() != 0:
            words.seek(0)
            last = (words.read().strip().splitlines() or [f"exit status {process.returncode}"])[-1]
            raise DemoFailed(f"the demo photos could not be rendered ({last})")
    return records


def _make_rows(session: Session, staged: _Staged, seed: int) -> DemoWorkspace:
    people = {
        name: add_user(session, actor=CONSOLE, name=name, role=role, password=staged.passwords[name])
        for name, role in ACCOUNTS.items()
    }
    dataset_id = add_dataset(session, actor=CONSOLE, name=DATASET).id
    category_ids = {
        category.name: set_category(session, actor=CONSOLE, dataset_id=dataset_id, name=category.name).id
        for category in catalogue()
    }
    for category in catalogue():
        for cad_index, model in enumerate(category.models, start=1):
            sha256, facts = staged.cad_models[category.name, cad_index]
            add_cad_model(
                session,
                actor=CONSOLE,
                category_id=category_ids[category.name],
                cad_index=cad_index,
                sha256=sha256,
                suffix=".off",
                name=model.subtype,
                lower=facts.lower,
                upper=facts.upper,
                faces=facts.faces,
            )
    items = 0
    for record, stored in staged.photos:
        items += _add_photo(session, dataset_id, category_ids, record, stored, seed)
    annotator = people["annotator"].id
    tasks = [
        task
        for category_name in FIRST_TASKS
        for task in create_tasks(
            session, actor=CONSOLE, dataset=DATASET, category=category_name, user_id=annotator, name=category_name
        )
    ]
    tasks += create_tasks(session, actor=CONSOLE, dataset=DATASET, user_id=annotator, size=MIXED_SIZE, name="mixed")
    return DemoWorkspace(
        categories=len(category_ids),
        cad_models=len(staged.cad_models),
        photos=len(staged.photos),
        items=items,
        tasks=len(tasks),
    )


def _add_photo(
    session: Session,
    dataset_id: int,
    category_ids: Mapping[str, int],
    record: PhotoRecord,
    stored: StoredImage,
    seed: int,
) -> int:
    """A photo with its items, their gold and their predictions; returns how many items."""
    category = record.objects[0].category
    name = f"{category}/{Path(record.file).stem}"
    image_id = add_image(session, actor=CONSOLE, dataset_id=dataset_id, name=name, stored=stored).id
    for object_index, thing in enumerate(record.objects):
        item_id = add_item(
            session,
            actor=CONSOLE,
            image_id=image_id,
            category_id=category_ids[category],
            object_index=object_index,
            box=thing.box,
            viewport=thing.pose.viewport,
        ).id
        add_gold(session, actor=CONSOLE, item_id=item_id, answer=thing.answer)
        guess = guessed(thing, seed=seed, number=record.number, object_index=object_index)
        add_prediction(
            session,
            actor=CONSOLE,
            item_id=item_id,
            model_version=MODEL_VERSION,
            answer=guess.answer,
            score=guess.score,
        )
    return len(record.objects)
