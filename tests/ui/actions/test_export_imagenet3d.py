"""An export is what was answered, to the bit; says where it comes from; is the same twice; and keeps gold secret."""

import hashlib
import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import select

from domain.answer import Answer
from domain.errors import NotFound
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState, TaskKind
from storage.formats import exact
from storage.formats.errors import ExportRefused
from storage.formats.imagenet3d.folder import WrittenLayout
from storage.formats.imagenet3d.objects import LabelsAs
from storage.tables import Assignment, Audit, Image
from storage.use_cases.library import add_dataset
from storage.use_cases.release import Only
from tests.storage.formats.folders import record, released, write_labels, write_photo
from tests.storage.formats.values import assert_same
from tests.ui.actions.conftest import Workspace, given_answer


def read_by_the_data_sets_code(root: Path, category: str, split: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """The paths and keys that the data set's preprocessing goes by, with NumPy alone."""
    for name in (root / f"lists/{category}_imagenet_{split}.txt").read_text().strip().split("\n"):
        assert (root / f"images/{category}/{name}.JPEG").is_file()
        objects = dict(np.load(root / f"annotations/{category}/{name}.npz", allow_pickle=True))["annotations"]
        for one in objects:
            if "object_status" not in one or one["object_status"] == "status_bad" or one["distance"] <= 0.0:
                continue
            assert (root / f"CAD/{category}/{one['cad_index']:02d}.off").is_file()
            assert (one["bbox"] * 0.5).shape == (4,)
            assert one["principal"].shape == (2,)
            assert all(math.isfinite(float(one[key])) for key in ("azimuth", "elevation", "theta", "px", "py"))
            assert all(float(one[key]) > 0 for key in ("focal", "viewport"))
        yield name, objects


def objects(root: Path, name: str = "n00", category: str = "car") -> list[dict[str, Any]]:
    return list(np.load(root / f"annotations/{category}/{name}.npz", allow_pickle=True)["annotations"])


def manifest(root: Path) -> dict[str, Any]:
    return json.loads((root / "manifest.json").read_text())


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def accept(workspace: Workspace, assignment_id: int) -> None:
    with workspace.database.transaction() as session:
        session.get(Assignment, assignment_id).state = AssignmentState.ACCEPTED


def test_untouched_labels_come_back_to_the_last_bit(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=0)
    unusual = [
        record(3, unknown={"deep": [np.int8(1), (None, "x")]}, azimuth=np.float32(-7.25), ignore=np.bool_(False)),
        record(1, object_status="status_bad", distance=0.0, extra=np.arange(6.0).reshape(2, 3)),
        record(2, object_status=..., bbox=[1, 2, 30, 40]),
        record(4, nan=math.nan, minus_zero=-0.0, half="\ud800", nul="a\0b", raw=b"\xff", theta=np.float64(-0.0)),
    ]
    write_labels(root / "annotations/car/n00.npz", *unusual)
    workspace.import_(root)
    report = workspace.export(tmp_path / "out")
    sent = objects(tmp_path / "out")
    assert report.objects == len(sent) == 4
    unusual[2]["bbox"] = np.array([1.0, 2.0, 30.0, 40.0])  # the data set's code multiplies it
    for read, one in zip(unusual, sent, strict=True):
        assert_same({key: one[key] for key in read}, read)
        assert set(one) - set(read) <= {"annotator", "revision", "time"}
        assert (one["annotator"], one["revision"]) == ("import", 1)


def test_what_a_person_saved_goes_out_bit_for_bit(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=1))
    ann = workspace.person("ann")
    first, _ = workspace.give(ann)
    answer = given_answer(azimuth=math.nextafter(math.tau, 0), px=1 / 3, distance=5e-3)
    workspace.save(ann, first, answer)
    workspace.export(tmp_path / "out")
    sent, untouched = objects(tmp_path / "out")
    for key, value in answer.pose.to_json().items():
        assert struct.pack("<d", sent[key]) == struct.pack("<d", value)
    assert (sent["cad_index"], sent["object_status"], sent["dense"]) == (2, "status_partially", "dense_yes")
    assert (sent["annotator"], sent["revision"], sent["ignore"]) == ("ann", 2, 0)
    assert_same(sent["principal"], np.array([answer.pose.px, answer.pose.py]))
    assert_same(sent["height"], np.uint16(48))
    assert untouched["annotator"] == "import"
    assert [described["source"] for described in manifest(tmp_path / "out")["objects"]] == ["saved", "imported"]


