"""Answers of several people, looked at one item after the other and many at once."""

import math

import numpy as np

from domain.adjudication import far_apart, together
from domain.answer import Answer
from domain.metrics.scoring import Likeness
from domain.pose import Pose
from domain.symmetry import ALL, NONE, continuous, cyclic
from tests.domain.rotations import disturbed, random_rotations

LIKENESSES = [
    Likeness(symmetry=symmetry, ignored=ignored)
    for symmetry in (NONE, cyclic(2), cyclic(6, "x"), continuous("z", ends_alike=True), ALL)
    for ignored in ((), ("elevation", "theta"))
]


def test_many_at_once_are_as_far_apart_as_one_by_one(count) -> None:
    """Near, at the edge, flipped and anywhere, by every symmetry."""
    rng = np.random.default_rng(5)
    items, likeness = [], []
    for number in range(count(300, 3000)):
        alike = LIKENESSES[number % len(LIKENESSES)]
        people = int(rng.integers(2, 5))
        Rs = disturbed(np.repeat(random_rotations(1, number), people, axis=0), float(rng.uniform(2, 30)), rng)
        if number % 7 == 0:
            Rs[-1] = Rs[-1] @ np.diag([-1.0, -1.0, 1.0])
        if number % 11 == 0:
            Rs[0] = random_rotations(1, 10_000 + number)[0]
        turns = alike.symmetry.samples(8)
        items.append([
            Answer(pose=Pose.from_matrix(R @ turns[rng.integers(len(turns))], distance=5, px=0, py=0), cad_index=1)
            for R in Rs
        ])  # fmt: skip
        likeness.append(alike)
    angles = np.array([
        (answer.pose.azimuth, answer.pose.elevation, answer.pose.theta) for item in items for answer in item
    ])  # fmt: skip
    begins = np.cumsum([0, *(len(item) for item in items[:-1])])
    found = far_apart(angles, begins, likeness)
    seen = [together(item, alike) for item, alike in zip(items, likeness, strict=True)]
    expected = np.array([not each.agree for each in seen])
    edge = np.array([abs(max(each.degrees) - 10) < 1e-6 for each in seen])
    assert not edge.any()
    assert (found == expected).all()
    assert 0.2 < expected.mean() < 0.8


def test_half_a_turn_is_far_only_where_it_can_be_seen() -> None:
    angles = np.array([(0.1, 0.2, 0.0), (0.1 + math.pi, 0.2, 0.0)] * 2)
    found = far_apart(angles, np.array([0, 2]), [Likeness(), Likeness(symmetry=cyclic(2))])
    assert found.tolist() == [True, False]
