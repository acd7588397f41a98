"""Backups: made while people save, refused when damaged, restored without touching what is there."""

import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from PIL import Image as Picture
from sqlmodel import select

from storage.backup.manifest import DATABASE_NAME, MANIFEST_NAME, SECRET_NAME, KeptFile, Manifest
from storage.backup.reading import read_manifest
from storage.backup.restoring import restore_backup
from storage.backup.writing import write_backup
from storage.database import Database
from storage.errors import BackupRefused, DatabaseTooNew, ImageTakenDown, RestoreRefused
from storage.files import sha256_of
from storage.images import ImageStore
from storage.migrations.revision import HEAD
from storage.migrations.run import configuration
from storage.sqlite import IMMEDIATE
from storage.tables import Audit, Item, Revision
from storage.use_cases.taking_down import take_down_image
from tests.storage.backup.conftest import Home
from tests.storage.world import answer, new_id
from ui.settings import load_settings


def test_the_names_are_those_of_a_home(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / DATABASE_NAME}"
    assert (settings.images_directory, settings.cad_directory) == (tmp_path / "images", tmp_path / "cad")
    assert settings.secret_file == tmp_path / SECRET_NAME


def test_every_save_that_was_acknowledged_before_is_in_it(
    home: Home, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """Somebody saves as fast as they can, before, while and after the backup is written."""
    world, acknowledged, stop = home.world, [], threading.Event()
    begun = threading.Semaphore(0)

    def save() -> None:
        while not stop.is_set():
            for assignment_id in world.assignments:
                save_id = new_id()
                world.save(assignment_id, answer(0.5 + len(acknowledged) / 1000), save_id=save_id)
                acknowledged.append(save_id)
                begun.release()

    person = threading.Thread(target=save)
    person.start()
    try:
        for number in range(count(2, 20)):
            for _ in range(10):
                begun.acquire()
            before = list(acknowledged)
            backup = home.back_up(f"{number}.zip")
            restored = restore_backup(backup.path, tmp_path / f"restored {number}")
            kept = Database(f"sqlite:///{restored.home / DATABASE_NAME}")
            with kept.reading() as session:
                assert set(before) <= set(session.exec(select(Revision.save_id)))
                assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            kept.close()
    finally:
        stop.set()
        person.join()
    for content in home.photos:
        file = ImageStore(restored.home / "images").path(sha256_of(content))
        assert file.read_bytes() == content
        with Picture.open(file) as picture:
            picture.load()
    assert not backup.manifest.missing


def test_the_secret_stays_at_home_unless_asked_for(home: Home, tmp_path: Path) -> None:
    plain, full = home.back_up("plain.zip"), home.back_up("full.zip", secret="s" * 64)
    assert not plain.manifest.has_secret
    assert b"s" * 64 not in plain.path.read_bytes()
    assert plain.path.stat().st_mode & 0o777 == 0o600
    assert (restore_backup(full.path, tmp_path / "new").home / "secret").read_text().strip() == "s" * 64
    assert not (restore_backup(plain.path, tmp_path / "other").home / "secret").exists()


def test_a_backup_overwrites_nothing(home: Home) -> None:
    home.back_up()
    with pytest.raises(BackupRefused, match="there already"):
        home.back_up()


def test_files_that_are_gone_or_damaged_are_named_and_do_not_stop_it(home: Home, tmp_path: Path) -> None:
    gone, damaged = (home.images.path(sha256_of(content)) for content in home.photos)
    gone.unlink()
    damaged.write_bytes(b"damaged")
    backup = home.back_up()
    assert {Path(name).name for name in backup.manifest.missing} == {gone.name, damaged.name}
    assert restore_backup(backup.path, tmp_path / "new").manifest.missing == backup.manifest.missing


def test_a_photo_that_was_taken_down_is_in_no_backup_and_never_comes_back(home: Home, tmp_path: Path) -> None:
    first = home.world.image_ids[0]
    with home.world.database.transaction() as session:
        taken = take_down_image(session, actor=home.world.ada, image_id=first, name="mug/000.JPEG")
    home.images.remove(taken.sha256)
    assert not home.images.path(taken.sha256).exists()
    with pytest.raises(ImageTakenDown):
        home.images.put(home.photos[0])
    backup = home.back_up()
    assert taken.sha256 not in str(backup.manifest.files) + str(backup.manifest.missing)
    restored = restore_backup(backup.path, tmp_path / "new").home
    with pytest.raises(ImageTakenDown):
        ImageStore(restored / "images").put(home.photos[0])
    kept = Database(f"sqlite:///{restored / DATABASE_NAME}")
    with kept.reading() as session:
        assert session.exec(select(Item).where(Item.image_id == first)).first() is not None
        assert session.exec(select(Audit.action).where(Audit.action == "take_down_image")).all()
    kept.close()


def rewritten(backup: Path, target: Path, change: Callable[[dict[str, bytes], dict], None]) -> Path:
    """The archive with other files or another manifest."""
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files[MANIFEST_NAME])
    change(files, manifest)
    files[MANIFEST_NAME] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def add(files: dict[str, bytes], manifest: dict, name: str, content: bytes = b"x") -> None:
    files[name] = content
    manifest["files"][name] = {"sha256": sha256_of(content), "size": len(content)}


