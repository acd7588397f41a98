"""Judging an answer: what counts as right, and what was off in words that name the mistake."""

import math

import pytest

from domain.answer import Answer, Density, ObjectStatus
from domain.box import Box
from domain.errors import InvalidInput
from domain.metrics.scoring import Likeness
from domain.pose import Pose
from domain.qualification import Part, Thresholds, judge_answer, too_many_wrong
from domain.symmetry import continuous, cyclic

BOX = Box(100, 100, 400, 500)
TRUTH = Pose(azimuth=0.4, elevation=0.3, theta=0.1, distance=5.0, px=250.0, py=300.0)


ANYWAY, LIMITS = Likeness(), Thresholds()


def judged(*, likeness: Likeness = ANYWAY, limits: Thresholds = LIMITS, cad_index: int = 1, **changed: float):
    answer = Answer(pose=TRUTH.replace(**changed), cad_index=cad_index, object_status=ObjectStatus.GOOD)
    truth = Answer(pose=TRUTH, cad_index=1, object_status=ObjectStatus.GOOD, dense=Density.NO)
    return judge_answer(answer, truth, BOX, likeness, limits)


def test_within_every_limit_is_right() -> None:
    found = judged(azimuth=0.4 + math.radians(10), px=280.0, distance=5.5)
    assert found.right
    assert found.off == ()
    assert math.degrees(found.rotation) == pytest.approx(10 * math.cos(0.0), abs=1.0)
    assert found.centre == pytest.approx(30 / 500)


@pytest.mark.parametrize(
    ("changed", "part", "amount"),
    [
        ({"azimuth": 0.4 + math.radians(40)}, Part.AZIMUTH, 40),
        ({"azimuth": 0.4 - math.radians(40)}, Part.AZIMUTH, -40),
        ({"elevation": 0.3 + math.radians(25)}, Part.ELEVATION, 25),
        ({"theta": 0.1 - math.radians(30)}, Part.THETA, -30),
        ({"px": 150.0}, Part.LEFT, 100),
        ({"px": 350.0, "py": 310.0}, Part.RIGHT, 100),
        ({"py": 220.0}, Part.UP, 80),
        ({"py": 380.0}, Part.DOWN, 80),
        ({"distance": 10.0}, Part.FAR, 1.0),
        ({"distance": 2.5}, Part.NEAR, 1.0),
        ({"cad_index": 2}, Part.MODEL, 0),
    ],
)
def test_one_mistake_is_named(changed: dict, part: Part, amount: float) -> None:
    (off,) = judged(**changed).off
    assert (off.part, off.amount) == (part, pytest.approx(amount, abs=1e-6))
    assert type(off).from_json(off.to_json()) == off


def test_a_flip_is_named_and_not_an_angle() -> None:
    (off,) = judged(azimuth=0.4 + math.pi + 0.1).off
    assert (off.part, off.kind) == (Part.FLIP, "azimuth")


def test_symmetry_and_ignored_angles_forgive() -> None:
    assert judged(azimuth=0.4 + math.pi, likeness=Likeness(symmetry=cyclic(2))).right
    assert judged(azimuth=2.9, likeness=Likeness(symmetry=continuous("z"))).right
    assert judged(theta=1.5, likeness=Likeness(ignored=("theta",))).right


def test_a_bad_object_is_compared_as_such() -> None:
    bad = Answer(pose=TRUTH, cad_index=1, object_status=ObjectStatus.BAD)
    good = Answer(pose=TRUTH, cad_index=1, object_status=ObjectStatus.GOOD)
    parts = [
        [off.part for off in judge_answer(answer, truth, BOX, ANYWAY, LIMITS).off]
        for answer, truth in ((bad, good), (good, bad), (bad, bad))
    ]
    assert parts == [[Part.BAD_OBJECT], [Part.NOT_BAD], []]


def test_answers_count_where_they_are_asked_for() -> None:
    truth = Answer(pose=TRUTH, cad_index=1, object_status=ObjectStatus.BARELY, dense=Density.YES)
    given = Answer(pose=TRUTH, cad_index=1, object_status=ObjectStatus.GOOD, dense=Density.NO)
    assert judge_answer(given, truth, BOX, ANYWAY, LIMITS).right
    found = judge_answer(given, truth, BOX, ANYWAY, Thresholds(answers=True))
    assert [off.part for off in found.off] == [Part.QUALITY, Part.DENSITY]


def test_limits_must_say_something() -> None:
    for limits in ({"rotation": 0.0}, {"rotation": 4.0}, {"centre": -1.0}, {"distance": 11.0}):
        with pytest.raises(InvalidInput):
            Thresholds(**limits)


def test_too_few_answers_say_nothing() -> None:
    assert not too_many_wrong(0, 4, last=5, share=0.8)
    assert too_many_wrong(3, 5, last=5, share=0.8)
    assert not too_many_wrong(4, 5, last=5, share=0.8)
