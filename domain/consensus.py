"""What several people's answers to one item say together: a mean rotation with its spread, and who is out.

The mean is the intrinsic (Karcher) one on SO(3) with what looks the same taken as one: every rotation is first
brought to its nearest look-alike, then the mean is where their logarithms cancel (Moakher, SIAM J. Matrix Anal. 24,
2002; Manton, ICARCV 2004). Half a turn has no middle worth having, so who is far from the majority is named, not
averaged.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain import quaternion
from domain.flips import NEAR, FlipKind, flip_between
from domain.intervals import Interval, clustered_proportion, median_interval
from domain.metrics.rotation import COARSE, rotation_errors
from domain.pose import Pose
from domain.rotation import matrix_to_quaternion, quaternion_to_matrix
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]

OUT = math.radians(40)
"""Who is farther from the majority's mean than this is no part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """`index`: whose, in the order given. `degrees` from the mean; `kind`: the flip that it is, None for another."""

    index: int
    degrees: float
    kind: FlipKind | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consensus:
    """`R`: mean rotation (3, 3) of the `members`; `spread`: root mean square of their distances from it, radians.

    `majority`: whether more than half of all, and at least two, are members. Without one, R is that of the largest
    group, or of the first of several as large, and stands for nothing.
    """

    R: Array
    spread: float
    members: tuple[int, ...]
    outliers: tuple[Outlier, ...]

    @property
    def majority(self) -> bool:
        return len(self.members) >= 2 and len(self.members) > len(self.outliers)


def karcher_mean(Rs: ArrayLike, symmetry: Symmetry = NONE, *, start: ArrayLike | None = None) -> Array:
    """Mean (3, 3) of rotations (N, 3, 3) within a quarter turn of one another; else it need not be unique."""
    Rs = np.asarray(Rs, dtype=np.float64)
    mean = np.asarray(start if start is not None else Rs[_medoid(Rs, symmetry)], dtype=np.float64)
    for _ in range(100):
        step = quaternion.log(symmetry.smallest(matrix_to_quaternion(mean.T @ Rs))).mean(axis=0)
        mean = mean @ quaternion_to_matrix(quaternion.exp(step))
        if np.linalg.norm(step) < 1e-12:
            break
    return mean


def consensus(Rs: ArrayLike, symmetry: Symmetry = NONE, near_symmetry: Symmetry = NONE) -> Consensus:
    """Of rotations (N, 3, 3), N ≥ 1."""
    Rs = np.asarray(Rs, dtype=np.float64)
    apart = rotation_errors(Rs[:, None], Rs[None], symmetry)
    near = apart <= OUT
    # The person with most others near; of several, the one whose neighbours are nearest.
    crowd, closeness = near.sum(axis=1), (apart * near).sum(axis=1)
    centre = min(range(len(Rs)), key=lambda row: (-int(crowd[row]), float(closeness[row]), row))
    inside = near[centre]
    for _ in range(10):
        mean = karcher_mean(Rs[inside], symmetry, start=Rs[centre])
        again = rotation_errors(Rs, mean, symmetry) <= OUT
        if not again.any() or (again == inside).all():
            break
        inside = again
    away = rotation_errors(Rs, mean, symmetry)
    return Consensus(
        R=mean,
        spread=float(np.sqrt(np.mean(away[inside] ** 2))),
        members=tuple(int(row) for row in np.flatnonzero(inside)),
        outliers=tuple(
            Outlier(
                index=int(row),
                degrees=math.degrees(float(away[row])),
                kind=flip_between(Rs[row], mean, symmetry, near_symmetry),
            )
            for row in np.flatnonzero(~inside)
        ),
    )


def mean_pose(poses: Sequence[Pose], found: Consensus) -> Pose:
    """The members' pose: mean rotation and centre, geometric mean of distance and viewport."""
    members = [poses[index] for index in found.members]

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    return Pose.from_matrix(
        found.R,
        distance=math.exp(mean([math.log(pose.distance) for pose in members])),
        px=mean([pose.px for pose in members]),
        py=mean([pose.py for pose in members]),
        viewport=math.exp(mean([math.log(pose.viewport) for pose in members])),
    )


