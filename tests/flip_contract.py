"""The contract of the flip guard: labels with planted flips, right labels, and predictions of which some are flipped.

Half of the planted flips are exact flips of the truth, half are within 15° of one. Right labels are within 6° of the
truth, predictions within 20°, and every tenth prediction is flipped too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.flips import FlipKind, candidate_flips
from tests.domain.rotations import disturbed

FLIPPED_WITHIN, RIGHT_WITHIN, PREDICTED_WITHIN = 15.0, 6.0, 20.0
PREDICTIONS_FLIPPED = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """`planted`: the flip in the label, None for a right one. Rotations (3, 3); `others`: two right labels."""

    case: int
    planted: FlipKind | None
    label: np.ndarray
    prediction: np.ndarray
    others: np.ndarray


def trials(truths: Sequence[np.ndarray], *, flipped: int, right: int, seed: int) -> list[Trial]:
    """Labels of items whose true rotations are given; no model of them has a symmetry."""
    rng = np.random.default_rng(seed)

    def near(R: np.ndarray, degrees: float) -> np.ndarray:
        return disturbed(R[None], degrees, rng)[0]

    made = []
    for number in range(flipped + right):
        case = number % len(truths)
        truth = truths[case]
        flips = candidate_flips(truth)
        planted = None
        label = near(truth, RIGHT_WITHIN)
        if number < flipped:
            flip = flips[rng.integers(len(flips))]
            planted, label = flip.kind, flip.R if number % 2 else near(flip.R, FLIPPED_WITHIN)
        prediction = near(truth, PREDICTED_WITHIN)
        if rng.random() < PREDICTIONS_FLIPPED:
            kinds = candidate_flips(prediction)
            prediction = kinds[rng.integers(len(kinds))].R
        others = np.stack([near(truth, RIGHT_WITHIN) for _ in range(2)])
        made.append(Trial(case=case, planted=planted, label=label, prediction=prediction, others=others))
    return made


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares: of planted flips caught, of those caught the right way round, of right labels alarmed."""

    caught: float
    repaired: float
    false_alarms: float


def outcome(made: Sequence[Trial], truths: Sequence[np.ndarray], verdicts: Sequence) -> Outcome:
    from domain.metrics.rotation import rotation_errors

    planted = [(trial, verdict) for trial, verdict in zip(made, verdicts, strict=True) if trial.planted]
    right = [verdict for trial, verdict in zip(made, verdicts, strict=True) if not trial.planted]
    caught = [(trial, verdict) for trial, verdict in planted if verdict.asks]
    repaired = [rotation_errors(verdict.flip.R, truths[trial.case]) < np.radians(30) for trial, verdict in caught]
    return Outcome(
        caught=len(caught) / max(len(planted), 1),
        repaired=float(np.mean(repaired)) if repaired else 0.0,
        false_alarms=sum(verdict.asks for verdict in right) / max(len(right), 1),
    )
