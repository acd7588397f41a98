"""Flips: which there are, how they are recognised, and what the guard makes of the evidence."""

import math

import numpy as np
import pytest

from domain.flip_guard import ASKS_FROM, Evidence, judge
from domain.flips import HALF_TURNS, FlipKind, candidate_flips, flip_between, flipped
from domain.metrics.rotation import rotation_errors
from domain.pose import Pose
from domain.symmetry import continuous, cyclic
from tests.domain.rotations import disturbed, random_rotations
from tests.flip_contract import outcome, trials

POSE = Pose(azimuth=0.6, elevation=0.25, theta=0.1, distance=5, px=100, py=80)


def angles(R: np.ndarray) -> tuple[float, float, float]:
    pose = Pose.from_matrix(R, distance=5, px=0, py=0)
    return pose.azimuth, pose.elevation, pose.theta


class TestFlips:
    @pytest.mark.parametrize("kind", HALF_TURNS)
    def test_each_is_a_rotation_and_its_own_inverse(self, kind: FlipKind) -> None:
        R = random_rotations(50, 1)
        turned = flipped(R, kind)
        assert np.allclose(np.linalg.det(turned), 1)
        assert np.allclose(flipped(turned, kind), R)

    def test_in_angles(self) -> None:
        R, (a, e, t) = POSE.rotation(), (0.6, 0.25, 0.1)
        assert angles(flipped(R, FlipKind.AZIMUTH)) == pytest.approx((a + math.pi, e, t))
        assert angles(flipped(R, FlipKind.THETA)) == pytest.approx((a, e, t - math.pi))
        assert angles(flipped(R, FlipKind.FRONT_BACK)) == pytest.approx((math.pi - a, -e, t))

    def test_depth_reversed_a_mirror_symmetric_object_has_the_same_outline(self) -> None:
        """From far away: the points and their mirror images fall on the same places."""
        points = np.random.default_rng(2).normal(size=(40, 3))
        points = np.concatenate([points, points * [-1, 1, 1]])
        far = POSE.replace(distance=1e6, viewport=1e8)
        there = far.project(points)
        back = Pose.from_matrix(
            flipped(far.rotation(), FlipKind.FRONT_BACK), distance=1e6, px=far.px, py=far.py, viewport=1e8
        ).project(points)
        nearest = np.abs(there[:, None] - back[None]).sum(axis=2).min(axis=1)
        assert nearest.max() < 0.01

    def test_candidates_are_other_poses(self) -> None:
        assert {flip.kind for flip in candidate_flips(POSE.rotation())} == set(HALF_TURNS)
        kinds = {flip.kind for flip in candidate_flips(POSE.rotation(), cyclic(2))}
        assert FlipKind.AZIMUTH not in kinds
        from_the_side = POSE.replace(azimuth=math.pi / 2, elevation=0)
        assert FlipKind.FRONT_BACK not in {flip.kind for flip in candidate_flips(from_the_side.rotation())}
        # From above, a turn about the vertical is a turn in the picture.
        above = candidate_flips(POSE.replace(elevation=math.pi / 2).rotation())
        assert [flip.kind for flip in above].count(FlipKind.THETA) == 0

    def test_near_symmetries_of_the_category(self) -> None:
        found = candidate_flips(POSE.rotation(), near_symmetry=cyclic(4))
        near = [flip for flip in found if flip.kind is FlipKind.NEAR_SYMMETRY]
        assert len(near) == 2  # the quarter turns; the half turn is the azimuth's
        turned = POSE.replace(azimuth=0.6 + math.pi / 2).rotation()
        assert flip_between(turned, POSE.rotation(), near_symmetry=cyclic(4)) is FlipKind.NEAR_SYMMETRY
        assert flip_between(turned, POSE.rotation()) is None

    def test_a_flip_is_known_within_some_degrees(self) -> None:
        rng = np.random.default_rng(3)
        for kind in HALF_TURNS:
            label = disturbed(flipped(POSE.rotation(), kind)[None], 15, rng)[0]
            assert flip_between(label, POSE.rotation()) is kind
        assert flip_between(disturbed(POSE.rotation()[None], 30, rng)[0], POSE.rotation()) is None
        assert flip_between(flipped(POSE.rotation(), FlipKind.AZIMUTH), POSE.rotation(), continuous()) is None


TRUTHS = list(random_rotations(40, 5))


class TestGuard:
    def judged(self, sources: str, seed: int = 7) -> object:
        made = trials(TRUTHS, flipped=200, right=200, seed=seed)
        verdicts = [
            judge(
                trial.label,
                Evidence(
                    gold=TRUTHS[trial.case] if "gold" in sources else None,
                    others=trial.others if "others" in sources else np.zeros((0, 3, 3)),
                    predictions=trial.prediction[None],
                ),
            )
            for trial in made
        ]
        return outcome(made, TRUTHS, verdicts)

    @pytest.mark.parametrize("sources", ["gold", "others"])
    def test_with_gold_or_two_other_labels_every_flip_is_caught(self, sources: str) -> None:
        found = self.judged(sources)
        assert (found.caught, found.repaired, found.false_alarms) == (1, 1, 0)

    def test_a_prediction_alone_raises_no_alarm(self) -> None:
        """Models flip more often than people do: an alarm for each disagreement would be wrong most of the time."""
        found = self.judged("")
        assert (found.caught, found.false_alarms) == (0, 0)

    def test_a_photo_that_speaks_for_the_flip_and_a_prediction_do(self) -> None:
        R = POSE.rotation()
        flips = candidate_flips(R)
        ahead = (0.3, *(0.45 if flip.kind is FlipKind.AZIMUTH else 0.2 for flip in flips))
        alone = judge(R, Evidence(fits=ahead))
        together = judge(R, Evidence(fits=ahead, predictions=flipped(R, FlipKind.AZIMUTH)[None]))
        against = judge(R, Evidence(fits=ahead, predictions=R[None]))
        assert against.probability < alone.probability < together.probability
        assert together.asks
        assert together.flip is not None
        assert together.flip.kind is FlipKind.AZIMUTH
        assert together.because == ("prediction", "photo")
        assert not against.asks

    def test_never_on_symmetric_models(self) -> None:
        R = POSE.rotation()
        turned = flipped(R, FlipKind.AZIMUTH)
        everything = Evidence(gold=turned, others=np.stack([turned] * 3), predictions=turned[None])
        for symmetry in (cyclic(2), cyclic(4), continuous()):
            verdict = judge(R, everything, symmetry=symmetry)
            assert not verdict.asks
            assert verdict.probability < ASKS_FROM
        assert judge(R, everything).asks

    def test_a_source_that_speaks_for_nothing_changes_nothing(self) -> None:
        R = POSE.rotation()
        strange = POSE.replace(azimuth=0.6 - math.pi / 2).rotation()
        assert rotation_errors(R, strange) > 1
        assert judge(R, Evidence(predictions=strange[None])).probability == judge(R, Evidence()).probability
