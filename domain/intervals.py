"""Confidence intervals: what a number measured on a few can say of all."""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, and the ends between which the true one lies with the stated confidence. NaN: nothing was measured."""

    value: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def proportion(hits: float, n: float, *, level: float = LEVEL) -> Interval:
    """Of `hits` among n independent trials. Wilson (J. Am. Stat. Assoc. 22, 1927): holds near 0 and 1 too."""
    if n <= 0:
        return NOTHING
    z = _z(level)
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def clustered_proportion(hits: ArrayLike, trials: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Of a share counted in clusters, (C,) each: pairs of people who labelled one item are no independent trials.

    Wilson's interval for the number of independent trials that would give the variance found between clusters
    (Korn and Graubard, Survey Methodology 24, 1998). Where all are hits, or none, that is the number of clusters.
    """
    y, m = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    y, m = y[m > 0], m[m > 0]
    clusters, total = len(m), float(m.sum())
    if not clusters:
        return NOTHING
    p = float(y.sum()) / total
    n = float(clusters)
    if 0 < p < 1 and clusters > 1:
        variance = clusters / (clusters - 1) * float(((y - p * m) ** 2).sum()) / total**2
        n = min(max(p * (1 - p) / variance, 1.0), total) if variance > 0 else float(clusters)
        # Few clusters know their own variance badly; Student's t in place of z, put into n.
        n *= (_z(level) / _t(level, clusters - 1)) ** 2
    return proportion(p * n, n, level=level)


def median_interval(values: ArrayLike, *, level: float = LEVEL) -> Interval:
    """The median between two order statistics: exact whatever the distribution, because the number of values below
    the true median is binomial (Conover, Practical Nonparametric Statistics, 3.2). Below 6 values: their range."""
    x = np.sort(np.asarray(values, dtype=np.float64).ravel())
    n = len(x)
    if not n:
        return NOTHING
    below = _median_rank(n, level)
    return Interval(float(np.median(x)), float(x[below]), float(x[n - 1 - below]))


def mean_interval(values: ArrayLike, *, level: float = LEVEL) -> Interval:
    """The mean, by Student's t. Of one value nothing is known of the spread: the ends are infinite."""
    x = np.asarray(values, dtype=np.float64).ravel()
    if not len(x):
        return NOTHING
    mean = float(x.mean())
    if len(x) == 1:
        return Interval(mean, -math.inf, math.inf)
    half = _t(level, len(x) - 1) * float(x.std(ddof=1)) / math.sqrt(len(x))
    return Interval(mean, mean - half, mean + half)


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


@lru_cache(maxsize=4096)
def _median_rank(n: int, level: float) -> int:
    """The largest k, from 0, for which x[k] … x[n − 1 − k] holds the median with the confidence."""
    if n > 2000:  # the normal approximation is off by less than one rank there
        return max(math.floor((n - _z(level) * math.sqrt(n)) / 2) - 1, 0)
    tail, below, k = (1 - level) / 2, 0.0, 0
    logs = -n * math.log(2)
    while True:
        below += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + logs)
        if below > tail:
            return max(k - 1, 0)
        k += 1


@lru_cache(maxsize=4096)
def _t(level: float, freedom: int) -> float:
    """The two-sided quantile of Student's t: by its density, integrated and inverted; good to 1e-6."""
    tail = (1 + level) / 2
    constant = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def below(t: float) -> float:
        steps = 400
        x = np.linspace(0.0, t, steps + 1)
        y = constant * (1 + x * x / freedom) ** (-(freedom + 1) / 2)
        weights = np.ones(steps + 1)
        weights[1:-1:2], weights[2:-1:2] = 4, 2
        return 0.5 + float((weights * y).sum()) * t / steps / 3

    low, high = 0.0, 1.0
    while below(high) < tail:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < tail else (low, middle)
    return (low + high) / 2
