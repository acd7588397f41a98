"""The `render` command as a person types it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from domain.pose import Pose
from tests.rendering.exact_coverage import exact_coverage
from tests.rendering.shapes import box, write
from ui.cli.app import app

POSE = {
    "azimuth": "-35",
    "elevation": "20",
    "theta": "10",
    "distance": "3",
    "px": "60",
    "py": "50",
    "viewport": "150",
}


@pytest.fixture(scope="module")
def cad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("cad") / "box.off", box())


def run(cad: Path, out: Path, **options: str) -> Result:
    return run_with({"cad": str(cad), "out": str(out)} | options)


def run_with(options: dict[str, str]) -> Result:
    arguments = ["render"]
    for name, value in (POSE | options).items():
        arguments += [f"--{name}", value]
    return CliRunner().invoke(app, arguments)


def test_a_mask_is_black_and_white_of_the_size_asked_for(cad: Path, tmp_path: Path) -> None:
    result = run(cad, tmp_path / "mask.png", size="120x100", mode="mask")
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "mask.png") as picture:
        assert (picture.mode, picture.size) == ("L", (120, 100))
        mask = np.asarray(picture)
    assert set(np.unique(mask)) == {0, 255}
    degrees = {name: np.radians(float(POSE[name])) for name in ("azimuth", "elevation", "theta")}
    pose = Pose(**degrees, **{name: float(POSE[name]) for name in ("distance", "px", "py", "viewport")})
    vertices, faces = box()
    exact = exact_coverage(vertices, faces, pose, 120, 100, near=0.1)
    assert ((mask > 0) & exact).sum() / ((mask > 0) | exact).sum() >= 0.995


@pytest.mark.parametrize("mode", ["solid", "wireframe", "silhouette"])
def test_other_modes_have_alpha_around_the_object(cad: Path, tmp_path: Path, mode: str) -> None:
    assert run(cad, tmp_path / "out.png", size="120x100", mode=mode).exit_code == 0
    with Image.open(tmp_path / "out.png") as picture:
        assert (picture.mode, picture.size) == ("RGBA", (120, 100))
        alpha = np.asarray(picture)[..., 3]
    assert alpha[0, 0] == 0
    assert alpha.max() == 255


def test_over_a_photo_its_pixels_stay_where_they_are_stored(cad: Path, tmp_path: Path) -> None:
    """EXIF orientation 6 asks viewers to turn the photo; poses mean the stored pixels."""
    stored = np.random.default_rng(0).integers(0, 256, (100, 120, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(stored).save(tmp_path / "photo.png", exif=exif)
    assert run(cad, tmp_path / "out.png", photo=str(tmp_path / "photo.png")).exit_code == 0
    assert run(cad, tmp_path / "mask.png", photo=str(tmp_path / "photo.png"), mode="mask").exit_code == 0
    with Image.open(tmp_path / "out.png") as picture, Image.open(tmp_path / "mask.png") as mask:
        assert picture.size == (120, 100)
        drawn, outside = np.asarray(picture.convert("RGB")), np.asarray(mask) == 0
    assert np.array_equal(drawn[outside], stored[outside])
    assert not np.array_equal(drawn[~outside], stored[~outside])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"distance": "-3"}, "distance must be positive"),
        ({"size": "120"}, "--size must look like 640x480"),
        ({"size": "9000x100"}, "8192"),
        ({"photo": "missing.jpg"}, "missing.jpg cannot be read"),
        ({"cad": "missing.off"}, "missing.off: the file is missing"),
        ({"out": "no/such/folder/out.png"}, "cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    cad: Path, tmp_path: Path, options: dict[str, str], message: str
) -> None:
    good = {"cad": str(cad), "out": str(tmp_path / "out.png"), "size": "120x100"}
    result = run_with(good | options)
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert result.output.startswith("error: ")


def test_without_a_size_or_a_photo_it_says_what_to_give(cad: Path, tmp_path: Path) -> None:
    result = run(cad, tmp_path / "out.png")
    assert result.exit_code == 2
    assert "--size" in result.output
