"""`./test.sh bench people`: pages with thousands of rows, asked for over HTTP from the real server.

10,000 people with sessions and work, 1,000 tasks of ten items each, a million entries in the audit log with --full.

    p50_ms, p95_ms   from the request to the last byte of the page, one after the other, nothing else going on
    cpu_ms           what the server process worked for it, on average: comparable on a busy machine too (Linux)
    storage_ms       the median of the page's own questions to the database, in this process
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import sqlalchemy as sa

from domain.box import Box
from domain.permissions import CONSOLE, Role
from domain.task_state import AssignmentState
from storage.database import Database
from storage.images import StoredImage
from storage.passwords import HashedPassword
from storage.tables import Assignment, Audit, Image, Item, LoginSession, Task, User
from storage.types import now
from storage.use_cases import accounts, items, library, sessions
from storage.use_cases.audit_log import AuditFilter, audit_entries
from storage.use_cases.people import PeopleSort, list_people
from storage.use_cases.tasks import list_tasks, my_tasks
from tests.server import Server, running_server
from ui.auth import COOKIE, seal
from ui.settings import load_settings, prepare_home, signing_secret

PEOPLE, TASKS, ITEMS_EACH, ENTRIES = 10_000, 1_000, 10, 100_000
NOBODYS = HashedPassword("no password has this hash")


def main() -> int:
    options = argparse.ArgumentParser(
        prog="bench people", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", action="store_true", help="one JSON list of objects")
    options.add_argument("--times", type=int, default=15, help="requests of each page (%(default)s)")
    options.add_argument("--full", action="store_true", help="a million entries in the audit log")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="posewright-people-") as folder:
        home = Path(folder) / "home"
        cookies = furnish(home, ENTRIES * (10 if arguments.full else 1))
        rows = list(measure(home, cookies, arguments.times))
    if arguments.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print("  ".join(f"{key} {value}" for key, value in row.items()))
    return 0


def furnish(home: Path, entries: int) -> dict[str, str]:
    """Rows straight into the tables: use cases would take a quarter of an hour. Returns the people's cookies."""
    settings = load_settings(home=home)
    prepare_home(settings)
    database = Database(settings.database)
    database.migrate()
    with database.transaction() as session:
        people = {
            role: accounts.add_user(session, actor=CONSOLE, name=role.value, role=role, password=NOBODYS).id
            for role in Role
        }
        dataset = library.add_dataset(session, actor=CONSOLE, name="benchmark").id
        category = library.set_category(session, actor=CONSOLE, dataset_id=dataset, name="mug").id
        stored = StoredImage(sha256="0" * 64, width=640, height=480, media_type="image/jpeg", size=1000)
        first = items.add_image(session, actor=CONSOLE, dataset_id=dataset, name="first", stored=stored).id
        items.add_item(
            session, actor=CONSOLE, image_id=first, category_id=category, object_index=0, box=Box(0, 0, 9, 9)
        )
        fill(session.connection(), people[Role.ANNOTATOR], dataset, entries)
        tokens = {
            role.value: sessions.open_session(session, user_id=id_, address="127.0.0.1", agent="bench")
            for role, id_ in people.items()
        }
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql("ANALYZE")
    database.close()
    secret = signing_secret(settings)
    return {name: seal(token, secret) for name, token in tokens.items()}


def fill(connection: sa.Connection, annotator: int, dataset: int, entries: int) -> None:
    """The annotator has all the tasks; everybody else has a few items of one."""
    at, pick = now(), np.random.default_rng(0)
    roles = [Role.ANNOTATOR] * 18 + [Role.SUPERVISOR, Role.ADMIN]
    users = [
        {
            "name": f"Person {number:05}",
            "name_key": f"person {number:05}",
            "role": roles[number % 20],
            "password_hash": "no password has this hash",
            "must_change_password": number % 7 == 0,
            "active": number % 11 != 0,
            "created_at": at - timedelta(minutes=int(pick.integers(500_000))),
        }
        for number in range(PEOPLE - len(Role))
    ]
    connection.execute(sa.insert(User), users)
    ids = [id_ for (id_,) in connection.execute(sa.select(User.id).order_by(User.id))]
    connection.execute(
        sa.insert(LoginSession),
        [
            {
                "user_id": id_,
                "token_sha256": f"{id_}-{number}",
                "created_at": at - timedelta(days=9),
                "last_seen_at": at - timedelta(minutes=int(pick.integers(100_000))),
                "expires_at": at - timedelta(days=2),
                "address": "192.0.2.1",
                "agent": "bench",
            }
            for id_ in ids
            for number in range(3)
        ],
    )
    count = TASKS * ITEMS_EACH
    image = dict(connection.execute(sa.select(Image.__table__)).mappings().one())
    connection.execute(sa.insert(Image), [image | {"id": n + 2, "name": f"n{n}"} for n in range(count)])
    item = dict(connection.execute(sa.select(Item.__table__)).mappings().one())
    connection.execute(sa.insert(Item), [item | {"id": n + 2, "image_id": n + 2} for n in range(count)])
    connection.execute(
        sa.insert(Task),
        [
            {
                "id": n,
                "dataset_id": dataset,
                "name": f"Task {n:04}",
                "kind": "annotate",
                "priority": n % 3,
                "created_at": at,
            }
            for n in range(1, TASKS + 1)
        ],
    )
    states = [AssignmentState.NEW, AssignmentState.SAVED, AssignmentState.ACCEPTED, AssignmentState.DRAFTED]
    connection.execute(
        sa.insert(Assignment),
        [
            {
                "task_id": n // ITEMS_EACH + 1,
                "item_id": n + 2,
                "position": n % ITEMS_EACH + 1 + place * ITEMS_EACH,
                "user_id": user,
                "state": states[int(pick.integers(len(states)))],
                "version": 0,
                "updated_at": at,
            }
            for n in range(count)
            for place, user in enumerate((annotator, ids[n % len(ids)]))
            if place == 0 or user != annotator
        ],
    )
    actions = ("save", "login", "open_session", "end_session", "flag", "export")
    for start in range(0, entries, 50_000):
        connection.execute(
            sa.insert(Audit),
            [
                {
                    "at": at - timedelta(seconds=entries - number),
                    "actor_id": ids[number % len(ids)],
                    "actor_name": "somebody",
                    "action": actions[number % len(actions)],
                    "object_type": "assignment",
                    "object_id": number % count + 1,
                    "address": "192.0.2.1",
                    "detail": {},
                }
                for number in range(start, min(start + 50_000, entries))
            ],
        )


