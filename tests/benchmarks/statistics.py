"""`./test.sh bench statistics`: the statistics of an installation with 100,000 annotations, by each grouping.

`ms`: the median of some rounds, and `first_ms` the first one, each in a new session; `rows` that came out. The goal
is 300 ms. Besides, `one_more_ms`: what counting one more save takes.
"""

import argparse
import json
import statistics as averages
import sys
import tempfile
import time
from pathlib import Path

from domain.permissions import CONSOLE
from storage.database import Database
from storage.tables import Revision
from storage.use_cases.effort import count_save
from storage.use_cases.statistics import By, statistics
from tests.benchmarks.annotated import PEOPLE, fill

ANNOTATIONS = 100_000
ROUNDS = 7
GOAL_MS = 300.0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench statistics", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--annotations", type=int, default=ANNOTATIONS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.migrate()
        fill(database, arguments.annotations)
        result = {"annotations": arguments.annotations, "people": PEOPLE, "one_more_ms": one_more(database)}
        result["groupings"] = [measured(database, by) for by in By]
        database.close()
    print(json.dumps(result, indent=1) if arguments.json else result)
    return 0 if all(grouping["ms"] <= GOAL_MS for grouping in result["groupings"]) else 1


def measured(database: Database, by: By) -> dict:
    times, rows = [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with database.reading() as session:
            rows = statistics(session, actor=CONSOLE, by=by)
        times.append((time.perf_counter() - begin) * 1000)
    return {"by": by.value, "rows": len(rows), "first_ms": round(times[0], 1), "ms": round(averages.median(times), 1)}


def one_more(database: Database) -> float:
    times = []
    for number in range(1, 51):
        with database.transaction() as session:
            revision = session.get_one(Revision, number)
            begin = time.perf_counter()
            count_save(session, revision)
            times.append((time.perf_counter() - begin) * 1000)
    return round(averages.median(times), 2)


if __name__ == "__main__":
    sys.exit(main())
