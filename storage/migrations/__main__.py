"""`python -m storage.migrations new MESSAGE` writes the next migration; `sql DIALECT` prints them all as SQL."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from storage import sqlite
from storage.migrations.revision import HEAD
from storage.migrations.run import configuration, script_for, upgrade


def new(message: str) -> None:
    """Compares the tables in the code with those that the migrations so far make, and writes the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'now.db'}")
        sqlite.configure(engine)
        engine = engine.execution_options(**{sqlite.IMMEDIATE: True})
        upgrade(engine)
        number = f"{int(HEAD) + 1:04}"
        with engine.connect() as connection:
            command.revision(configuration(connection=connection), message, autogenerate=True, rev_id=number)
        engine.dispose()
    print(f"Read it through, then set HEAD in storage/migrations/revision.py to {number!r}.")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["new", *words] if words:
            new(" ".join(words))
        case ["sql", dialect]:
            print(script_for(dialect))
        case _:
            sys.exit(__doc__)
