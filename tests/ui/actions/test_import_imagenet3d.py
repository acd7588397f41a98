"""An import takes what can be used, says what it left out, can be repeated, and never leaves half a photo."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from sqlmodel import SQLModel, func, select

from domain.category import CategoryRule
from storage.formats.errors import NotADataset
from storage.formats.imagenet3d.objects import LabelsAs
from storage.images import ImageStore
from storage.record import Outcome
from storage.tables import CadModel, Category, Gold, Image, ImportedLabel, Item, Prediction
from tests.storage.formats.folders import record, released, write_flat_labels, write_labels, write_mesh, write_photo
from tests.ui.actions.conftest import Workspace
from ui.actions.import_imagenet3d import ImportStopped

TABLES: tuple[type[SQLModel], ...] = (Image, Item, Gold, ImportedLabel, Prediction, CadModel, Category)


def rows(workspace: Workspace, table: type[SQLModel]) -> list[Any]:
    with workspace.database.reading() as session:
        return list(session.exec(select(table)))


def counts(workspace: Workspace) -> dict[str, int]:
    with workspace.database.reading() as session:
        return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in TABLES}


def found(report: Any) -> dict[str, str]:
    return {finding.where: finding.reason for finding in (*report.skipped, *report.warnings)}


@pytest.mark.parametrize(
    ("labels_as", "becomes"),
    [
        (LabelsAs.ANNOTATIONS, "ImportedLabel"),
        (LabelsAs.GOLD, "Gold"),
        (LabelsAs.PREDICTIONS, "Prediction"),
        (LabelsAs.IGNORE, None),
    ],
)
def test_labels_become_what_is_asked(
    labels_as: LabelsAs, becomes: str | None, workspace: Workspace, tmp_path: Path
) -> None:
    report = workspace.import_(released(tmp_path / "data"), labels_as=labels_as)
    wanted = {"Image": 2, "Item": 4, "CadModel": 2, "Category": 1, "Gold": 0, "ImportedLabel": 0, "Prediction": 0}
    assert counts(workspace) == (wanted | {becomes: 4} if becomes else wanted)
    assert not found(report)
    item = next(item for item in rows(workspace, Item) if item.object_index == 1)
    assert (item.x1, item.y1, item.x2, item.y2, item.viewport) == (4.5, 3.25, 60.125, 43.0, 692.8203)


def test_predictions_keep_their_model_score_and_cad_guess(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1)
    predicted = record(5, cad_index=2, model_version="net-2", score=0.625, object_status=..., dense=...)
    write_labels(root / "predictions/car/n00.npz", predicted, record(6))
    workspace.import_(root, predictions=root / "predictions")
    first, second = sorted(rows(workspace, Prediction), key=lambda row: row.item_id)
    assert (first.model_version, first.score, first.cad_index) == ("net-2", 0.625, 2)
    assert first.azimuth == predicted["azimuth"]
    assert (second.model_version, second.score) == ("unnamed", None)


def test_repeating_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data")
    write_labels(root / "predictions/car/n00.npz", record(5), record(6))
    workspace.import_(root, predictions=root / "predictions")
    before = counts(workspace)
    again = workspace.import_(root, predictions=root / "predictions")
    assert counts(workspace) == before
    assert set().union(*(outcomes for outcomes in again.counts.values())) == {Outcome.UNCHANGED}


def test_a_mended_label_is_taken_over(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=1)
    workspace.import_(root)
    write_labels(root / "annotations/car/n00.npz", record(azimuth=2.0))
    report = workspace.import_(root)
    assert report.counts["labels"] == Counter({Outcome.UPDATED: 1})
    assert [label.azimuth for label in rows(workspace, ImportedLabel)] == [2.0]


def test_a_label_once_hidden_stays_hidden(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=1)
    workspace.import_(root, labels_as=LabelsAs.GOLD)
    for labels_as in (LabelsAs.ANNOTATIONS, LabelsAs.PREDICTIONS, LabelsAs.IGNORE):
        report = workspace.import_(root, labels_as=labels_as)
        assert "stays hidden" in found(report)["annotations/car/n00.npz"]
        assert counts(workspace) | {"ImportedLabel": 0, "Prediction": 0, "Gold": 1} == counts(workspace)
    assert "azimuth" not in str(rows(workspace, Item)[0].extra)


def test_a_label_that_annotators_know_is_no_gold(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=1)
    workspace.import_(root)
    assert "cannot be gold" in found(workspace.import_(root, labels_as=LabelsAs.GOLD))["annotations/car/n00.npz"]
    assert counts(workspace)["Gold"] == 0


def test_bad_files_are_listed_and_the_rest_comes_in(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=6, objects=1)
    (root / "images/car/n00.JPEG").write_bytes(b"no photo")
    whole = (root / "images/car/n01.JPEG").read_bytes()
    (root / "images/car/n01.JPEG").write_bytes(whole[: len(whole) // 2])
    (root / "annotations/car/n02.npz").write_bytes(b"PK no zip")
    np.savez(root / "annotations/car/n03.npz", annotations=np.array([Path("/etc/passwd")], dtype=object))
    (root / "annotations/car/n04.npz").unlink()
    write_mesh(root / "CAD/car/03.off", "OFF\n8 6 0\n0 0 0\n")
    report = workspace.import_(root)
    assert [image.name for image in rows(workspace, Image)] == ["car/n05"]
    skipped = {finding.where: finding.reason for finding in report.skipped}
    assert "no JPEG" in skipped["images/car/n00.JPEG"]
    assert "decoded" in skipped["images/car/n01.JPEG"]
    assert "not an npz file" in skipped["annotations/car/n02.npz"]
    assert "pathlib" in skipped["annotations/car/n03.npz"]
    assert "no label or prediction" in skipped["images/car/n04.JPEG"]
    assert report.usable


def test_an_unreadable_model_is_kept_with_its_reason(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1)
    write_mesh(root / "CAD/car/03.off", "OFF\n8 6 0\n0 0 0\n")
    report = workspace.import_(root)
    models = {model.cad_index: model for model in rows(workspace, CadModel)}
    assert (models[1].readable, models[3].readable) == (True, False)
    assert models[3].reason
    assert models[3].lower is None
    assert models[1].faces == 6
    assert models[1].lower == [-0.5, -0.5, -0.5]
    assert workspace.cad_files.path(models[3].sha256, ".off").is_file()
    assert "cannot be shown" in found(report)["CAD/car/03.off"]


def test_doubtful_objects_come_in_and_are_named(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1)
    write_labels(
        root / "annotations/car/n00.npz",
        record(bbox=...),
        record(height=np.uint16(480), width=np.uint16(640)),
        record(object_status="status_bad", distance=0.0),
    )
    report = workspace.import_(root)
    reasons = [finding.reason for finding in report.warnings]
    assert any("object 1: no usable bbox" in reason for reason in reasons)
    assert any("object 2: was made for a photo of 640×480, this one has 64×48" in reason for reason in reasons)
    assert any("object 3: distance must be positive" in reason for reason in reasons)
    assert counts(workspace) | {"Item": 3, "ImportedLabel": 2} == counts(workspace)
    assert (rows(workspace, Item)[0].x2, rows(workspace, Item)[0].y2) == (64, 48)


def test_flask_app_guesses_become_predictions(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_photo(tmp_path / f"data/images/car/{name}.JPEG")
        write_flat_labels(tmp_path / f"data/annotations/car/{name}.npz", record(object_status=..., dense=...))
    write_flat_labels(tmp_path / "data/annotations_new/car/a.npz", record(1, annotator="liu"))
    workspace.import_(tmp_path / "data")
    assert counts(workspace) | {"Item": 2, "ImportedLabel": 1, "Prediction": 2} == counts(workspace)
    assert {prediction.model_version for prediction in rows(workspace, Prediction)} == {"initial"}
    assert rows(workspace, ImportedLabel)[0].azimuth == record(1)["azimuth"]


def test_photos_keep_their_pixels_whatever_exif_says(workspace: Workspace, tmp_path: Path) -> None:
    exif = Picture.Exif()
    exif[0x0112] = 6  # turn by 90°
    write_photo(tmp_path / "car/a.jpg", exif=exif)
    write_labels(tmp_path / "car/a.npz", record())
    report = workspace.import_(tmp_path)
    (image,) = rows(workspace, Image)
    assert (image.width, image.height) == (64, 48)
    assert not found(report)
    assert workspace.images.path(image.sha256).read_bytes() == (tmp_path / "car/a.jpg").read_bytes()


def test_an_import_that_breaks_off_leaves_whole_photos_and_is_completed_by_the_next(
    workspace: Workspace, tmp_path: Path
) -> None:
    root = released(tmp_path / "data", photos=3)

    class Interrupted(BaseException):
        pass

    def stop_at(name: str) -> Callable[[int, int, str], None]:
        def progress(done: int, total: int, what: str) -> None:
            if what.endswith(name):
                raise Interrupted

        return progress

    with pytest.raises(Interrupted):
        workspace.import_(root, progress=stop_at("n01.JPEG"))
    assert counts(workspace) | {"Image": 1, "Item": 2, "ImportedLabel": 2} == counts(workspace)
    report = workspace.import_(root)
    assert counts(workspace) | {"Image": 3, "Item": 6, "ImportedLabel": 6} == counts(workspace)
    assert report.counts["photos"] == Counter({Outcome.CREATED: 2, Outcome.UNCHANGED: 1})


class FullDisk(ImageStore):
    """Has room for one photo."""

    kept = 0

    def put(self, source: bytes | Path) -> Any:
        if self.kept:
            raise OSError(28, "No space left on device")
        self.kept += 1
        return super().put(source)


def test_a_full_disk_stops_the_import_with_a_reason(workspace: Workspace, tmp_path: Path) -> None:
    workspace.images = FullDisk(tmp_path / "full")
    with pytest.raises(ImportStopped, match="No space left"):
        workspace.import_(released(tmp_path / "data", photos=3))
    assert counts(workspace)["Image"] == 1


def test_progress_is_told_to_the_end(workspace: Workspace, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    workspace.import_(released(tmp_path / "data"), progress=lambda done, total, what: told.append((done, total)))
    assert told == [(done, 4) for done in range(5)]


def test_new_categories_get_the_manuals_rule_and_old_ones_keep_theirs(workspace: Workspace, tmp_path: Path) -> None:
    write_photo(tmp_path / "oboe/a.jpg")
    write_labels(tmp_path / "oboe/a.npz", record())
    workspace.import_(tmp_path)
    (category,) = rows(workspace, Category)
    assert CategoryRule.from_json(category.rule).ignored == ("azimuth",)
    with workspace.database.transaction() as session:
        session.get(Category, category.id).rule = CategoryRule(note="ours").to_json()
    workspace.import_(tmp_path)
    assert CategoryRule.from_json(rows(workspace, Category)[0].rule).note == "ours"


def test_nothing_to_import_is_an_error(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotADataset):
        workspace.import_(tmp_path / "empty")
    assert counts(workspace)["Category"] == 0


def test_the_real_folder(shared_data: Path, workspace: Workspace) -> None:
    root = shared_data / "imagenet3d_mini"
    report = workspace.import_(root, predictions=root / "predictions", labels_as=LabelsAs.GOLD)
    assert not found(report)
    wanted = {
        "Image": 11,
        "Item": 11,
        "Gold": 11,
        "ImportedLabel": 0,
        "Prediction": 11,
        "CadModel": 52,
        "Category": 11,
    }
    assert counts(workspace) == wanted
    assert {prediction.model_version for prediction in rows(workspace, Prediction)} == {"perturbed-1"}
