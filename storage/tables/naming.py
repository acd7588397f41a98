"""Names of constraints, so that every migration can find them again. Imported before the first table. And how rows
that have a name are sorted by it."""

from typing import Any

from sqlalchemy import event
from sqlmodel import SQLModel

from domain.natural_order import natural_key

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def keep_sort_key(table: type[SQLModel]) -> None:
    """From now on `sort_key` follows `name` in every row that is written as an object; in SQL, the statement must."""

    def follow(_mapper: Any, _connection: Any, row: Any) -> None:
        row.sort_key = natural_key(row.name)

    event.listen(table, "before_insert", follow)
    event.listen(table, "before_update", follow)