def lose(files: dict[str, bytes], _manifest: dict) -> None:
    del files[next(name for name in files if name.startswith("images/"))]


def forge(files: dict[str, bytes], _manifest: dict) -> None:
    name = next(name for name in files if name.startswith("images/"))
    files[name] = bytes([files[name][0] ^ 1]) + files[name][1:]


HOSTILE = {
    "leads out": lambda files, manifest: add(files, manifest, "../evil"),
    "absolute": lambda files, manifest: add(files, manifest, "/etc/evil"),
    "not ours": lambda files, manifest: add(files, manifest, "cache/x"),
    "wrong place": lambda files, manifest: add(files, manifest, f"images/00/00/{'f' * 64}"),
    "one more": lambda files, manifest: files.update({"images/extra": b"x"}),
    "one less": lose,
    "other content": forge,
    "no list": lambda files, manifest: manifest.pop("files"),
    "list of lists": lambda files, manifest: manifest.update(files=[[1, 2]]),
    "negative": lambda files, manifest: manifest["files"][DATABASE_NAME].update(size=-1),
    "newer format": lambda files, manifest: manifest.update(format_version=2),
    "something else": lambda files, manifest: manifest.update(format="zip"),
    "no moment": lambda files, manifest: manifest.update(made_at="2026-01-01"),
    "other revision": lambda files, manifest: manifest.update(revision="0001"),
}


def test_a_damaged_or_hostile_archive_is_refused_and_nothing_is_touched(home: Home, tmp_path: Path) -> None:
    backup = home.back_up().path
    content = backup.read_bytes()
    archives = [rewritten(backup, tmp_path / f"{what}.zip", change) for what, change in HOSTILE.items()]
    for name, broken in {
        "cut": content[:-300],
        "empty": b"",
        "text": b"PK\x03\x04 no zip",
        "half": content[:999],
    }.items():
        archives.append(tmp_path / f"{name}.zip")
        archives[-1].write_bytes(broken)
    before = {path: path.stat().st_mtime_ns for path in home.path.rglob("*")}
    for archive in archives:
        for target in (tmp_path / "new", home.path):
            with pytest.raises((BackupRefused, RestoreRefused)):
                restore_backup(archive, target, replace=True)
        assert not (tmp_path / "new").exists(), archive
    assert before.items() <= {path: path.stat().st_mtime_ns for path in home.path.rglob("*")}.items()
    assert not list(tmp_path.rglob(".restoring-*"))
    assert not (tmp_path.parent / "evil").exists()


def test_a_home_with_work_is_kept_aside_and_only_when_told(home: Home, tmp_path: Path) -> None:
    backup = home.back_up()
    home.world.save(home.world.assignments[0])
    with pytest.raises(RestoreRefused, match="--replace"):
        restore_backup(backup.path, home.path)
    with home.world.database.reading(), pytest.raises(RestoreRefused, match="stop the server"):
        restore_backup(backup.path, home.path, replace=True)
    home.world.database.close()
    restored = restore_backup(backup.path, home.path, replace=True)
    assert restored.aside is not None
    for folder, revisions in ((home.path, 0), (restored.aside, 1)):
        database = Database(f"sqlite:///{folder / DATABASE_NAME}")
        with database.reading() as session:
            assert len(session.exec(select(Revision)).all()) == revisions
        database.close()


def test_an_empty_home_is_filled(home: Home, tmp_path: Path) -> None:
    (tmp_path / "new" / "logs").mkdir(parents=True)
    assert restore_backup(home.back_up().path, tmp_path / "new").aside is None
    assert (tmp_path / "new" / DATABASE_NAME).stat().st_mode & 0o777 == 0o600


def archive_of(database: Path, revision: str, target: Path) -> Path:
    content = database.read_bytes()
    manifest = Manifest(
        made_at=datetime(2026, 1, 2, tzinfo=UTC),
        made_by="test",
        revision=revision,
        files={DATABASE_NAME: KeptFile(sha256=sha256_of(content), size=len(content))},
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(DATABASE_NAME, content)
        archive.writestr(MANIFEST_NAME, manifest.to_bytes())
    return target


def test_older_tables_are_brought_up_to_date_and_newer_ones_refused(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    engine = old.engine.execution_options(**{IMMEDIATE: True})
    with engine.connect() as connection, connection.begin():
        command.upgrade(configuration(connection=connection), "0001")
    old.close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    restored = restore_backup(archive_of(tmp_path / "old.db", "0001", tmp_path / "old.zip"), tmp_path / "new")
    assert (restored.manifest.revision, restored.revision) == ("0001", HEAD)
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(DatabaseTooNew):
        restore_backup(archive_of(tmp_path / "old.db", "9999", tmp_path / "newer.zip"), tmp_path / "newer")
    assert not (tmp_path / "newer").exists()


def test_postgresql_is_told_how(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    database.is_sqlite = False
    with pytest.raises(BackupRefused, match="pg_dump"):
        write_backup(database, home=tmp_path, target=tmp_path / "x.zip", version="test")
    database.close()


def test_the_manifest_is_read_without_the_content(home: Home) -> None:
    backup = home.back_up()
    assert read_manifest(backup.path) == backup.manifest
    assert (backup.manifest.images, backup.manifest.cad_models) == (2, 1)
