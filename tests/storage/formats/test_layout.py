"""Three layouts are told apart; what leads out of the folder or has no place in it is named, not followed."""

from pathlib import Path

import pytest

from storage.formats.errors import NotADataset
from storage.formats.imagenet3d.layout import Layout, survey, unusable_category, unusable_name
from tests.storage.formats.folders import record, released, write_flat_labels, write_labels, write_mesh, write_photo


def reasons(root: Path, predictions: Path | None = None) -> dict[str, str]:
    return {problem.where: problem.reason for problem in survey(root, predictions).problems}


def test_released(tmp_path: Path) -> None:
    found = survey(released(tmp_path))
    assert found.layout is Layout.RELEASED
    assert [(photo.name, photo.split) for photo in found.photos] == [("car/n00", "train"), ("car/n01", "train")]
    assert found.photos[0].labels == tmp_path / "annotations/car/n00.npz"
    assert [(mesh.category, mesh.cad_index) for mesh in found.meshes] == [("car", 1), ("car", 2)]
    assert not found.problems


def test_flat_with_any_suffix_and_underscores_in_categories(tmp_path: Path) -> None:
    for photo, labels in (("a.jpg", "a.npz"), ("b.PNG", "b.NPZ"), ("c.webp", None), ("d.Jpeg", "d.npz")):
        write_photo(tmp_path / "bicycle_built_for_two" / photo)
        if labels:
            made = write_labels(tmp_path / "bicycle_built_for_two" / f"{labels[0]}.npz", record())
            made.rename(made.with_name(labels))
    write_mesh(tmp_path / "CAD/bicycle_built_for_two/12.obj")
    found = survey(tmp_path)
    assert found.layout is Layout.FLAT
    assert [photo.name for photo in found.photos] == [f"bicycle_built_for_two/{stem}" for stem in "abcd"]
    assert [photo.labels is not None for photo in found.photos] == [True, True, False, True]
    assert [(mesh.category, mesh.cad_index) for mesh in found.meshes] == [("bicycle_built_for_two", 12)]
    assert not found.problems


def test_flask_app_keeps_guesses_and_answers_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_photo(tmp_path / f"images/car/{name}.JPEG")
        write_flat_labels(tmp_path / f"annotations/car/{name}.npz", record())
    write_flat_labels(tmp_path / "annotations_new/car/a.npz", record(1))
    write_mesh(tmp_path / "static/CAD/off/car/03.off")
    found = survey(tmp_path)
    assert found.layout is Layout.FLASK_APP
    a, b = found.photos
    assert a.labels == tmp_path / "annotations_new/car/a.npz"
    assert (b.labels, b.guess) == (None, tmp_path / "annotations/car/b.npz")
    assert [mesh.cad_index for mesh in found.meshes] == [3]


def test_predictions_inside_and_outside_the_folder(tmp_path: Path) -> None:
    root = released(tmp_path / "data")
    inside = write_labels(root / "predictions/car/n00.npz", record())
    assert survey(root, root / "predictions").photos[0].predictions == inside
    outside = write_labels(tmp_path / "model/annotations/car/n01.npz", record())
    assert survey(root, tmp_path / "model").photos[1].predictions == outside
    assert survey(root).photos[0].predictions is None


def test_what_has_no_place_is_named(tmp_path: Path) -> None:
    root = released(tmp_path)
    write_labels(root / "annotations/car/alone.npz", record())
    write_photo(root / "images/car/n00.png")
    write_mesh(root / "CAD/car/first.off")
    write_mesh(root / "CAD/car/0002.obj")
    write_photo(root / "images/con:trol/a.JPEG")
    (root / "lists/notes.txt").write_text("hello")
    (root / "lists/car_imagenet_val.txt").write_text("../../../etc/passwd\n")
    found = reasons(root)
    assert found["annotations/car/alone.npz"] == "no photo has this name"
    assert "the name n00 too" in found["images/car/n00.png"] or "the name n00 too" in found["images/car/n00.JPEG"]
    assert "is its number" in found["CAD/car/first.off"]
    assert {"CAD/car/0002.obj", "CAD/car/02.off"} & found.keys()
    assert "none of" in found["images/con:trol"]
    assert "not a list" in found["lists/notes.txt"]
    assert "passwd" in found["lists"]
    assert len(survey(root).photos) == 2


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    secret = write_photo(tmp_path / "elsewhere/secret.JPEG")
    write_labels(tmp_path / "elsewhere/secret.npz", record())
    root = released(tmp_path / "data")
    (root / "images/car/leak.JPEG").symlink_to(secret)
    (root / "images/bus").symlink_to(secret.parent)
    (root / "CAD/bus").symlink_to(secret.parent)
    (root / "images/car/twin.JPEG").symlink_to(root / "images/car/n00.JPEG")
    found = survey(root)
    assert [photo.name for photo in found.photos] == ["car/n00", "car/n01", "car/twin"]
    refused = {problem.where for problem in found.problems if "leads out" in problem.reason}
    assert refused == {"images/car/leak.JPEG", "images/bus", "CAD/bus"}


def test_a_whole_folder_that_is_a_link_out_is_said_to_be_one(tmp_path: Path) -> None:
    released(tmp_path / "elsewhere")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/images").symlink_to(tmp_path / "elsewhere/images")
    assert reasons(tmp_path / "data") == {"images": "a link that leads out of the folder"}


@pytest.mark.parametrize("content", ["nothing", "text"])
def test_what_is_no_data_set(content: str, tmp_path: Path) -> None:
    if content == "text":
        (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(NotADataset, match="no photos found"):
        survey(tmp_path)


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotADataset, match="no such folder"):
        survey(tmp_path / "missing")
    with pytest.raises(NotADataset, match="no such folder"):
        survey(released(tmp_path), tmp_path / "missing")


@pytest.mark.parametrize("name", ["..", ".hidden", "-rf", "a/b", "a\\b", "", " a", "a\n", "a\0", "x" * 201])
def test_names_that_no_file_may_have(name: str) -> None:
    assert unusable_name(name)


@pytest.mark.parametrize("name", ["car", "bicycle_built_for_two", "n02088364_1", "烧杯", "a b"])
def test_names_that_are_fine(name: str) -> None:
    assert unusable_name(name) is None
    assert unusable_category(name) is None


def test_the_real_folder(shared_data: Path) -> None:
    root = shared_data / "imagenet3d_mini"
    found = survey(root, root / "predictions")
    assert (found.layout, len(found.photos), len(found.meshes)) == (Layout.RELEASED, 11, 52)
    assert all(photo.labels and photo.predictions and photo.split == "val" for photo in found.photos)
    assert not found.problems
