"""The newest migration, known without importing Alembic: a start of the server is no time for that."""

HEAD = "0013"
