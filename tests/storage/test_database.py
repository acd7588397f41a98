"""Connections, transactions, column types and migrations."""

import math
import struct
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import select

from domain.permissions import CONSOLE, Role
from storage.database import Database
from storage.errors import DatabaseTooNew, DatabaseUnusable
from storage.migrations.revision import HEAD
from storage.migrations.run import configuration, script_for
from storage.tables import Meta, Prediction, Task, User, metadata
from storage.use_cases import accounts, items
from tests.storage.world import PREDICTED, UNUSABLE, World

ROOT = Path(__file__).resolve().parents[2]


def test_each_connection_has_the_pragmas(database: Database) -> None:
    for engine in (database.engine, Database(str(database.engine.url)).engine):
        with engine.connect() as connection:

            def pragma(name: str, connection=connection):
                return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

            assert pragma("journal_mode") == "wal"
            assert pragma("synchronous") == 2
            assert pragma("foreign_keys") == 1
            assert pragma("busy_timeout") >= 5000
        engine.dispose()


def test_the_file_is_for_the_owner_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    database.migrate()
    with database.reading():
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    database.close()


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"^the database /proc/none/a\.db cannot be made: "):
        Database("sqlite:////proc/none/a.db")
    (tmp_path / "damaged.db").write_bytes(b"this is no database" * 100)
    damaged = Database(f"sqlite:///{tmp_path / 'damaged.db'}")
    with pytest.raises(DatabaseUnusable, match=r"damaged\.db cannot be used: file is not a database$"):
        damaged.migrate()
    damaged.close()


def test_a_transaction_is_whole_or_not_at_all(database: Database) -> None:
    def fail_in_the_middle() -> None:
        with database.transaction() as session:
            session.add(Meta(key="a", value="1"))
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    with database.reading() as session:
        assert session.get(Meta, "a") is None


def test_reading_cannot_write_and_sees_one_moment(database: Database) -> None:
    with database.reading() as session:
        assert session.get(Meta, "a") is None
        with database.transaction() as writer:
            writer.add(Meta(key="a", value="1"))
        assert session.exec(select(Meta)).all() == []
        session.add(Meta(key="b", value="1"))
        with pytest.raises(OperationalError):
            session.flush()
    with database.transaction() as session:
        assert session.get(Meta, "a") is not None


def test_writers_wait_for_each_other(database: Database) -> None:
    """Each reads, then writes what follows from it: without a lock from the start, counts would be lost."""
    with database.transaction() as session:
        session.add(Meta(key="count", value="0"))

    def count() -> None:
        for _ in range(10):
            with database.transaction() as session:
                row = session.get(Meta, "count")
                row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get(Meta, "count").value == "40"


def test_references_and_words_are_checked_by_the_database(world: World) -> None:
    with pytest.raises(IntegrityError), world.database.transaction() as session:
        session.add(Task(dataset_id=999, name="x", kind="annotate"))
    with pytest.raises(IntegrityError), world.database.transaction() as session:
        session.execute(sa.text("UPDATE assignment SET state = 'finished'"))


def test_moments_come_back_in_utc_whatever_zone_they_went_in(database: Database) -> None:
    at = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with database.transaction() as session:
        user = accounts.add_user(session, actor=CONSOLE, name="ann", role=Role.ANNOTATOR, password=UNUSABLE)
        session.get(User, user.id).created_at = at
    with database.reading() as session:
        found = session.get(User, user.id).created_at
    assert (found, found.tzinfo) == (at, UTC)
    with pytest.raises(StatementError), database.transaction() as session:
        session.get(User, user.id).created_at = datetime(2026, 3, 1)


@pytest.mark.parametrize("value", [-0.0, 0.0, 3.0, 0.1 + 0.2, math.pi, 1e-308, -123456789.0])
def test_floats_come_back_to_the_last_bit(world: World, value: float) -> None:
    given = replace(PREDICTED, pose=PREDICTED.pose.replace(px=value))
    with world.database.transaction() as session:
        kept = items.add_prediction(
            session, actor=CONSOLE, item_id=world.item_ids[0], model_version="m", answer=given, score=value
        )
    with world.database.reading() as session:
        row = session.get(Prediction, kept.id)
        for found in (row.px, row.score, row.answer().pose.px):
            assert struct.pack("<d", found) == struct.pack("<d", value)


def test_migrations_make_exactly_the_tables_in_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_migrations_make_the_same_constraints_as_the_code(database: Database, tmp_path: Path) -> None:
    """Checks are not among what Alembic compares, so the statements themselves are."""
    other = Database(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(other._writing_engine)

    def constraints(engine: sa.Engine) -> dict[str, list[tuple[str, str]]]:
        inspector = sa.inspect(engine)
        return {
            table: sorted((check["name"] or "", check["sqltext"]) for check in inspector.get_check_constraints(table))
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }

    assert constraints(database.engine) == constraints(other.engine)
    assert sum(map(len, constraints(database.engine).values())) > 20
    other.close()


def test_all_migrations_render_for_postgresql() -> None:
    script = script_for("postgresql")
    for table in metadata.tables:
        assert f'CREATE TABLE "{table}"' in script or f"CREATE TABLE {table} " in script
    assert "DOUBLE PRECISION" in script
    assert "TIMESTAMP WITH TIME ZONE" in script
    assert "BLOB" not in script
    assert "CREATE TYPE" not in script


def test_migrating_again_does_nothing_and_imports_no_alembic(migrated_file: Path) -> None:
    script = f"""
import sys
from storage.database import Database
Database("sqlite:///{migrated_file}").migrate()
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_two_processes_may_make_the_same_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'posewright.db'}"
    script = f"from storage.database import Database; Database({url!r}).migrate()"
    processes = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    database = Database(url)
    assert database.revision() == HEAD
    database.close()


def test_a_newer_database_is_left_alone(database: Database) -> None:
    with database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        database.migrate()
    assert database.revision() == "9999"


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        Database("sqlite://")
