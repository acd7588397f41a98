"""`./test.sh bench metrics`: errors of rotation, centre and distance of 100,000 pairs, in one computation each.

For each symmetry: `seconds` for all pairs, from Euler angles to errors; the median of some rounds. `mspd_ms`: one
MSPD over a mesh of the built-in library. The goal is 1 s for each.
"""

import argparse
import json
import statistics
import sys
import time

import numpy as np

from domain.metrics.mspd import mspd
from domain.metrics.scoring import Likeness, errors_of
from domain.pose import Pose
from domain.symmetry import NONE, continuous, cyclic, from_json
from meshes.builtin import catalogue

PAIRS = 100_000
ROUNDS = 5
GOAL_S = 1.0
SYMMETRIES = {
    "none": NONE,
    "4-fold": cyclic(4),
    "24-fold": from_json(
        {"kind": "composed", "parts": [{"kind": "cyclic", "axis": axis, "order": 4} for axis in "zx"]}
    ),
    "continuous": continuous(),
    "tube": continuous("x", ends_alike=True),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench metrics", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON list of objects")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    low, high = [-3.1, -1.5, -3.1, 1, 0, 0, 2000], [3.1, 1.5, 3.1, 20, 640, 480, 2001]
    a, b = (rng.uniform(low, high, (arguments.pairs, 7)) for _ in range(2))
    diagonals, kind = rng.uniform(20, 400, arguments.pairs), np.zeros(arguments.pairs, dtype=np.intp)
    (bag,) = (entry for entry in catalogue() if entry.name == "punching_bag")
    vertices = bag.models[0].build()[0]
    truth = Pose(azimuth=0.7, elevation=0.3, theta=-0.2, distance=4.0, px=320, py=240, viewport=800)
    estimate = truth.replace(azimuth=2.0, elevation=0.35, px=323)
    results = []
    for name, symmetry in SYMMETRIES.items():

        def errors(likeness: Likeness = Likeness(symmetry=symmetry)) -> None:  # noqa: B008
            errors_of(a, b, diagonals, likeness=[likeness], kind=kind)

        seconds = _median_seconds(errors)
        projected = _median_seconds(lambda of=symmetry: mspd(estimate, truth, vertices, of))
        results.append({
            "symmetry": name,
            "pairs": arguments.pairs,
            "seconds": round(seconds, 3),
            "mspd_ms": round(projected * 1000, 1),
            "vertices": len(vertices),
        })  # fmt: skip
    if arguments.json:
        print(json.dumps(results, indent=1))
    else:
        for result in results:
            print("  ".join(f"{key} {value}" for key, value in result.items()))
    return 0 if all(result["seconds"] <= GOAL_S for result in results) else 1


def _median_seconds(work) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