def test_saved_without_a_change_keeps_the_angles_that_were_read(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=1, objects=1))
    ann = workspace.person("ann")
    (assignment,) = workspace.give(ann)
    workspace.save(ann, assignment, workspace.answer(ann, assignment))
    workspace.export(tmp_path / "out")
    (sent,) = objects(tmp_path / "out")
    assert_same({key: sent[key] for key in record()}, record())
    assert (sent["annotator"], sent["theta"] < 0) == ("ann", True)


def test_accepted_goes_before_first_and_first_before_later(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=1, objects=1))
    ann, bob = workspace.person("ann"), workspace.person("bob")
    (first,), (second,) = workspace.give(ann), workspace.give(bob)
    workspace.save(bob, second, given_answer(2.0))
    workspace.export(tmp_path / "second alone")
    workspace.save(ann, first, given_answer(1.0))
    workspace.export(tmp_path / "both")
    accept(workspace, second)
    workspace.export(tmp_path / "accepted")
    sent = {name: objects(tmp_path / name)[0] for name in ("second alone", "both", "accepted")}
    assert {name: (one["annotator"], one["azimuth"]) for name, one in sent.items()} == {
        "second alone": ("bob", 2.0),
        "both": ("ann", 1.0),
        "accepted": ("bob", 2.0),
    }


def test_only_what_was_saved_or_accepted(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=3, objects=1))
    ann = workspace.person("ann")
    first, second, _ = workspace.give(ann)
    workspace.save(ann, first)
    workspace.save(ann, second)
    accept(workspace, second)
    saved = workspace.export(tmp_path / "saved", only=Only.SAVED)
    accepted = workspace.export(tmp_path / "accepted", only=Only.ACCEPTED)
    assert (saved.objects, saved.left_out) == (2, {"not saved by a person": 1})
    assert (accepted.objects, accepted.left_out) == (1, {"not accepted": 2})
    assert (tmp_path / "accepted/lists/car_imagenet_train.txt").read_text() == "n01\n"
    assert not (tmp_path / "accepted/images/car/n00.JPEG").exists()


def test_tests_of_people_are_not_exported(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=1, objects=1), labels_as=LabelsAs.GOLD)
    ann = workspace.person("ann")
    (assignment,) = workspace.give(ann, kind=TaskKind.QUALIFY)
    workspace.save(ann, assignment)
    report = workspace.export(tmp_path / "out", all_answers=True)
    assert (report.objects, report.left_out) == (0, {"no answer": 1})
    (line,) = (tmp_path / "out/answers.jsonl").read_text().splitlines()
    assert json.loads(line)["answers"][0]["task_kind"] == "qualify"


def secrets(value: Any) -> set[float]:
    """All numbers of a gold record that tell its pose."""
    pose = ("azimuth", "elevation", "theta", "distance", "px", "py")
    return {float(value[key]) for key in pose} | {float(part) for part in value["hint"]}


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers_in(part)
    elif isinstance(value, np.ndarray | list | tuple):
        for part in np.asarray(value, dtype=object).ravel().tolist():
            yield from numbers_in(part)
    elif isinstance(value, int | float | np.number):
        yield float(value)


