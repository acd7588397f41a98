"""The history of the tables, by Alembic. `python -m storage.migrations new MESSAGE` writes the next step."""
