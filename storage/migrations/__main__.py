"""`python -m storage.migrations new MESSAGE` writes the next migration; `sql DIALECT` prints them all as SQL."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from storage import sqlite
from storage.migrations.run import configuration, script_for, upgrade


def new(message: str) -> None:
    """Compares the tables in the code with those that the migrations so far make, and writes the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'now.db'}")
        sqlite.configure(engine)
        engine = engine.execution_options(**{sqlite.IMMEDIATE: True})
        upgrade(engine)
        with engine.connect() as connection:
            command.revision(configuration(connection=connection), message, autogenerate=True)
        engine.dispose()


match sys.argv[1:]:
    case ["new", *message] if message:
        new(" ".join(message))
    case ["sql", dialect]:
        print(script_for(dialect))
    case _:
        sys.exit(__doc__)