def _medoid(Rs: Array, symmetry: Symmetry) -> int:
    return int(np.argmin(rotation_errors(Rs[:, None], Rs[None], symmetry).sum(axis=1)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """One item's rotations by annotator, and what counts as the same."""

    rotations: Mapping[int, Array]
    symmetry: Symmetry = NONE
    near_symmetry: Symmetry = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Two people over the items that both labelled. `within`: share that differ by less than 30°; `flips`: how many
    differ by a flip."""

    people: tuple[int, int]
    items: int
    within: Interval
    median_degrees: Interval
    flips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`within`: share of pairs of labels of one item that differ by less than 30°, with an interval that knows that
    the pairs of one item go together. `median_degrees`: of the items' median differences. `unanimous`: items."""

    items: int
    pairs: int
    within: Interval
    median_degrees: Interval
    unanimous: int
    flips: int
    of_pairs: tuple[PairAgreement, ...]


def agreement(compared: Sequence[Sequence["Difference"]], *, threshold: float = COARSE) -> Agreement:
    """Of what `differences` found; items with fewer than two labels say nothing of agreement."""
    seen = [[pair.degrees for pair in pairs] for pairs in compared if pairs]
    limit = math.degrees(threshold)
    hits, trials = _within(seen, limit)
    of_pair: dict[tuple[int, int], list[Difference]] = {}
    for pairs in compared:
        for pair in pairs:
            of_pair.setdefault(pair.people, []).append(pair)
    return Agreement(
        items=len(trials),
        pairs=sum(trials),
        within=clustered_proportion(hits, trials),
        median_degrees=median_interval([median(item) for item in seen]),
        unanimous=sum(hit == trial for hit, trial in zip(hits, trials, strict=True)),
        flips=sum(pair.flip is not None for pairs in compared for pair in pairs),
        of_pairs=tuple(_pair(people, found, limit) for people, found in sorted(of_pair.items())),
    )


def share_within(compared: Sequence[Sequence["Difference"]], threshold: float) -> Interval:
    """`Agreement.within` of another threshold (radians)."""
    seen = [[pair.degrees for pair in pairs] for pairs in compared if pairs]
    return clustered_proportion(*_within(seen, math.degrees(threshold)))


def _within(seen: Sequence[Sequence[float]], limit: float) -> tuple[list[int], list[int]]:
    """(pairs within the limit, pairs) of each item; degrees."""
    return [sum(degrees < limit for degrees in item) for item in seen], [len(item) for item in seen]


@dataclass(frozen=True, slots=True)
class Difference:
    """Between the labels that two people gave to one item; `flip`: the one that they differ by."""

    people: tuple[int, int]
    degrees: float
    flip: FlipKind | None


def differences(items: Sequence[Labelled]) -> list[list[Difference]]:
    """For each item, every pair of its annotators in the order of their numbers."""
    pairs = [(number, pair) for number, item in enumerate(items) for pair in combinations(sorted(item.rotations), 2)]
    result: list[list[Difference]] = [[] for _ in items]
    if not pairs:
        return result
    first = np.stack([items[number].rotations[a] for number, (a, _) in pairs])
    second = np.stack([items[number].rotations[b] for number, (_, b) in pairs])
    errors = np.empty(len(pairs))
    groups: dict[int, list[int]] = {}
    for row, (number, _) in enumerate(pairs):
        groups.setdefault(id(items[number].symmetry), []).append(row)
    for rows in groups.values():
        errors[rows] = rotation_errors(first[rows], second[rows], items[pairs[rows[0]][0]].symmetry)
    for row, (number, people) in enumerate(pairs):
        item, flip = items[number], None
        if errors[row] > 2 * NEAR:
            flip = flip_between(second[row], first[row], item.symmetry, item.near_symmetry)
        result[number].append(Difference(people, math.degrees(float(errors[row])), flip))
    return result


def _pair(people: tuple[int, int], found: Sequence[Difference], limit: float) -> PairAgreement:
    hits = [int(difference.degrees < limit) for difference in found]
    return PairAgreement(
        people=people,
        items=len(found),
        within=clustered_proportion(hits, [1] * len(hits)),
        median_degrees=median_interval([difference.degrees for difference in found]),
        flips=sum(difference.flip is not None for difference in found),
    )
