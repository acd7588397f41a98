"""A workspace in files, and the people and work that an import or export meets there."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from domain.answer import Answer, Density, ObjectStatus
from domain.permissions import CONSOLE, Role
from domain.pose import Pose
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.passwords import HashedPassword
from storage.tables import Assignment, Item
from storage.use_cases.accounts import add_user
from storage.use_cases.annotate import open_assignment, save_annotation
from storage.use_cases.tasks import create_tasks
from tests.empty_database import empty_database
from ui.actions.import_imagenet3d import ImportReport, import_imagenet3d
from ui.actions.write_export import Choice, ExportReport, write_export


@dataclass
class Workspace:
    database: Database
    images: ImageStore
    cad_files: CadFiles

    def import_(self, folder: Path, dataset: str = "cars", **options: Any) -> ImportReport:
        return import_imagenet3d(**self._stores, folder=folder, dataset=dataset, **options)

    def export(self, target: Path, *, dataset: str | None = None, **choice: Any) -> ExportReport:
        return write_export(**self._stores, target=target, dataset=dataset, choice=Choice(**choice))

    @property
    def _stores(self) -> dict[str, Any]:
        return {"database": self.database, "images": self.images, "cad_files": self.cad_files}

    def person(self, name: str) -> int:
        with self.database.transaction() as session:
            hashed = HashedPassword("no password has this hash")
            return add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=hashed).id

    def give(self, user_id: int, dataset: str = "cars", **options: Any) -> list[int]:
        """Give all items to a person; return the assignments in the order of the items."""
        with self.database.transaction() as session:
            create_tasks(session, actor=CONSOLE, dataset=dataset, user_id=user_id, **options)
        with self.database.reading() as session:
            mine = select(Assignment.id).join(Item).where(Assignment.user_id == user_id).order_by(col(Item.id))
            return list(session.exec(mine))

    def answer(self, user_id: int, assignment_id: int) -> Answer:
        """Return what the person sees when they open the item."""
        with self.database.reading() as session:
            return open_assignment(session, actor=user_id, assignment_id=assignment_id).answer

    def save(self, user_id: int, assignment_id: int, answer: Answer | None = None) -> None:
        with self.database.transaction() as session:
            opened = open_assignment(session, actor=user_id, assignment_id=assignment_id)
            save_annotation(
                session,
                actor=user_id,
                assignment_id=assignment_id,
                answer=answer or given_answer(),
                base_version=opened.version,
                save_id=str(uuid.uuid4()),
            )


def given_answer(azimuth: float = 1.5, **pose: float) -> Answer:
    values = {"elevation": 0.25, "theta": 0.125, "distance": 4.75, "px": 20.5, "py": 21.25, "viewport": 692.8203}
    return Answer(
        pose=Pose(azimuth=azimuth, **(values | pose)),
        cad_index=2,
        object_status=ObjectStatus.PARTIALLY,
        dense=Density.YES,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    home = tmp_path / "home"
    database = empty_database(f"sqlite:///{home / 'posewright.sqlite3'}")
    yield Workspace(database, ImageStore(home / "images"), CadFiles(home / "cad"))
    database.close()
