"""The flip guard on the real photos: their measured poses, planted flips, and predictions that flip too."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from domain.box import Box
from domain.flip_guard import Verdict
from domain.pose import Pose
from domain.symmetry import ALL
from rendering.request import RenderedFrame, RenderRequest
from storage.cad_files import CadFiles
from storage.formats.imagenet3d.objects import LabelsAs
from storage.images import ImageStore
from tests.empty_database import empty_database
from tests.flip_contract import outcome, trials
from tests.flip_photos import Case, cases_of, verdicts_on
from ui.actions.flip_check import check_flip
from ui.actions.flip_fit import edge_field, photo_region
from ui.actions.import_imagenet3d import import_imagenet3d


@pytest.fixture(scope="module")
def photos(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("photos")
    database = empty_database(f"sqlite:///{folder}/posewright.db")
    images, cad_files = ImageStore(folder / "images"), CadFiles(folder / "cad")
    import_imagenet3d(
        database=database,
        images=images,
        cad_files=cad_files,
        folder=shared_data / "imagenet3d_mini",
        dataset="mini",
        labels_as=LabelsAs.GOLD,
    )
    cases = cases_of(database, images, cad_files)
    database.close()
    return cases


def test_flips_are_caught_by_the_photo_and_a_prediction_alone(photos: list[Case], tmp_path: Path, count) -> None:
    """Without gold and without other labels: at least 90 % are caught, with false alarms on less than 3 %."""
    truths = [case.pose.rotation() for case in photos]
    assert len(truths) == 11
    labels = count(11, 200)
    made = trials(truths, flipped=labels, right=labels, seed=20)
    found = outcome(made, truths, verdicts_on(photos, made, tmp_path))
    assert found.caught >= 0.9
    assert found.repaired >= 0.9
    assert found.false_alarms < 0.03


async def test_symmetric_models_are_not_even_drawn() -> None:
    async def draw(_: RenderRequest) -> RenderedFrame:
        raise AssertionError("nothing is to be drawn")

    pose = Pose(azimuth=0.5, elevation=0.2, theta=0, distance=5, px=50, py=50)
    verdict: Verdict = await check_flip(
        draw,
        photo=Image.new("RGB", (100, 100)),
        box=Box(10, 10, 90, 90),
        pose=pose,
        mesh_path=Path("none.off"),
        gold=pose.replace(azimuth=0.5 + np.pi),
        symmetry=ALL,
    )
    assert not verdict.asks


def test_a_field_knows_directions_and_neither_sign_nor_strength() -> None:
    rows, columns = np.indices((80, 100))
    slope = ((columns + 2 * rows) > 150) * 200.0
    field = edge_field(slope, 3.0)
    assert np.allclose(edge_field(200 - slope, 3.0), field, atol=1e-6)
    weaker = edge_field(slope / 4, 3.0)
    assert np.corrcoef(weaker.ravel(), field.ravel())[0, 1] > 0.999
    across = edge_field(((2 * columns - rows) > 60) * 200.0, 3.0)
    peak = np.hypot(*field).argmax()
    other = np.hypot(*across).argmax()
    a, b = field.reshape(2, -1)[:, peak], across.reshape(2, -1)[:, other]
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) < -0.95  # at right angles


def test_a_region_beyond_the_photo_shows_no_border() -> None:
    photo = Image.new("L", (60, 40), 255)
    for box in (Box(-30, -20, 50, 30), Box(10, 10, 200, 30), Box(100, 100, 140, 130)):
        region = photo_region(photo, box)
        assert max(region.view.width, region.view.height) in (192, 191)
        assert all(np.abs(field).max() < 1e-6 for field in region.fields.values())
