"""`./test.sh bench pages`: the pages of trust, of an installation with 100,000 annotations, over HTTP.

From the real server, as a supervisor, the statistics as an annotator too; nothing else going on.

    p50_ms, p95_ms   from the request to the last byte of the page, one after the other; the goal is 300 ms
    first_ms         the first request after the start
    after_ms         the first one after something was saved, the median: what is remembered is counted anew
    cpu_ms           what the server process worked for one, on average: comparable on a busy machine too (Linux)

Before them, in this process, `storage_ms`: what the pages ask the database, the median.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from storage.database import Database
from storage.tables import Outbox
from storage.types import now
from storage.use_cases import sessions
from storage.use_cases.adjudicate import (
    AdjudicationFilter,
    Which,
    adjudication_choices,
    adjudication_counts,
    disputed,
)
from storage.use_cases.agreement import agreement_report
from storage.use_cases.evaluate import evaluation_lines
from storage.use_cases.qualify.results import exam_results
from storage.use_cases.release import Only
from storage.use_cases.scoring import scores
from storage.use_cases.statistics import By, statistics
from storage.use_cases.verdicts import Listed, VerdictFilter, annotations_to_judge, verdict_counts
from tests.benchmarks.annotated import SUPERVISOR, TASK_SIZE, fill
from tests.benchmarks.people import asked as asked_of
from tests.benchmarks.people import cpu_ms, milliseconds, served
from ui.auth import COOKIE, seal
from ui.settings import load_settings, prepare_home, signing_secret

ANNOTATIONS = 100_000
GOAL_MS = 300.0
CHANGES = 3


def main() -> int:
    options = argparse.ArgumentParser(
        prog="bench pages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", action="store_true", help="one JSON list of objects")
    options.add_argument("--times", type=int, default=7, help="requests of each page (%(default)s)")
    options.add_argument("--annotations", type=int, default=ANNOTATIONS)
    options.add_argument("--only", default="", help="pages whose address holds this")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="posewright-pages-") as folder:
        home = Path(folder) / "home"
        cookies = furnish(home, arguments.annotations)
        task = -(-arguments.annotations // TASK_SIZE) + 1
        addresses = [
            *(f"/statistics?days=0&by={by}" for by in ("person", "category", "task", "day")),
            "/adjudicate", "/adjudicate?which=disagreed", "/verdicts", "/verdicts?list=bad_pose",
            "/evaluate", f"/evaluate/task/{task}", "/evaluate/models", "/evaluate/models?labels=saved",
            "/evaluate/agreement", "/qualify",
        ]  # fmt: skip
        asked = [(address, SUPERVISOR) for address in addresses] + [("/statistics?days=0", 1)]
        asked = [each for each in asked if arguments.only in each[0]]
        rows = []
        for row in chain(questioned(home, arguments.times), measure(home, cookies, asked, arguments.times)):
            rows.append(row)
            if not arguments.json:
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if arguments.json:
        print(json.dumps(rows, indent=1))
    print(f"load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return 0 if all(row.get("p50_ms", 0) <= GOAL_MS for row in rows) else 1


def questioned(home: Path, times: int) -> Iterator[dict[str, Any]]:
    """What pages ask; of those that open before it is answered (`ui.pages.counted`) too."""
    who: dict[str, Any] = {"actor": SUPERVISOR}
    every = AdjudicationFilter()
    questions: dict[str, Callable[[Any], object]] = {
        "what is to be adjudicated": lambda s: disputed(s, **who, chosen=every),
        "where people disagree": lambda s: disputed(s, **who, chosen=AdjudicationFilter(which=Which.DISAGREED)),
        "how much is to be adjudicated": lambda s: adjudication_counts(s, **who, chosen=every),
        "what can be chosen there": lambda s: adjudication_choices(s, **who),
        "what nobody has judged": lambda s: annotations_to_judge(s, **who, chosen=VerdictFilter()),
        "what was judged and changed": lambda s: annotations_to_judge(
            s, **who, chosen=VerdictFilter(listed=Listed.CHANGED)
        ),
        "verdicts by category": lambda s: verdict_counts(s, **who),
        "comparisons": lambda s: evaluation_lines(s, **who),
        "scores of two models": lambda s: scores(s, **who, dataset="bench", only=Only.SAVED),
        "agreement": lambda s: agreement_report(s, **who, dataset="bench"),
        "results of tests": lambda s: exam_results(s, **who),
        **{f"statistics by {by.value}": lambda s, by=by: statistics(s, **who, by=by) for by in By},  # type: ignore[misc]
    }
    database = Database(load_settings(home=home).database)
    for name, question in questions.items():
        yield {"what": name, "storage_ms": milliseconds(asked_of(database, question, times))}
    database.close()


def furnish(home: Path, annotations: int) -> dict[int, str]:
    """Returns the cookies of a supervisor and of an annotator, by user id."""
    settings = load_settings(home=home)
    prepare_home(settings)
    database = Database(settings.database)
    database.migrate()
    fill(database, annotations)
    with database.transaction() as session:
        tokens = {
            user: sessions.open_session(session, user_id=user, address="127.0.0.1", agent="bench")
            for user in (1, SUPERVISOR)
        }
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql("ANALYZE")
    database.close()
    secret = signing_secret(settings)
    return {user: seal(token, secret) for user, token in tokens.items()}


def measure(
    home: Path, cookies: dict[int, str], asked: list[tuple[str, int]], times: int
) -> Iterator[dict[str, Any]]:
    database = Database(load_settings(home=home).database)
    with served(home) as server:
        for address, user in asked:
            with httpx.Client(
                base_url=server.url, cookies={COOKIE: cookies[user]}, headers={"Accept": "text/html"}, timeout=60
            ) as client:
                first = took(client, address)
                worked = cpu_ms(server)
                again = [took(client, address) for _ in range(times)]
                worked = cpu_ms(server) - worked
                after = []
                for _ in range(CHANGES):
                    touch(database)
                    after.append(took(client, address))
            yield {
                "what": f"{address} as {'supervisor' if user == SUPERVISOR else 'annotator'}",
                "p50_ms": milliseconds(again),
                "p95_ms": milliseconds(again, 95),
                "first_ms": round(first, 1),
                "after_ms": milliseconds(after),
                "cpu_ms": round(worked / times, 1),
            }
    database.close()


def took(client: httpx.Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return 1000 * (time.perf_counter() - started)


def touch(database: Database) -> None:
    """A change of another process, as a save would be one."""
    with database.transaction() as session:
        session.execute(
            sa.insert(Outbox),
            {
                "topic": "assignment.saved",
                "object_type": "assignment",
                "object_id": 1,
                "version": 2,
                "payload": {},
                "at": now(),
            },
        )


if __name__ == "__main__":
    sys.exit(main())
