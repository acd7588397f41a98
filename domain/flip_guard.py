"""The flip guard's decision: is a label, or one of its flips, what the evidence speaks for?

Every hypothesis (the label as it is, or flipped) is weighed by what is known: gold, other people's labels, models'
predictions, and how well a rendered picture fits the photo. The weights are logarithms of likelihood ratios with
stated error rates, so they add up, and a weak cue cannot outvote a strong one. A prediction alone never raises an
alarm: models flip more often than people do, so of ten disagreements most are the model's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.flips import NEAR, Flip, candidate_flips
from domain.metrics.rotation import rotation_errors
from domain.symmetry import NONE, Symmetry

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often each source is flipped, and what the photo weighs."""

    label: float = 0.04
    """Before anything is known of it."""
    other_label: float = 0.02
    prediction: float = 0.10
    fit_weight: float = 35.0
    """Log-likelihood for a step of 1 in the fit between two hypotheses. Logistic regression over the flips of 63
    photos' known poses, exact and disturbed, gave 39 (docs/metrics.md)."""
    most_from_fit: float = 8.0
    """A picture's evidence never weighs more than this: it knows nothing of what hides the object."""


RATES = Rates()
ASKS_FROM = 0.3
"""The guard asks where a flip has at least this probability: a needless question costs seconds, a missed flip the
label."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What is known of an item besides the label. Rotations are R_camera_object (N, 3, 3), or none of them.

    `fits`: how well the label, then each of `candidate_flips` in their order, fits the photo, −1 … 1; empty where
    nothing was rendered. `ui.actions.flip_check` makes them.
    """

    gold: Array | None = None
    others: Array = field(default_factory=lambda: np.zeros((0, 3, 3)))
    predictions: Array = field(default_factory=lambda: np.zeros((0, 3, 3)))
    fits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """`flip`: the likeliest flip, None where the model has none. `probability`: that it is right rather than the
    label. `asks`: the guard should show both and ask once. `because`: the sources that speak for the flip."""

    flip: Flip | None
    probability: float
    because: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        return self.flip is not None and self.probability >= ASKS_FROM


def judge(
    R: ArrayLike,
    evidence: Evidence,
    *,
    symmetry: Symmetry = NONE,
    near_symmetry: Symmetry = NONE,
    rates: Rates = RATES,
) -> Verdict:
    """Weighs a label's rotation (3, 3) against its flips. Never asks where the model's symmetry leaves no flip."""
    flips = candidate_flips(R, symmetry, near_symmetry)
    if not flips:
        return Verdict(flip=None, probability=0.0)
    hypotheses = np.stack([np.asarray(R, dtype=np.float64), *(flip.R for flip in flips)])
    parts = {
        "prior": np.log(np.r_[1 - rates.label, np.full(len(flips), rates.label / len(flips))]),
        "gold": _support(evidence.gold[None] if evidence.gold is not None else None, hypotheses, symmetry, 1e-6),
        "labels": _support(evidence.others, hypotheses, symmetry, rates.other_label),
        "prediction": _support(evidence.predictions, hypotheses, symmetry, rates.prediction),
        "photo": _fit(evidence.fits, len(hypotheses), rates),
    }
    scores = np.sum(list(parts.values()), axis=0)
    best = 1 + int(np.argmax(scores[1:]))
    weights = np.exp(scores - scores.max())
    because = tuple(name for name, part in parts.items() if name != "prior" and part[best] - part[0] > 0.5)
    return Verdict(flip=flips[best - 1], probability=float(weights[best] / weights.sum()), because=because)


def _support(sources: Array | None, hypotheses: Array, symmetry: Symmetry, flip_rate: float) -> Array:
    """Log-likelihood of each hypothesis: a source says the truth, or one of its flips, or something else entirely."""
    total = np.zeros(len(hypotheses))
    if sources is None:
        return total
    wrong = math.log(flip_rate / (len(hypotheses) - 1))
    for source in sources:
        errors = rotation_errors(hypotheses, source, symmetry)
        nearest = int(np.argmin(errors))
        if errors[nearest] > 1.5 * NEAR:
            continue  # it speaks for none of them
        said = np.full(len(hypotheses), wrong)
        said[nearest] = math.log(1 - flip_rate)
        total += said
    return total


def _fit(fits: Sequence[float], hypotheses: int, rates: Rates) -> Array:
    if len(fits) != hypotheses:
        return np.zeros(hypotheses)
    ahead = np.array(fits) - fits[0]
    return np.clip(rates.fit_weight * ahead, -rates.most_from_fit, rates.most_from_fit)
