"""`./test.sh bench login`: can a stranger tell by the time of a refusal whether an account exists?

A real server; wrong passwords for accounts that exist, that exist and are deactivated, and that do not exist, one
after another in random order, each name once and each from an address of its own, so that nothing is slowed down.
`same` compares two random halves of one group: what chance alone makes of the figures.

    median_ms        of the whole request
    auc              the chance that a refusal here takes longer than one for an unknown name (Mann-Whitney's
                     U / mn): 0.5 tells nothing, 1 tells all; auc_low, auc_high: 95 % by bootstrap
    p_rank           Mann-Whitney's, two-sided
    p_median         two-sided permutation test of the difference of medians
    names_per_bit    requests for one bit of knowledge, at the AUC's far end: the information of a fair coin that
                     falls as the faster of the two
"""

import argparse
import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
from scipy.stats import mannwhitneyu, permutation_test

from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.passwords import hashed
from storage.use_cases.accounts import add_user, deactivate_user
from tests.server import running_server
from ui.settings import load_settings, prepare_home

GROUPS = ("unknown", "known", "deactivated")
TIMES = 120
WARM_UP = 10
RESAMPLES = 5000

Times = npt.NDArray[np.float64]


def main() -> int:
    options = argparse.ArgumentParser(prog="login", description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--times", type=int, default=TIMES, help="refusals of each group (%(default)s)")
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    rng = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        names = furnish(home, arguments.times + WARM_UP)
        with running_server(home, "--no-demo", program=["main.py"], POSEWRIGHT_TRUSTED_PROXIES="127.0.0.1") as server:
            times = measure(server.url, names, rng)
    rows = [compare("unknown", group, times["unknown"], times[group], rng) for group in GROUPS[1:]]
    halves = rng.permutation(times["unknown"])
    rows.append(compare("unknown", "same", halves[::2], halves[1::2], rng))
    print(json.dumps({"times": arguments.times, "rows": rows}, indent=2))
    return 0


def furnish(home: Path, count: int) -> dict[str, list[str]]:
    """So many names of each group, all of one length."""
    settings = load_settings(home=home)
    prepare_home(settings)
    database = Database(settings.database)
    database.migrate()
    password = hashed("everybody", "correct horse battery")
    names = {group: [f"{group[:3]} {number:04}" for number in range(count)] for group in GROUPS}
    with database.transaction() as session:
        add_user(session, actor=CONSOLE, name="admin", role=Role.ADMIN, password=password)
        for group in GROUPS[1:]:
            for name in names[group]:
                user = add_user(session, actor=CONSOLE, name=name, role=Role.ANNOTATOR, password=password)
                if group == "deactivated":
                    deactivate_user(session, actor=CONSOLE, user_id=user.id)
    database.close()
    return names


def measure(url: str, names: dict[str, list[str]], rng: np.random.Generator) -> dict[str, Times]:
    """Milliseconds of each refusal by group, in the order they were taken."""
    order = [(group, name) for group in GROUPS for name in names[group]]
    taken: dict[str, list[float]] = {group: [] for group in GROUPS}
    with httpx.Client(base_url=url, timeout=60) as client:
        for number, place in enumerate(rng.permutation(len(order))):
            group, name = order[place]
            address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            started = time.perf_counter()
            answer = client.post(
                "/login", data={"name": name, "password": "not this one"}, headers={"X-Forwarded-For": address}
            )
            took = (time.perf_counter() - started) * 1000
            assert answer.status_code == 401, answer.status_code
            if number >= WARM_UP:
                taken[group].append(took)
    return {group: np.array(times) for group, times in taken.items()}


def compare(base: str, group: str, unknown: Times, other: Times, rng: np.random.Generator) -> dict[str, Any]:
    ranks = mannwhitneyu(other, unknown, alternative="two-sided")
    medians = permutation_test(
        (other, unknown), lambda a, b: np.median(a) - np.median(b), n_resamples=RESAMPLES, rng=rng
    )
    auc = ranks.statistic / (len(other) * len(unknown))
    low, high = bootstrapped(unknown, other, rng)
    far = max(abs(low - 0.5), abs(high - 0.5)) + 0.5
    return {
        "groups": f"{group} against {base}",
        "median_ms": [round(float(np.median(other)), 2), round(float(np.median(unknown)), 2)],
        "spread_ms": [round(float(np.subtract(*np.percentile(one, [75, 25]))), 2) for one in (other, unknown)],
        "auc": round(float(auc), 3),
        "auc_low": round(low, 3),
        "auc_high": round(high, 3),
        "p_rank": round(float(ranks.pvalue), 3),
        "p_median": round(float(medians.pvalue), 3),
        "names_per_bit": None if far >= 1 else round(1 / information(far)),
    }


def bootstrapped(unknown: Times, other: Times, rng: np.random.Generator) -> tuple[float, float]:
    """The AUC's 95 % interval."""
    longer = (other[:, None] > unknown) + 0.5 * (other[:, None] == unknown)
    drawn = [
        longer[rng.integers(len(other), size=len(other))][:, rng.integers(len(unknown), size=len(unknown))].mean()
        for _ in range(RESAMPLES // 5)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def information(chance: float) -> float:
    """Bits in one answer that is right with this chance (a binary symmetric channel's capacity)."""
    return 1 + chance * math.log2(chance) + (1 - chance) * math.log2(1 - chance)


if __name__ == "__main__":
    sys.exit(main())
