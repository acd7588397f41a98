"""The whole job, as issue A ends: import real photos, log in, correct the objects, save, export, read with NumPy.

All eleven objects with --full, else as many as show every kind of hand.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.pose import TAU, Pose
from tests.e2e.annotator import Annotator, degrees_apart, seen_pose
from tests.e2e.browser import chromium, new_context
from tests.server import command, command_here, running_server

pytestmark = pytest.mark.e2e

PASSWORD = "a long way to the sea"


def read_npz(path: Path) -> list[dict[str, Any]]:
    """As the data set's own preprocessing does it: nothing but NumPy."""
    return list(np.load(path, allow_pickle=True)["annotations"])


def test_eleven_real_photos(shared_data: Path, tmp_path: Path, count: Callable[[int, int], int]) -> None:
    objects = count(4, 11)
    data = shared_data / "imagenet3d_mini"
    home, out = tmp_path / "home", tmp_path / "export"

    def run(*arguments: str) -> str:
        done = command(home, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(
        "import", "imagenet3d", str(data), "--predictions", str(data / "predictions"),
        "--labels-as", "gold", "--dataset", "mini",
    )  # fmt: skip
    added = command_here(home, "user", "add", "ada", "--role", "annotator", "--password-stdin", stdin=PASSWORD + "\n")
    given = command_here(home, "task", "create", "--dataset", "mini", "--assign", "ada")
    assert added.exit_code == given.exit_code == 0, added.output + given.output

    seen: dict[str, dict[str, Any]] = {}
    with running_server(home, "--no-demo") as server, chromium() as browser:
        context = new_context(browser)
        annotator = Annotator(context.new_page(), server.url)
        annotator.log_in("ada", PASSWORD)
        annotator.open_first_task()
        for _ in range(objects):
            category, truth = what_is_shown(annotator, data)
            correct(annotator, truth, by_mouse=len(seen) % 2 == 0)
            annotator.wait_until_drawn()
            before = annotator.state
            assert degrees_apart(seen_pose(before), true_pose(truth)) < 5
            assert before["status"] == "unsaved"
            if len(seen) < objects - 1:
                annotator.click("save-next")
                annotator.page.wait_for_function("id => window.posewright.state().item !== id", arg=before["item"])
                annotator.wait_until_drawn()
            else:
                annotator.page.keyboard.press("Enter")
                before = annotator.wait_for_status("saved")
            seen[category] = before
        assert annotator.errors == []
        context.close()

    assert len(seen) == objects  # each is of another category
    run("export", "imagenet3d", str(out), "--dataset", "mini")
    for category, state in seen.items():
        [name] = (out / "lists" / f"{category}_imagenet_val.txt").read_text().split()
        assert (out / "images" / category / f"{name}.JPEG").is_file()
        [row] = read_npz(out / "annotations" / category / f"{name}.npz")
        check_exported(row, state)
        assert (out / "CAD" / category / f"{row['cad_index']:02d}.off").is_file()
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["release"]


def what_is_shown(annotator: Annotator, data: Path) -> tuple[str, dict[str, Any]]:
    """The category and the true label of the item on the screen, found by the photo's name as it stands there."""
    text = annotator.page.locator("h1").inner_text().replace(" ", "_").lower()
    for path in (data / "annotations").glob("*/*.npz"):
        if path.stem in text:
            return path.parent.name, read_npz(path)[0]
    raise AssertionError(f"no photo is named in {text!r}")


def true_pose(truth: dict[str, Any]) -> Pose:
    names = ("azimuth", "elevation", "theta", "distance", "px", "py", "viewport")
    return Pose(**{name: float(truth[name]) for name in names})


def correct(annotator: Annotator, truth: dict[str, Any], *, by_mouse: bool) -> None:
    """From cad_index 1 where there are several, to the true model and within 5° of the true pose."""
    true = true_pose(truth).canonical()
    annotator.choose_model(1)
    annotator.choose_model(int(truth["cad_index"]))
    angles = {name: math.degrees(getattr(true, name)) for name in ("azimuth", "elevation", "theta")}
    if by_mouse:
        # Turn roughly by hand beside the object, then finely with the buttons.
        annotator.drag(annotator.stage_point(0.05, 0.1), (40, -25))
        for name, degrees in angles.items():
            annotator.turn_with_buttons(name, degrees)
        annotator.put_centre(true.px, true.py, annotator.calibrate())
    else:
        for name, degrees in angles.items():
            annotator.turn_with_keys(name, degrees)
        annotator.type_in("px", true.px)
        annotator.type_in("py", true.py)
    annotator.type_in("distance", true.distance)
    annotator.answer()
    state = annotator.wait_until_drawn()
    assert math.hypot(state["pose"]["px"] - true.px, state["pose"]["py"] - true.py) < 2


def check_exported(row: dict[str, Any], state: dict[str, Any]) -> None:
    """What the file holds is what was on the screen, bit for bit; angles in [0, 2π)."""
    for name in ("distance", "px", "py"):
        assert float(row[name]) == state["pose"][name], name
    for name in ("azimuth", "elevation", "theta"):
        assert 0 <= row[name] < TAU
        radians = state["pose"][name] * (math.pi / 180)
        assert float(row[name]) == (radians if radians >= 0 else radians + TAU), name
    assert row["viewport"] == state["viewport"]
    assert (row["cad_index"], row["object_status"], row["dense"]) == (
        state["cad_index"],
        state["object_status"],
        state["dense"],
    )
    assert (row["ignore"], row["annotator"], row["revision"]) == (0, "ada", 1)
    assert isinstance(row["bbox"], np.ndarray)
    assert set(row) >= {"focal", "principal", "class", "height", "width", "time"}
