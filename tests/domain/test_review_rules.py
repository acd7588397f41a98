"""What reviewers go by: comparisons in numbers, what of a proposal can be taken, samples, words of remarks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answer import Answer, Density, FieldGroup, ObjectStatus, values_of
from domain.box import Box
from domain.comparison import compare
from domain.errors import InvalidInput
from domain.pose import Pose
from domain.proposal import (
    AnglesInseparable,
    Part,
    after_taking,
    angles_separable,
    left_to_take,
    taken,
)
from domain.remarks import LONGEST, READY, MeshPin, PhotoPin, clean_text
from domain.rotation import rotation_error
from domain.sampling import in_sample

BOX = Box(0, 0, 30, 40)


def answer(cad_index: int = 1, status: ObjectStatus | None = None, **pose: float) -> Answer:
    values = {"azimuth": 0.5, "elevation": 0.3, "theta": 0.1, "distance": 4.0, "px": 100.0, "py": 80.0, **pose}
    return Answer(pose=Pose(**values), cad_index=cad_index, object_status=status)


def test_a_comparison_in_numbers() -> None:
    a, b = answer(), answer(2, ObjectStatus.GOOD, px=103.0, py=84.0, distance=4.4, theta=0.1 + math.radians(25))
    found = compare(a, b, BOX)
    assert math.degrees(found.rotation) == pytest.approx(25)
    assert (found.centre, found.centre_of_box) == (5.0, 0.1)
    assert found.distance == pytest.approx(0.1)
    assert (found.model, found.quality, found.density) == (True, True, False)
    assert not found.same
    assert compare(a, a, BOX).same


def test_the_same_picture_written_another_way_differs_in_nothing() -> None:
    a = answer()
    b = answer(azimuth=0.5 + math.pi, elevation=math.pi - 0.3, theta=0.1 + math.pi)
    assert compare(a, b, BOX).same


def test_distances_are_compared_at_one_focal_length() -> None:
    assert compare(answer(viewport=1000), answer(viewport=2000, distance=8.0), BOX).distance == pytest.approx(0)


@pytest.mark.parametrize("part", [Part.ROTATION, Part.CENTRE, Part.DISTANCE, Part.MODEL])
def test_a_part_brings_its_group_and_nothing_else(part: Part) -> None:
    present = answer()
    offered = answer(2, azimuth=1.0, px=1.0, distance=9.0)
    result = after_taking(present, offered, (part,))
    for group in FieldGroup:
        whose = offered if group.value == part.value else present
        assert values_of(result, group) == values_of(whose, group)
    assert part in left_to_take(present, offered)
    assert part not in left_to_take(result, offered)


def test_a_question_that_was_left_open_is_not_taken() -> None:
    present = Answer(pose=answer().pose, cad_index=1, object_status=ObjectStatus.GOOD, dense=Density.NO)
    offered = Answer(pose=answer().pose, cad_index=1, object_status=ObjectStatus.BARELY, dense=None)
    assert set(taken(present, offered, (Part.ANSWERS,))) == {FieldGroup.QUALITY}


def test_taking_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput):
        taken(answer(), answer(), (Part.ROTATION, Part.MODEL))


def test_single_angles_where_they_mean_something() -> None:
    present, offered = answer(), answer(azimuth=0.6, elevation=0.4, theta=0.3)
    pose = after_taking(present, offered, (Part.AZIMUTH,)).pose
    assert (pose.azimuth, pose.elevation, pose.theta) == (0.6, 0.3, 0.1)
    pose = after_taking(present, offered, (Part.ELEVATION, Part.THETA)).pose
    assert (pose.azimuth, pose.elevation, pose.theta) == (0.5, 0.4, 0.3)


@pytest.mark.parametrize(("mine", "theirs"), [(60.1, 0), (0, -60.1), (84, 84), (120 - 0.1, 0), (180 + 61, 10)])
def test_near_the_poles_a_single_angle_is_refused(mine: float, theirs: float) -> None:
    """120° of elevation is 60° seen from the other side: what counts is the canonical form."""
    present, offered = answer(elevation=math.radians(mine)), answer(elevation=math.radians(theirs), azimuth=2.0)
    assert not angles_separable(present.pose, offered.pose)
    for part in (Part.AZIMUTH, Part.ELEVATION, Part.THETA):
        with pytest.raises(AnglesInseparable):
            taken(present, offered, (part,))
    assert taken(present, offered, (Part.ROTATION,))


@given(st.floats(-59, 59), st.floats(-59, 59), st.floats(0, 6), st.floats(0, 6), st.sampled_from([0.0, math.pi]))
def test_within_the_limit_taking_one_angle_never_turns_far_beyond_its_change(
    mine: float, theirs: float, azimuth: float, other: float, tip: float
) -> None:
    """However the same pose is written: the turn is at most the change of the angle that was taken."""
    present = answer(azimuth=azimuth + tip, elevation=abs(tip - math.radians(mine)), theta=0.1 + tip)
    offered = answer(azimuth=other, elevation=math.radians(theirs))
    try:
        after = after_taking(present, offered, (Part.AZIMUTH,))
    except InvalidInput:
        return
    change = abs(math.remainder(other - present.pose.canonical().azimuth, 2 * math.pi))
    assert float(rotation_error(present.pose.rotation(), after.pose.rotation())) <= change + 1e-9


def test_a_sample_is_stable_grows_and_has_the_right_size() -> None:
    numbers = range(20_000)
    tenth = {n for n in numbers if in_sample(n, per_cent=10, seed=3)}
    assert tenth == {n for n in numbers if in_sample(n, per_cent=10, seed=3)}
    assert tenth < {n for n in numbers if in_sample(n, per_cent=25, seed=3)}
    assert abs(len(tenth) - 2000) < 4 * math.sqrt(20_000 * 0.1 * 0.9)
    other = {n for n in numbers if in_sample(n, per_cent=10, seed=4)}
    assert abs(len(tenth & other) - 200) < 80, "another seed draws anew"
    assert all(in_sample(n, per_cent=100, seed=1) and not in_sample(n, per_cent=0, seed=1) for n in range(100))


def test_words_are_tidied_and_bounded() -> None:
    assert clean_text("  front   and back \n\n are  swapped ") == "front and back\n\nare swapped"
    for wrong in ("", " \n ", "x" * (LONGEST + 1)):
        with pytest.raises(InvalidInput):
            clean_text(wrong)
    assert len(READY) <= 9


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e7])
def test_a_pin_is_a_point(value: float) -> None:
    with pytest.raises(InvalidInput):
        PhotoPin(u=value, v=0)
    with pytest.raises(InvalidInput):
        MeshPin(x=0, y=0, z=np.float64(value), cad_index=1)
