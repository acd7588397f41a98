"""Items of an installation whose right answer is known, for trials of the flip guard with their photos."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pictures
from sqlmodel import select

from domain.box import Box
from domain.category import CategoryRule
from domain.flip_guard import Verdict
from domain.pose import Pose
from rendering.pool import RenderPool
from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from storage.tables import CadModel, Category, Gold, Image, Item
from tests.flip_contract import Trial
from ui.actions.flip_check import check_flip


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """`pose` is the right one; `photo` and `mesh` are files."""

    photo: Path
    mesh: Path
    box: Box
    pose: Pose

    def posed(self, R: np.ndarray) -> Pose:
        of = self.pose
        return Pose.from_matrix(R, distance=of.distance, px=of.px, py=of.py, viewport=of.viewport)


def cases_of(database: Database, images: ImageStore, cad_files: CadFiles) -> list[Case]:
    """Gold items whose CAD model has no symmetry."""
    statement = (
        select(Gold, Item, Image, Category, CadModel)
        .where(Gold.item_id == Item.id, Item.image_id == Image.id, Item.category_id == Category.id)
        .where(CadModel.category_id == Category.id, CadModel.cad_index == Gold.cad_index)
        .order_by(Gold.item_id)
    )
    with database.reading() as session:
        return [
            Case(
                photo=images.path(image.sha256),
                mesh=cad_files.path(model.sha256, model.suffix),
                box=Box(item.x1, item.y1, item.x2, item.y2),
                pose=gold.answer().pose,
            )
            for gold, item, image, category, model in session.exec(statement)
            if CategoryRule.from_json(category.rule).group().trivial
        ]


def verdicts_on(cases: list[Case], made: list[Trial], cache: Path) -> list[Verdict]:
    """What the guard says of each label, with nothing but a prediction and the photo to go by."""

    async def judged() -> list[Verdict]:
        pool = RenderPool(mesh_cache_dir=cache)
        await pool.start()
        try:
            found = []
            for trial in made:
                case = cases[trial.case]
                with Pictures.open(case.photo) as photo:
                    found.append(
                        await check_flip(
                            pool.render,
                            photo=photo,
                            box=case.box,
                            pose=case.posed(trial.label),
                            mesh_path=case.mesh,
                            predictions=[case.posed(trial.prediction)],
                        )
                    )
            return found
        finally:
            await pool.close()

    return asyncio.run(judged())
