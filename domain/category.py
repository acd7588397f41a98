"""The rule of a category: which parameters are ignored and why, its symmetry, and what to mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from domain import symmetry as groups
from domain.errors import InvalidInput
from domain.pose import ANGLES


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    """`ignored` angles need not match; `symmetry` is kept as written ({"kind": "none"} where there is none), in a
    form of `domain.symmetry`; `near_symmetry` too: turns after which it nearly looks the same, which people fall for.

    Texts are English message ids. Raises InvalidInput where something other than an angle is to be ignored, or the
    symmetry is none.
    """

    ignored: tuple[str, ...] = ()
    ignored_reason: str = ""
    symmetry: Mapping[str, Any] = field(default_factory=lambda: {"kind": "none"})
    note: str = ""
    near_symmetry: Mapping[str, Any] = field(default_factory=lambda: {"kind": "none"})

    def __post_init__(self) -> None:
        if unknown := set(self.ignored) - set(ANGLES):
            raise InvalidInput(f"only angles can be ignored, not {', '.join(sorted(unknown))}")
        groups.of_rule(self.symmetry, self.ignored)
        groups.from_json(self.near_symmetry)

    def group(self) -> groups.Symmetry:
        """The rotations that change nothing that counts, an ignored azimuth among them."""
        return groups.of_rule(self.symmetry, self.ignored)

    def to_json(self) -> dict[str, Any]:
        return {
            "ignored": list(self.ignored),
            "ignored_reason": self.ignored_reason,
            "symmetry": dict(self.symmetry),
            "note": self.note,
            **({} if self.near_symmetry.get("kind") == "none" else {"near_symmetry": dict(self.near_symmetry)}),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(
            ignored=tuple(values.get("ignored", ())),
            ignored_reason=str(values.get("ignored_reason", "")),
            symmetry=dict(values.get("symmetry") or {"kind": "none"}),
            note=str(values.get("note", "")),
            near_symmetry=dict(values.get("near_symmetry") or {"kind": "none"}),
        )
