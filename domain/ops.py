"""Ops: one gesture each, never lost, never changed. History and undo are read from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.answer import FieldGroup, Values
from domain.errors import InvalidInput


class OpKind(StrEnum):
    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    REVERT = "revert"
    """Back to the last save."""
    CLEAR = "clear"
    """Back to the starting pose; the saved answer, if any, is withdrawn by a revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One group's values before and after a gesture."""

    before: Values
    after: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """`undoes` names the op that an undo takes back, or the undo that a redo takes back.

    `op_id` comes from the client, so that a repetition after a lost connection is known as such. Times are the
    client's, UTC. Raises InvalidInput for an id that is no UUID or an `undoes` that does not fit the kind.
    """

    op_id: str
    kind: OpKind
    author_id: int
    base_version: int
    changes: Mapping[FieldGroup, Change]
    undoes: str | None = None
    started_at: datetime
    ended_at: datetime

    def __post_init__(self) -> None:
        for value in (self.op_id, self.undoes):
            try:
                if value is not None:
                    UUID(value)
            except ValueError:
                raise InvalidInput(f"an op id must be a UUID, not {value!r}") from None
        if (self.undoes is not None) != (self.kind in (OpKind.UNDO, OpKind.REDO)):
            raise InvalidInput("an undo or redo names the op that it takes back; no other op does")


def undo_and_redo(ops: Iterable[Op], author_id: int) -> tuple[list[Op], list[Op]]:
    """(what the author can undo, what they can redo), the next one last, from all ops in the order of versions.

    A new gesture of the author ends what could be redone; others' gestures do neither. An entry of the first
    list is a gesture or a redo; an entry of the second is the undo to be taken back.
    """
    undo: list[Op] = []
    redo: list[Op] = []
    for op in ops:
        if op.author_id != author_id:
            continue
        if op.kind is OpKind.UNDO:
            undo = [other for other in undo if other.op_id != op.undoes]
            redo.append(op)
        elif op.kind is OpKind.REDO:
            redo = [other for other in redo if other.op_id != op.undoes]
            undo.append(op)
        else:
            undo.append(op)
            redo.clear()
    return undo, redo
