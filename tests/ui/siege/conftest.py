"""One server for everything that besieges it, with something behind every address."""

import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from PIL import Image
from websockets.sync.client import ClientConnection, connect

from domain.jobs import JobState
from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.tables import Job
from storage.use_cases import accounts, items, jobs, library, review, sessions, tasks
from storage.use_cases.annotate import open_assignment, save_annotation
from storage.use_cases.work import creating
from storage.use_cases.work.selection import Selection
from tests.server import Server, running_server
from tests.storage.world import PREDICTED, UNUSABLE, answer, new_id
from tests.ui.conftest import furnish
from tests.ui.siege.telling import FILE, FIRST
from ui.auth import COOKIE, seal
from ui.jobs.export_dataset import ARCHIVE_NAME
from ui.jobs.paths import JobPaths
from ui.settings import load_settings, signing_secret

ROLES = {"owner": "ann", "other": "bob", "supervisor": "sue", "admin": "adm", "deactivated": "dan"}
BACKUP = "posewright-20260102-030405.zip"
MARKUP = '<img src=x onerror="window.pwned=1"><b>bold</b>'
"""A remark, a reason and a task's name, as somebody with bad intentions writes them."""


@dataclass(slots=True, kw_only=True)
class Siege:
    """`ids`: what stands for the numbers in addresses. `routes`: as the running application names them."""

    server: Server
    database: Database
    secret: str
    user_ids: dict[str, int]
    ids: dict[str, int]
    routes: list[str]

    @property
    def url(self) -> str:
        return self.server.url

    def cookie(self, who: str) -> str:
        """A session of its own, so that what ends sessions ends no other test's. A deactivated person's is dead."""
        user_id = self.user_ids[ROLES[who]]
        with self.database.transaction() as session:
            if who == "deactivated":
                accounts.reactivate_user(session, actor=CONSOLE, user_id=user_id)
            token = sessions.open_session(session, user_id=user_id, address="10.0.0.1", agent="siege")
            if who == "deactivated":
                accounts.deactivate_user(session, actor=CONSOLE, user_id=user_id)
        return seal(token, self.secret)

    @contextmanager
    def browser(self, who: str) -> Iterator[httpx.Client]:
        with self.server.client() as client:
            if who != "anonymous":
                client.cookies.set(COOKIE, self.cookie(who), domain="127.0.0.1")
            yield client

    @contextmanager
    def socket(self, path: str, who: str, *, cookie: str | None = None) -> Iterator[ClientConnection]:
        headers = {} if who == "anonymous" else {"Cookie": f"{COOKIE}={cookie or self.cookie(who)}"}
        address = self.url.replace("http", "ws") + path
        with connect(address, additional_headers=headers, origin=self.url, max_size=None) as socket:  # type: ignore[arg-type]
            yield socket

    def errors(self) -> list[str]:
        """What the log has of errors so far."""
        return [
            line[-2000:] for line in self.server.log.splitlines() if " ERROR " in line or line.startswith("Traceback")
        ]


@pytest.fixture(scope="session")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    home = tmp_path_factory.mktemp("siege") / "home"
    facts = furnish(home)
    settings = load_settings(home=home)
    database = Database(settings.database)
    user_ids, ids = _stock(database, home, facts)
    with running_server(home, first=FIRST) as server:
        deadline = time.monotonic() + 10
        while not (home / FILE).exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield Siege(
            server=server, database=database, secret=signing_secret(settings), user_ids=user_ids, ids=ids,
            routes=json.loads((home / FILE).read_text("utf-8")),
        )  # fmt: skip
    database.close()


def _stock(database: Database, home: Path, facts: dict) -> tuple[dict[str, int], dict[str, int]]:
    """An answer with all that can be said of it, finished work, a pool, a backup, and somebody who is gone."""
    users = dict(facts["user_ids"])
    ids = {"image": facts["image_ids"][0], "cad": facts["cad_id"], "task": facts["task_id"], "number": 0}
    ann, sue = users["ann"], users["sue"]
    with database.transaction() as session:
        users["dan"] = accounts.add_user(session, actor=CONSOLE, name="dan", role=Role.ADMIN, password=UNUSABLE).id
        accounts.deactivate_user(session, actor=CONSOLE, user_id=users["dan"])
        (task,) = [each for each in tasks.my_tasks(session, actor=ann) if each.id == ids["task"]]
        ids["assignment"] = assignment = task.next_open_assignment_id
        dataset = library.dataset_named(session, actor=CONSOLE, name="mini")
        categories = {each.name: each.id for each in library.categories(session, actor=CONSOLE, dataset_id=dataset)}
        ids["category"] = categories["top"]
        item = open_assignment(session, actor=ann, assignment_id=assignment).item.id
        predicted = replace(PREDICTED, cad_index=1)
        items.add_prediction(session, actor=CONSOLE, item_id=item, model_version=MARKUP, answer=predicted, score=0.5)
    with database.transaction() as session:
        opened = open_assignment(session, actor=ann, assignment_id=assignment)
        given = replace(answer(), pose=replace(answer().pose, viewport=opened.answer.pose.viewport))
        save_annotation(
            session, actor=ann, assignment_id=assignment, answer=given, base_version=opened.version, save_id=new_id()
        )
    with database.transaction() as session:
        ids["remark"] = review.add_remark(
            session, actor=sue, assignment_id=assignment, pin=None, text=MARKUP, entry_id=new_id()
        )
        turned = replace(given, pose=replace(given.pose, azimuth=2.0))
        ids["proposal"] = review.propose(
            session, actor=sue, assignment_id=assignment, answer=turned, version=0, comment=MARKUP,
            proposal_id=new_id(),
        )  # fmt: skip
        story = review.history_of(session, actor=CONSOLE, assignment_id=assignment).story
        ids["revision"] = next(each.id for each in story if each.kind == "revision")
        (ids["pool"],) = creating.place_order(
            session, actor=CONSOLE, order=creating.WorkOrder(
                selection=Selection(dataset_id=dataset, categories=("other",)), handing=creating.Handing.POOL,
                name=MARKUP,
            ),
        )  # fmt: skip
        ids["export"] = jobs.start_job(session, actor=CONSOLE, kind="export_dataset")
        ids["preview"] = jobs.start_job(session, actor=CONSOLE, kind="preview_photos")
        for name in ("export", "preview"):
            session.get_one(Job, ids[name]).state = JobState.DONE
    paths = JobPaths(load_settings(home=home))
    paths.make()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    for path, content in (
        (paths.report(ids["export"]), b"a,b\r\n"),
        (paths.results(ids["export"]) / ARCHIVE_NAME, b"PK\x05\x06" + bytes(18)),
        (paths.results(ids["preview"]) / "0.jpg", picture.getvalue()),
        (home / "backups" / BACKUP, b"PK\x05\x06" + bytes(18)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return users, ids
