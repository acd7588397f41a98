"""What goes out of an object: as read where nothing was touched, in the data set's keys and ranges where it was."""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answer import Answer, Density, ObjectStatus
from domain.box import Box
from domain.pose import Pose
from storage.formats.imagenet3d.record import understand
from storage.formats.imagenet3d.row import ObjectRow, facts_of, record_of
from tests.storage.formats.folders import record
from tests.storage.formats.values import RECORDS, assert_same

KEYS = {
    "azimuth", "elevation", "theta", "distance", "px", "py", "viewport", "focal", "principal", "cad_index", "bbox",
    "class", "height", "width", "object_status", "dense", "ignore", "annotator", "revision", "time",
}  # fmt: skip
POSE = {"azimuth": 1.0, "elevation": 6.2, "theta": 0.5, "distance": 4.0, "px": 20.0, "py": 21.0, "viewport": 900.0}
AT = datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC)


def row(answer: Answer | None, read: dict[str, Any] | None = None, **changes: Any) -> ObjectRow:
    values = {
        "category": "car",
        "box": Box(1.0, 2.0, 30.0, 40.0),
        "width": 64,
        "height": 48,
        "read": read or {},
        "answer": answer,
        "annotator": "ann",
        "revision": 3,
        "at": AT,
    }
    return ObjectRow(**(values | changes))


def saved(status: ObjectStatus = ObjectStatus.GOOD, **pose: float) -> Answer:
    values = {
        "azimuth": 1.0,
        "elevation": 6.2,
        "theta": 0.5,
        "distance": 4.0,
        "px": 20.0,
        "py": 21.0,
        "viewport": 900.0,
    }
    return Answer(pose=Pose(**(values | pose)), cad_index=2, object_status=status, dense=Density.YES)


@given(extra=RECORDS)
def test_untouched_goes_out_as_it_was_read(extra: dict[str, Any]) -> None:
    read = extra | record()
    sent = record_of(row(None, read, box=Box(*read["bbox"]), annotator="import", revision=1))
    assert list(sent)[: len(read)] == list(read)
    assert_same({key: sent[key] for key in read}, read)
    assert set(sent) - set(read) <= {"annotator", "revision", "time"}


def test_the_box_of_an_untouched_label_is_an_array_and_the_corrected_one() -> None:
    corners = [0.1, 2, np.float32(30.7), 40]
    sent = record_of(row(None, record(bbox=corners), box=Box(*map(float, corners))))
    assert_same(sent["bbox"], np.array([float(corner) for corner in corners]))
    corrected = record_of(row(None, record(), box=Box(5.0, 3.25, 60.125, 44.0)))
    assert_same(corrected["bbox"], np.array([5.0, 3.25, 60.125, 44.0]))
    unusable = record_of(row(None, record(bbox=[1, 2])))
    assert unusable["bbox"] == [1, 2]


def test_a_new_answer_has_all_keys_in_their_types() -> None:
    sent = record_of(row(saved()))
    assert set(sent) == KEYS
    assert {key: sent[key] for key in POSE} == POSE
    assert_same(sent["bbox"], np.array([1.0, 2.0, 30.0, 40.0]))
    assert_same(sent["principal"], np.array([20.0, 21.0]))
    assert (sent["class"], sent["width"], sent["height"], sent["cad_index"]) == ("car", 64, 48, 2)
    assert (sent["object_status"], sent["dense"], sent["ignore"]) == ("status_good", "dense_yes", 0)
    assert (sent["annotator"], sent["revision"], sent["time"]) == ("ann", 3, "2026-03-04T05:06:07.000008Z")
    assert type(sent["object_status"]) is str


@pytest.mark.parametrize("status", list(ObjectStatus))
def test_only_bad_objects_are_to_be_ignored(status: ObjectStatus) -> None:
    assert record_of(row(saved(status)))["ignore"] == (status is ObjectStatus.BAD)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_new_angles_are_in_the_half_open_circle(azimuth: float, elevation: float, theta: float) -> None:
    sent = record_of(row(saved(azimuth=azimuth, elevation=elevation, theta=theta), record()))
    for key, given_angle in (("azimuth", azimuth), ("elevation", elevation), ("theta", theta)):
        assert 0 <= sent[key] < math.tau
        assert math.isclose(math.cos(sent[key]), math.cos(given_angle), abs_tol=1e-9)
        assert math.isclose(math.sin(sent[key]), math.sin(given_angle), abs_tol=1e-9)


def test_what_a_person_left_alone_keeps_value_type_and_place() -> None:
    read = record(unknown={"deep": np.int8(1)}, principal=np.array([7.0, 8.0]))
    answer = understand(read).answer
    assert answer is not None
    touched = Answer(pose=answer.pose.replace(distance=9.5), cad_index=1, object_status="status_bad", dense=None)
    sent = record_of(row(touched, read, box=understand(read).box))
    assert list(sent)[: len(read)] == list(read)
    changed = {"distance": 9.5, "object_status": "status_bad", "dense": None, "ignore": 1}
    assert_same({key: sent[key] for key in read}, read | changed)
    assert sent["theta"] < 0, "a rotation that was read is no new one"


def test_the_principal_point_follows_the_centre() -> None:
    read = record(principal=np.array([7.0, 8.0]))
    sent = record_of(row(saved(px=1.25), read))
    assert_same(sent["principal"], np.array([1.25, 21.0]))


def test_a_box_that_was_no_array_becomes_one() -> None:
    read = record(bbox=[4.5, 3.25, 60.125, 44.0])
    sent = record_of(row(saved(), read, box=understand(read).box))
    assert_same(sent["bbox"], np.array([4.5, 3.25, 60.125, 44.0]))


def test_former_authors_do_not_sign_new_answers() -> None:
    read = record(annotator="old", revision=9, time="then", model_version="m", score=0.5)
    sent = record_of(row(saved(), read))
    assert (sent["annotator"], sent["revision"]) == ("ann", 3)
    assert "model_version" not in sent
    assert "score" not in sent


def test_gold_is_marked_and_its_facts_tell_nothing() -> None:
    assert record_of(row(saved(), is_gold=True))["is_gold"] == 1
    assert "is_gold" not in record_of(row(saved()))
    told = facts_of(record(R=np.eye(3), gt_azimuth=4.1), hides_answer=True)
    assert set(told) == {"focal", "bbox", "class", "height", "width"}


def test_facts_of_an_open_record_are_all_but_the_answer() -> None:
    told = facts_of(record(occluded=1, model_version="m"), hides_answer=False)
    assert set(told) == {"viewport", "focal", "bbox", "class", "height", "width", "occluded"}
