"""`import` and `export` as they are typed: what they print, and what the shell gets back."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.empty_database import empty_tables
from tests.storage.formats.folders import record, released, write_labels
from ui.cli.app import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "posewright.sqlite3").write_bytes(empty_tables())
    monkeypatch.setenv("POSEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "home"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_in_and_out_again(home: Path, tmp_path: Path) -> None:
    root = released(tmp_path / "cars")
    write_labels(root / "predictions/car/n00.npz", record(5), record(6))
    done = run("import", "imagenet3d", root, "--predictions", root / "predictions", "--dataset", "mine")
    assert done.exit_code == 0, done.output
    assert "data set 'mine' from a folder in the released layout" in done.output
    assert "items: 4 created" in done.output
    assert "predictions: 2 created" in done.output
    assert "user add" in done.output, "nobody has an account yet"
    assert "items: 4 unchanged" in run("import", "imagenet3d", root, "--dataset", "mine").output

    done = run("export", "imagenet3d", tmp_path / "out", "--all-answers")
    assert done.exit_code == 0, done.output
    assert "4 objects in 2 photos" in done.output
    assert len(np.load(tmp_path / "out/annotations/car/n01.npz", allow_pickle=True)["annotations"]) == 2
    assert (tmp_path / "out/answers.jsonl").is_file()

    done = run("export", "imagenet3d", tmp_path / "saved", "--only", "saved", "--layout", "flat", "--without-gold")
    assert done.exit_code == 0
    assert "4 left out: not saved by a person" in done.output


def test_without_a_name_the_data_set_is_called_like_its_folder(home: Path, tmp_path: Path) -> None:
    assert "data set 'cars'" in run("import", "imagenet3d", released(tmp_path / "cars")).output


@pytest.mark.parametrize("labels_as", ["gold", "predictions", "ignore"])
def test_labels_as(labels_as: str, home: Path, tmp_path: Path) -> None:
    done = run("import", "imagenet3d", released(tmp_path / "cars"), "--labels-as", labels_as)
    assert (f"{labels_as}: 4 created" in done.output) == (labels_as != "ignore")
    assert "4 left out: no answer" in run("export", "imagenet3d", tmp_path / "out").output


def test_warnings_do_not_fail_an_import(home: Path, tmp_path: Path) -> None:
    root = released(tmp_path / "cars")
    (root / "annotations/car/n00.npz").write_bytes(b"no")
    done = run("import", "imagenet3d", root)
    assert done.exit_code == 0
    assert "1 left out" in done.output
    assert "annotations/car/n00.npz: not an npz file" in done.output


def test_unusable_input_exits_with_2(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.zip").write_bytes(b"PK")
    reasons = {"empty": "no photos found", "none": "no such folder", "file.zip": "a file, not a folder"}
    for name, reason in reasons.items():
        done = run("import", "imagenet3d", tmp_path / name)
        assert (done.exit_code, reason in done.output) == (2, True)

    root = released(tmp_path / "cars")
    for name in ("images", "annotations", "CAD"):
        for path in (root / name).rglob("*.*"):
            path.write_bytes(b"broken")
    for path in (root / "CAD").rglob("*.off"):
        path.unlink()
    done = run("import", "imagenet3d", root)
    assert (done.exit_code, "nothing could be imported" in done.output) == (2, True)


def test_an_export_that_cannot_be_exits_with_2(home: Path, tmp_path: Path) -> None:
    assert "nothing was imported yet" in run("export", "imagenet3d", tmp_path / "out").output
    root = released(tmp_path / "cars")
    run("import", "imagenet3d", root)
    done = run("export", "imagenet3d", root)
    assert (done.exit_code, "not empty" in done.output) == (2, True)
    assert run("export", "imagenet3d", tmp_path / "out", "--dataset", "cats").exit_code == 2
    wrong = run("export", "imagenet3d", tmp_path / "out", "--layout", "round")
    assert (wrong.exit_code, "Value error" in wrong.output) == (2, False)


@pytest.mark.parametrize(("command", "told"), [("import", "--labels-as"), ("export", "--all-answers")])
def test_help_explains(command: str, told: str) -> None:
    assert "imagenet3d" in run(command, "--help").output
    assert told in run(command, "imagenet3d", "--help").output
