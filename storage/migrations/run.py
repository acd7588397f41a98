"""Runs Alembic from code: no configuration file, no working directory that matters."""

import io
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import sqlite
from storage.errors import DatabaseTooNew
from storage.migrations.revision import HEAD

HERE = Path(__file__).parent


def configuration(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: sa.Engine) -> None:
    """Applies what is missing, in one transaction. `engine` takes SQLite's write lock at BEGIN, so a second process
    that starts at the same time waits, and then finds nothing left to do.

    Raises DatabaseTooNew.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with sqlite.foreign_keys_off(connection), connection.begin():
                _upgrade(connection)
                sqlite.check_foreign_keys(connection)
        else:
            with connection.begin():
                _upgrade(connection)


def script_for(dialect: str) -> str:
    """The SQL that makes all tables in an empty database of this dialect; needs no driver and no database."""
    output = io.StringIO()
    config = configuration(dialect=dialect)
    config.output_buffer = output
    command.upgrade(config, "head", sql=True)
    return output.getvalue()


def _upgrade(connection: sa.Connection) -> None:
    config = configuration(connection=connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if sa.inspect(connection).has_table("alembic_version"):
        at = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        if at is not None and at not in known:
            raise DatabaseTooNew(
                f"the database is at migration {at}, this release knows {HEAD} at most: use a newer release"
            )
    command.upgrade(config, "head")
