"""Which change stands, when several people work on one answer and each can take back their own.

Each field group shows the latest gesture on it that is not taken back. To undo is to take a gesture out from among
the others: where somebody has changed the group since, nothing is seen of it; where nobody has, what was beneath
comes out again, whoever it is from. To redo is to put the gesture back in its place. So the order in which two
people undo does not matter, and when one of them has undone everything, exactly what the other did is left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.answer import Answer, FieldGroup, Values, values_of
from domain.errors import InvalidInput
from domain.ops import Op, OpKind
from domain.pose import ANGLES, wrap_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """An answer that stands from here on without being a gesture: a revision by a save, a reviewer, an import.

    What in it differs from before cannot be undone; it belongs to its author's last gesture, if that is on top.
    """

    author_id: int | None
    answer: Answer


@dataclass(slots=True, kw_only=True)
class _Layer:
    """`op_id` None: not a gesture, never taken back."""

    op_id: str | None
    author_id: int | None
    values: Values


@dataclass(slots=True)
class Standing:
    """What the groups show after a log of gestures and put answers, given in the order of versions."""

    _layers: dict[FieldGroup, list[_Layer]] = field(default_factory=dict)
    _beneath: dict[FieldGroup, Values] = field(default_factory=dict)
    _taken_back: set[str] = field(default_factory=set)
    _gestures: dict[str, str] = field(default_factory=dict)
    _groups: dict[str, frozenset[FieldGroup]] = field(default_factory=dict)

    @classmethod
    def after(cls, log: Iterable[Op | Put]) -> "Standing":
        standing = cls()
        for entry in log:
            if isinstance(entry, Put):
                standing._put(entry)
            else:
                standing.add(entry)
        return standing

    def add(self, op: Op) -> frozenset[FieldGroup]:
        """The next op; returns the groups that it is about. Raises InvalidInput for an undo of something unknown."""
        if op.undoes is not None:
            return self._turn(op)
        self._gestures[op.op_id] = op.op_id
        self._groups[op.op_id] = frozenset(op.changes)
        for group, change in op.changes.items():
            self._beneath.setdefault(group, change.before)
            layer = _Layer(op_id=op.op_id, author_id=op.author_id, values=change.after)
            self._layers.setdefault(group, []).append(layer)
        return self._groups[op.op_id]

    def gesture_of(self, op_id: str) -> str:
        """The gesture that an op is about: itself, or the one that it takes back or puts back."""
        return self._gestures[op_id]

    def values(self, group: FieldGroup) -> Values | None:
        """What the group shows; None where no gesture has ever been about it."""
        layer = self._top(group)
        return layer.values if layer else self._beneath.get(group)

    def author_of(self, group: FieldGroup) -> int | None:
        """Whose change it shows; None where it shows nobody's."""
        layer = self._top(group)
        return layer.author_id if layer else None

    def of_others(self, user_id: int) -> frozenset[FieldGroup]:
        """The groups that show somebody else's change."""
        return frozenset(group for group in FieldGroup if self.author_of(group) not in (None, user_id))

    def _top(self, group: FieldGroup) -> _Layer | None:
        layers = self._layers.get(group, ())
        return next((layer for layer in reversed(layers) if layer.op_id not in self._taken_back), None)

    def _turn(self, op: Op) -> frozenset[FieldGroup]:
        gesture = self._gestures.get(op.undoes or "")
        if gesture is None:
            raise InvalidInput(f"there is no gesture {op.undoes} to take back or put back")
        self._gestures[op.op_id] = gesture
        (self._taken_back.add if op.kind is OpKind.UNDO else self._taken_back.discard)(gesture)
        return self._groups[gesture]

    def _put(self, put: Put) -> None:
        for group in FieldGroup:
            values, shown = values_of(put.answer, group), self.values(group)
            if shown is None or values == shown:
                continue
            top = self._top(group)
            if top is None:
                self._beneath[group] = values
            elif put.author_id == top.author_id or _same_but_wrapped(shown, values):
                top.values = values
            else:
                self._layers[group].append(_Layer(op_id=None, author_id=put.author_id, values=values))


def _same_but_wrapped(shown: Values, kept: Values) -> bool:
    """Whether a rotation was only written another way when it was kept: new angles are brought into [0, 2π)."""
    return set(shown) == set(ANGLES) and {name: wrap_positive(shown[name]) for name in ANGLES} == kept
