"""A backup restored from the page: the real server ends, puts it in place, and answers again as the same process."""

from pathlib import Path

import httpx
import pytest
from sqlmodel import col, select

from domain.jobs import JobState
from storage.backup.restoring import restore_backup
from storage.database import Database
from storage.tables import Audit, Job, Revision
from storage.use_cases import sessions
from storage.use_cases.restoring import order_restoring
from tests.empty_database import empty_database
from tests.server import eventually, free_port, running_server
from tests.storage.world import World
from tests.ui.open_page import page_of, until_it_ends
from ui.actions.backups import BackupFolder, make_backup
from ui.auth import COOKIE, seal
from ui.settings import load_settings, prepare_home, signing_secret
from ui.standing_in import standing_in


def test_who_comes_meanwhile_is_told(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, port=free_port())
    with standing_in(settings), httpx.Client(base_url=settings.address) as client:
        for method, language, words in (("GET", "en", "back in a moment"), ("POST", "zh-CN", "马上回来")):
            answer = client.request(method, "/tasks?x=1", headers={"Accept-Language": language})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
            assert words in answer.text
        with standing_in(settings):  # the address is taken: nobody is told, and nothing fails
            assert client.head("/healthz").status_code == 503
    with pytest.raises(httpx.TransportError):
        httpx.get(settings.address)


def revisions(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Revision)).all())


def restoring(database: Database, world: World, name: str) -> Job:
    """How the checks of what an admin orders end."""
    with database.transaction() as session:
        job_id = order_restoring(session, actor=world.ada, archive=name, typed=name)

    def ended() -> Job | None:
        with database.reading() as session:
            job = session.get_one(Job, job_id)
            return job if job.state in (JobState.DONE, JobState.FAILED) else None

    return eventually(ended)


@pytest.fixture
def world(tmp_path: Path) -> World:
    settings = load_settings(home=tmp_path / "home")
    prepare_home(settings)
    return World(empty_database(settings.database)).build()


def test_the_server_comes_back_with_the_old_state_and_keeps_the_newer_one(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    database, folder, secret = world.database, BackupFolder(home), signing_secret(load_settings(home=home))
    world.save(world.assignments[0])
    made = make_backup(database=database, home=home, target=folder.new_path()).path
    content = made.read_bytes()
    world.save(world.assignments[1])
    with database.transaction() as session:
        token = sessions.open_session(session, user_id=world.ada, address="10.0.0.1", agent="test")
    with running_server(home) as server, server.client() as browser:
        browser.cookies.set(COOKIE, seal(token, secret))
        sent = {"headers": {"Origin": server.url}, "content": content}
        answer = browser.post("/admin/keeping/backups?name=from-home.zip", **sent)
        assert answer.status_code == 200, answer.text
        uploaded = answer.json()["upload"]
        assert {backup.name for backup in folder.list()} == {made.name, uploaded}
        answer = browser.post("/admin/keeping/backups?name=x.zip", **{**sent, "content": content[:-200]})
        assert (answer.status_code, len(folder.list())) == (400, 2)

        damaged = bytearray(content)
        damaged[len(content) // 3] ^= 1
        broken = folder.new_path()
        broken.write_bytes(damaged)
        assert restoring(database, world, broken.name).error_code == "backup_refused"
        assert not (home / "restoring").exists()
        assert revisions(database) == 2

        with page_of(server.url, browser) as socket:
            process = server.process.pid
            assert restoring(database, world, uploaded).state is JobState.DONE
            database.close()
            assert "back in a moment" in until_it_ends(socket)

        def again() -> bool:
            try:
                return browser.get("/tasks").headers.get("location", "").startswith("/login")
            except httpx.TransportError:
                return False

        assert eventually(again), "it answers, and knows nobody's session"
        assert (server.process.pid, server.process.poll()) == (process, None)
        assert revisions(database) == 1
        with database.reading() as session:
            last = session.exec(select(Audit).order_by(col(Audit.id).desc())).first()
            assert last is not None
            assert (last.action, last.actor_name, last.detail["archive"]) == ("restore_backup", "ada", uploaded)
        before = Database(
            f"sqlite:///{restore_backup(folder.path(last.detail['safety']), tmp_path / 'before').home}"
            "/posewright.sqlite3"
        )
        assert revisions(before) == 2
        before.close()
    database.close()
