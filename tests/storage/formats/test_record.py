"""One object's dictionary: what is usable is used, what is not is said, and nothing makes it raise."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answer import Density, ObjectStatus
from domain.box import Box
from storage.formats.errors import LabelsUnreadable
from storage.formats.imagenet3d.record import plain_number, plain_text, read_records, understand
from tests.storage.formats.folders import record, write_flat_labels, write_labels
from tests.storage.formats.values import RECORDS, VALUES, assert_same


def test_a_whole_record() -> None:
    facts = understand(record(model_version="m1", score=np.float32(0.5), annotator=np.str_("ann")))
    assert facts.answer is not None
    assert facts.answer.pose.azimuth == 4.1
    assert (facts.answer.object_status, facts.answer.dense) == (ObjectStatus.GOOD, Density.NO)
    assert facts.box == Box(4.5, 3.25, 60.125, 44.0)
    assert (facts.viewport, facts.width, facts.height) == (692.8203, 64, 48)
    assert (facts.model_version, facts.score, facts.annotator) == ("m1", 0.5, "ann")
    assert not facts.problems


def test_a_prediction_has_neither_quality_nor_density() -> None:
    facts = understand(record(object_status=..., dense=..., ignore=...))
    assert facts.answer is not None
    assert (facts.answer.object_status, facts.answer.dense) == (None, None)
    assert not facts.problems


def test_a_box_alone_is_an_object_without_an_answer() -> None:
    facts = understand({"bbox": [1, 2, 3, 4]})
    assert (facts.answer, facts.box) == (None, Box(1, 2, 3, 4))
    assert not facts.problems


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"azimuth": ...}, "lacks azimuth"),
        ({"azimuth": "north"}, "azimuth is not a number"),
        ({"theta": float("nan")}, "theta is not a number"),
        ({"px": np.array([1.0, 2.0])}, "px is not a number"),
        ({"distance": 0.0}, "distance must be positive"),
        ({"distance": 10**400}, "distance is not a number"),
        ({"cad_index": 0}, "cad_index must be a whole number from 1"),
        ({"cad_index": 1.5}, "cad_index is not a whole number"),
        ({"cad_index": True}, "cad_index is not a number"),
        ({"bbox": [1, 2, 3]}, "it has 3 numbers"),
        ({"bbox": np.array([9.0, 9.0, 1.0, 1.0])}, "bbox is not x1, y1, x2, y2"),
        ({"bbox": "everywhere"}, "bbox is not"),
        ({"object_status": "status_superb"}, "is none of"),
        ({"dense": 3}, "dense is not a short"),
        ({"viewport": -1.0}, "viewport is not positive"),
        ({"model_version": "\ud800"}, "model_version is not a short"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], problem: str) -> None:
    problems = understand(record(**changes)).problems
    assert len(problems) == 1
    assert problem in problems[0]


@given(base=st.dictionaries(st.sampled_from(list(record())), VALUES), others=RECORDS)
def test_no_record_makes_it_raise(base: dict[str, Any], others: dict[str, Any]) -> None:
    facts = understand(record() | others | base)
    assert facts.answer is None or facts.answer.pose.distance > 0


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.uint8(2), np.array(2.0), np.array([[2]])])
def test_numbers_of_any_type(value: Any) -> None:
    assert plain_number(value) == 2


@pytest.mark.parametrize(
    "value", [True, np.bool_(1), None, "2", float("inf"), np.array([1, 2]), 1 + 0j, np.array("2")]
)
def test_what_is_no_number(value: Any) -> None:
    assert plain_number(value) is None


def test_texts_of_any_type() -> None:
    assert [plain_text(value) for value in ("a", np.str_("a"), np.array("a"), np.array(["a"]))] == ["a"] * 4
    assert [plain_text(value) for value in (b"a", 1, None, "x" * 129, "a\nb", "\0")] == [None] * 6


def test_several_objects_keep_their_order_types_and_unknown_keys(tmp_path: Path) -> None:
    records = [record(2, occluded=np.bool_(True)), record(1, zebra={"deep": [np.int8(3)]}), record(3)]
    assert_same(read_records(write_labels(tmp_path / "a.npz", *records)), records)


def test_one_object_in_several_wrappings(tmp_path: Path) -> None:
    for name, value in (("array0", np.array(record(), dtype=object)), ("list", [record()])):
        np.savez(tmp_path / f"{name}.npz", annotations=value)
        assert_same(read_records(tmp_path / f"{name}.npz"), [record()])


def test_the_flask_apps_flat_file_has_the_same_bits(tmp_path: Path) -> None:
    (read,) = read_records(write_flat_labels(tmp_path / "a.npz", record()))
    assert list(read) == list(record())
    for key, value in record().items():
        assert_same(read[key], value if isinstance(value, np.ndarray) else np.asarray(value)[()])


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"poses": np.zeros(3)}, "neither 'annotations' nor"),
        ({"annotations": np.zeros(3)}, "something else than dictionaries"),
        ({"annotations": np.array([record(), "text"], dtype=object)}, "something else than dictionaries"),
        ({"annotations": np.array([{}] * 1001)}, "1001 objects"),
    ],
)
def test_files_of_another_kind(members: dict[str, Any], reason: str, tmp_path: Path) -> None:
    np.savez(
        tmp_path / "a.npz",
        **{
            key: np.array(value, dtype=object) if isinstance(value, list) else value for key, value in members.items()
        },
    )
    with pytest.raises(LabelsUnreadable, match=reason) as refused:
        read_records(tmp_path / "a.npz")
    assert refused.value.file == tmp_path / "a.npz"


def test_no_objects_at_all(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", annotations=[])
    assert read_records(tmp_path / "a.npz") == []
