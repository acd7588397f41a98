"""A running server with items for the stage's browser tests: one photo each, one category, a broken CAD model."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from domain.answer import Answer
from domain.box import Box
from domain.category import CategoryRule
from domain.permissions import CONSOLE, Role
from domain.pose import Pose
from meshes.read import write_off
from storage.cad_files import CadFiles
from storage.images import ImageStore
from storage.passwords import hashed
from storage.use_cases.accounts import add_user
from storage.use_cases.items import add_image, add_item, add_prediction
from storage.use_cases.library import add_cad_model, add_dataset, set_category
from storage.use_cases.tasks import create_tasks
from tests.empty_database import empty_database
from tests.server import Server, running_server
from ui.settings import load_settings, prepare_home

PERSON, PASSWORD = "ann", "correct horse battery"
SUPERVISOR = "sue"
"""Has the same password, and no task."""
WIDTH, HEIGHT = 640, 480
BOX = Box(x1=240, y1=180, x2=400, y2=300)
READABLE, OTHER, BROKEN = 1, 2, 3
PREDICTED = Answer(
    pose=Pose(azimuth=0.5, elevation=0.4, theta=0.0, distance=5.0, px=320.0, py=240.0, viewport=800.0),
    cad_index=READABLE,
)
NOTE, REASON = "Match the long end.", "It looks the same from all sides."


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWorld:
    server: Server
    assignment_ids: tuple[int, ...]


@contextmanager
def stage_world(folder: Path, items: int) -> Iterator[StageWorld]:
    """A server whose only annotator has one task of so many items."""
    home = folder / "home"
    _furnish(home, items)
    with running_server(home) as server:
        yield StageWorld(server=server, assignment_ids=tuple(range(1, items + 1)))


def _furnish(home: Path, items: int) -> None:
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    images, cads = ImageStore(settings.images_directory), CadFiles(settings.cad_directory)
    photos = [images.put(_photo(number)) for number in range(items)]
    models = [cads.put(_block(home, width)) for width in (0.7, 0.4)]
    password = hashed(PERSON, PASSWORD)
    with database.transaction() as session:
        user = add_user(session, actor=CONSOLE, name=PERSON, role=Role.ANNOTATOR, password=password)
        add_user(session, actor=CONSOLE, name=SUPERVISOR, role=Role.SUPERVISOR, password=password)
        dataset = add_dataset(session, actor=CONSOLE, name="blocks").id
        rule = CategoryRule(ignored=("theta",), ignored_reason=REASON, note=NOTE)
        category = set_category(session, actor=CONSOLE, dataset_id=dataset, name="long_block", rule=rule).id
        for cad_index, sha256, reason in (
            (READABLE, models[0], ""),
            (OTHER, models[1], ""),
            (BROKEN, models[1], "the file is cut off"),
        ):
            add_cad_model(
                session,
                actor=CONSOLE,
                category_id=category,
                cad_index=cad_index,
                sha256=sha256,
                suffix=".off",
                name=f"{cad_index:02d}",
                reason=reason,
                lower=(-0.35, -0.2, -0.1),
                upper=(0.35, 0.2, 0.1),
                faces=12,
            )
        for number, stored in enumerate(photos):
            image = add_image(session, actor=CONSOLE, dataset_id=dataset, name=f"{number:02d}.png", stored=stored)
            item = add_item(
                session,
                actor=CONSOLE,
                image_id=image.id,
                category_id=category,
                object_index=0,
                box=BOX,
                viewport=800.0,
            )
            add_prediction(
                session, actor=CONSOLE, item_id=item.id, model_version="test-1", answer=PREDICTED, score=0.9
            )
        create_tasks(session, actor=CONSOLE, dataset="blocks", category="long_block", user_id=user.id)
    database.close()


def _photo(number: int) -> bytes:
    """A grey ramp, different for each item so that each is stored by itself."""
    ramp = np.linspace(60, 160, WIDTH)[None, :] + np.zeros((HEIGHT, 1))
    picture = np.repeat(ramp[:, :, None], 3, axis=2).astype(np.uint8)
    picture[:8, :8] = number
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _block(home: Path, width: float) -> Path:
    """A box of width × 0.4 × 0.2, alike from no two of its faces."""
    corners = np.array([[x, y, z] for x in (-width / 2, width / 2) for y in (-0.2, 0.2) for z in (-0.1, 0.1)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    path = home / f"block {width}.off"
    write_off(path, corners, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]))
    return path
