"""Many poses against the right ones: one row of errors each, and the summary of any part of the rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.box import Box
from domain.intervals import Interval, median_interval, proportion
from domain.metrics.placement import centre_errors, distance_errors
from domain.metrics.rotation import COARSE, FINE, matrices, rotation_errors
from domain.pose import Pose
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """Arrays of one length: rotation in radians without and with symmetry, centre over the box's diagonal,
    |Δ log distance|, and whether the CAD model is the right one."""

    rotation_plain: Array
    rotation: Array
    centre: Array
    distance: Array
    model_right: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rotation)

    def chosen(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Errors":
        return Errors(
            self.rotation_plain[rows], self.rotation[rows], self.centre[rows], self.distance[rows],
            self.model_right[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What counts as the same in a category: its symmetry, and angles that are ignored besides azimuth, which the
    symmetry holds already."""

    symmetry: Symmetry = NONE
    ignored: tuple[str, ...] = ()


def pose_array(poses: Sequence[Pose]) -> Array:
    """(N, 7): azimuth, elevation, theta, distance, px, py, viewport."""
    rows = [(p.azimuth, p.elevation, p.theta, p.distance, p.px, p.py, p.viewport) for p in poses]
    return np.array(rows, dtype=np.float64).reshape(-1, 7)


def errors_of(
    poses: Array,
    truths: Array,
    diagonals: Array,
    *,
    likeness: Sequence[Likeness],
    kind: NDArray[np.intp],
    model_right: NDArray[np.bool_] | None = None,
) -> Errors:
    """`poses`, `truths`: (N, 7) as `pose_array` gives them; `diagonals`: (N,) of the boxes in pixels; `kind`: (N,),
    which of `likeness` applies to a row.

    Distances under another viewport are brought to that of the truth, where the object has the same size in the
    picture.
    """
    plain = rotation_errors(matrices(poses[:, :3]), matrices(truths[:, :3]))
    rotation = plain.copy()
    for number, alike in enumerate(likeness):
        rows = np.flatnonzero(kind == number)
        if len(rows) and not (alike.symmetry.trivial and not alike.ignored):
            given = leveled(poses[rows, :3], truths[rows, :3], alike.ignored)
            rotation[rows] = rotation_errors(matrices(given), matrices(truths[rows, :3]), alike.symmetry)
    return Errors(
        rotation_plain=plain,
        rotation=rotation,
        centre=centre_errors(poses[:, 4:6], truths[:, 4:6], diagonals),
        distance=distance_errors(poses[:, 3] / poses[:, 6], truths[:, 3] / truths[:, 6]),
        model_right=np.ones(len(poses), dtype=np.bool_) if model_right is None else model_right,
    )


def leveled(angles: Array, truths: Array, ignored: Sequence[str]) -> Array:
    """Angles (N, 3) with an ignored elevation or theta taken from the truth: what is ignored counts as right."""
    columns = [number for number, name in ((1, "elevation"), (2, "theta")) if name in ignored]
    angles = angles.copy()
    angles[:, columns] = truths[:, columns]
    return angles


def errors_of_pair(pose: Pose, truth: Pose, box: Box, likeness: Likeness) -> Errors:
    """One row."""
    return errors_of(
        pose_array([pose]), pose_array([truth]), np.array([box.diagonal]),
        likeness=[likeness], kind=np.zeros(1, dtype=np.intp),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Of n rows. Angles in degrees. Accuracies and the median come with their 95 % intervals; of no rows all is NaN.

    `plain_…`: without symmetry, as the field's papers report it.
    """

    n: int
    acc_pi_6: Interval
    acc_pi_18: Interval
    median_degrees: Interval
    mean_degrees: float
    plain_acc_pi_6: float
    plain_acc_pi_18: float
    plain_median_degrees: float
    median_centre: float
    median_distance: float
    model_right: float
    flips: float
    """Share of rotations off by more than 150°."""

    def to_json(self) -> dict[str, Any]:
        """NaN, which JSON has no word for, as None."""
        values: dict[str, Any] = _without_nan(asdict(self))
        return values


def summary(errors: Errors) -> Summary:
    n = len(errors)
    degrees, plain = np.degrees(errors.rotation), errors.rotation_plain

    def share(flags: NDArray[np.bool_]) -> float:
        return float(np.mean(flags)) if n else math.nan

    def middle(values: Array) -> float:
        return float(np.median(values)) if n else math.nan

    return Summary(
        n=n,
        acc_pi_6=proportion(int(np.count_nonzero(errors.rotation < COARSE)), n),
        acc_pi_18=proportion(int(np.count_nonzero(errors.rotation < FINE)), n),
        median_degrees=median_interval(degrees),
        mean_degrees=float(np.mean(degrees)) if n else math.nan,
        plain_acc_pi_6=share(plain < COARSE),
        plain_acc_pi_18=share(plain < FINE),
        plain_median_degrees=middle(np.degrees(plain)),
        median_centre=middle(errors.centre),
        median_distance=middle(errors.distance),
        model_right=share(errors.model_right),
        flips=share(errors.rotation > math.radians(150)),
    )


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