@pytest.mark.parametrize("asked_again", [False, True])
def test_gold_never_goes_out(asked_again: bool, workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=0)
    hint = np.array([0.123456789, 0.987654321])
    golden = [record(1.37 + place, hint=hint, principal=hint) for place in range(2)]
    write_labels(root / "annotations/car/n00.npz", *golden)
    write_labels(root / "predictions/car/n00.npz", *(record(7 + place, model_version="m") for place in range(2)))
    workspace.import_(root, predictions=root / "predictions", labels_as=LabelsAs.GOLD)
    if asked_again:
        workspace.import_(root, labels_as=LabelsAs.ANNOTATIONS)
        workspace.import_(root, labels_as=LabelsAs.PREDICTIONS)
    ann = workspace.person("ann")
    first, second = workspace.give(ann)
    assert workspace.answer(ann, second).pose.azimuth == record(8)["azimuth"]
    workspace.save(ann, first)
    report = workspace.export(tmp_path / "out", all_answers=True)
    assert (report.objects, report.left_out) == (1, {"no answer": 1})
    (sent,) = objects(tmp_path / "out")
    assert (sent["is_gold"], sent["azimuth"], sent["annotator"]) == (1, 1.5, "ann")
    assert manifest(tmp_path / "out")["counts"]["gold"] == 1

    hidden = set().union(*(secrets(one) for one in golden)) - {22.5}
    assert not hidden & set(numbers_in(sent))
    texts = [(tmp_path / "out" / name).read_text() for name in ("manifest.json", "answers.jsonl")]
    assert not hidden & set(numbers_in([json.loads(line) for line in texts[1].splitlines()]))
    for name, content in contents(tmp_path / "out").items():
        for number in hidden:
            for spelled in (struct.pack("<d", number), struct.pack(">d", number), repr(number).encode()):
                assert spelled not in content, (name, number)


