"""Get-or-update by natural key, which makes an import repeatable."""

import struct
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, SQLModel

from storage.record import Kept, Outcome

Row = TypeVar("Row", bound=SQLModel)


def keep(
    session: Session, row: Row | None, table: type[Row], *, key: Mapping[str, Any], values: Mapping[str, Any]
) -> Kept:
    """Makes the row that `key` names where `row` is None, else gives it the `values`; says what was done."""
    outcome = Outcome.UNCHANGED
    if row is None:
        row, outcome = table(**key, **values), Outcome.CREATED
        session.add(row)
        session.flush()
    else:
        if not same_values(row, values):
            outcome = Outcome.UPDATED
            for name, value in values.items():
                setattr(row, name, value)
                # Or else SQLAlchemy would compare by `==`, and not write −0.0 over 0.0.
                flag_modified(row, name)
    return Kept(id=row.id, outcome=outcome)  # type: ignore[attr-defined]


def same_values(row: SQLModel, values: Mapping[str, Any]) -> bool:
    """Whether the row has these values already."""
    return all(_same(getattr(row, name), value) for name, value in values.items())


def _same(a: Any, b: Any) -> bool:
    """Equality to the last bit: 0.0 is not −0.0, which `==` takes for the same."""
    if isinstance(a, float) and isinstance(b, float):
        return struct.pack("<d", a) == struct.pack("<d", b)
    return bool(a == b)
