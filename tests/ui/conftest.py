"""A running server with three people, two photos of one category, and a task for one of the annotators."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from domain.box import Box
from domain.permissions import CONSOLE, Role
from meshes.read import write_off
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.passwords import hashed
from storage.use_cases import sessions
from storage.use_cases.accounts import add_user
from storage.use_cases.annotate import FlagKind, flag_assignment
from storage.use_cases.items import add_image, add_item
from storage.use_cases.library import add_cad_model, add_dataset, set_category
from storage.use_cases.tasks import create_tasks
from tests.empty_database import empty_database
from tests.server import Server, running_server
from ui.auth import COOKIE, seal
from ui.settings import load_settings, prepare_home, signing_secret

PASSWORD = "correct horse battery"
PEOPLE = {"ann": Role.ANNOTATOR, "bob": Role.ANNOTATOR, "sue": Role.SUPERVISOR, "adm": Role.ADMIN}
TETRAHEDRON = np.array([[0, 0, 0.5], [0.4, 0, -0.3], [-0.2, 0.35, -0.3], [-0.2, -0.35, -0.3]])


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the server's home holds. `photo` is stored turned by its EXIF tag; ann has the only task."""

    server: Server
    user_ids: dict[str, int]
    image_ids: tuple[int, int]
    photo: bytes
    cad_id: int
    broken_cad_id: int
    task_id: int

    @property
    def url(self) -> str:
        return self.server.url

    @contextmanager
    def browser(self, name: str) -> Iterator[httpx.Client]:
        """Of somebody who is signed in already: what `Server.sign_in` brings, without the price of a password."""
        settings = load_settings(home=self.server.home)
        database = Database(settings.database)
        with database.transaction() as session:
            token = sessions.open_session(session, user_id=self.user_ids[name], address="10.0.0.1", agent="test")
        database.close()
        with self.server.client() as client:
            client.cookies.set(COOKIE, seal(token, signing_secret(settings)), domain="127.0.0.1")
            yield client


def turned_photo(shade: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(np.full((60, 80, 3), shade, dtype=np.uint8))
    picture.paste((255, 0, 0), (0, 0, 10, 10))
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("ui") / "home"
    facts = furnish(home)
    with running_server(home) as server:
        yield World(server=server, **facts)


def furnish(home: Path) -> dict[str, object]:
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    mesh = home / "tetrahedron.off"
    write_off(mesh, TETRAHEDRON, np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]]))
    images, cads = ImageStore(settings.images_directory), CadFiles(settings.cad_directory)
    photo = turned_photo(90)
    stored = (images.put(photo), images.put(turned_photo(160)))
    password = hashed("everybody", PASSWORD)
    with database.transaction() as session:
        users = {
            name: add_user(session, actor=CONSOLE, name=name, role=role, password=password).id
            for name, role in PEOPLE.items()
        }
        dataset = add_dataset(session, actor=CONSOLE, name="mini").id
        category = set_category(session, actor=CONSOLE, dataset_id=dataset, name="top").id
        other = set_category(session, actor=CONSOLE, dataset_id=dataset, name="other").id
        sha256 = cads.put(mesh)
        cad_id, broken_cad_id = (
            add_cad_model(
                session,
                actor=CONSOLE,
                category_id=category,
                cad_index=index,
                sha256=sha256,
                suffix=".off",
                reason=reason,
                lower=(-0.2, -0.35, -0.3),
                upper=(0.4, 0.35, 0.5),
                faces=4,
            ).id
            for index, reason in ((1, ""), (2, "truncated"))
        )
        image_ids = tuple(
            add_image(session, actor=CONSOLE, dataset_id=dataset, name=f"photo {number}.JPEG", stored=one).id
            for number, one in enumerate(stored)
        )
        for image_id, category_id in zip(image_ids, (category, other), strict=True):
            add_item(
                session,
                actor=CONSOLE,
                image_id=image_id,
                category_id=category_id,
                object_index=0,
                box=Box(x1=10, y1=10, x2=60, y2=50),
                viewport=500.0,
            )
        (task,) = create_tasks(session, actor=CONSOLE, dataset="mini", category="top", user_id=users["ann"])
        assert task.next_open_assignment_id is not None
        flag_assignment(
            session,
            actor=users["ann"],
            assignment_id=task.next_open_assignment_id,
            kind=FlagKind.HELP,
            reason="front or back? <b>",
        )
    database.close()
    return {
        "user_ids": users,
        "image_ids": image_ids,
        "photo": photo,
        "cad_id": cad_id,
        "broken_cad_id": broken_cad_id,
        "task_id": task.id,
    }