def test_without_gold(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", photos=1, objects=1), labels_as=LabelsAs.GOLD)
    ann = workspace.person("ann")
    workspace.save(ann, *workspace.give(ann))
    report = workspace.export(tmp_path / "out", without_gold=True, all_answers=True)
    assert (report.objects, report.left_out) == (0, {"gold": 1})
    assert (tmp_path / "out/answers.jsonl").read_text() == ""


def test_all_answers_name_authors_times_and_models(workspace: Workspace, tmp_path: Path) -> None:
    root = released(tmp_path / "data", photos=1, objects=1)
    write_labels(root / "predictions/car/n00.npz", record(7, model_version="net", score=0.5))
    workspace.import_(root, predictions=root / "predictions")
    ann, bob = workspace.person("ann"), workspace.person("bob")
    (first,), (second,) = workspace.give(ann), workspace.give(bob)
    workspace.save(ann, first, given_answer(1.0))
    workspace.save(ann, first, given_answer(1.25))
    workspace.save(bob, second, given_answer(2.0))
    workspace.export(tmp_path / "out", all_answers=True)
    (line,) = (tmp_path / "out/answers.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["photo"], told["category"], told["object_index"], told["is_gold"]) == ("car/n00", "car", 0, False)
    assert told["exported"] == {"file": "annotations/car/n00.npz", "index": 0}
    by_people = [given for given in told["answers"] if given["kind"] == "saved"]
    assert [(given["annotator"], given["revision"], given["pose"]["azimuth"]) for given in by_people] == [
        ("ann", 2, 1.0), ("ann", 3, 1.25), ("bob", 2, 2.0),
    ]  # fmt: skip
    assert [given["current"] for given in by_people] == [False, True, True]
    assert len({given["assignment"] for given in by_people}) == 2
    assert all(given["time"].endswith("Z") for given in told["answers"])
    assert told["predictions"][0]["model_version"] == "net"
    assert told["predictions"][0]["pose"]["azimuth"] == record(7)["azimuth"]
    assert told["imported"]["pose"]["theta"] == record()["theta"]


def test_the_same_release_has_the_same_bytes_and_another_has_another_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_(released(tmp_path / "data"))
    ann = workspace.person("ann")
    assignments = workspace.give(ann)
    workspace.save(ann, assignments[0])
    first = workspace.export(tmp_path / "first", all_answers=True)
    again = workspace.export(tmp_path / "again", all_answers=True)
    assert first == again
    assert contents(tmp_path / "first") == contents(tmp_path / "again")
    workspace.save(ann, assignments[1])
    later = workspace.export(tmp_path / "later", all_answers=True)
    assert later.release != first.release
    with workspace.database.reading() as session:
        noted = session.exec(select(Audit).where(Audit.action == "export")).all()
    assert [row.detail["release"] for row in noted] == [first.release, first.release, later.release]


def test_the_manifest_names_each_object_with_its_digest(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data"))
    ann = workspace.person("ann")
    workspace.save(ann, workspace.give(ann)[3])
    report = workspace.export(tmp_path / "out")
    told = manifest(tmp_path / "out")
    assert told["release"] == report.release
    assert told["code"]["version"]
    assert told["counts"] == {
        "photos": 2, "objects": 4, "gold": 0, "by_source": {"imported": 3, "saved": 1}, "by_category": {"car": 4},
        "left_out": {},
    }  # fmt: skip
    for described in told["objects"]:
        one = np.load(tmp_path / "out" / described["file"], allow_pickle=True)["annotations"][described["index"]]
        assert described["sha256"] == exact.digest(one)
        assert (described["annotator"], described["revision"]) == (one["annotator"], one["revision"])
        assert described["time"] == one["time"]
    for described in (*told["photos"], *told["cad_models"]):
        assert described["sha256"] == hashlib.sha256((tmp_path / "out" / described["file"]).read_bytes()).hexdigest()


def test_flat_layout_comes_back_by_import(workspace: Workspace, tmp_path: Path) -> None:
    write_photo(tmp_path / "data/red_car/a.png")
    write_labels(tmp_path / "data/red_car/a.npz", record(), record(1))
    workspace.import_(tmp_path / "data")
    workspace.export(tmp_path / "flat", layout=WrittenLayout.FLAT)
    assert set(contents(tmp_path / "flat")) == {"manifest.json", "red_car/a.png", "red_car/a.npz"}
    report = workspace.import_(tmp_path / "flat")
    assert set(report.counts["photos"]) == {"unchanged"}
    workspace.import_(tmp_path / "flat", dataset="second")
    workspace.export(tmp_path / "again", dataset="second", layout=WrittenLayout.FLAT)
    for name in ("red_car/a.png", "red_car/a.npz"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "flat" / name).read_bytes()


def test_photos_of_other_kinds_have_the_name_that_the_data_sets_code_opens(
    workspace: Workspace, tmp_path: Path
) -> None:
    photo = write_photo(tmp_path / "data/car/a.png")
    write_labels(tmp_path / "data/car/a.npz", record())
    workspace.import_(tmp_path / "data")
    workspace.export(tmp_path / "out")
    assert (tmp_path / "out/images/car/a.JPEG").read_bytes() == photo.read_bytes()
    assert (tmp_path / "out/lists/car_imagenet_val.txt").read_text() == "a\n"


def test_two_photos_of_one_name_both_go_out(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data", objects=1))
    with workspace.database.transaction() as session:
        session.exec(select(Image).where(Image.name == "car/n01")).one().name = "elsewhere/n00.jpg"
    workspace.export(tmp_path / "out")
    assert (tmp_path / "out/lists/car_imagenet_train.txt").read_text() == "n00\nn00_2\n"


def test_only_an_empty_folder_is_written_into(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for target in ("full", "file"):
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ExportRefused, match="new or an empty"):
            workspace.export(tmp_path / target)
        assert sorted(tmp_path.iterdir()) == before
    workspace.export(tmp_path / "empty")
    workspace.export(tmp_path / "deep/er/new")
    assert contents(tmp_path / "empty") == contents(tmp_path / "deep/er/new")


def test_an_export_that_fails_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data"))
    with workspace.database.reading() as session:
        last = session.exec(select(Image).order_by(Image.name.desc())).first()
    workspace.images.path(last.sha256).unlink()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExportRefused, match="missing from the store"):
        workspace.export(tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_which_data_set(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing was imported"):
        workspace.export(tmp_path / "out")
    workspace.import_(released(tmp_path / "data"))
    with pytest.raises(NotFound, match="there are: cars"):
        workspace.export(tmp_path / "out", dataset="cats")
    with workspace.database.transaction() as session:
        add_dataset(session, actor=CONSOLE, name="boats")
    with pytest.raises(NotFound, match="boats, cars"):
        workspace.export(tmp_path / "out")
    assert workspace.export(tmp_path / "out", dataset="cars").objects == 4


def test_a_person_without_the_right_gets_nothing(workspace: Workspace, tmp_path: Path) -> None:
    from domain.errors import NotAllowed
    from storage.use_cases.release import count_photos, dataset_for_export, release_meshes, release_photos

    workspace.import_(released(tmp_path / "data"))
    ann = workspace.person("ann")
    with workspace.database.reading() as session:
        for use_case in (count_photos, release_meshes, lambda *a, **k: list(release_photos(*a, **k))):
            with pytest.raises(NotAllowed):
                use_case(session, actor=ann, dataset="cars")
        with pytest.raises(NotAllowed):
            dataset_for_export(session, actor=ann)


def test_real_photos_through_the_data_sets_own_way_of_reading(
    shared_data: Path, workspace: Workspace, tmp_path: Path
) -> None:
    root = shared_data / "imagenet3d_mini"
    workspace.import_(root, dataset="mini")
    workspace.export(tmp_path / "out")
    categories = sorted(path.name for path in (root / "images").iterdir())
    for category in categories:
        ((name, sent),) = read_by_the_data_sets_code(tmp_path / "out", category, "val")
        read = np.load(root / f"annotations/{category}/{name}.npz", allow_pickle=True)["annotations"]
        for before, after in zip(read, sent, strict=True):
            assert_same({key: after[key] for key in before}, before)
    same = {"images": ".JPEG", "lists": ".txt", "CAD": ".off"}
    for folder, suffix in same.items():
        for path in (root / folder).rglob(f"*{suffix}"):
            assert (tmp_path / "out" / path.relative_to(root)).read_bytes() == path.read_bytes()


def test_a_whole_round_of_real_work(shared_data: Path, workspace: Workspace, tmp_path: Path) -> None:
    """The issue's own way: labels hidden, predictions shown, everything answered, exported, read with NumPy."""
    root = shared_data / "imagenet3d_mini"
    workspace.import_(root, dataset="mini", predictions=root / "predictions", labels_as=LabelsAs.GOLD)
    ann = workspace.person("ann")
    seen: dict[str, Answer] = {}
    for place, assignment in enumerate(workspace.give(ann, dataset="mini")):
        start = workspace.answer(ann, assignment)
        answer = Answer(
            pose=start.pose.replace(azimuth=0.1 + place / 3, px=start.pose.px + 1 / 3),
            cad_index=1,
            object_status="status_good",
            dense="dense_no",
        )
        workspace.save(ann, assignment, answer)
        seen[sorted(path.name for path in (root / "images").iterdir())[place]] = answer
    assert workspace.export(tmp_path / "out").objects == 11
    for category, answer in seen.items():
        ((_, (sent,)),) = read_by_the_data_sets_code(tmp_path / "out", category, "val")
        assert (sent["azimuth"], sent["px"], sent["cad_index"]) == (answer.pose.azimuth, answer.pose.px, 1)
        assert (sent["is_gold"], sent["class"]) == (1, category)
        assert 0 <= sent["elevation"] < math.tau
        assert 0 <= sent["theta"] < math.tau