def measure(home: Path, cookies: dict[str, str], times: int) -> Iterator[dict[str, Any]]:
    database = Database(load_settings(home=home).database)
    with database.reading() as session:
        ids = {role: accounts.user_named(session, actor=CONSOLE, name=role.value).id for role in Role}
    admin, annotator = ids[Role.ADMIN], ids[Role.ANNOTATOR]
    questions: dict[str, Callable[[Any], object]] = {
        "people by name": lambda s: list_people(s, actor=admin),
        "people by last seen": lambda s: list_people(s, actor=admin, sort=PeopleSort.LAST_SEEN, descending=True),
        "people by open work": lambda s: list_people(s, actor=admin, sort=PeopleSort.OPEN_WORK, descending=True),
        "people, last page": lambda s: list_people(s, actor=admin, offset=PEOPLE - 50),
        "people, searched": lambda s: list_people(s, actor=admin, search="son 0999"),
        "audit log": lambda s: audit_entries(s, actor=admin, which=AuditFilter()),
        "audit log of one person": lambda s: audit_entries(s, actor=admin, which=AuditFilter(person="Person 00500")),
        "audit log of an action": lambda s: audit_entries(s, actor=admin, which=AuditFilter(action="export")),
        "my tasks, 1000": lambda s: my_tasks(s, actor=annotator),
        "all tasks, 1000": lambda s: list_tasks(s, actor=ids[Role.SUPERVISOR]),
    }
    for name, question in questions.items():
        yield {"what": name, "storage_ms": milliseconds(asked(database, question, times))}
    database.close()
    pages = {
        "/admin/people": "admin",
        "/admin/audit": "admin",
        "/admin/system": "admin",
        "/tasks": "annotator",
    }
    with served(home) as server:
        for path, who in (*pages.items(), ("/tasks", "supervisor")):
            with httpx.Client(
                base_url=server.url, cookies={COOKIE: cookies[who]}, headers={"Accept": "text/html"}
            ) as client:
                took = []
                for turn in range(times + 2):
                    if turn == 2:  # the first ones load what later ones find loaded
                        worked = cpu_ms(server)
                    started = time.perf_counter()
                    answer = client.get(path, timeout=60)
                    took.append(1000 * (time.perf_counter() - started))
                    assert answer.status_code == 200, f"{path}: {answer.status_code}"
                worked = cpu_ms(server) - worked
            yield {
                "what": f"{path} as {who}",
                "p50_ms": milliseconds(took[2:]),
                "p95_ms": milliseconds(took[2:], 95),
                "cpu_ms": round(worked / times, 1),
                "kib": round(len(answer.content) / 1024),
            }


@contextmanager
def served(home: Path) -> Iterator[Server]:
    with running_server(home, "--no-demo", program=["main.py"]) as server:
        time.sleep(3.0)  # the renderer's workers start beside it, and would be measured
        yield server


def cpu_ms(server: Server) -> float:
    """What the server process has worked so far, its threads included."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def asked(database: Database, question: Callable[[Any], object], times: int) -> list[float]:
    took = []
    for _ in range(times + 1):
        started = time.perf_counter()
        with database.reading() as session:
            question(session)
        took.append(1000 * (time.perf_counter() - started))
    return took[1:]


def milliseconds(took: list[float], percentile: float = 50) -> float:
    return round(float(np.percentile(took, percentile)), 1)


if __name__ == "__main__":
    sys.exit(main())
