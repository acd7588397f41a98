"""Restoring in place: checked beside the home while people work, put in place by a start, the old state kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from domain.errors import WrongState
from domain.permissions import CONSOLE, Role
from storage.backup import in_place
from storage.backup.in_place import RestoreOrder
from storage.backup.manifest import DATABASE_NAME
from storage.backup.restoring import restore_backup
from storage.backup.writing import Backup
from storage.database import Database
from storage.errors import BackupFailed, BackupRefused, NameNotTyped, RestoreRefused
from storage.files import sha256_of
from storage.passwords import HashedPassword
from storage.tables import Audit, Image, Revision
from storage.use_cases import accounts, library
from storage.use_cases.password_links import link_for, make_password_link
from storage.use_cases.restoring import last_restoring, order_restoring
from storage.use_cases.taking_down import take_down_image
from tests.server import free_port
from tests.storage.backup.conftest import Home
from ui.actions.demo import DATASET
from ui.actions.restore import finish_restore
from ui.settings import Settings, load_settings

UNUSABLE = HashedPassword("no password has this hash")
ORDER = RestoreOrder(archive="backup.zip", asked_by="ada")


@dataclass
class Kept:
    """What a database holds, for comparing."""

    revisions: int
    actions: list[str]


def kept(home: Path) -> Kept:
    database = Database(f"sqlite:///{home / DATABASE_NAME}")
    with database.reading() as session:
        found = Kept(
            revisions=len(session.exec(select(Revision)).all()),
            actions=list(session.exec(select(Audit.action).order_by(col(Audit.id)))),
        )
    database.close()
    return found


def saved_since(home: Home) -> Backup:
    """One answer, a backup, another answer."""
    home.world.save(home.world.assignments[0])
    backup = home.back_up()
    home.world.save(home.world.assignments[1])
    return backup


@pytest.fixture
def settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return load_settings(home=home.path, port=free_port())


def test_a_start_puts_in_place_what_was_ordered_and_keeps_what_was_there(
    home: Home, settings: Settings, tmp_path: Path
) -> None:
    backup = saved_since(home)
    manifest = in_place.prepare(backup.path, home.path)
    assert manifest == backup.manifest
    assert finish_restore(settings) is None, "prepared, but not ordered"
    assert kept(home.path).revisions == 2
    in_place.prepare(backup.path, home.path)
    with home.world.database.transaction() as session:
        taken = take_down_image(session, actor=home.world.ada, image_id=home.world.image_ids[0], name="mug/000.JPEG")
    home.images.remove(taken.sha256)
    in_place.order(home.path, ORDER)
    home.world.database.close()
    assert finish_restore(settings) is None
    now = kept(home.path)
    assert (now.revisions, now.actions[-1]) == (1, "restore_backup")
    (safety,) = (home.path / "backups").iterdir()
    assert kept(restore_backup(safety, tmp_path / "before").home).revisions == 2
    with home.world.database.reading() as session:
        last = last_restoring(session, actor=home.world.ada, since=backup.manifest.made_at)
        assert last is not None
        assert (last.archive, last.asked_by, last.safety) == ("backup.zip", "ada", safety.name)
        assert session.get_one(Image, home.world.image_ids[0]).taken_down_at is not None, "down for good"
    assert not home.images.path(taken.sha256).exists()
    assert home.images.path(sha256_of(home.photos[1])).read_bytes() == home.photos[1]
    assert not list(home.path.glob("restor*"))
    assert finish_restore(settings) is None
    assert kept(home.path) == now


def test_a_start_tidies_up_after_one_that_was_killed_when_the_backup_was_in_place(
    home: Home, settings: Settings
) -> None:
    with home.world.database.transaction() as session:
        taken = take_down_image(session, actor=home.world.ada, image_id=home.world.image_ids[1], name="mug/001.JPEG")
    backup = saved_since(home)
    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    home.world.database.close()
    given = in_place.begin(home.path)
    assert given is not None
    in_place.carry_out(home.path, given, safety=home.path / "safety.zip", version="0")
    settings.queue_file.write_bytes(b"the queue of before")
    assert home.images.path(taken.sha256).exists()
    assert finish_restore(settings) is None
    assert kept(home.path).revisions == 1
    assert not settings.queue_file.exists()
    assert not home.images.path(taken.sha256).exists()
    assert not list(home.path.glob("restor*"))


def test_a_start_that_cannot_carry_it_out_leaves_the_old_state_and_says_so(home: Home, settings: Settings) -> None:
    backup = saved_since(home)
    before = kept(home.path)

    def start() -> str:
        ended = finish_restore(settings)
        assert ended is not None
        assert kept(home.path) == before
        assert not list(home.path.glob("restor*"))
        return ended.reason

    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    with home.world.database.reading():
        assert "has the database open" in start()
    home.world.database.close()

    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    (home.path / "restoring" / DATABASE_NAME).unlink()
    assert start()

    (home.path / in_place.ORDER).write_text("{")
    assert finish_restore(settings) is None

    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    assert in_place.begin(home.path) == ORDER  # and the process ends here
    ended = finish_restore(settings)
    assert ended is not None
    assert "interrupted" in ended.reason
    ended.note(home.world.database)
    assert kept(home.path).actions == [*before.actions, "restoring_failed"]
    with home.world.database.reading() as session:
        last = last_restoring(session, actor=home.world.ada, since=backup.manifest.made_at)
        assert last is not None
        assert last.reason == ended.reason
    home.world.database.close()
    assert finish_restore(settings) is None
    assert kept(home.path).actions[-1] == "restoring_failed"


def test_what_a_command_does_while_the_safety_backup_is_written_is_not_lost(
    home: Home, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, write = saved_since(home), in_place.write_backup

    def and_a_command_meanwhile(*given: Any, **options: Any) -> Backup:
        made = write(*given, **options)
        home.world.save(home.world.assignments[2])
        home.world.database.close()
        return made

    monkeypatch.setattr(in_place, "write_backup", and_a_command_meanwhile)
    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    home.world.database.close()
    ended = finish_restore(settings)
    assert ended is not None
    assert "changed something" in ended.reason
    assert kept(home.path).revisions == 3
    assert home.images.path(sha256_of(home.photos[0])).exists()


def test_a_password_link_of_before_is_spent(home: Home, settings: Settings) -> None:
    world = home.world
    with world.database.transaction() as session:
        link = make_password_link(session, actor=world.ada, user_id=world.ann)
    backup = home.back_up()
    in_place.prepare(backup.path, home.path)
    in_place.order(home.path, ORDER)
    with pytest.raises(RestoreRefused, match="already"):
        in_place.prepare(backup.path, home.path)
    with world.database.reading() as session:
        assert link_for(session, token=link.token) is not None
    world.database.close()
    assert finish_restore(settings) is None
    with world.database.reading() as session:
        assert link_for(session, token=link.token) is None


def test_a_demo_is_not_put_in_place_where_others_reach_it(home: Home, settings: Settings) -> None:
    """The server would not start with it, and nobody could undo that from a browser."""
    with home.world.database.transaction() as session:
        library.add_dataset(session, actor=CONSOLE, name=DATASET)
        accounts.add_user(session, actor=CONSOLE, name="annotator", role=Role.ANNOTATOR, password=UNUSABLE)
    backup = saved_since(home)
    for allowed, revisions in ((False, 2), (True, 1)):
        in_place.prepare(backup.path, home.path)
        in_place.order(home.path, ORDER)
        home.world.database.close()
        ended = finish_restore(settings, demo_allowed=allowed)
        assert (ended is None) is allowed
        assert kept(home.path).revisions == revisions


def test_nothing_is_prepared_of_a_damaged_backup(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = home.back_up()
    content = bytearray(backup.path.read_bytes())
    content[content.index(home.photos[0][20:60]) + 5] ^= 1
    backup.path.write_bytes(content)
    with pytest.raises(BackupRefused):
        in_place.prepare(backup.path, home.path)
    assert not list(home.path.glob("restor*"))
    with pytest.raises(RestoreRefused):
        in_place.order(home.path, ORDER)
    sound = home.back_up("sound.zip")
    monkeypatch.setattr(in_place, "SPARE", 1 << 60)
    with pytest.raises(BackupFailed, match="MiB left"):
        in_place.prepare(sound.path, home.path)


def test_it_is_ordered_by_name_and_one_at_a_time(home: Home) -> None:
    database, ada = home.world.database, home.world.ada
    with pytest.raises(NameNotTyped), database.transaction() as session:
        order_restoring(session, actor=ada, archive="b.zip", typed="a.zip")
    with database.transaction() as session:
        order_restoring(session, actor=ada, archive="b.zip", typed=" b.zip ")
    with pytest.raises(WrongState), database.transaction() as session:
        order_restoring(session, actor=ada, archive="b.zip", typed="b.zip")
