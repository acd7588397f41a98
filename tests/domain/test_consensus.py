"""What several answers say together: mean, spread, the one who is out and why."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from domain.consensus import Labelled, agreement, consensus, differences, karcher_mean, mean_pose, share_within
from domain.flips import FlipKind, flipped
from domain.metrics.rotation import rotation_errors
from domain.pose import Pose
from domain.symmetry import NONE, continuous, cyclic
from tests.domain.rotations import disturbed, random_rotations
from tests.domain.test_symmetry import GROUPS


class TestMean:
    def test_of_two_it_is_the_middle(self) -> None:
        a = random_rotations(1, 1)[0]
        b = a @ Rotation.from_rotvec([0.2, 0.1, -0.4]).as_matrix()
        half = a @ Rotation.from_rotvec([0.1, 0.05, -0.2]).as_matrix()
        assert rotation_errors(karcher_mean([a, b]), half) < 1e-12

    @pytest.mark.parametrize("name", [name for name in GROUPS if name != "a ball"])
    def test_nothing_near_has_a_smaller_sum_of_squares(self, name: str) -> None:
        symmetry = GROUPS[name]
        rng = np.random.default_rng(2)
        centre = random_rotations(1, 3)[0]
        Rs = disturbed(np.repeat(centre[None], 7, axis=0), 15, rng)
        samples = symmetry.samples(16)
        Rs = np.stack([R @ samples[rng.integers(len(samples))] for R in Rs])
        mean = karcher_mean(Rs, symmetry)
        cost = (rotation_errors(Rs, mean, symmetry) ** 2).sum()
        for step in (1e-3, 1e-2, 0.1):
            around = mean @ Rotation.from_rotvec(rng.normal(0, step, (30, 3))).as_matrix()
            costs = (rotation_errors(Rs[None], around[:, None], symmetry) ** 2).sum(axis=1)
            assert (costs >= cost - 1e-9).all()

    def test_it_moves_with_the_camera_and_forgets_the_order(self) -> None:
        rng = np.random.default_rng(4)
        Rs = disturbed(np.repeat(random_rotations(1, 5), 5, axis=0), 20, rng)
        camera = random_rotations(1, 6)[0]
        assert rotation_errors(karcher_mean(camera @ Rs), camera @ karcher_mean(Rs)) < 1e-9
        assert rotation_errors(karcher_mean(Rs[::-1]), karcher_mean(Rs)) < 1e-9


class TestOutliers:
    @pytest.mark.parametrize("kind", [kind for kind in FlipKind if kind is not FlipKind.NEAR_SYMMETRY])
    def test_a_flip_is_named_and_does_not_move_the_mean(self, kind: FlipKind) -> None:
        named, rng = 0, np.random.default_rng(7)
        for R in random_rotations(40, 8):
            a, b, c = disturbed(np.repeat(R[None], 3, axis=0), 6, rng)
            found = consensus(np.stack([a, b, flipped(c, kind)]))
            if rotation_errors(flipped(R, kind), R) < math.radians(75):
                continue  # depth reversal of what is seen from the side is hardly a flip
            assert found.majority
            assert found.members == (0, 1)
            assert rotation_errors(found.R, karcher_mean([a, b])) < 1e-6
            assert [outlier.index for outlier in found.outliers] == [2]
            assert found.outliers[0].kind is not None
            named += found.outliers[0].kind is kind
        assert named >= 25

    def test_c_is_an_azimuth_flip_of_a_and_b(self) -> None:
        R = Pose(azimuth=0.6, elevation=0.2, theta=0.1, distance=5, px=0, py=0).rotation()
        (outlier,) = consensus(np.stack([R, R, flipped(R, FlipKind.AZIMUTH)])).outliers
        assert (outlier.index, outlier.kind) == (2, FlipKind.AZIMUTH)
        assert outlier.degrees == pytest.approx(180)

    def test_on_a_symmetric_model_nobody_is_out(self) -> None:
        R = random_rotations(1, 9)[0]
        found = consensus(np.stack([R, R, flipped(R, FlipKind.AZIMUTH)]), cyclic(2))
        assert found.members == (0, 1, 2)
        assert found.spread < 1e-9
        assert not consensus(np.stack([R, R @ continuous().samples(7)[3]]), continuous()).outliers

    def test_of_two_who_differ_there_is_no_majority(self) -> None:
        R = random_rotations(1, 10)[0]
        found = consensus(np.stack([R, flipped(R, FlipKind.AZIMUTH)]))
        assert not found.majority
        assert found.outliers[0].kind is FlipKind.AZIMUTH
        assert consensus(R[None]).members == (0,)

    def test_the_spread_is_what_was_put_in(self) -> None:
        R = random_rotations(1, 11)[0]
        noise = np.random.default_rng(12).normal(0, math.radians(4), (400, 3))
        found = consensus(R @ Rotation.from_rotvec(noise).as_matrix())
        assert found.spread == pytest.approx(math.radians(4) * math.sqrt(3), rel=0.05)
        assert rotation_errors(found.R, R) < math.radians(1)

    def test_the_mean_pose_leaves_the_outlier_out(self) -> None:
        base = Pose(azimuth=0.6, elevation=0.2, theta=0.1, distance=4, px=10, py=20)
        poses = [base, base.replace(distance=9, px=20), base.replace(azimuth=0.6 + math.pi, px=900)]
        mean = mean_pose(poses, consensus(np.stack([pose.rotation() for pose in poses])))
        assert (mean.px, mean.py) == (15, 20)
        assert mean.distance == pytest.approx(6)
        assert mean.azimuth == pytest.approx(0.6)


class TestAgreement:
    def test_counts_by_item_and_pair(self) -> None:
        R = Pose(azimuth=0.6, elevation=0.2, theta=0.1, distance=4, px=10, py=20).rotation()
        near = R @ Rotation.from_rotvec([0.1, 0, 0]).as_matrix()
        flip = flipped(R, FlipKind.AZIMUTH)
        compared = differences([
            Labelled(rotations={1: R, 2: near, 3: flip}),
            Labelled(rotations={1: R, 2: near}),
            Labelled(rotations={1: R, 3: flip}, symmetry=cyclic(2)),
            Labelled(rotations={2: R}),
        ])  # fmt: skip
        found = agreement(compared)
        assert share_within(compared, math.radians(5)).value == pytest.approx(1 / 5)
        assert (found.items, found.pairs, found.unanimous, found.flips) == (3, 5, 2, 2)
        assert found.within.value == pytest.approx(3 / 5)
        pairs = {pair.people: (pair.items, pair.within.value, pair.flips) for pair in found.of_pairs}
        assert pairs == {(1, 2): (2, 1.0, 0), (1, 3): (2, 0.5, 1), (2, 3): (1, 0.0, 1)}

    def test_of_an_item_the_differences(self) -> None:
        R = random_rotations(3, 13)
        ((ab, ac, bc),) = differences([Labelled(rotations={4: R[0], 7: R[1], 9: R[2]})])
        assert [d.people for d in (ab, ac, bc)] == [(4, 7), (4, 9), (7, 9)]
        assert ac.degrees == pytest.approx(math.degrees(rotation_errors(R[0], R[2])))

    def test_nobody_has_an_item_with_somebody_else(self) -> None:
        found = agreement(differences([Labelled(rotations={1: np.eye(3)}, symmetry=NONE)]))
        assert (found.items, found.of_pairs) == (0, ())
        assert math.isnan(found.within.value)
